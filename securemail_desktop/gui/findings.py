"""What a review says of the places of a draft, as marks of the editor and notes on attachments. Pure."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from securemail_desktop.gui import words
from securemail_desktop.gui.marks import Layer, Marks
from securemail_desktop.gui.spans import Span, Utf16
from securemail_desktop.gui.tones import Tone
from securemail_desktop.message.text.passage import Place
from securemail_desktop.phi.finding import Finding, PersonRole
from securemail_desktop.sending.state import Review

_ATTACHMENT = "attachment:"
_WHOSE = frozenset({PersonRole.PATIENT, PersonRole.UNKNOWN})  # what belongs to a provider or an organisation is not marked


def marks_of(review: Review, field: str, text: str) -> Marks:
    """Return the marks of one field whose text the author sees: patients' identifiers, and the health terms where they make patient data.

    What may be a patient's is marked calmly; what belongs to a provider or an organisation is not marked at all.
    """
    units, length = Utf16(text), len(text)
    loud = Tone.CAUTION if review.scan.phi else Tone.CALM
    tones = {PersonRole.PATIENT: loud, PersonRole.UNKNOWN: Tone.CALM}
    findings = [f for f in review.scan.findings if f.field == field and f.role in tones and f.start < f.end <= length]
    terms = [t for t in review.scan.terms if t.field == field and t.start < t.end <= length] if review.scan.phi else []
    return Marks(
        (
            Layer(findings, lambda f, start, end: Span(start, end, tones[f.role], words.found(f), f.detector, f.type.value), units),
            Layer(terms, lambda t, start, end: Span(start, end, loud, f"Health information ({t.category})", "terms", t.category), units),
        )
    )


@dataclass(frozen=True, slots=True)
class Note:
    """What is said of one attachment; `calm` where it is no warning."""

    text: str
    calm: bool = False


def attachment_notes(review: Review) -> Mapping[int, Note]:
    """Return the notes by the attachment's number: patient data in it, that it is being read, or why it could not be read."""
    found = [f for f in review.scan.findings if f.role in _WHOSE]
    fields = dict.fromkeys(f.field for f in found)
    texts = {n: f"identifies a person{_where(review, field, found)}" for field in fields if (n := _number(field)) is not None}
    for line in review.unreadable:
        field, _, reason = line.partition(": ")
        if (n := _number(field)) is not None:
            texts[n] = " · ".join(filter(None, [texts.get(n), words.visible(reason)]))
    reading = {n: Note("reading…", calm=True) for field in review.reading if (n := _number(field)) is not None}
    return {n: Note(text) for n, text in texts.items()} | reading


def _where(review: Review, field: str, found: Sequence[Finding]) -> str:
    """Return the first place in the file where somebody is identified, in brackets, or empty."""
    places = (Place(0, ""), *review.places.get(field, ()))
    starts = [place.start for place in places]
    labels = [places[bisect_right(starts, f.start) - 1].label for f in found if f.field == field]
    named = list(dict.fromkeys(filter(None, labels)))
    return f" ({words.visible(named[0])}{' and others' if len(named) > 1 else ''})" if named else ""


def _number(field: str) -> int | None:
    return int(field.removeprefix(_ATTACHMENT)) if field.startswith(_ATTACHMENT) else None
