"""Dragging messages from the list to a folder of the sidebar. Only a mark travels, never anything of a message: other programs get nothing."""

from PySide6.QtCore import QByteArray, QMimeData, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QDrag, QFont, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from securemail_desktop.gui.look import Look

MARK = "application/x-securemail-messages"
PAD_X, PAD_Y = 14, 8


def is_messages(data: QMimeData) -> bool:
    """Tell whether messages of the list are dragged."""
    return data.hasFormat(MARK)


def marked() -> QMimeData:
    """Return what travels."""
    data = QMimeData()
    data.setData(MARK, QByteArray(b"1"))
    return data


def drag(source: QWidget, count: int, look: Look) -> None:
    """Drag so many messages, shown by their number, until they are dropped."""
    moving = QDrag(source)
    moving.setMimeData(marked())
    moving.setPixmap(_label("1 message" if count == 1 else f"{count:,} messages", source, look))
    moving.setHotSpot(QPoint(-8, -8))
    moving.exec(Qt.DropAction.MoveAction)


def _label(text: str, source: QWidget, look: Look) -> QPixmap:
    font, ratio = QFont(source.font()), source.devicePixelRatioF()
    font.setWeight(QFont.Weight.DemiBold)
    size = source.fontMetrics().boundingRect(text).adjusted(0, 0, 2 * PAD_X, 2 * PAD_Y).size()
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    painter.setPen(QColor(look.tones.accent))
    painter.setBrush(QColor(look.tones.accent_wash))
    painter.drawRoundedRect(QRect(QPoint(0, 0), size).adjusted(1, 1, -1, -1), 8, 8)
    painter.setPen(QColor(look.tones.ink))
    painter.drawText(QRect(QPoint(0, 0), size), Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return pixmap
