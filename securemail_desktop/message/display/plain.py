"""A plain text as markup: lines as they are, quoted ones toned, addresses of the web and of mail as links."""

import re
from collections.abc import Iterator
from dataclasses import replace

from securemail_desktop.message.display.colour import css, legible
from securemail_desktop.message.display.flow import BREAK, Block, Flow
from securemail_desktop.message.display.link import Link, read_link
from securemail_desktop.message.display.shown import Canvas, Shown

MAX_TEXT = 500_000  # characters
MAX_LINKS = 2_000
CUT = "This message is very long: only its beginning is shown."

_URL = re.compile(r"\b(?:https?://|mailto:|www\.)[^\s<>\"“”„«»]{1,2000}", re.IGNORECASE)
_TRAILING = ".,;:!?'’*_"
_QUOTED = re.compile(r"\s{0,3}>")
_BLOCK = Block(preformatted=True)

_Piece = tuple[str, Link | None]


def show_plain(text: str, canvas: Canvas, refusal: str = "") -> Shown:
    """Return the text as markup; what is longer than `MAX_TEXT` characters is cut, and said."""
    flow = Flow(canvas.scale)
    links: list[Link] = []
    tones = {True: f"color:{css(legible(canvas.muted, canvas.ground))}", False: ""}
    linked = f"color:{css(legible(canvas.link, canvas.ground))};text-decoration:underline"
    for line in text[:MAX_TEXT].split("\n"):
        for piece, link in _pieces(line or BREAK):
            is_link = link is not None and len(links) < MAX_LINKS
            flow.write(piece, linked if is_link else tones[bool(_QUOTED.match(line))], len(links) if is_link else -1, _BLOCK)
            links += [link] if link is not None and is_link else []
        flow.gap(0.0)
    return Shown(flow.markup(), tuple(links), refusal=refusal or (CUT if len(text) > MAX_TEXT else ""))


def _pieces(line: str) -> Iterator[_Piece]:
    position = 0
    for match in _URL.finditer(line):
        address = _trimmed(match[0])
        link = read_link(f"https://{address}" if address[:4].lower() == "www." else address)
        if link is not None:
            yield line[position : match.start()], None
            yield address, replace(link, text=address)
            position = match.start() + len(address)
    yield line[position:], None


def _trimmed(address: str) -> str:
    """Return an address without the punctuation of the sentence around it."""
    address = address.rstrip(_TRAILING)
    while address.endswith((")", "]")) and address.count("(") + address.count("[") < address.count(")") + address.count("]"):
        address = address[:-1].rstrip(_TRAILING)
    return address
