"""A folder of YAML files to a `Policy`; errors name file, line, column, what was expected and the nearest valid word."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from securemail_desktop.encryption.key_rules import KeyRules
from securemail_desktop.encryption.promise import TlsRules
from securemail_desktop.encryption.recovery.rule import RecoveryRule
from securemail_desktop.policy.compile import compile_rules
from securemail_desktop.policy.decision import Enforcement, PolicyId
from securemail_desktop.policy.document import Document, Keys, Rule
from securemail_desktop.policy.errors import PolicyError
from securemail_desktop.policy.folder import PolicyFolder, read_contents, read_folder
from securemail_desktop.policy.freshness import Age, FreshnessDays
from securemail_desktop.policy.index import Agreement, Lists
from securemail_desktop.policy.merge import SETTINGS, Layer, LayerKind, Merged, merge
from securemail_desktop.policy.model import Policy
from securemail_desktop.policy.open_lists import open_lists
from securemail_desktop.policy.references import dangling
from securemail_desktop.resources import policies_dir

__all__ = ["PolicyError", "builtin_policy", "load_contents", "load_layers", "load_policy", "load_with_files", "policy_of"]


def load_policy(folder: Path, language: str = "en") -> Policy:
    """Read and validate the organisation's policy folder; raise `PolicyError`. Texts for the author are in the language, where they are."""
    return load_layers([(LayerKind.ORGANISATION, folder)], language)


def load_with_files(folder: Path, language: str = "en") -> tuple[Policy, dict[str, bytes]]:
    """Return the policy and every file that it consists of, by name: written elsewhere they make the same policy. Raise `PolicyError`."""
    read = read_folder(folder)
    return policy_of(read, language), dict(read.contents)


def load_contents(contents: Mapping[str, bytes], language: str = "en", age: Age = Age.FRESH) -> Policy:
    """Validate the organisation's policy from its files by name; raise `PolicyError`. One that is too old is stricter, under the same name."""
    read = read_contents(contents)
    policy = policy_of(read, language)
    if age < Age.PROTECTS:
        return policy
    return _policy(policy.id, merge([Layer(LayerKind.ORGANISATION, read.document), Layer(LayerKind.GROUP, _too_old(age))]), language)


def policy_of(read: PolicyFolder, language: str = "en") -> Policy:
    """Return the policy of a folder that was read; raise `PolicyError`."""
    return _from_folders([(LayerKind.ORGANISATION, read)], language)


def load_layers(layers: Sequence[tuple[LayerKind, Path]], language: str = "en") -> Policy:
    """Read the layers, the upper one first, and merge them; raise `PolicyError`. Name and version are the upper layer's."""
    return _from_folders([(kind, read_folder(folder)) for kind, folder in layers], language)


def builtin_policy(inside: tuple[str, ...]) -> Policy:
    """Return the strict policy that holds where there is none: patient data to the outside is protected or held.

    Where even the shipped file cannot be read, everything that goes outside is protected or held.
    """
    try:
        policy = load_policy(policies_dir() / "strict")
    except PolicyError:
        policy = _fail_closed()
    return replace(policy, inside=inside)


def _from_folders(layers: Sequence[tuple[LayerKind, PolicyFolder]], language: str) -> Policy:
    folders = [folder for _, folder in layers]
    merged = merge([Layer(kind, folder.document) for kind, folder in layers])
    problems = list(dangling(folders, merged))
    if problems:
        raise PolicyError(problems)
    return _policy(PolicyId(folders[0].document.name, folders[0].document.version, _digest(folders)), merged, language)


def _policy(policy_id: PolicyId, merged: Merged, language: str) -> Policy:
    settings = merged.settings
    return Policy(
        policy_id,
        settings.inside,
        tuple(sorted(settings.gateways.items())),
        settings.smime_anchors,
        settings.undo,
        settings.lock_after,
        settings.urgent_contact,
        merged.notices,
        settings.enforcement,
        tuple((name, who) for name in type(settings.contacts).model_fields if (who := getattr(settings.contacts, name))),
        _key_rules(settings.keys),
        TlsRules(settings.promised_tls.look_up, frozenset(settings.promised_tls.enforced)),
        FreshnessDays(settings.freshness.warn, settings.freshness.protect, settings.freshness.block),
        settings.device_signature or settings.enforcement is Enforcement.ENFORCED,
        settings.tls_header,
        frozenset(SETTINGS) & settings.model_fields_set,
        open_lists(settings.lists, settings.inside),
        settings.minimum_version,
        RecoveryRule(settings.recovery.certificate, settings.recovery.folder) if settings.recovery else None,
        compile_rules(
            merged.rules,
            _lists(settings),
            settings.patient_data,
            language,
            one_answer=settings.winner_overrides_others,
            all_or_none=settings.when_some_cannot == "hold-all",
        ),
    )


def _key_rules(keys: Keys) -> KeyRules:
    return KeyRules(keys.wkd, keys.dns, keys.key_server, tuple(sorted(keys.directories.items())), keys.announce, keys.revocation)


def _lists(settings: Document) -> Lists:
    return Lists(
        _members(settings.groups),
        frozenset(settings.directory_groups),
        frozenset(settings.consumer_domains),
        frozenset(settings.gateways),
        {domain: Agreement(p.signed, p.until) for domain, p in settings.partners.items()},
        settings.walls,
    )


def _members(groups: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    """Return the groups of each member, by address or domain."""
    table: dict[str, set[str]] = defaultdict(set)
    for name, members in groups.items():
        for member in members:
            table[member].add(name)
    return {member: frozenset(names) for member, names in table.items()}


def _digest(folders: Sequence[PolicyFolder]) -> str:
    if len(folders) == 1:
        return folders[0].sha256
    return hashlib.sha256("\n".join(f.sha256 for f in folders).encode()).hexdigest()


def _too_old(age: Age) -> Document:
    """Return the layer that protects everything to the outside, or blocks it where the policy itself asks for that."""
    block = age is Age.BLOCKS
    what = "may not leave the organisation" if block else "goes protected or waits"
    rule = {
        "id": "policy-too-old",
        "title": "The policy is too old",
        "text": f"The policy on this device is too old, so everything to the outside {what}. Tell your IT.",
        "when": {"recipient": {"inside": False}},
        "then": {"block": True} if block else {"require": "transport"},
    }
    return Document.model_validate({"schema": 1, "name": "policy-too-old", "version": 1, "rules": [rule]})


def _fail_closed() -> Policy:
    rule = Rule.model_validate(
        {
            "id": "no-policy-readable",
            "title": "Everything that goes outside is protected",
            "text": "No policy could be read: everything that leaves the organisation goes protected or waits.",
            "when": {"recipient": {"inside": False}},
            "then": {"require": "transport"},
        }
    )
    document = Document.model_validate({"schema": 1, "name": "fail-closed", "version": 1, "rules": [rule]})
    digest = hashlib.sha256(rule.model_dump_json(by_alias=True).encode()).hexdigest()
    return _policy(PolicyId("fail-closed", 1, digest), merge([Layer(LayerKind.ORGANISATION, document)]), "en")
