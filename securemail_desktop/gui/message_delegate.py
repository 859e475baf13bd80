"""Paints a row of the message list: who and when, the subject beneath; unread is a dot and strong type, never colour alone."""

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from securemail_desktop.gui import message_words
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.message_model import MESSAGE_ROLE
from securemail_desktop.gui.row_delegate import END, WRAP_NONE, fonts
from securemail_desktop.session.mail_view import MessageView

PAD_X, PAD_Y, DOT, MARK, GAP, LINE_GAP = 14, 10, 8, 16, 10, 4
FLAG = "flag"

Index = QModelIndex | QPersistentModelIndex


class MessageDelegate(QStyledItemDelegate):
    """All rows have one height, so that a list of any length is laid out at once."""

    def __init__(self, look: Look, parent: QObject) -> None:
        """Paint with the look's tones; `place_of` tells of which folder a message is, and its role, which says whom rows name."""
        super().__init__(parent)
        self._look = look
        self.place_of: Callable[[MessageView], tuple[str, str]] = lambda _: ("", "")
        self._signs: dict[tuple[str, str, float], QPixmap] = {}

    def row_height(self, base: QFont) -> int:
        """Return the height of every row in pixels."""
        strong, small = fonts(base)
        return QFontMetrics(strong).height() + QFontMetrics(small).height() + LINE_GAP + 2 * PAD_Y

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002, N802 - Qt's signature
        """Return the size of every row."""
        return QSize(160, self.row_height(option.font))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row, or its outline until its page is here."""
        view: MessageView | None = index.data(MESSAGE_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, option)
        inner = option.rect.adjusted(PAD_X, PAD_Y, -PAD_X, -PAD_Y)
        if view is None:
            self._outline(painter, inner)
        else:
            self._message(painter, option, inner, view)
        painter.restore()

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        tones = self._look.tones
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if selected or focused:
            painter.setPen(QPen(QColor(tones.accent), 2) if focused else QPen(Qt.PenStyle.NoPen))
            painter.setBrush(QColor(tones.accent_wash) if selected else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(option.rect.adjusted(4, 1, -4, -1), 8, 8)
        else:
            painter.setPen(QColor(tones.line))
            painter.drawLine(option.rect.left() + PAD_X, option.rect.bottom(), option.rect.right() - PAD_X, option.rect.bottom())

    def _outline(self, painter: QPainter, inner: QRect) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._look.tones.raised))
        for number, share in enumerate((0.4, 0.7)):
            top = inner.top() + number * inner.height() // 2 + 3
            painter.drawRoundedRect(QRect(inner.left() + DOT + GAP, top, int(inner.width() * share), inner.height() // 2 - 8), 4, 4)

    def _message(self, painter: QPainter, option: QStyleOptionViewItem, inner: QRect, view: MessageView) -> None:
        strong, small = fonts(option.font)
        plain = QFont(strong)
        plain.setWeight(QFont.Weight.Normal)
        if not view.seen:
            small.setWeight(QFont.Weight.DemiBold)
            self._dot(painter, option, inner, QFontMetrics(strong).height())
        area = _at(option, inner, inner.adjusted(DOT + GAP, 0, 0, 0))
        upper = QRect(area.left(), area.top(), area.width(), QFontMetrics(strong).height())
        lower = QRect(area.left(), upper.bottom() + 1 + LINE_GAP, area.width(), QFontMetrics(small).height())
        rest = self._date(painter, option, upper, view, fonts(option.font)[1])
        place, role = self.place_of(view)
        self._text(painter, rest, message_words.who(view, role), plain if view.seen else strong, self._look.tones.ink)
        rest = self._marks(painter, option, lower, view)
        subject = f"{place} · {message_words.subject(view)}" if place else message_words.subject(view)
        self._text(painter, rest, subject, small, self._look.tones.muted if view.seen else self._look.tones.ink)

    def _dot(self, painter: QPainter, option: QStyleOptionViewItem, inner: QRect, line: int) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._look.tones.accent))
        painter.drawEllipse(_at(option, inner, QRect(inner.left(), inner.top() + (line - DOT) // 2, DOT, DOT)))

    def _date(self, painter: QPainter, option: QStyleOptionViewItem, line: QRect, view: MessageView, font: QFont) -> QRect:
        text = message_words.day(view.date, datetime.now(UTC))
        painter.setFont(font)
        painter.setPen(QColor(self._look.tones.muted if view.seen else self._look.tones.accent))
        painter.drawText(line, END, text)
        return _at(option, line, line.adjusted(0, 0, -QFontMetrics(font).horizontalAdvance(text) - GAP, 0))

    def _marks(self, painter: QPainter, option: QStyleOptionViewItem, line: QRect, view: MessageView) -> QRect:
        right = line.right() + 1
        for icon, _ in reversed(message_words.signs(view)):
            right -= MARK
            place = _at(option, line, QRect(right, line.top() + (line.height() - MARK) // 2, MARK, MARK))
            colour = self._look.tones.caution if icon == FLAG else self._look.tones.muted
            painter.drawPixmap(place, self._sign(icon, colour, painter.device().devicePixelRatio()))
            right -= 4
        return _at(option, line, QRect(line.left(), line.top(), right - line.left(), line.height()))

    def _sign(self, icon: str, colour: str, ratio: float) -> QPixmap:
        """Return a sign as a picture that is drawn once: six of them a row would be felt while one scrolls."""
        key = (icon, colour, ratio)
        if key not in self._signs:
            self._signs[key] = self._look.icon(icon, colour).pixmap(QSize(MARK, MARK), ratio)
        return self._signs[key]

    def _text(self, painter: QPainter, line: QRect, text: str, font: QFont, colour: str) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(line, WRAP_NONE, QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, line.width()))


def _at(option: QStyleOptionViewItem, within: QRect, place: QRect) -> QRect:
    return QStyle.visualRect(option.direction, within, place)
