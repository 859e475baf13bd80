"""`mailto:` links, as browsers and other programs hand them over (RFC 6068).

Recipients, subject, text and the answered message are taken; whatever else a link names (a sender, a file to attach) is left out. A link comes from
a stranger: a header field that hides another one in a line break refuses the whole link.
"""

import re
from dataclasses import dataclass, replace
from urllib.parse import unquote_to_bytes

from securemail_desktop.message.address import parse_addresses
from securemail_desktop.message.draft import MESSAGE_ID, AddressField, Draft, Recipient
from securemail_desktop.message.errors import AddressError, ParseError

LARGEST = 64 * 1024  # characters; no program hands over more
_SCHEME = "mailto:"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_IN_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BREAK = re.compile(r"\r\n?")
_DAMAGED = "The link is damaged: write the message by hand."
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Mailto:
    """What a link asks for: recipients each once, `text` with line feeds, `in_reply_to` a Message-ID or empty."""

    recipients: tuple[Recipient, ...]
    subject: str = ""
    text: str = ""
    in_reply_to: str = ""

    def draft(self, empty: Draft) -> Draft:
        """Return an empty draft with everything that the link asks for."""
        return replace(empty, recipients=self.recipients, subject=self.subject, text=self.text, in_reply_to=self.in_reply_to)


def is_mailto(text: str) -> bool:
    """Say whether a text is meant as such a link."""
    return text[: len(_SCHEME)].lower() == _SCHEME


def parse_mailto(link: str) -> Mailto:
    """Return what the link asks for; raise `ParseError` with the reason."""
    if not is_mailto(link) or len(link) > LARGEST:
        raise ParseError("The link is no mail link, or it is too long: write the message by hand.")
    to, _, query = link[len(_SCHEME) :].partition("#")[0].partition("?")
    fields = _fields(query)
    named = [(AddressField.TO, _header(to)), *((field, _header(v)) for field in AddressField for name, v in fields if name == field.value)]
    recipients = {r.address.key: r for field, text in reversed(named) for r in _recipients(field, text)}
    answered = _header(_first(fields, "in-reply-to")).strip()
    return Mailto(
        recipients=tuple(sorted(recipients.values(), key=lambda r: list(AddressField).index(r.field))),
        subject=_header(_first(fields, "subject")),
        text=_IN_TEXT.sub(" ", _BREAK.sub("\n", _decoded(_first(fields, "body")))),
        in_reply_to=answered if MESSAGE_ID.fullmatch(answered) else "",
    )


def _fields(query: str) -> list[tuple[str, str]]:
    """Return names in lower case, and values that are still encoded."""
    pairs = (part.partition("=") for part in query.replace("&amp;", "&").split("&") if part)
    return [(_decoded(name).lower(), value) for name, _, value in pairs]


def _first(fields: list[tuple[str, str]], name: str) -> str:
    return next((value for key, value in fields if key == name), "")


def _recipients(field: AddressField, text: str) -> list[Recipient]:
    try:
        return [Recipient(address, field) for address in parse_addresses(text)] if text.strip() else []
    except AddressError as error:
        raise ParseError(f"The link names a recipient that is no mail address: {error}") from error


def _header(encoded: str) -> str:
    text = _decoded(encoded)
    if _CONTROL.search(text):
        raise ParseError("The link hides a line break in a field of the message, as attacks do, so it was not opened.")
    return text


def _decoded(encoded: str) -> str:
    try:
        text = unquote_to_bytes(encoded).decode("utf-8")
    except ValueError as error:
        raise ParseError(_DAMAGED) from error
    if _BAD_ESCAPE.search(encoded):
        raise ParseError(_DAMAGED)
    return text
