"""The content of a draft as one MIME entity (RFC 2045-2049, 2183, 2231, 2387, 2392, 3676).

    text                          text/plain
    text and HTML                 multipart/alternative(text, HTML)
    HTML with its inline images   HTML becomes multipart/related(HTML, images)
    an invitation                 one more alternative of the text, so that mail programs offer to answer it (RFC 6047)
    attachments                   multipart/mixed(all of the above, attachments)

A body's text is followed by one line end that is not part of it; attachments are base64, octet by octet. Forwarded messages must not be encoded
(RFC 2046, 5.2.1): on the wire one that is not 7-bit goes as a file, unchanged, because its own signature covers its octets.
"""

import re
import secrets
from enum import IntEnum

from securemail_desktop.message import flowed, parameter, transfer
from securemail_desktop.message.draft import CONTENT_ID, Attachment, Draft
from securemail_desktop.message.errors import ComposeError

_BREAK = re.compile(r"\r\n?|\n")
_LONG_LINE = re.compile(r"[^\n]{79}")
_BINARY = "application/octet-stream"

Parameters = list[tuple[str, str]]


class Place(IntEnum):
    """Where an attachment stands in the message, in this order."""

    RELATED = 0
    INVITATION = 1
    MIXED = 2


def build(draft: Draft, *, for_wire: bool) -> bytes:
    """Return the draft's content; `for_wire` keeps to what the standards let pass relays, else types are kept as they are.

    Raise `ComposeError`.
    """
    try:
        related, invitations, mixed = ([item for item in draft.attachments if place(draft, item) is where] for where in Place)
        parts = [_bodies(draft, related, invitations, for_wire), *(_attached(attachment, for_wire) for attachment in mixed)]
    except UnicodeEncodeError as error:
        raise ComposeError("The text or a file name holds half a character.") from error
    return parts[0] if len(parts) == 1 else _multipart("mixed", parts)


def place(draft: Draft, attachment: Attachment) -> Place:
    """Return where the attachment stands: with the HTML body, which may show it by its Content-ID, as an invitation, or as a file."""
    if draft.html and attachment.inline and attachment.content_id:
        return Place.RELATED
    main, parameters = parameter.parse(attachment.content_type)
    plain = not (attachment.filename or attachment.content_id or attachment.inline)
    return Place.INVITATION if main == "text/calendar" and "method" in parameters and plain else Place.MIXED


def _bodies(draft: Draft, related: list[Attachment], invitations: list[Attachment], for_wire: bool) -> bytes:
    parts = [] if draft.html and not draft.text else [_plain(draft.text)]
    if draft.html:
        html = _text(draft.html, "html")
        files = [_attached(attachment, for_wire) for attachment in related]
        parts.append(_multipart("related", [html, *files], [("type", "text/html")]) if files else html)
    parts += (_invitation(attachment) for attachment in invitations)
    return parts[0] if len(parts) == 1 else _multipart("alternative", parts)


def _invitation(attachment: Attachment) -> bytes:
    encoding, body = transfer.encode_base64(attachment.content)
    return _part(*_type(attachment.content_type), encoding, body)


def _plain(text: str) -> bytes:
    text = _BREAK.sub("\n", text)
    lines = flowed.encode(text) if _LONG_LINE.search(text) else None
    return _text(text, "plain") if lines is None else _text(lines, "plain", [("format", "flowed"), ("delsp", "no")])


def _text(text: str, subtype: str, parameters: Parameters | None = None) -> bytes:
    encoding, body = transfer.encode_text((_BREAK.sub("\r\n", text) + "\r\n").encode())
    charset = "us-ascii" if text.isascii() else "utf-8"
    return _part(f"text/{subtype}", [("charset", charset), *(parameters or [])], encoding, body)


def _attached(attachment: Attachment, for_wire: bool) -> bytes:
    content_type, parameters = _type(attachment.content_type)
    encoding, body = transfer.encode_base64(attachment.content)
    if content_type.startswith("message/"):
        if transfer.is_7bit(attachment.content):
            encoding, body = "7bit", attachment.content
        elif for_wire:
            content_type, parameters = _BINARY, []
    extra = _field(
        "Content-Disposition",
        "inline" if attachment.inline else "attachment",
        [("filename", attachment.filename)] if attachment.filename else [],
    )
    return _part(content_type, parameters, encoding, body, extra + _content_id(attachment.content_id))


def _type(content_type: str) -> tuple[str, Parameters]:
    main, parameters = parameter.parse(content_type)
    if not parameter.TYPE.fullmatch(main) or main.startswith("multipart/"):
        return _BINARY, []
    return main, list(parameters.items())


def _content_id(content_id: str) -> str:
    if content_id and not CONTENT_ID.fullmatch(content_id):
        raise ComposeError("The Content-ID of an attachment is not valid.")
    return f"Content-ID: <{content_id}>\r\n" if content_id else ""


def _multipart(subtype: str, parts: list[bytes], parameters: Parameters | None = None) -> bytes:
    boundary = "=_" + secrets.token_hex(16)  # "=_" stands in no quoted-printable and no base64 text (RFC 2045, 6.7)
    delimiter = f"--{boundary}".encode()
    pieces = [piece for part in parts for piece in (delimiter, b"\r\n", part, b"\r\n")]  # joined once: a part may be large
    header = _field("Content-Type", f"multipart/{subtype}", [*(parameters or []), ("boundary", boundary)])
    return b"".join([f"{header}\r\n".encode(), *pieces, delimiter, b"--\r\n"])


def _part(content_type: str, parameters: Parameters, encoding: str, body: bytes, extra: str = "") -> bytes:
    header = _field("Content-Type", content_type, parameters) + f"Content-Transfer-Encoding: {encoding}\r\n{extra}\r\n"
    return header.encode("ascii") + body


def _field(name: str, value: str, parameters: Parameters) -> str:
    pieces = [value, *(piece for key, text in parameters for piece in parameter.format_parameter(key, text))]
    lines = [f"{name}: {pieces[0]}"]
    for piece in pieces[1:]:
        lines[-1] += ";"
        if len(lines[-1]) + len(piece) < 76:
            lines[-1] += " " + piece
        else:
            lines.append(" " + piece)
    return "\r\n".join(lines) + "\r\n"
