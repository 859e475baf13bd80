"""The grammar of address lists: RFC 5322, 3.4 with its obsolete forms, RFC 6532 characters, and what people type.

Comma and semicolon separate; groups dissolve into their members; comments are left out and name a mailbox that has no other name. The text
is read once from left to right, in linear time. Errors give the number of the address and never quote it, so that they may be logged.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

from securemail_desktop.message import encoded_word
from securemail_desktop.message.errors import AddressError

_BREAKS = re.compile(r"[\r\n\x00\u2028\u2029\ud800-\udfff]")
_BLANK = re.compile(r"[\s\x01-\x1f\x7f-\x9f]+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_LITERAL = re.compile(r"\[[^\[\]\\\s]*\]")
_ATOM = re.compile(r'[^\s\x01-\x1f\x7f-\x9f<>@,;:.()\[\]\\"]+')
_COMMENT_PART = re.compile(r"[^()\\]+|\\.")
_PAIR = re.compile(r"\\(.)")


class _Kind(Enum):
    ATOM = auto()
    ENCODED = auto()
    QUOTED = auto()
    COMMENT = auto()
    LITERAL = auto()
    SPECIAL = auto()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: _Kind
    text: str
    spaced: bool

    def is_special(self, text: str) -> bool:
        return self.kind is _Kind.SPECIAL and self.text == text


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One mailbox as the grammar sees it: the local part unquoted, the domain as written, the name decoded."""

    local: str
    domain: str
    name: str


def read(text: str) -> list[Mailbox]:
    """Return the mailboxes of a list in their order; raise `AddressError`."""
    if _BREAKS.search(text):
        raise AddressError("An address must not hold a line break or an invalid character.")
    return [_mailbox(tokens, number) for number, tokens in enumerate(_elements(_tokens(text)), 1)]


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position, spaced = 0, False
    while position < len(text):
        if blank := _BLANK.match(text, position):
            position, spaced = blank.end(), True
            continue
        kind, value, position = _token(text, position)
        tokens.append(_Token(kind, value, spaced))
        spaced = kind is _Kind.COMMENT
    return tokens


def _token(text: str, position: int) -> tuple[_Kind, str, int]:
    if text[position] == "(":
        return _comment(text, position)
    if quoted := _QUOTED.match(text, position):
        return _Kind.QUOTED, _PAIR.sub(r"\1", quoted[1]), quoted.end()
    for kind, pattern in ((_Kind.ENCODED, encoded_word.WORD), (_Kind.ATOM, _ATOM), (_Kind.LITERAL, _LITERAL)):
        if match := pattern.match(text, position):
            return kind, match[0], match.end()
    if text[position] not in "<>@,;:.":
        raise AddressError(f"An address list holds a {_NAMES.get(text[position], 'character')} that is not closed or not allowed.")
    return _Kind.SPECIAL, text[position], position + 1


_NAMES = {'"': "quotation mark", "[": "square bracket", "]": "square bracket", "\\": "backslash", ")": "parenthesis"}


def _comment(text: str, position: int) -> tuple[_Kind, str, int]:
    depth, pieces = 0, []
    while position < len(text):
        if part := _COMMENT_PART.match(text, position):
            pieces.append(_PAIR.sub(r"\1", part[0]))
            position = part.end()
            continue
        depth += {"(": 1, ")": -1}.get(text[position], 0)
        pieces.append(text[position])
        position += 1
        if depth == 0:
            return _Kind.COMMENT, "".join(pieces)[1:-1], position
    raise AddressError("An address list holds a parenthesis that is not closed or not allowed.")


