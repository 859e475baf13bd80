"""Paints a row of a list: an icon, a heading with a time at its end, the state in its tone, and the reason beneath, wrapped."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from securemail_desktop.gui.look import SMALL, Look
from securemail_desktop.gui.tones import Tone

ROW_ROLE = Qt.ItemDataRole.UserRole + 2
PAD_X, PAD_Y, ICON, GAP, LINE_GAP = 18, 12, 20, 12, 3
WRAP = int(Qt.TextFlag.TextWordWrap.value) | int(Qt.AlignmentFlag.AlignLeading.value)

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Row:
    """What is painted: `lead` in its tone, then `detail`; `aside` is a time or empty; `detail_lines` the most lines of the detail.

    `short` stands for a heading that does not fit: an address is never cut for the sake of a name.
    """

    icon: str
    tone: Tone
    heading: str
    aside: str
    lead: str
    detail: str
    detail_lines: int = 3
    short: str = ""


class RowDelegate(QStyledItemDelegate):
    """Rows of messages and of receipts."""

    def __init__(self, look: Look, parent: QObject, inset: int = PAD_X) -> None:
        """Paint with the look's tones, `inset` pixels from both sides."""
        super().__init__(parent)
        self._look = look
        self._inset = inset

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """Return the height that heading, state and reason need at the view's width."""
        row: Row = index.data(ROW_ROLE)
        view = option.widget
        width = view.viewport().width() if isinstance(view, QAbstractItemView) else option.rect.width()
        strong, small = fonts(option.font)
        text = max(60, width - 2 * self._inset - ICON - GAP)
        height = QFontMetrics(strong).height() + QFontMetrics(small).height() + LINE_GAP
        if row.detail:
            height += LINE_GAP + self._detail_height(QFontMetrics(small), row, text)
        return QSize(160, height + 2 * PAD_Y)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        row: Row = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, option)
        inner = option.rect.adjusted(self._inset, PAD_Y, -self._inset, -PAD_Y)
        icon = QStyle.visualRect(option.direction, inner, QRect(inner.left(), inner.top(), ICON, ICON))
        self._look.tone_icon(row.icon, row.tone).paint(painter, icon)
        self._texts(painter, option, inner, row)
        painter.restore()

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        tones = self._look.tones
        if option.state & QStyle.StateFlag.State_Selected:
            focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
            painter.setPen(QPen(QColor(tones.accent), 2) if focused else QPen(Qt.PenStyle.NoPen))
            painter.setBrush(QColor(tones.accent_wash))
            painter.drawRoundedRect(option.rect.adjusted(6, 2, -6, -2), 10, 10)

    def _texts(self, painter: QPainter, option: QStyleOptionViewItem, inner: QRect, row: Row) -> None:
        strong, small = fonts(option.font)
        upper, lower = QFontMetrics(strong), QFontMetrics(small)
        area = QStyle.visualRect(option.direction, inner, inner.adjusted(ICON + GAP, 0, 0, 0))
        aside = lower.horizontalAdvance(row.aside) + GAP if row.aside else 0
        top = QRect(area.left(), area.top(), area.width(), upper.height())
        painter.setFont(strong)
        painter.setPen(QColor(self._look.tones.ink))
        heading = QStyle.visualRect(option.direction, top, top.adjusted(0, 0, -aside, 0))
        fits = upper.horizontalAdvance(row.heading) <= heading.width() or not row.short
        shown, mode = (row.heading, Qt.TextElideMode.ElideRight) if fits else (row.short, Qt.TextElideMode.ElideMiddle)
        painter.drawText(heading, WRAP_NONE, upper.elidedText(shown, mode, heading.width()))
        painter.setFont(small)
        painter.setPen(QColor(self._look.tones.muted))
        painter.drawText(top, END, row.aside)
        second = QRect(area.left(), top.bottom() + 1 + LINE_GAP, area.width(), lower.height())
        painter.setPen(QColor(self._look.tones.ink_of(row.tone)))
        painter.drawText(second, WRAP_NONE, lower.elidedText(row.lead, Qt.TextElideMode.ElideRight, second.width()))
        if row.detail:
            third = QRect(area.left(), second.bottom() + 1 + LINE_GAP, area.width(), self._detail_height(lower, row, area.width()))
            painter.setPen(QColor(self._look.tones.muted))
            painter.drawText(third, WRAP, shortened(row.detail, lower, third.size()))

    def _detail_height(self, metrics: QFontMetrics, row: Row, width: int) -> int:
        wanted = metrics.boundingRect(QRect(0, 0, width, 10_000), WRAP, row.detail).height()
        return min(wanted, metrics.lineSpacing() * row.detail_lines)


WRAP_NONE = int(Qt.AlignmentFlag.AlignLeading.value) | int(Qt.AlignmentFlag.AlignVCenter.value) | int(Qt.TextFlag.TextSingleLine.value)
END = int(Qt.AlignmentFlag.AlignTrailing.value) | int(Qt.AlignmentFlag.AlignVCenter.value) | int(Qt.TextFlag.TextSingleLine.value)


def shortened(text: str, metrics: QFontMetrics, room: QSize) -> str:
    """Return as many words of a text as fit into the room in pixels, with an ellipsis where some are left out."""
    place = QRect(0, 0, room.width(), 10_000)
    shown = text
    while metrics.boundingRect(place, WRAP, shown).height() > room.height() and " " in shown:
        shown = f"{shown.removesuffix('…').rpartition(' ')[0]}…"
    return shown


def fonts(base: QFont) -> tuple[QFont, QFont]:
    """Return the fonts of heading and text."""
    strong, small = QFont(base), QFont(base)
    strong.setWeight(QFont.Weight.DemiBold)
    small.setPointSizeF(base.pointSizeF() * SMALL)
    return strong, small
