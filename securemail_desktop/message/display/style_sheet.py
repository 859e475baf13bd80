"""The style sheets of a message, as far as mail needs them: rules for elements, classes and names, no conditions, nothing that loads.

The rules of `@media` are left out: they change a layout that is good without them. Selectors are matched by Lexbor; their number is bounded.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from selectolax.lexbor import LexborHTMLParser

_MOST_TEXT = 100_000
_MOST_SELECTORS = 400
_MOST_MATCHES = 50_000
_COMPOUND = r"(?:[a-zA-Z][a-zA-Z0-9]{0,15})?(?:[.#][a-zA-Z_][\w-]{0,60}){0,3}"
_SELECTOR = re.compile(rf"(?=[\w.#]){_COMPOUND}(?:(?: | ?> ?)(?=[\w.#]){_COMPOUND}){{0,2}}", re.ASCII)
_SPACE = re.compile(r"\s+")
_BRACE = re.compile(r"[{}]")
_IMPORTANT = re.compile(r"!\s*important")


def styles(html: str, tree: LexborHTMLParser) -> Mapping[int, tuple[str, str]]:
    """Return by node of the tree what the style sheets of the HTML declare: below and above the element's own style."""
    found: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    matches = 0
    for order, (selector, block) in enumerate(_rules(_sheets(html))):
        for node in tree.css(selector) if order < _MOST_SELECTORS and matches < _MOST_MATCHES else ():
            found[node.mem_id].append((_weight(selector), order, block))
            matches += 1
    return {node: _split([block for _, _, block in sorted(blocks)]) for node, blocks in found.items()}


def _sheets(html: str) -> str:
    """Return the text of all style sheets outside of conditional comments."""
    bare = _without(html, "<!--[if", "<![endif]-->")
    texts, lowered, position = [], bare.lower(), 0
    while (start := lowered.find("<style", position)) >= 0 and (begin := lowered.find(">", start)) >= 0:
        position = end if (end := lowered.find("</style", begin)) >= 0 else len(bare)
        texts.append(bare[begin + 1 : position])
    return _without("\n".join(texts)[:_MOST_TEXT].replace("<!--", "").replace("-->", ""), "/*", "*/")


def _without(text: str, opening: str, closing: str) -> str:
    """Return the text without what stands between two marks."""
    kept, position = [], 0
    while (start := text.find(opening, position)) >= 0:
        kept.append(text[position:start])
        end = text.find(closing, start)
        position = end + len(closing) if end >= 0 else len(text)
    return "".join([*kept, text[position:]])


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield single selectors with their declarations."""
    depth, start, head = 0, 0, ""
    for brace in _BRACE.finditer(sheet):
        if brace[0] == "{":
            head = sheet[start : brace.start()].rpartition(";")[2] if depth == 0 else head
            depth += 1
        else:
            if depth == 1 and not head.lstrip().startswith("@"):
                block = sheet[start : brace.start()]
                yield from ((selector, block) for part in head.split(",") if _SELECTOR.fullmatch(selector := _SPACE.sub(" ", part.strip())))
            depth = max(0, depth - 1)
        start = brace.end()


def _weight(selector: str) -> int:
    """Return the selector's specificity: names before classes before elements."""
    names, classes = selector.count("#"), selector.count(".")
    return 10_000 * names + 100 * classes + len(re.findall(r"(?:^|[ >])[a-zA-Z]", selector))


def _split(blocks: list[str]) -> tuple[str, str]:
    pieces = [piece for block in blocks for piece in block.split(";")]
    return ";".join(p for p in pieces if not _IMPORTANT.search(p)), ";".join(p for p in pieces if _IMPORTANT.search(p))
