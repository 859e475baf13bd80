"""A plain text as markup: lines as they are, quoted ones toned, addresses of the web and of mail as links."""

import re
from collections.abc import Iterator
from dataclasses import replace

from securemail_desktop.message.display.colour import css, legible
from securemail_desktop.message.display.flow import BREAK, Block, Flow
from securemail_desktop.message.display.link import Link, read_link
from securemail_desktop.message.display.shown import Canvas, Shown

MAX_TEXT = 200_000  # characters
MAX_LINES = 10_000
MAX_LINKS = 2_000
CUT = "This message is very long: only its beginning is shown."

_URL = re.compile(r"\b(?:https?://|mailto:|www\.)[^\s<>\"“”„«»]{1,2000}", re.IGNORECASE)
_TRAILING = ".,;:!?'’*_"
_QUOTED = re.compile(r"\s{0,3}>")
_BLOCK = Block(preformatted=True)

_Piece = tuple[str, Link | None]


def show_plain(text: str, canvas: Canvas, refusal: str = "") -> Shown:
    """Return the text as markup; what is longer than `MAX_TEXT` characters or `MAX_LINES` lines is cut, and said."""
    flow = Flow(canvas.scale)
    links: list[Link] = []
    tones = {True: f"color:{css(legible(canvas.muted, canvas.ground))}", False: ""}
    linked = f"color:{css(legible(canvas.link, canvas.ground))};text-decoration:underline"
    lines = text[:MAX_TEXT].split("\n")
    cut = len(text) > MAX_TEXT or len(lines) > MAX_LINES
    for line in lines[:MAX_LINES]:
        for piece, link in _pieces(line or BREAK):
            is_link = link is not None and len(links) < MAX_LINKS
            flow.write(piece, linked if is_link else tones[bool(_QUOTED.match(line))], len(links) if is_link else -1, _BLOCK)
            links += [link] if link is not None and is_link else []
        flow.gap(0.0)
    return Shown(flow.markup(), tuple(links), refusal=refusal or (CUT if cut else ""))


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
    bare = address.rstrip(_TRAILING)
    return (
        bare.rstrip(_TRAILING + ")]") if not re.search(r"[(\[]", bare) else bare.removesuffix("))") + ")" if bare.endswith("))") else bare
    )
