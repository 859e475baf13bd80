"""Policies and facts for tests: YAML text to a loaded policy, and messages from alice to whom you like."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from securemail_desktop.policy.facts import Facts, RecipientFacts
from securemail_desktop.policy.load import load_policy
from securemail_desktop.policy.model import Policy

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HEAD = "schema: 1\nname: test\nversion: 1\ninside: [clinic.example]\n"
BOB = RecipientFacts("bob@partner.example", "partner.example", "to", inside=False)
COLLEAGUE = RecipientFacts("carol@clinic.example", "clinic.example", "cc", inside=True)
PATIENT = RecipientFacts("maria@gmail.com", "gmail.com", "bcc", inside=False)


def policy_folder(folder: Path, text: str, **files: str) -> Path:
    """Write `policy.yaml` and further files (`rules="..."` is rules.yaml); return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "policy.yaml").write_text(text, encoding="utf-8")
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(content, encoding="utf-8")
    return folder


def policy_of(folder: Path, text: str) -> Policy:
    """Return the policy that has these lines after the usual head."""
    return load_policy(policy_folder(folder, HEAD + text))


def rule_policy(folder: Path, when: str, then: str = "{tip: true}", more: str = "", rest: str = "") -> Policy:
    """Return a policy with the one rule `r`, its condition and actions in flow style."""
    return policy_of(folder, f"{rest}\nrules:\n  - id: r\n    title: The rule\n    when: {when}\n    then: {then}\n{more}")


def facts_of(*recipients: RecipientFacts, phi: bool = False, **more: Any) -> Facts:
    """Return the facts of a message from alice."""
    return Facts(
        "alice@clinic.example", "clinic.example", recipients, phi, more.pop("score", 0.9 if phi else 0.0), more.pop("now", NOW), **more
    )
