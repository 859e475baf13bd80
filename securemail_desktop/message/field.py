"""Header fields, printed: encoded, folded, and refused where they could smuggle in another (RFC 5322, 2.2.3 and 3.6; RFC 2047).

Everything is ASCII but the local part of a mailbox that is not, which no encoding can express: it stands in UTF-8 (RFC 6532) and the
message then needs SMTPUTF8.
"""

import re
from itertools import chain

from securemail_desktop.message import encoded_word
from securemail_desktop.message.address import Address, format_address, parse_addresses
from securemail_desktop.message.errors import AddressError, ComposeError

_NAME = re.compile(r"[!-9;-~]{1,60}")
_UNSAFE = re.compile(r"[\r\n\x00\ud800-\udfff]")
_ADDRESS_FIELDS = re.compile(r"(?:resent-)?(?:from|sender|reply-to|to|cc|bcc)", re.IGNORECASE)
_STRUCTURED_FIELDS = re.compile(r"(?:resent-)?(?:date|message-id)|in-reply-to|references", re.IGNORECASE)
_WIDTH = 76  # RFC 2047, 2, for lines with encoded words; 78 elsewhere
_WORD = 70
_LONGEST = 950  # octets of a word that cannot be folded: a line has 998 (RFC 5322, 2.1.1)
_PLAIN = re.compile(rf"[!-~]{{1,{_WORD}}}(?: [!-~]{{1,{_WORD}}})*")
_NO_ONE = "undisclosed-recipients:;"


def print_field(name: str, value: str) -> bytes:
    """Return `Name: value` encoded and folded, ended by CRLF; `value` is unencoded text; raise `ComposeError`."""
    if not _NAME.fullmatch(name) or _UNSAFE.search(value):
        raise ComposeError("A header field must not hold a line break or an invalid character.")
    if _ADDRESS_FIELDS.fullmatch(name):
        words = _mailboxes(name, value)
    elif _STRUCTURED_FIELDS.fullmatch(name):
        words = _structured(name, value)
    else:
        words = _text(value, _WIDTH - len(name) - 2)
    return _fold(f"{name}:", words)


def _mailboxes(name: str, value: str) -> list[str]:
    try:
        addresses = parse_addresses(value)
    except AddressError as error:
        raise ComposeError(f"The field {name} does not hold addresses: {error}") from error
    if not addresses:
        return [_NO_ONE]
    mailboxes = [_mailbox(address, _WIDTH - len(name) - 2) for address in addresses]
    return [*chain.from_iterable([*words[:-1], f"{words[-1]},"] for words in mailboxes[:-1]), *mailboxes[-1]]


def _mailbox(address: Address, room: int) -> list[str]:
    if not address.name:
        return [address.spec]
    printed = format_address(address).removesuffix(f" <{address.spec}>")
    is_quoted = printed.startswith('"')
    if not _PLAIN.fullmatch(printed) or (is_quoted and len(printed) > room) or "=?" in printed:
        return [*encoded_word.encode(address.name, room), f"<{address.spec}>"]
    return [*([printed] if is_quoted else printed.split(" ")), f"<{address.spec}>"]


def _structured(name: str, value: str) -> list[str]:
    words = value.split()
    if not value.isascii() or any(len(word) > _LONGEST for word in words):
        raise ComposeError(f"The field {name} must be ASCII, and no word of it longer than a line.")
    return words


def _text(value: str, room: int) -> list[str]:
    if _PLAIN.fullmatch(value) and "=?" not in value:
        return value.split(" ")
    return encoded_word.encode(value, room) if value else []


def _fold(start: str, words: list[str]) -> bytes:
    lines = [start]
    for index, word in enumerate(words):
        if index and len(lines[-1]) + 1 + len(word) > _WIDTH:
            lines.append("")
        lines[-1] += " " + word
    return ("\r\n".join(lines) + "\r\n").encode()
