"""Which patients a message names, and where: in what its author wrote, in what he quotes, in each attachment."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from securemail_desktop.message.text.body import FieldText, PassageKind
from securemail_desktop.phi.birth import birth_numbers
from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole, Scan
from securemail_desktop.recipients.person import words

_RECIPIENT = "recipient:"  # a display name is no part of a letter
WRITTEN, QUOTED = "written", "quoted"
_NEVER = frozenset({"mr", "mrs", "ms", "miss", "dr", "patient", "pt", "baby", "jr", "sr", "mom", "dad"})


@dataclass(frozen=True, slots=True)
class Named:
    """The patients of one part of a message.

    `part` is `written` (subject and body as the author wrote them), `quoted`, or `attachment:N`. `names` are words of each name, case-folded;
    `births` dates of birth as `birth_numbers` has them; `records` are record numbers without punctuation.
    """

    part: str
    names: tuple[tuple[str, ...], ...]
    births: frozenset[tuple[int, ...]]
    records: frozenset[str]


def patients_of(texts: Sequence[FieldText], scan: Scan) -> tuple[Named, ...]:
    """Return the patients of each part that names any."""
    by_field = {text.field: text for text in texts if not text.field.startswith(_RECIPIENT)}
    parts: dict[str, list[tuple[Finding, str]]] = {}
    for finding in scan.findings:
        text = by_field.get(finding.field)
        if text is not None and (finding.role is PersonRole.PATIENT or finding == scan.finding):
            parts.setdefault(_part(text, finding), []).append((finding, text.text[finding.start : finding.end]))
    return tuple(named for part, found in parts.items() if (named := _named(part, found)) is not None)


def _part(text: FieldText, finding: Finding) -> str:
    if text.field not in {"subject", "body"}:
        return text.field
    begun = bisect_right(text.passages, finding.start, key=attrgetter("start"))  # not one by one: a long discussion has thousands
    passage = text.passages[begun - 1] if begun else None
    quoted = passage is not None and passage.kind is PassageKind.QUOTED and finding.start < passage.end
    return QUOTED if quoted else WRITTEN


def _named(part: str, found: Sequence[tuple[Finding, str]]) -> Named | None:
    names = dict.fromkeys(_names(found))
    births = frozenset(birth for finding, text in found if finding.type is IdentifierType.DATE and (birth := birth_numbers(text)))
    records = frozenset(_record(text) for finding, text in found if finding.type is IdentifierType.MRN)
    return Named(part, tuple(names), births, records) if names or births or records else None


def _names(found: Sequence[tuple[Finding, str]]) -> Iterator[tuple[str, ...]]:
    for finding, text in found:
        if finding.type is IdentifierType.NAME:
            name = tuple(word for word in words(text) if word not in _NEVER)
            if name:
                yield name


def _record(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum()).lstrip("0")
