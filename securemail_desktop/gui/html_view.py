"""The one place where a stranger's HTML is shown: a text browser that loads nothing, goes nowhere and runs nothing.

It gets markup of our own making (`message.display`) that names pictures and links by number; whatever else it might ask for is one transparent
pixel. A link is only told: who listens shows its host, asks where it is doubtful, and opens it.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontInfo,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QMenu, QTextBrowser, QTextEdit, QToolTip, QWidget

from securemail_desktop.encryption.opened import Part
from securemail_desktop.gui import link_words, words
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.pictures import PictureReader, nothing
from securemail_desktop.gui.tones import LIGHT, Tones
from securemail_desktop.message.display.colour import Colour, read_colour
from securemail_desktop.message.display.flow import BREAK
from securemail_desktop.message.display.link import Link
from securemail_desktop.message.display.plain import show_plain
from securemail_desktop.message.display.shown import LINK, PICTURE, Canvas, Shown

ZOOMS = (0.5, 0.67, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)
MARGIN = 14.0
SETTLE_MS = 120
_BAND = 40  # pixels of width within which the layout stays
_WIDEST = 900.0


class HtmlView(QTextBrowser):
    """Shows one message's body. `link_activated` carries a `Link`, `link_hovered` what a status line shows of one (empty: none).

    `laid_out` follows whenever the text was laid out anew: offsets into it count no more.
    """

    link_activated = Signal(object)
    link_hovered = Signal(str)
    notice_changed = Signal(str)
    laid_out = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._look = look
        self._bodies: tuple[str, ...] = ()
        self._text = ""
        self._parts: dict[str, Part] = {}
        self._shown = Shown("")
        self._images: dict[str, QImage] = {}
        self._zoom = 1.0
        self._band = 0
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setCursorWidth(0)
        self.setAccessibleName("Message text")
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.anchorClicked.connect(self._activate)
        self.highlighted.connect(self._hover)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._fit)
        look.changed.connect(self._render)

    @property
    def notice(self) -> str:
        """Return what was left out, in words; empty where nothing was."""
        shown = self._shown
        pictures = f"{shown.remote} pictures from the internet are" if shown.remote > 1 else "A picture from the internet is"
        return " ".join(filter(None, [shown.refusal, f"{pictures} not shown." if shown.remote else ""]))

    @property
    def shown(self) -> Shown:
        """Return what was made of the message."""
        return self._shown

    @property
    def zoom(self) -> float:
        """Return the factor of all sizes, 1 at first."""
        return self._zoom

    def show_message(self, html: str | Sequence[str], text: str, parts: Sequence[Part]) -> None:
        """Show a message: its HTML bodies, each by itself, or its text where it has none; `parts` are its own pictures."""
        self._bodies = tuple(filter(None, (html,) if isinstance(html, str) else html))
        self._text = text
        self._parts = {part.content_id.strip("<> "): part for part in parts if part.content_id}
        self._render()
        self.verticalScrollBar().setValue(0)

    def set_zoom(self, zoom: float) -> None:
        """Show everything at this factor of its size."""
        self._zoom = max(ZOOMS[0], min(ZOOMS[-1], zoom))
        self._render()

    def step_zoom(self, steps: int) -> None:
        """Zoom in (steps above 0) or out."""
        place = min(range(len(ZOOMS)), key=lambda index: abs(ZOOMS[index] - self._zoom)) + steps
        self.set_zoom(ZOOMS[max(0, min(len(ZOOMS) - 1, place))])

    def link_at(self, point: QPoint) -> Link | None:
        """Return the link at a point of the viewport."""
        return self._link(QUrl(self.anchorAt(point)))

    def place_at_top(self) -> int:
        """Return the offset of the first character that is seen, in UTF-16 code units."""
        return self.cursorForPosition(QPoint(0, 0)).position() if self.verticalScrollBar().value() else 0

    def selected_text(self) -> str:
        """Return what is selected, as plain text."""
        text = self.textCursor().selectedText().replace("\u2029", "\n").replace("\u2028", "\n")
        return text.replace(BREAK, "").replace("\u2060", "")

    def mark_places(self, places: Sequence[tuple[int, int]], current: int, *, go: bool = True) -> None:
        """Mark (start, end) places of the text, in UTF-16 code units, and select the current one; go there as well, if wanted."""
        tones = LIGHT if self._shown.coloured else self._look.tones
        self.setExtraSelections([self._marked(place, tones) for number, place in enumerate(places) if number != current])
        if 0 <= current < len(places):
            self.setTextCursor(self._over(places[current]))
            if go:
                self._bring_into_sight()

    def loadResource(self, _type: int, name: QUrl | str) -> object:  # noqa: N802 - Qt's name
        """Return a picture of the message, or one transparent pixel: nothing is ever loaded from anywhere."""
        return self._images.get(name.toString() if isinstance(name, QUrl) else name, nothing())

    def doSetSource(self, _name: QUrl | str, _type: QTextDocument.ResourceType = QTextDocument.ResourceType.UnknownResource) -> None:  # noqa: N802
        """Go nowhere."""

    def createMimeDataFromSelection(self) -> QMimeData:  # noqa: N802 - Qt's name
        """Copy plain text only: what is pasted elsewhere is what was read."""
        data = QMimeData()
        data.setText(self.selected_text())
        return data

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom by Ctrl with plus, minus or zero; everything else is the text browser's."""
        steps = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}.get(Qt.Key(event.key()))
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier or (steps is None and event.key() != Qt.Key.Key_0):
            super().keyPressEvent(event)
        elif steps:
            self.step_zoom(steps)
        else:
            self.set_zoom(1.0)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom by the wheel with Ctrl."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.step_zoom((event.angleDelta().y() > 0) - (event.angleDelta().y() < 0))
            event.accept()
        else:
            super().wheelEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Offer to copy; Qt's own menu would copy the number of a link in place of its address."""
        link = self.link_at(self.viewport().mapFromGlobal(event.globalPos()))
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("&Copy", self.copy).setEnabled(self.textCursor().hasSelection())
        menu.addAction("Select &all", self.selectAll)
        if link:
            menu.addAction("Copy the &address of the link", lambda: QApplication.clipboard().setText(link.target))
        menu.popup(event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Show where a link leads, as plain text."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            link = self.link_at(event.pos())
            QToolTip.showText(event.globalPos(), words.tooltip(link_words.tip(link)) if link else "", self)
            return True
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Lay the message out anew when the width has changed and rests."""
        super().resizeEvent(event)
        if self._width_band() != self._band:
            self._settle.start()

    def _width_band(self) -> int:
        return self.viewport().width() // _BAND

    def _fit(self) -> None:
        if self._width_band() != self._band and self._bodies:
            self._render()

    def _render(self) -> None:
        self._band = self._width_band()
        place = self.place_at_top()
        self._shown = self._laid_out()
        self._images = self._read_pictures()
        tones = LIGHT if self._shown.coloured else self._look.tones
        self.setStyleSheet(f"QTextBrowser {{ background: {tones.surface}; color: {tones.ink}; }}")
        document = self.document()
        font = self.font()
        font.setPixelSize(max(1, round(self._size() * self._zoom)))
        document.setDefaultFont(font)
        document.setDocumentMargin(MARGIN)
        document.setBaseUrl(QUrl())
        self.setHtml(self._shown.markup)
        self._return_to(place)
        self.notice_changed.emit(self.notice)
        self.laid_out.emit()

    def _return_to(self, place: int) -> None:
        """Show at the top the line of a character, where another layout has put it."""
        if not place:
            return
        document, bar = self.document(), self.verticalScrollBar()
        document.documentLayout().documentSize()  # lays all of it out, so that the bar knows its length
        cursor = QTextCursor(document)
        cursor.setPosition(min(place, document.characterCount() - 1))
        bar.setValue(bar.value() + self.cursorRect(cursor).top())

    def _marked(self, place: tuple[int, int], tones: Tones) -> QTextEdit.ExtraSelection:
        mark = QTextEdit.ExtraSelection()
        form = QTextCharFormat()
        form.setBackground(QColor(tones.caution_wash))
        form.setForeground(QColor(tones.ink))
        form.setFontUnderline(True)  # the ground is not the only sign
        mark.cursor, mark.format = self._over(place), form
        return mark

    def _over(self, place: tuple[int, int]) -> QTextCursor:
        cursor = QTextCursor(self.document())
        last = self.document().characterCount() - 1
        cursor.setPosition(min(place[0], last))
        cursor.setPosition(min(place[1], last), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _bring_into_sight(self) -> None:
        """Scroll so that what is selected stands in the upper third, unless it is seen well already."""
        rect, height = self.cursorRect(), self.viewport().height()
        if rect.top() < 0 or rect.bottom() > height * 0.9:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + rect.top() - height // 3)

    def _laid_out(self) -> Shown:
        canvas = _canvas(self._look.tones, (self.viewport().width() - 2 * MARGIN) / self._zoom, self._size(), self._zoom)
        if not self._bodies:
            return show_plain(self._text, canvas)
        from securemail_desktop.message.display.html import show_html  # noqa: PLC0415 - no start waits for it

        return show_html(self._bodies, self._text, canvas, frozenset(self._parts))

    def _size(self) -> float:
        return float(QFontInfo(QApplication.font()).pixelSize())

    def _read_pictures(self) -> dict[str, QImage]:
        reader, images = PictureReader(), {}
        for number, picture in enumerate(self._shown.pictures):
            part = self._parts.get(picture.content_id)
            image = reader.read(picture.content or (part.content if part else b""))
            if image is not None:
                images[f"{PICTURE}{number}"] = self._fitted(image)
        return images

    def _fitted(self, image: QImage) -> QImage:
        room = max(1, self.viewport().width() - round(4 * MARGIN))
        if image.width() <= room:
            return image
        dots = min(image.width(), round(self.devicePixelRatioF() * room))
        fitted = image.scaledToWidth(dots, Qt.TransformationMode.SmoothTransformation)
        fitted.setDevicePixelRatio(dots / room)
        return fitted

    def _link(self, url: QUrl) -> Link | None:
        scheme, _, number = url.toString().partition(":")
        links = self._shown.links
        return links[int(number)] if f"{scheme}:" == LINK and number.isdigit() and int(number) < len(links) else None

    def _activate(self, url: QUrl) -> None:
        if link := self._link(url):
            self.link_activated.emit(link)

    def _hover(self, url: QUrl) -> None:
        link = self._link(url)
        self.link_hovered.emit(link_words.tip(link).partition("\n")[0] if link else "")


def _canvas(tones: Tones, width: float, size: float, scale: float) -> Canvas:
    return Canvas(
        _colour(tones.surface),
        _colour(tones.ink),
        _colour(tones.muted),
        _colour(tones.accent),
        max(200.0, min(_WIDEST, width)),
        size,
        scale,
    )


def _colour(text: str) -> Colour:
    return read_colour(text) or (0, 0, 0)
