"""Layers of a policy to one: organisation < group < user, each with its locks.

Lists and maps of a lower layer add to the upper one's, single values replace them - unless an upper layer has locked the key. A user's layer
may only raise: it adds rules and consumer domains, lengthens the undo time, locks sooner and raises the level of patient data. It chooses no
methods: a list without S/MIME would send by TLS what the organisation sends by S/MIME. What is ignored is said in `notices`; the rest of the layer
holds.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from securemail_desktop.policy.compile import LEVEL_OF
from securemail_desktop.policy.document import Document, Inside, Outside, PatientData, Rule


class LayerKind(StrEnum):
    """Whose layer it is, the upper one first."""

    ORGANISATION = "organisation"
    GROUP = "group"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer: whose it is, and its document."""

    kind: LayerKind
    document: Document


@dataclass(frozen=True, slots=True)
class Merged:
    """The settings that hold, the rules of each layer from the upper one on, the keys locked, and what was ignored and why."""

    settings: Document
    rules: tuple[tuple[Rule, ...], ...]
    locks: frozenset[str] = frozenset()
    notices: tuple[str, ...] = ()


LISTS = ("inside", "consumer_domains", "directory_groups", "smime_anchors")
MAPS = ("gateways", "groups", "lists", "partners", "walls")
VALUES = (
    "undo",
    "lock_after",
    "urgent_contact",
    "patient_data",
    "winner_overrides_others",
    "when_some_cannot",
    "enforcement",
    "contacts",
    "keys",
    "promised_tls",
    "device_signature",
    "tls_header",
    "freshness",
    "minimum_version",
    "recovery",
)
SETTINGS = (*LISTS, *MAPS, *VALUES)
_NOT_THE_USERS = "is not the user's to set"
_A_USER_MAY_RAISE = frozenset({"consumer_domains", "undo", "lock_after", "patient_data"})


def merge(layers: Sequence[Layer]) -> Merged:
    """Return the policy that the layers make together, the upper one first; there is at least one."""
    first = layers[0].document
    merged = Merged(first, (first.rules,), frozenset(first.locked))
    for layer in layers[1:]:
        merged = _with_rules(_with_settings(merged, layer), layer)
        if layer.kind is not LayerKind.USER:
            merged = replace(merged, locks=merged.locks | frozenset(layer.document.locked))
    return merged


def _with_settings(merged: Merged, layer: Layer) -> Merged:
    for key in SETTINGS:
        if key not in layer.document.model_fields_set:
            continue
        reason = _refusal(merged, layer.kind, key)
        merged = _noticed(merged, layer, key, reason) if reason else _with_setting(merged, layer, key)
    return merged


def _refusal(merged: Merged, kind: LayerKind, key: str) -> str:
    if key in merged.locks:
        return "is locked by an upper layer"
    return _NOT_THE_USERS if kind is LayerKind.USER and key not in _A_USER_MAY_RAISE else ""


def _with_setting(merged: Merged, layer: Layer, key: str) -> Merged:
    old, new = getattr(merged.settings, key), getattr(layer.document, key)
    if layer.kind is LayerKind.USER and key == "patient_data" and "encrypt" in new.outside.model_fields_set:
        merged = _noticed(merged, layer, "patient_data.outside.encrypt", _NOT_THE_USERS)
    value = _joined(layer.kind, key, old, new)
    return replace(merged, settings=merged.settings.model_copy(update={key: value}))


def _joined(kind: LayerKind, key: str, old: Any, new: Any) -> Any:
    if key in LISTS:
        return tuple(dict.fromkeys([*old, *new]))
    if key in MAPS:
        return {**old, **new}
    if kind is LayerKind.USER:
        return _RAISED[key](old, new)
    return new


def _sooner(old: int, new: int) -> int:
    """Return the shorter time, where 0 is never."""
    return min(old, new) if old and new else old or new


def _raised(old: PatientData, new: PatientData) -> PatientData:
    """Return the upper layer's methods at the higher level of both."""
    outside = Outside(encrypt=old.outside.encrypt, require=max(old.outside.require, new.outside.require, key=LEVEL_OF.__getitem__))
    return PatientData(outside=outside, inside=Inside(require=max(old.inside.require, new.inside.require, key=LEVEL_OF.__getitem__)))


_RAISED: dict[str, Callable[[Any, Any], Any]] = {"undo": max, "lock_after": _sooner, "patient_data": _raised}


def _with_rules(merged: Merged, layer: Layer) -> Merged:
    known = {r.id for rules in merged.rules for r in rules}
    refused = {r.id: reason for r in layer.document.rules if (reason := _rule_refusal(merged, layer.kind, r, known))}
    taken = tuple(r for r in layer.document.rules if r.id not in refused)
    replaced = {r.id for r in taken}
    upper = tuple(tuple(r for r in rules if r.id not in replaced) for rules in merged.rules)
    for rule_id, reason in refused.items():
        merged = _noticed(merged, layer, f"rules.{rule_id}", reason)
    return replace(merged, rules=(*upper, taken))


def _rule_refusal(merged: Merged, kind: LayerKind, rule: Rule, known: set[str]) -> str:
    if kind is LayerKind.USER and (rule.then.encrypt or rule.then.forbid):
        return "chooses methods; a user may raise the level with 'require'"
    if rule.id not in known:
        return ""
    if {"rules", f"rules.{rule.id}"} & merged.locks:
        return "is locked by an upper layer"
    return "belongs to an upper layer and is not the user's to replace" if kind is LayerKind.USER else ""


def _noticed(merged: Merged, layer: Layer, key: str, reason: str) -> Merged:
    notice = f"The {layer.kind} policy '{layer.document.name}' sets '{key}', which {reason}; that part is ignored."
    return replace(merged, notices=(*merged.notices, notice))


def lockable(documents: Sequence[Document]) -> Iterator[str]:
    """Return the words that may stand under `locked`."""
    yield from (*SETTINGS, "rules")
    for document in documents:
        yield from (f"rules.{rule.id}" for rule in document.rules)
