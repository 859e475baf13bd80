"""HTML to lines of text without losing content: blocks, table rows with a tab between cells, links with their address, texts of images.

Text that no reader sees (hidden elements, tooltips, titles, comments, scripts, style sheets) is kept apart: it goes on the wire like all the rest.
Parsed by Lexbor as browsers do (HTML Living Standard); where its time would be quadratic (depth, attributes), tags are cut out instead.
"""

import re
from collections import Counter
from dataclasses import dataclass
from html import unescape

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from securemail_desktop.message.text.concealed import ENDED, TURNED
from securemail_desktop.message.text.html_lines import LineWriter
from securemail_desktop.message.text.html_style import Attributes, Style, inherit
from securemail_desktop.message.text.passage import Line, PassageKind

_MAX_DEPTH = 2_000
_MAX_ATTRIBUTES = 1_000
_LONG_TAG = re.compile(r"<[^<>]{5000,}")
_NOT_TEXT = frozenset({"script", "style"})
_GONE = frozenset({"template", "title"})
_PARAGRAPH = re.compile("p|h[1-6]|table|[uod]l|blockquote|pre")
_BLOCK = re.compile(
    "address|article|aside|body|caption|center|dd|details|dialog|div|dt|fieldset|fig(?:caption|ure)|footer|form|header|hr|legend|li|main|nav"
    "|opt(?:group|ion)|section|select|summary|t(?:body|extarea|foot|head|itle)|template"
)
_UNCOUNTED = re.compile("p|li|d[dt]|option|t(?:[dhr]|body|head|foot)|br|img|hr|input|meta|link|area|base|col|embed|source|track|wbr")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,30})")
_MARKUP = re.compile(r"<[^<>]*>")
_CONDITIONAL = re.compile(r"\[if [^\]]*\]>(.*?)(?:<!\[endif\])?\Z", re.DOTALL)
_NESTING = re.compile("<!--|srcdoc|<template", re.IGNORECASE)
_WRITTEN_BY_STYLE = re.compile(r"""\bcontent\s*:\s*(?:"([^"\n]{2,})"|'([^'\n]{2,})')""")
_LINK_NOISE = re.compile(r"^(?:mailto:|tel:|https?://)|/$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HtmlText:
    """The lines that a reader sees, each with its kind, and those that he does not, all of kind HIDDEN."""

    visible: tuple[Line, ...]
    hidden: tuple[Line, ...]


def html_text(html: str) -> HtmlText:
    """Return the text of an HTML document or fragment; never fails, in time linear in its length."""
    if _is_too_deep(html) or any(len(tag.split()) > _MAX_ATTRIBUTES for tag in _LONG_TAG.findall(html)):
        return HtmlText(tuple(Line(unescape(piece)) for piece in _MARKUP.sub("\n", html).split("\n") if piece.strip()), ())
    walk = _Walk("<style" in html.lower())
    node = LexborHTMLParser(html.encode("utf-8", "replace").decode(), options=LexborDocumentOptions.WO_EVENTS).root
    while node is not None and node.prev is not None:  # comments may stand before the root element
        node = node.prev
    while node is not None:
        walk.run(node)
        node = node.next
    return HtmlText(walk.visible.lines(), walk.hidden.lines())


def _is_too_deep(html: str) -> bool:
    """Return whether elements nest so deeply that the parser would need quadratic time; counted from above."""
    open_tags: Counter[str] = Counter()
    depth = 0
    for closing, name in _TAG.findall(html):
        tag = name.lower()
        if _UNCOUNTED.fullmatch(tag) or (closing and not open_tags[tag]):
            continue
        step = -1 if closing else 1
        open_tags[tag] += step
        depth += step
        if depth > _MAX_DEPTH:
            return True
    return False


class _Walk:
    """One walk over the tree, without recursion: each step enters or leaves an element."""

    def __init__(self, has_style_sheet: bool) -> None:
        self.visible = LineWriter()
        self.hidden = LineWriter()
        self._has_style_sheet = has_style_sheet

    def run(self, root: LexborNode) -> None:
        stack: list[tuple[LexborNode, Style, bool]] = [(root, Style(), True)]
        while stack:
            node, style, entering = stack.pop()
            if not entering:
                self._leave(node, style)
            elif node.is_text_node:
                self._write(node.text_content or "", style)
            elif node.is_comment_node:
                self._comment(node.comment_content or "")
            elif node.is_element_node and node.tag in _NOT_TEXT:
                self._code(node.text())
            elif node.is_element_node:
                style = self._enter(node, style)
                stack.append((node, style, False))
                stack += reversed([(child, style, True) for child in _children(node)])

    def _writer(self, style: Style) -> LineWriter:
        return self.hidden if style.hidden else self.visible

    def _enter(self, node: LexborNode, outer: Style) -> Style:
        tag, attributes = node.tag or "", node.attributes
        if tag == "bdo" and attributes.get("dir") == "rtl":
            self._write(TURNED, outer)
        style = inherit(outer, tag, attributes, self._has_style_sheet)
        if tag in _GONE or (tag == "input" and attributes.get("type") == "hidden"):
            style = inherit(style, tag, {"hidden": ""}, self._has_style_sheet)
        self._break(tag, style)
        self._attribute_texts(node, attributes, style)
        return style

    def _leave(self, node: LexborNode, style: Style) -> None:
        tag, address = node.tag or "", node.attributes.get("href")
        if tag == "bdo":
            self._write(ENDED, style)
        if tag == "a" and address and not address.startswith("#") and _bare(address) != _bare(node.text()):
            self._write(f" <{address.strip()}>", style)
        if tag not in {"br", "td", "th"}:
            self._break(tag, style)

    def _write(self, text: str, style: Style) -> None:
        self._writer(style).write(text, PassageKind.HIDDEN if style.hidden else style.kind, style.preformatted)

    def _break(self, tag: str, style: Style) -> None:
        writer = self._writer(style)
        if tag == "br":
            writer.line_break()
        elif tag == "tr":
            writer.row()
        elif tag in {"td", "th"}:
            writer.cell()
        elif _PARAGRAPH.fullmatch(tag):
            writer.block(gap=True)
        elif _BLOCK.fullmatch(tag):
            writer.block()

    def _attribute_texts(self, node: LexborNode, attributes: Attributes, style: Style) -> None:
        """Write the texts that are no children: beside the element what it shows, apart what it does not."""
        tag = node.tag
        for name in ("alt", "value", "placeholder"):
            if (text := attributes.get(name)) and tag in {"img", "area", "input", "button"}:
                self._write(f" {text} ", style)
        for name in ("title", "aria-label", "summary", *(name for name in attributes if name.startswith("data-"))):
            if text := attributes.get(name):
                self._apart(text)
        if tag == "meta" and (text := attributes.get("content")):
            self._apart(text)
        if source := attributes.get("srcdoc"):
            self._apart_html(source)
        if tag == "template":
            self._apart_html((node.html or "").partition(">")[2])

    def _comment(self, text: str) -> None:
        if match := _CONDITIONAL.match(text):
            self._apart_html(match[1])
        elif not text.startswith(("[if", "<![endif", "[endif")):
            self._apart(text)

    def _code(self, text: str) -> None:
        """Write a script, and a style sheet that has no rules: of one that has some only the text that it puts on the page."""
        if not ("{" in text and "}" in text):
            self._apart(text)
        else:
            self._apart("\n".join(double or single for double, single in _WRITTEN_BY_STYLE.findall(text)))

    def _apart(self, text: str) -> None:
        self.hidden.block()
        self.hidden.write(text, PassageKind.HIDDEN)
        self.hidden.block()

    def _apart_html(self, html: str) -> None:
        """Write the text of markup inside markup; what nests deeper is written as it is."""
        inner = _MARKUP.sub(" ", html) if _NESTING.search(html) else html
        text = html_text(inner)
        for line in (*text.visible, *text.hidden):
            self._apart(line.text)


def _children(node: LexborNode) -> list[LexborNode]:
    children, child = [], node.first_child
    while child is not None:
        children.append(child)
        child = child.next
    return children


def _bare(address: str) -> str:
    return _LINK_NOISE.sub("", address.strip()).lower()
