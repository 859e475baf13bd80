"""What the program and the process that scans texts say to each other over two pipes.

A question is a frame of its number and the names of the fields, then a frame for each text. The organisation's patients are told by a frame of null
and one with their list; nothing is answered. The answer is three frames: the verdict with the kinds of what was found (JSON), then findings
and terms as rows of three numbers (kind, start, end). That is little, and no step of reading it takes long: whoever types waits for none.
Whoever took the process over can send only findings.
"""

import json
from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import IO, TypeVar

from securemail_desktop.message.text.worker.frames import WireBroken, read_frame, write_frame
from securemail_desktop.phi.errors import Outdated
from securemail_desktop.phi.finding import Finding, HealthTerm, IdentifierType, PersonRole, Scan

Fields = Sequence[tuple[str, str]]
READY = b"ready"  # the first frame of a process that has loaded everything
_MOST_TEXT, _MOST_ROWS, _MOST_KINDS = 1 << 30, 1 << 28, 1 << 24  # octets of a frame
_NUMBER = "I"
_UTF8 = ("utf-8", "surrogatepass")  # half surrogate pairs count as code points, too
_Found = TypeVar("_Found", Finding, HealthTerm)
_FindingKind = tuple[str, tuple[IdentifierType, PersonRole, str, float, str]]
_TermKind = tuple[str, tuple[str]]


def ask(stream: IO[bytes], number: int, fields: Fields) -> None:
    """Send the fields of one message to be scanned; raise `OSError` when nobody listens."""
    write_frame(stream, json.dumps([number, [name for name, _ in fields]]).encode())
    for _, text in fields:
        write_frame(stream, text.encode(*_UTF8))
    stream.flush()


def introduce(stream: IO[bytes], patients: bytes) -> None:
    """Send the organisation's patient list, empty for none; raise `OSError` when nobody listens."""
    write_frame(stream, b"null")
    write_frame(stream, patients)


def question(stream: IO[bytes]) -> tuple[int, Fields] | bytes | None:
    """Return the next question's number and fields, or a patient list; None at the end."""
    try:
        asked = json.loads(read_frame(stream, _MOST_KINDS))
        if asked is None:
            return read_frame(stream, _MOST_TEXT)
        number, names = asked
        return number, [(name, read_frame(stream, _MOST_TEXT).decode(*_UTF8)) for name in names]
    except WireBroken:
        return None


def tell(stream: IO[bytes], number: int, scan: Scan) -> None:
    """Send the answer to the question of that number."""
    findings, terms = [*scan.findings, *filter(None, [scan.finding])], [*scan.terms, *filter(None, [scan.term])]
    finding_kinds: dict[_FindingKind, int] = {}
    term_kinds: dict[_TermKind, int] = {}
    finding_rows = [(finding_kinds.setdefault(_finding_kind(f), len(finding_kinds)), f.start, f.end) for f in findings]
    term_rows = [(term_kinds.setdefault((t.field, (t.category,)), len(term_kinds)), t.start, t.end) for t in terms]
    pair = scan.finding is not None, scan.term is not None
    write_frame(stream, json.dumps([number, scan.phi, scan.score, scan.reason, pair, list(finding_kinds), list(term_kinds)]).encode())
    for rows in (finding_rows, term_rows):
        write_frame(stream, array(_NUMBER, [n for row in rows for n in row]).tobytes())
    stream.flush()


def give_up(stream: IO[bytes], number: int) -> None:
    """Say that the question of that number was given up."""
    write_frame(stream, json.dumps([number]).encode())
    stream.flush()


def answer(stream: IO[bytes], number: int, fields: Fields) -> Scan:
    """Return the answer to the question of that number; raise `Outdated` where it was given up, `WireBroken` for anything that is no answer."""
    lengths = {name: len(text) for name, text in fields}
    try:
        head = json.loads(read_frame(stream, _MOST_KINDS))
        if head == [number]:
            raise Outdated
        told, phi, score, reason, pair, finding_kinds, term_kinds = head
        findings = _rows(Finding, read_frame(stream, _MOST_ROWS), [_told_kind(*kind) for kind in finding_kinds], lengths)
        terms = _rows(HealthTerm, read_frame(stream, _MOST_ROWS), [(field, (str(category),)) for field, (category,) in term_kinds], lengths)
        best = findings.pop() if pair[0] else None, terms.pop() if pair[1] else None
        found = Scan(bool(phi), float(score), tuple(findings), tuple(terms), str(reason), *best)
    except (ValueError, TypeError, LookupError) as error:  # JSON's and UTF-8's errors are ValueErrors
        raise WireBroken from error
    if told != number or not 0 <= found.score <= 1:
        raise WireBroken
    return found


def _finding_kind(finding: Finding) -> _FindingKind:
    return finding.field, (finding.type, finding.role, finding.detector, finding.confidence, finding.evidence)


def _told_kind(field: str, about: Sequence[object]) -> _FindingKind:
    sort, role, detector, confidence, evidence = about
    return field, (IdentifierType(str(sort)), PersonRole(str(role)), str(detector), float(str(confidence)), str(evidence))


def _rows(
    make: Callable[..., _Found], octets: bytes, kinds: Sequence[tuple[str, tuple[object, ...]]], lengths: Mapping[str, int]
) -> list[_Found]:
    """Return what the rows say; raise `ValueError`, `LookupError` where they point to nothing."""
    numbers = array(_NUMBER)
    numbers.frombytes(octets)
    found = []
    for number, start, end in zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True):
        field, about = kinds[number]
        if not start <= end <= lengths[field]:
            raise WireBroken
        found.append(make(field, start, end, *about))
    return found
