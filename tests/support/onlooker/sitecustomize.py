"""Lets a test see what a program shows that was started as its user starts it: Python loads this file before the program when its folder is in
PYTHONPATH. For each connection to the socket ONLOOKER the windows are written as one JSON document. The program knows nothing of it.
"""

import json
import os
import socket
import sys
import threading
import time
from typing import Any


def _open_windows() -> list[dict[str, Any]]:
    from PySide6.QtWidgets import QApplication

    focus = QApplication.focusWidget()
    return [
        {
            "title": window.windowTitle(),
            "id": int(window.winId()),
            "active": window.isActiveWindow(),
            "focus": _name(focus) if focus is not None and focus.window() is window else "",
            "settled": all(widget.is_settled() for widget in window.children() if hasattr(widget, "is_settled") and widget.isVisible()),
            "texts": _texts(window),
        }
        for window in QApplication.topLevelWidgets()
        if window.isVisible() and window.windowTitle()
    ]


def _name(widget: Any) -> str:
    text = widget.text().replace("&", "") if hasattr(widget, "setIcon") else ""
    return str(widget.accessibleName() or text or widget.objectName())


def _texts(window: Any) -> list[str]:
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLabel, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

    found: list[str] = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible():
            continue
        if isinstance(widget, QAbstractButton | QLabel):
            found.append(widget.text().replace("&&", "\0").replace("&", "").replace("\0", "&"))
        elif isinstance(widget, QLineEdit):
            found.append(widget.displayText())
        elif isinstance(widget, QTextEdit | QPlainTextEdit):
            found.append(widget.toPlainText())
        elif isinstance(widget, QAbstractItemView) and (model := widget.model()) is not None:
            rows = (model.index(row, 0) for row in range(min(model.rowCount(), 50)))
            found += [str(row.data(Qt.ItemDataRole.AccessibleTextRole) or row.data() or "") for row in rows]
        elif widget.accessibleName():
            found.append(widget.accessibleName())
    return [text for text in found if text]


def _serve(path: str) -> None:
    from PySide6.QtCore import QObject, Qt, Signal
    from PySide6.QtWidgets import QApplication

    while (application := QApplication.instance()) is None:
        time.sleep(0.01)

    class Eye(QObject):
        asked = Signal(object)

        def answer(self, line: Any) -> None:
            with line:
                line.sendall(json.dumps(_open_windows()).encode())

    eye = Eye()
    eye.moveToThread(application.thread())
    eye.asked.connect(eye.answer, Qt.ConnectionType.QueuedConnection)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(path)
        door.listen(8)
        while True:
            line, _ = door.accept()
            eye.asked.emit(line)


def _wait() -> None:
    app = "securemail_desktop.gui.app"
    while app not in sys.modules or getattr(sys.modules[app].__spec__, "_initializing", False):
        time.sleep(0.01)  # two threads that import the same at once can stop each other
    _serve(os.environ["ONLOOKER"])


def _live_in_a_test_world(port: int) -> None:
    """Let names under .example mean this machine, and ask the test's name server for service records."""
    import dns.resolver

    look_up = socket.getaddrinfo

    def found(host: Any, *rest: Any, **more: Any) -> Any:
        return look_up("127.0.0.1" if str(host).endswith(".example") else host, *rest, **more)

    def configured(resolver: dns.resolver.Resolver, _: Any) -> None:
        resolver.nameservers, resolver.port = ["127.0.0.1"], port

    socket.getaddrinfo = found
    dns.resolver.Resolver.read_resolv_conf = configured  # type: ignore[method-assign]


if "ONLOOKER_DNS" in os.environ and "--data" in sys.orig_argv:
    _live_in_a_test_world(int(os.environ["ONLOOKER_DNS"]))
if "ONLOOKER" in os.environ and "--data" in sys.orig_argv:
    threading.Thread(target=_wait, daemon=True).start()
