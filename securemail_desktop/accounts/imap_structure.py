"""A BODYSTRUCTURE (RFC 9051, 7.5.2) as the hints of a list: files, encryption, a signature, all without fetching the message.

A stranger's message has made it: it may be of any size and depth, and anything may stand where the RFC wants something else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from securemail_desktop.message import parameter
from securemail_desktop.message.marks import NO_MARKS, Marks

_MOST_PARTS, _MOST_AROUND = 1000, 20
_SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
_REPORTS = frozenset({"message/delivery-status", "message/disposition-notification", "message/feedback-report", "text/rfc822-headers"})
_TEXTS = frozenset({"text/plain", "text/html"})
_SEALED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_DISPOSITION = {"text": 9, "message/rfc822": 11, "message/global": 11}  # where it stands in a part of this type, elsewhere at 8


@dataclass(frozen=True, slots=True)
class _Leaf:
    """One part without parts of its own; `inside` are the types of the multiparts around it."""

    type: str
    parameters: dict[str, str]
    content_id: str
    disposition: str
    filename: str
    inside: tuple[str, ...]


def marks_of(structure: object) -> Marks:
    """Return the hints of a parsed BODYSTRUCTURE; nothing where it is none."""
    found = NO_MARKS
    for leaf in _leaves(structure):
        found |= _hint(leaf)
    return found


def marks_of_type(content_type: str) -> Marks:
    """Return the hints of a Content-Type header alone: of a mixed message nobody knows whether it has files."""
    full, parameters = parameter.parse(content_type)
    return _hint(_Leaf(full.lower(), parameters, "", "", "", (full.lower(),)))


def _hint(leaf: _Leaf) -> Marks:
    if "multipart/encrypted" in leaf.inside:
        return Marks.ENCRYPTED
    if leaf.type in _SEALED:
        return Marks.SIGNED if leaf.parameters.get("smime-type", "").lower() == "signed-data" else Marks.ENCRYPTED
    signed = Marks.SIGNED if "multipart/signed" in leaf.inside else NO_MARKS
    return signed | (Marks.ATTACHED if _is_file(leaf) else NO_MARKS)


def _is_file(leaf: _Leaf) -> bool:
    if leaf.type in _SIGNATURES | _REPORTS or leaf.type.startswith("multipart/") or not leaf.type.strip("/"):
        return False
    if leaf.disposition == "attachment":
        return True
    if leaf.content_id and leaf.type.startswith("image/") and "multipart/related" in leaf.inside:
        return False
    another_form = leaf.type.startswith("text/") and leaf.inside[-1:] == ("multipart/alternative",) and leaf.type != "text/calendar"
    return bool(leaf.filename) or not (another_form or leaf.type in _TEXTS)


def _leaves(structure: object) -> Iterator[_Leaf]:
    waiting: list[tuple[object, tuple[str, ...]]] = [(structure, ())]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        part, inside = waiting.pop()
        if not isinstance(part, tuple) or not part:
            continue
        if isinstance(part[0], tuple):
            kinds = (*inside[-_MOST_AROUND:], f"multipart/{next((_text(each) for each in part if isinstance(each, bytes)), '')}")
            waiting += ((each, kinds) for each in takewhile(lambda each: isinstance(each, tuple), part))
            yield _Leaf("", {}, "", "", "", kinds)
        else:
            yield _leaf(part, inside)


def _leaf(part: tuple[Any, ...], inside: tuple[str, ...]) -> _Leaf:
    kind, full = _text(_at(part, 0)), f"{_text(_at(part, 0))}/{_text(_at(part, 1))}"
    parameters = _pairs(_at(part, 2))
    told = _at(part, _DISPOSITION.get(full, _DISPOSITION.get(kind, 8)))
    given = told if isinstance(told, tuple) else ()
    name = _pairs(_at(given, 1)).get("filename", "") or parameters.get("name", "")
    return _Leaf(full, parameters, _text(_at(part, 3)), _text(_at(given, 0)), name, inside)


def _pairs(told: object) -> dict[str, str]:
    listed = [_text(each) for each in told] if isinstance(told, tuple) else []
    # RFC 2231 numbers the pieces of a long value: name*0*, name*1*
    return {name.partition("*")[0]: value for name, value in zip(listed[::2], listed[1::2], strict=False)}


def _at(part: tuple[Any, ...], index: int) -> object:
    return part[index] if index < len(part) else None


def _text(value: object) -> str:
    return value.decode("ascii", "replace").lower() if isinstance(value, bytes) else ""
