"""Paints a recipient as a chip of two lines: who he is, and what will happen to his copy, with the icon of the outcome."""

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from securemail_desktop.gui import words
from securemail_desktop.gui.look import SMALL, Look
from securemail_desktop.gui.recipient_model import CHIP_ROLE, Chip

PAD, GAP, ICON, CROSS, MARGIN, RADIUS, WIDEST = 10, 8, 18, 14, 3, 9, 520

Index = QModelIndex | QPersistentModelIndex


class ChipDelegate(QStyledItemDelegate):
    """Chips of a recipient field; `removal` is emitted with the row whose cross was clicked."""

    removal = Signal(int)

    def __init__(self, look: Look, parent: QObject) -> None:
        """Paint with the look's tones."""
        super().__init__(parent)
        self._look = look
        self.widest = WIDEST

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """Return the size that both lines need, at most the field's width."""
        chip: Chip = index.data(CHIP_ROLE)
        strong, small = _fonts(option.font)
        text = max(QFontMetrics(strong).horizontalAdvance(words.person(chip.address)), QFontMetrics(small).horizontalAdvance(chip.line))
        width = 2 * (PAD + MARGIN) + ICON + GAP + text + GAP + CROSS + 2
        height = 2 * (7 + MARGIN) + QFontMetrics(strong).height() + QFontMetrics(small).height()
        return QSize(min(width, self.widest), height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the chip: a border shows the keyboard's place."""
        chip: Chip = index.data(CHIP_ROLE)
        tones = self._look.tones
        box = option.rect.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        current = bool(option.state & QStyle.StateFlag.State_Selected) and bool(option.state & QStyle.StateFlag.State_Active)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tones.accent), 2) if current else QPen(Qt.PenStyle.NoPen))
        painter.setBrush(QColor(tones.wash_of(chip.tone)))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        icon = _mirror(QRect(box.left() + PAD, box.center().y() - ICON // 2, ICON, ICON), box, option.direction)
        self._look.tone_icon(chip.icon, chip.tone).paint(painter, icon)
        self._look.icon("close", tones.muted).paint(painter, _cross(option))
        self._lines(painter, option, box, chip)
        painter.restore()

    def editorEvent(  # noqa: N802 - Qt's name
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Remove the recipient when his cross is clicked."""
        if (
            isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonRelease
            and self._hit(event.position().toPoint(), option)
        ):
            self.removal.emit(index.row())
            return True
        return super().editorEvent(event, model, option, index)

    def _hit(self, point: QPoint, option: QStyleOptionViewItem) -> bool:
        return _cross(option).adjusted(-6, -12, 6, 12).contains(point)

    def _lines(self, painter: QPainter, option: QStyleOptionViewItem, box: QRect, chip: Chip) -> None:
        strong, small = _fonts(option.font)
        area = box.adjusted(PAD + ICON + GAP, 7, -(PAD + CROSS + GAP), -7)
        area = _mirror(area, box, option.direction)
        upper, lower = QFontMetrics(strong), QFontMetrics(small)
        align = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(strong)
        painter.setPen(QColor(self._look.tones.ink))
        whole = words.person(chip.address)
        fits = upper.horizontalAdvance(whole) <= area.width()
        who = whole if fits else upper.elidedText(words.spec(chip.address), Qt.TextElideMode.ElideMiddle, area.width())
        painter.drawText(QRect(area.left(), area.top(), area.width(), upper.height()), align, who)
        painter.setFont(small)
        painter.setPen(QColor(self._look.tones.ink_of(chip.tone)))
        what = lower.elidedText(chip.line, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(QRect(area.left(), area.bottom() + 1 - lower.height(), area.width(), lower.height()), align, what)


def _fonts(base: QFont) -> tuple[QFont, QFont]:
    strong, small = QFont(base), QFont(base)
    strong.setWeight(QFont.Weight.Medium)
    small.setPointSizeF(base.pointSizeF() * SMALL)
    return strong, small


def _cross(option: QStyleOptionViewItem) -> QRect:
    box = option.rect.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
    return _mirror(QRect(box.right() - PAD - CROSS + 3, box.center().y() - CROSS // 2, CROSS, CROSS), box, option.direction)


def _mirror(rect: QRect, box: QRect, direction: Qt.LayoutDirection) -> QRect:
    return QStyle.visualRect(direction, box, rect)
