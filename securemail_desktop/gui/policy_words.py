"""What Settings say of the policy: which one holds, where it comes from, when it was confirmed, and who set each value. Pure."""

from datetime import datetime

from securemail_desktop.gui import words
from securemail_desktop.policy.freshness import Age
from securemail_desktop.policy.merge import SETTINGS
from securemail_desktop.session.machine import RING, SOURCES, Origin
from securemail_desktop.session.policy_updates import PolicyStatus

WHO = {
    Origin.MANAGED: "set by your organisation",
    Origin.RECOMMENDED: "recommended by your organisation",
    Origin.USER: "chosen on this account",
    Origin.BUILT_IN: "built in",
}
_CAME = {
    "publish": "published for this ring",
    "promote": "taken over from another ring",
    "rollback": "an older policy, taken back by your organisation",
    "emergency": "a rule was switched off at once",
}
_HIDDEN = frozenset({"directory_groups", "winner_overrides_others", "when_some_cannot"})  # of no meaning to who reads mail
NAMES = {
    "undo": "held after Send",
    "lock_after": "locks",
    "patient_data": "patient data",
    "inside": "own domains",
    "gateways": "gateways",
    "partners": "partners",
    "groups": "groups",
    "walls": "walls",
    "consumer_domains": "private mailboxes",
    "smime_anchors": "whose certificates count",
    "keys": "where keys are looked for",
    "promised_tls": "promises of domains",
    "contacts": "whom to ask",
    "urgent_contact": "urgent contact",
    "enforcement": "what stands behind it",
    "recovery": "backup of keys",
    "device_signature": "signature for the gateway",
    "tls_header": "mark for the gateway",
    "freshness": "how long it holds",
    "minimum_version": "which version of this program",
}


def rows(status: PolicyStatus, now: datetime) -> tuple[tuple[str, str], ...]:
    """Return the lines as (name, text)."""
    policy, follows = status.in_force.policy, status.following
    found = [("Policy", f"{words.visible(policy.id.name)}, version {policy.id.version} ({policy.id.sha256[:12]})")]
    if follows is None:
        found.append(("Comes from", f"The folder {words.visible(status.folder)}" if status.folder else "This program"))
    else:
        found += [
            ("Comes from", f"{words.visible(status.source or ', '.join(follows.sources))} – {WHO[follows.origins[SOURCES]]}"),
            ("Ring", f"{words.visible(follows.ring)} – {WHO[follows.origins[RING]]}"),
        ]
        if how := _CAME.get(status.how.partition(" ")[0]):
            found.append(("Came as", how))
        found.append(("Confirmed", words.when(status.heard, now) if status.heard else "Not yet"))
    names = {name: NAMES.get(name, name.replace("_", " ")) for name in SETTINGS if name not in _HIDDEN}
    given = [text for name, text in names.items() if name in policy.given]
    left = [text for name, text in names.items() if name not in policy.given]
    found += [("Set by it", ", ".join(given) or "nothing but rules"), ("Built in", ", ".join(left) or "nothing")]
    return tuple(found)


def trouble(status: PolicyStatus) -> tuple[str, str]:
    """Return what is the matter in one sentence, and its tone; both empty when all is well."""
    if status.in_force.notice:
        return words.visible(
            status.in_force.notice
        ), "danger" if status.in_force.age >= Age.PROTECTS or status.in_force.fault else "caution"
    return (words.visible(status.problem), "caution") if status.problem else ("", "")
