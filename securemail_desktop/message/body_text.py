"""The octets of a text part as text with line feeds: its charset, HTML's own word on it, flowed lines (RFC 2046, 4.1; RFC 3676)."""

import re
from collections.abc import Mapping

from securemail_desktop.message import charset, flowed

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_BREAK = re.compile(r"\r\n?")


def body_text(content: bytes, media_type: str, parameters: Mapping[str, str]) -> str:
    """Return the text without the one line end that closes it; `parameters` are those of Content-Type, names in small letters."""
    label = parameters.get("charset", "").split(" ")[0]
    if not label and media_type == "text/html" and (meta := _META_CHARSET.search(content[:2048])):
        label = meta[1].decode("ascii", "replace")
    read = charset.decode_file if b"\x00" in content else charset.decode
    text = _BREAK.sub("\n", read(content, label)).removesuffix("\n")
    if media_type == "text/plain" and parameters.get("format", "").lower() == "flowed":
        return flowed.decode(text, parameters.get("delsp", "").lower() == "yes")
    return text
