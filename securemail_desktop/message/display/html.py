"""A stranger's HTML as what the window may show: measured, sieved by nh3, laid out anew in markup of our own, measured again.

Each body is shown by itself: an attribute or element that one leaves open ends with it, so that no part takes in another (EFAIL).
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from securemail_desktop.message.display import limits
from securemail_desktop.message.display.clean import clean, take_pictures
from securemail_desktop.message.display.colour import WHITE, contrast
from securemail_desktop.message.display.plain import show_plain
from securemail_desktop.message.display.shown import Canvas, Picture, Shown
from securemail_desktop.message.display.walk import Walk
from securemail_desktop.message.text.html import html_text

_GROUND = re.compile("background|bgcolor", re.IGNORECASE)
_DARK = 3.0  # contrast of white on a ground that is not light


def show_html(bodies: Sequence[str], text: str, canvas: Canvas, content_ids: frozenset[str] = frozenset()) -> Shown:
    """Return HTML bodies as markup, one below the other; `text`, or theirs where there is none, if they are too much for the window.

    `content_ids` are the pictures that came with the message. Never fails, in time linear in the length.
    """
    bodies = [body.encode("utf-8", "replace").decode() for body in bodies]
    refusal = limits.TOO_LARGE if sum(map(len, bodies)) > limits.MAX_SOURCE else ""
    shown = Shown("", refusal=refusal) if refusal else _laid_out(bodies, canvas, content_ids)
    return show_plain(text or text_of(bodies), canvas, shown.refusal) if shown.refusal else shown


def text_of(bodies: Sequence[str]) -> str:
    """Return the text that a reader of the bodies sees."""
    return "\n".join(line.text for body in bodies for line in html_text(body[: limits.MAX_MARKUP]).visible)


def _laid_out(bodies: Sequence[str], canvas: Canvas, content_ids: frozenset[str]) -> Shown:
    taken = take_pictures(bodies)
    if refusal := limits.excess(taken.bodies):
        return Shown("", refusal=refusal)
    cleaned = [clean(body) for body in taken.bodies]
    if limits.tags(cleaned) > limits.MAX_SIEVED_TAGS:
        return Shown("", refusal=limits.TOO_SLOW)
    known = content_ids | taken.pictures.keys()
    has_style_sheet = any("<style" in body.lower() for body in bodies)
    light = contrast(WHITE, canvas.ground) < _DARK or not any(_GROUND.search(body) for body in taken.bodies)
    walk = Walk(canvas if light else _paper(canvas), known, has_style_sheet, paints=True)
    flow = walk.run(cleaned, taken.bodies)
    if not light and not walk.coloured:
        walk = Walk(canvas, known, has_style_sheet, paints=False)
        flow = walk.run(cleaned, taken.bodies)
    if flow.work > limits.MAX_WORK:
        return Shown("", refusal=limits.TOO_SLOW)
    pictures = tuple(Picture(name, taken.pictures.get(name, b"")) for name in walk.pictures)
    return Shown(flow.markup(), walk.links, pictures, walk.remote, "", walk.coloured, walk.hidden)


def _paper(canvas: Canvas) -> Canvas:
    return replace(Canvas(), width=canvas.width, size=canvas.size, scale=canvas.scale)