def _elements(tokens: list[_Token]) -> list[list[_Token]]:
    """Split at the separators and dissolve groups; a comma or colon inside angle brackets belongs to an old route."""
    elements: list[list[_Token]] = [[]]
    in_angle = in_group = False
    for token in tokens:
        in_angle = (in_angle or token.is_special("<")) and not token.is_special(">")
        if token.is_special(":") and not in_angle:
            _check_group_name(elements[-1], len(elements), in_group)
            elements[-1] = []
            in_group = True
        elif (token.is_special(",") and not in_angle) or token.is_special(";"):
            in_group = in_group and not token.is_special(";")
            elements.append([])
        else:
            elements[-1].append(token)
    if in_group:
        raise AddressError("A group of addresses does not end with a semicolon.")
    return [element for element in elements if any(token.kind is not _Kind.COMMENT for token in element)]


def _check_group_name(tokens: list[_Token], number: int, in_group: bool) -> None:
    if in_group or not tokens or any(token.is_special("@") or token.is_special("<") for token in tokens):
        raise AddressError(f"Address {number} holds a colon where none may stand.")


def _mailbox(tokens: list[_Token], number: int) -> Mailbox:
    comments = [token for token in tokens if token.kind is _Kind.COMMENT]
    words = [token for token in tokens if token.kind is not _Kind.COMMENT]
    opening = next((index for index, token in enumerate(words) if token.is_special("<")), None)
    if opening is None:
        local, domain = _addr_spec(words, number)
        return Mailbox(local, domain, _comment_name(comments))
    if not words[-1].is_special(">") or any(token.is_special("<") or token.is_special(">") for token in words[opening + 1 : -1]):
        raise AddressError(f"The angle brackets of address {number} do not match.")
    local, domain = _addr_spec(_without_route(words[opening + 1 : -1]), number)
    return Mailbox(local, domain, _phrase(words[:opening]) or _comment_name(comments))


def _without_route(words: list[_Token]) -> list[_Token]:
    colon = next((index for index, token in enumerate(words) if token.is_special(":")), -1)
    return words[colon + 1 :] if words and words[0].is_special("@") else words


def _addr_spec(words: list[_Token], number: int) -> tuple[str, str]:
    signs = [index for index, token in enumerate(words) if token.is_special("@")]
    if len(signs) != 1:
        raise AddressError(f"Address {number} has {'more than one @' if signs else 'no @'}; a name with a comma stands in quotation marks.")
    local, domain = words[: signs[0]], words[signs[0] + 1 :]
    if not local or not domain:
        raise AddressError(f"Address {number} has nothing {'before' if not local else 'after'} the @.")
    if len(domain) == 1 and domain[0].kind is _Kind.LITERAL:
        return _dotted(local, number), domain[0].text
    if any(token.kind in {_Kind.QUOTED, _Kind.LITERAL} for token in domain):
        raise AddressError(f"The domain of address {number} holds quotation marks or brackets.")
    return _dotted(local, number), _dotted(domain, number)


def _dotted(words: list[_Token], number: int) -> str:
    """Return words joined by their dots: word, dot, word ... (RFC 5322, obs-local-part)."""
    for index, token in enumerate(words):
        if (index % 2 == 1) != token.is_special(".") or token.kind is _Kind.LITERAL:
            raise AddressError(f"Address {number} has a space, dot or sign where none may stand.")
    if len(words) % 2 == 0:
        raise AddressError(f"Address {number} has a dot at an end.")
    return "".join(token.text for token in words)


def _phrase(words: list[_Token]) -> str:
    """Return a display name. Spaces between adjacent encoded words are no part of it (RFC 2047, 6.2)."""
    pieces, run = [], ""
    for index, token in enumerate(words):
        is_encoded = token.kind is _Kind.ENCODED
        if run and not is_encoded:
            pieces.append(encoded_word.decode(run))
            run = ""
        if token.spaced and index and not run:
            pieces.append(" ")
        if is_encoded:
            run += " " + token.text if run else token.text
        else:
            pieces.append(token.text)
    return _clean("".join([*pieces, encoded_word.decode(run)]))


def _comment_name(comments: list[_Token]) -> str:
    return _clean(" ".join(encoded_word.decode(token.text) for token in comments))


def _clean(name: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", name).strip()
