"""Bounds that are measured before a stranger's HTML reaches a parser or the window: what lies beyond them is shown as plain text.

QTextDocument lays every nested table out twice (20 levels in 301 bytes take 10 s), allocates what `colspan` asks for, and is quadratic in the
length of a word and in the formats of a paragraph. nh3 is quadratic in depth and in the attributes of one element. Counting needs no tree, and
counts from above: a mistake shows plain text and never freezes the window.
"""

import re
from collections import Counter
from collections.abc import Sequence

MAX_SOURCE = 20_000_000  # characters with the pictures that stand in the text as data
MAX_MARKUP = 500_000  # characters without them
MAX_TABLES = 12  # levels
MAX_SPAN = 100  # columns or rows of one cell
MAX_CELLS = 5_000  # places in all grids: cells times their spans
MAX_DEPTH = 250  # elements in one another; real mail has up to 100
MAX_TAGS = 20_000  # tags that open or close
MAX_SIEVED_TAGS = 30_000  # the same behind the sieve, which closes what was left open and opens again what was closed out of order
MAX_ATTRIBUTES = 300  # of one element
MAX_WORK = 2_500_000  # about a second of QTextDocument's layout: characters, doubled for each table around them
MAX_WORD = 500  # characters without a place to break
MAX_FORMATS = 1_500  # changes of format in one paragraph
MAX_PICTURES = 200

TOO_LARGE = "This message is too large to be shown with its layout, so its text is shown."
TOO_DEEP = "The layout of this message is too deeply nested to be shown, so its text is shown."
TOO_MANY_CELLS = "The tables of this message are too large to be shown, so its text is shown."
TOO_SLOW = "The layout of this message would take too long to show, so its text is shown."

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,30})")
_LONG_TAG = re.compile(r"<[^<>]{600,}")
_CELL = re.compile(r"<t[dh][\s/>]([^<>]{0,2000})", re.IGNORECASE)
_SPAN = re.compile(r"(?:col|row)span\s{0,20}=\s{0,20}[\"']?\s{0,20}\+?0{0,20}(\d+)", re.IGNORECASE)
_UNCOUNTED = re.compile("p|li|d[dt]|option|t(?:[dhr]|body|head|foot)|br|img|hr|input|meta|link|area|base|col|embed|source|track|wbr")


def excess(bodies: Sequence[str]) -> str:
    """Return why these HTML bodies are not laid out, as a sentence; empty where nothing speaks against it. In linear time."""
    if sum(map(len, bodies)) > MAX_MARKUP or tags(bodies) > MAX_TAGS:
        return TOO_LARGE
    if any(_too_deep(body) or any(len(tag.split()) > MAX_ATTRIBUTES for tag in _LONG_TAG.findall(body)) for body in bodies):
        return TOO_DEEP
    return TOO_MANY_CELLS if _too_many_cells(" ".join(bodies)) else ""


def tags(bodies: Sequence[str]) -> int:
    """Return how many tags there are at most."""
    return sum(body.count("<") for body in bodies)


def _too_deep(html: str) -> bool:
    open_tags: Counter[str] = Counter()
    depth = 0
    for closing, name in _TAG.findall(html):
        tag = name.lower()
        if _UNCOUNTED.fullmatch(tag) or (closing and not open_tags[tag]):
            continue
        step = -1 if closing else 1
        open_tags[tag] += step
        depth += step
        if depth > MAX_DEPTH or open_tags["table"] > MAX_TABLES:
            return True
    return False


def _too_many_cells(html: str) -> bool:
    places = 0
    for attributes in _CELL.findall(html):
        spans = [int(digits[:9]) for digits in _SPAN.findall(attributes)]
        if any(span > MAX_SPAN for span in spans):
            return True
        places += max(spans, default=1) * (min(spans) if len(spans) > 1 else 1)
    return places > MAX_CELLS
