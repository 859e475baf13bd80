"""Goes through a window by Tab as a person at the keyboard does, and says what a screen reader would say of each control."""

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget

MOST_STEPS = 200


def spoken(widget: QWidget) -> str:
    """Return the accessible name of a control."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name).strip() if interface else ""


def controls(window: QWidget) -> list[QWidget]:
    """Return everything that takes part in the order of Tab and can be used now."""
    return [w for w in window.findChildren(QWidget) if _usable(w)]


def tabbed(window: QWidget) -> list[QWidget]:
    """Return the controls in the order in which Tab reaches them, once around."""
    order: list[QWidget] = []
    for _ in range(MOST_STEPS):
        window.focusNextChild()
        now = QApplication.focusWidget()
        if now is None or now in order:
            break
        order.append(now)
    return order


def place(widget: QWidget, window: QWidget) -> QRect:
    """Return where the widget stands in the window."""
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def backward_steps(order: list[QWidget], window: QWidget) -> Iterator[tuple[str, str]]:
    """Yield the pairs of neighbours that Tab reaches against reading order: upwards but to a column at the right, or leftwards in one row."""
    top = min(range(len(order)), key=lambda n: place(order[n], window).top() + place(order[n], window).left(), default=0)
    turned = order[top:] + order[:top]
    for one, other in pairwise(turned):
        a, b = place(one, window), place(other, window)
        above = b.bottom() <= a.top() and b.left() < a.right()
        before = b.right() <= a.left() and _same_row(a, b)
        if above or before:
            yield _name(one), _name(other)


def _same_row(one: QRect, other: QRect) -> bool:
    return abs(one.center().y() - other.center().y()) < min(one.height(), other.height()) / 2


def _name(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName()} “{spoken(widget)}”"


def _usable(widget: QWidget) -> bool:
    takes_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return takes_tab and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None


def described(widgets: list[QWidget]) -> list[str]:
    """Return the widgets as a failing test should name them."""
    return [_name(widget) for widget in widgets]
