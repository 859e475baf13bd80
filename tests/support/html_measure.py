"""What the view made of a message, read from its QTextDocument and not from the markup: text and its order, contrast, overlaps, overflow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPalette, QTextBlock, QTextCursor, QTextDocument, QTextFragment, QTextTable

from securemail_desktop.gui.html_view import HtmlView
from securemail_desktop.message.display.colour import Colour, contrast

_TOUCH = 3.0  # pixels by which lines of neighbours may reach into each other


@dataclass(frozen=True, slots=True)
class Measured:
    """`found` of the expected lines stand in the right order, `missing` nowhere; `extra` are characters that nobody expected."""

    expected: int
    found: int
    missing: tuple[str, ...]
    extra: int
    overflow: int
    contrast: float
    overlaps: int
    smallest: int


def measure(view: HtmlView, lines: Sequence[str]) -> Measured:
    """Measure the message that the view shows against the lines that a reader must see, in their order."""
    document = view.document()
    document.size()
    shown = _bare(view.toPlainText())
    found, missing = in_order(shown, lines)
    runs = [(fragment, ground) for block in blocks(document) for fragment, ground in fragments(block, view)]
    return Measured(
        expected=len(lines),
        found=found,
        missing=missing,
        extra=len(shown) - sum(len(_bare(line)) for line in lines),
        overflow=view.horizontalScrollBar().maximum(),
        contrast=min((contrast(_ink(fragment, view), ground) for fragment, ground in runs), default=21.0),
        overlaps=overlaps(document),
        smallest=min((fragment.charFormat().font().pixelSize() for fragment, _ in runs), default=0),
    )


def in_order(shown: str, lines: Sequence[str]) -> tuple[int, tuple[str, ...]]:
    """Return how many lines stand in the text behind the line before, and those that stand nowhere; white space does not count."""
    position, found, missing = 0, 0, []
    for line in lines:
        bare = _bare(line)
        place = shown.find(bare, position)
        if place >= 0:
            position, found = place + len(bare), found + 1
        elif bare not in shown:
            missing.append(line)
    return found, tuple(missing)


def blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def fragments(block: QTextBlock, view: HtmlView) -> Iterator[tuple[QTextFragment, Colour]]:
    """Yield the runs of text of a paragraph and what is painted behind each."""
    iterator = block.begin()
    while not iterator.atEnd():
        fragment = iterator.fragment()
        if fragment.text().strip("\u200b\u2060\ufffc\u2028 \xa0"):
            own = fragment.charFormat().background()
            yield fragment, _rgb(own.color()) if _paints(own) else _ground(block, view)
        iterator += 1  # type: ignore[operator]


def overlaps(document: QTextDocument) -> int:
    """Return how many pairs of paragraphs are painted over each other."""
    layout = document.documentLayout()
    rects = [layout.blockBoundingRect(block) for block in blocks(document) if block.text().strip("\u200b\u2060 ")]
    return sum(_overlap(one, other) for index, one in enumerate(rects) for other in rects[index + 1 :])


def _overlap(one: QRectF, other: QRectF) -> bool:
    shared = one.intersected(other)
    return shared.width() > _TOUCH and shared.height() > _TOUCH


def _ground(block: QTextBlock, view: HtmlView) -> Colour:
    cursor = QTextCursor(block)
    if _paints(block.blockFormat().background()):
        return _rgb(block.blockFormat().background().color())
    frame = cursor.currentFrame()
    while frame is not None:
        if isinstance(frame, QTextTable):
            cell = frame.cellAt(cursor)
            for brush in (cell.format().background(), frame.format().background()):
                if _paints(brush):
                    return _rgb(brush.color())
            cursor.setPosition(max(0, frame.firstPosition() - 1))
        frame = frame.parentFrame()
    return _rgb(view.palette().color(QPalette.ColorRole.Base))


def _ink(fragment: QTextFragment, view: HtmlView) -> Colour:
    brush = fragment.charFormat().foreground()
    return _rgb(brush.color()) if _paints(brush) else _rgb(view.palette().color(QPalette.ColorRole.Text))


def _paints(brush: QBrush) -> bool:
    return brush.style() != Qt.BrushStyle.NoBrush


def _rgb(color: QColor) -> Colour:
    return color.red(), color.green(), color.blue()


def _bare(text: str) -> str:
    return "".join(character for character in text if not character.isspace() and character not in "\u200b\u200c\u2060\u00ad\ufeff\u034f")
