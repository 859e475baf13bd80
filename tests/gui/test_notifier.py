"""New mail is told of while nobody looks, without a word of what it says."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from securemail_desktop.gui import notifier as module
from securemail_desktop.gui.appearance import AppearanceMenu, wants_notices
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.notifier import Notifier
from tests.support.fake_session import FakeSession

pytestmark = pytest.mark.qt_log_ignore("does not support raise", "does not support grabbing")  # the offscreen platform says so


@dataclass
class Desktop:
    """What the desktop was asked to show."""

    has_tray: bool = True
    active: bool = False
    shown: list[tuple[str, str]] = field(default_factory=list)
    tips: list[str] = field(default_factory=list)
    alerts: int = 0
    visible: bool = False


class Tray(QObject):
    """Stands for the tray: the offscreen platform has none."""

    messageClicked, activated = Signal(), Signal(object)  # noqa: N815 - Qt's names
    desktop = Desktop()

    @staticmethod
    def isSystemTrayAvailable() -> bool:  # noqa: N802
        return Tray.desktop.has_tray

    def setIcon(self, icon: QIcon) -> None:  # noqa: N802
        assert not icon.isNull()

    def setToolTip(self, text: str) -> None:  # noqa: N802
        self.desktop.tips.append(text)

    def show(self) -> None:
        self.desktop.visible = True

    def hide(self) -> None:
        self.desktop.visible = False

    def showMessage(self, title: str, text: str, icon: QIcon, milliseconds: int) -> None:  # noqa: N802
        self.desktop.shown.append((title, text))


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> Desktop:
    seen = Tray.desktop = Desktop()
    states = {True: Qt.ApplicationState.ApplicationActive, False: Qt.ApplicationState.ApplicationInactive}

    def alert(window: QWidget, _: int = 0) -> None:
        seen.alerts += 1

    monkeypatch.setattr(module, "QSystemTrayIcon", Tray)
    monkeypatch.setattr(module.QApplication, "alert", alert)
    monkeypatch.setattr(module.QGuiApplication, "applicationState", lambda: states[seen.active])
    return seen


@pytest.fixture
def notifier(qtbot: QtBot, look: Look, session: FakeSession, desktop: Desktop) -> Notifier:
    window = QWidget()
    qtbot.addWidget(window)
    return Notifier(window, look, lambda: wants_notices(session.preferences))


def test_it_tells_how_many_came_and_no_more(notifier: Notifier, desktop: Desktop) -> None:
    notifier.arrived(1)
    notifier.arrived(2)
    assert desktop.shown == [("SecureMail", "1 new message"), ("SecureMail", "3 new messages")]
    assert (set(desktop.tips), desktop.visible, desktop.alerts) == ({"SecureMail"}, True, 2)


def test_who_comes_back_has_seen_it(notifier: Notifier, desktop: Desktop) -> None:
    notifier.arrived(2)
    application: Any = QGuiApplication.instance()
    application.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert not desktop.visible
    notifier.arrived(1)
    assert desktop.shown[-1] == ("SecureMail", "1 new message")


def test_who_looks_at_the_program_is_told_nothing(notifier: Notifier, desktop: Desktop) -> None:
    desktop.active = True
    notifier.arrived(1)
    assert (desktop.shown, desktop.alerts) == ([], 0)


def test_without_a_tray_only_the_taskbar_speaks(notifier: Notifier, desktop: Desktop) -> None:
    desktop.has_tray = False
    notifier.arrived(1)
    notifier.rest()
    assert (desktop.shown, desktop.alerts) == ([], 1)


def test_a_press_leads_to_the_inbox(qtbot: QtBot, notifier: Notifier, desktop: Desktop) -> None:
    notifier.arrived(1)
    with qtbot.waitSignal(notifier.wanted):
        notifier._tray.messageClicked.emit()  # type: ignore[union-attr]
    with qtbot.waitSignal(notifier.wanted):
        notifier._tray.activated.emit(None)  # type: ignore[union-attr]


def test_it_is_switched_off_in_the_settings(qtbot: QtBot, look: Look, notifier: Notifier, desktop: Desktop, session: FakeSession) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    menu = AppearanceMenu(button, look, session.preferences, button)
    menu.open()
    assert menu._notify.isChecked()
    menu._notify.trigger()
    notifier.arrived(1)
    assert desktop.alerts == 0
    menu._notify.trigger()
    notifier.arrived(1)
    assert desktop.alerts == 1
    menu._menu.close()
