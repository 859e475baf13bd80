"""Paints a row of the sidebar: icon, name, and the count at its end; a heading is small and calm."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from securemail_desktop.gui.folder_model import PLACE_ROLE, Kind, Place
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.row_delegate import WRAP_NONE, fonts

PAD_X, PAD_Y, ICON, GAP = 16, 9, 20, 10
INDENT, TWIST, PAD_END = 14, 12, 10
MOST = 9999

Index = QModelIndex | QPersistentModelIndex


class FolderDelegate(QStyledItemDelegate):
    """Rows of folders and headings of accounts."""

    def __init__(self, look: Look, parent: QObject) -> None:
        """Paint with the look's tones."""
        super().__init__(parent)
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """Return the height of a line with its room; a heading has some air above."""
        place: Place = index.data(PLACE_ROLE)
        line = max(ICON, QFontMetrics(option.font).height())
        return QSize(80, line + 2 * PAD_Y + (8 if place.kind == Kind.HEADING else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        place: Place = index.data(PLACE_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if place.kind == Kind.HEADING:
            self._heading(painter, option, place)
        else:
            self._ground(painter, option, over=getattr(option.widget, "over", -1) == index.row())
            self._place(painter, option, place)
        painter.restore()

    def _heading(self, painter: QPainter, option: QStyleOptionViewItem, place: Place) -> None:
        _, small = fonts(option.font)
        small.setWeight(QFont.Weight.DemiBold)
        line = option.rect.adjusted(PAD_X, 12, -PAD_X, -2)
        self._text(painter, line, place.name, small, self._look.tones.muted)

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, *, over: bool) -> None:
        tones = self._look.tones
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if selected or focused or hovered or over:
            painter.setPen(QPen(QColor(tones.accent), 2) if focused or over else QPen(Qt.PenStyle.NoPen))
            painter.setBrush(QColor(tones.accent_wash if selected else tones.line))
            painter.drawRoundedRect(option.rect.adjusted(1, 1, -1, -1), 8, 8)

    def _place(self, painter: QPainter, option: QStyleOptionViewItem, place: Place) -> None:
        inner = QStyle.visualRect(option.direction, option.rect, option.rect.adjusted(PAD_X + place.depth * INDENT, 0, -PAD_END, 0))
        if place.is_open is not None:
            twist = "expanded" if place.is_open else mirrored("collapsed", option.direction)
            self._look.icon(twist, self._look.tones.muted).paint(painter, twist_rect(option, place))
        icon = QRect(inner.left(), inner.center().y() - ICON // 2 + 1, ICON, ICON)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        colour = self._look.tones.accent if selected else self._look.tones.ink
        self._look.icon(place.icon, colour).paint(painter, QStyle.visualRect(option.direction, inner, icon))
        font = QFont(option.font)
        if selected or (place.count and place.kind != Kind.DRAFTS):
            font.setWeight(QFont.Weight.DemiBold)
        room = self._count(painter, option, inner, place)
        name = inner.adjusted(ICON + GAP, 0, -room, 0)
        self._text(painter, QStyle.visualRect(option.direction, inner, name), place.name, font, self._look.tones.ink)

    def _count(self, painter: QPainter, option: QStyleOptionViewItem, inner: QRect, place: Place) -> int:
        """Paint the count and return the room that it takes."""
        if not place.count:
            return 0
        _, small = fonts(option.font)
        small.setWeight(QFont.Weight.DemiBold)
        text = str(place.count) if place.count <= MOST else f"{MOST}+"
        metrics, tones = QFontMetrics(small), self._look.tones
        width = max(metrics.horizontalAdvance(text) + 14, metrics.height() + 4)
        height = metrics.height() + 4
        pill = QRect(inner.right() + 1 - width, inner.center().y() - height // 2 + 1, width, height)
        pill = QStyle.visualRect(option.direction, inner, pill)
        if place.urgent:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tones.caution_wash))
            painter.drawRoundedRect(pill, height / 2, height / 2)
        painter.setFont(small)
        painter.setPen(QColor(tones.caution if place.urgent else tones.muted))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        return width + GAP

    def _text(
        self,
        painter: QPainter,
        line: QRect,
        text: str,
        font: QFont,
        colour: str,
    ) -> None:
        """Paint a name; of a long one the middle is left out, for its end tells folders apart."""
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(line, WRAP_NONE, QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideMiddle, line.width()))


def twist_rect(option: QStyleOptionViewItem, place: Place) -> QRect:
    """Return where a folder is opened and closed by a press."""
    rect = option.rect
    left = rect.left() + 2 + place.depth * INDENT
    return QStyle.visualRect(option.direction, rect, QRect(left, rect.center().y() - TWIST // 2 + 1, TWIST, TWIST))


def mirrored(icon: str, direction: Qt.LayoutDirection) -> str:
    """Return the icon that points towards what is inside."""
    return f"{icon}-rtl" if direction == Qt.LayoutDirection.RightToLeft else icon
