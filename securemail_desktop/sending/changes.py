"""What policy changes in a message before it goes: redactions, attachments left out, subject, note, headers - and recipients who get a copy.

A change is made to the whole message, copies for everybody and in Sent. What cannot be changed as policy wants it stays here with the reason.
The draft that is kept stays as its author wrote it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import AddressField, Draft, Recipient
from securemail_desktop.phi.finding import Scan
from securemail_desktop.policy.decision import Change, ChangeKind, Decision
from securemail_desktop.sending.errors import ProtectionFailed

REMOVED = "[removed]"
_IN_HTML = "Policy removes what was found before sending, and cannot do so in formatted text: send it as plain text."
_IN_FILE = "Policy removes what was found before sending, and cannot do so in an attachment: remove it there, or leave the file out."


def added_recipients(decision: Decision) -> tuple[str, ...]:
    """Return the keys of those who get a copy by policy."""
    return tuple(dict.fromkeys(key for c in decision.changes if c.kind is ChangeKind.ADD_RECIPIENT for key in c.values))


def with_added(draft: Draft, keys: Iterable[str]) -> Draft:
    """Return the draft with these as blind recipients, those who are there already left as they are."""
    there = {r.address.key for r in draft.recipients}
    more = tuple(Recipient(parse_address(key), AddressField.BCC) for key in keys if key not in there)
    return replace(draft, recipients=(*draft.recipients, *more)) if more else draft


def changed(draft: Draft, decision: Decision, scan: Scan) -> Draft:
    """Return the draft as policy lets it go on the wire; raise `ProtectionFailed` where it cannot be made so."""
    stripped = {n for c in decision.changes if c.kind is ChangeKind.STRIP_ATTACHMENT for n in c.attachments}
    redacting = [c for c in decision.changes if c.kind is ChangeKind.REDACT]
    draft = _redacted(draft, redacting, scan, stripped) if redacting else draft
    draft = replace(draft, attachments=tuple(a for n, a in enumerate(draft.attachments) if n not in stripped))
    for change in decision.changes:
        draft = _with(draft, change)
    return draft


def _with(draft: Draft, change: Change) -> Draft:
    match change.kind:
        case ChangeKind.PREFIX_SUBJECT if not draft.subject.startswith(change.values[0]):
            return replace(draft, subject=change.values[0] + draft.subject)
        case ChangeKind.DISCLAIMER:
            return _with_note(draft, change.values[0])
        case ChangeKind.ADD_HEADER:
            return replace(draft, headers=(*draft.headers, (change.values[0], change.values[1])))
    return draft


def _with_note(draft: Draft, note: str) -> Draft:
    if draft.html:
        raise ProtectionFailed("Policy adds a note to this message, and cannot do so in formatted text: send it as plain text.")
    return draft if draft.text.rstrip().endswith(note.rstrip()) else replace(draft, text=f"{draft.text.rstrip()}\n\n{note.rstrip()}\n")


def _redacted(draft: Draft, changes: list[Change], scan: Scan, stripped: set[int]) -> Draft:
    spans = list(_spans(changes, scan, stripped))
    if any(field not in {"subject", "body"} for field, _, _ in spans):
        raise ProtectionFailed(_IN_FILE)
    if spans and draft.html:
        raise ProtectionFailed(_IN_HTML)
    subject, text = (_without(original, [(s, e) for f, s, e in spans if f == field]) for field, original in _texts(draft))
    return replace(draft, subject=subject, text=text)


def _texts(draft: Draft) -> tuple[tuple[str, str], ...]:
    return (("subject", draft.subject), ("body", draft.text))


def _spans(changes: list[Change], scan: Scan, stripped: set[int]) -> Iterator[tuple[str, int, int]]:
    """Return what is to be removed; a recipient's telling name never goes out anyway."""
    everything = any(not c.values for c in changes)
    wanted = {category for c in changes for category in c.values}
    found = [
        *((f.type.value, f.field, f.start, f.end) for f in scan.findings),
        *((t.category, t.field, t.start, t.end) for t in scan.terms),
    ]
    gone = {f"attachment:{n}" for n in stripped}
    for category, field, start, end in found:
        identifier = category.isupper()
        if (category in wanted or (everything and identifier)) and field not in gone and not field.startswith("recipient:"):
            yield field, start, end


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, stop in sorted(_merged(spans), reverse=True):
        text = text[:start] + REMOVED + text[stop:]
    return text


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Return the spans without overlaps, in their order."""
    current: tuple[int, int] | None = None
    for start, stop in sorted(spans):
        if current and start <= current[1]:
            current = (current[0], max(stop, current[1]))
            continue
        if current:
            yield current
        current = (start, stop)
    if current:
        yield current
