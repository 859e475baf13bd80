"""Paints a recipient as a chip: who he is, beneath it in words what will happen to his copy, and the icon of the outcome."""

from math import ceil

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF, QMouseEvent, QPainter, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from securemail_desktop.gui import words
from securemail_desktop.gui.breaking import breakable
from securemail_desktop.gui.fitting_view import MANY
from securemail_desktop.gui.look import SMALL, Look
from securemail_desktop.gui.marked_label import lay_lines
from securemail_desktop.gui.recipient_model import CHIP_ROLE, Chip

PAD, PAD_Y, GAP, ICON, CROSS, MARGIN, RADIUS, WIDEST, OUTCOME_LINES = 10, 7, 8, 18, 14, 3, 9, 520, 3
ALIKE = 300  # pixels that each of many recipients gets
SIDES = ICON + GAP + GAP + CROSS
WRAP = int(Qt.TextFlag.TextWordWrap.value) | int(Qt.AlignmentFlag.AlignLeading.value)


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
        """Return the size that name and outcome need, at most the field's width; among many recipients that of all."""
        chip: Chip = index.data(CHIP_ROLE)
        strong, small = _fonts(option.font)
        if index.model().rowCount() > MANY:
            lines = QFontMetrics(strong).height() + 2 * QFontMetrics(small).height()
            return QSize(min(self.widest, ALIKE), 2 * (PAD_Y + MARGIN) + lines)
        text = max(QFontMetricsF(font).horizontalAdvance(t) for font, t in ((strong, words.person(chip.address)), (small, chip.line)))
        width = min(2 * (PAD + MARGIN) + SIDES + ceil(text) + 2, self.widest)
        room = width - 2 * (PAD + MARGIN) - SIDES
        who = who_lines(chip, strong, room).boundingRect().height()
        height = 2 * (PAD_Y + MARGIN) + ceil(who) + _outcome_height(QFontMetrics(small), chip.line, room)
        return QSize(width, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the chip: a border shows the keyboard's place."""
        chip: Chip = index.data(CHIP_ROLE)
        tones = self._look.tones
        box = option.rect.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        current = bool(option.state & QStyle.StateFlag.State_HasFocus)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tones.accent), 2) if current else QPen(QColor(tones.edge_of(chip.tone)), 1))
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
        area = box.adjusted(PAD + ICON + GAP, PAD_Y, -(PAD + CROSS + GAP), -PAD_Y)
        area = _mirror(area, box, option.direction)
        who = who_lines(chip, strong, area.width())
        painter.setPen(QColor(self._look.tones.ink))
        who.draw(painter, QPointF(area.topLeft()))
        painter.setFont(small)
        painter.setPen(QColor(self._look.tones.ink_of(chip.tone)))
        top = area.top() + ceil(who.boundingRect().height())
        painter.drawText(QRect(area.left(), top, area.width(), area.bottom() + 1 - top), WRAP, chip.line)


def who_lines(chip: Chip, font: QFont, room: int) -> QTextLayout:
    """Return who it is, laid out in a width in pixels: name and address on one line, or else the whole address on as many as it needs."""
    whole = words.person(chip.address)
    fits = QFontMetricsF(font).horizontalAdvance(whole) < room
    layout = QTextLayout(whole if fits else breakable(words.spec(chip.address)), font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    layout.setTextOption(option)
    lay_lines(layout, room)
    return layout


def _outcome_height(metrics: QFontMetrics, line: str, room: int) -> int:
    return min(metrics.boundingRect(QRect(0, 0, room, 1000), WRAP, line).height(), OUTCOME_LINES * metrics.lineSpacing())


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
