"""The windows beside the main one: keys, settings, help; each is one, and a lock closes them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from securemail_desktop.gui.appearance import AppearanceMenu
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.locking import Locking
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.satellite import Satellite
from securemail_desktop.gui.session_port import SessionPort
from securemail_desktop.gui.shortcut import shortcut

if TYPE_CHECKING:
    from securemail_desktop.gui.help_window import HelpWindow
    from securemail_desktop.gui.keys_window import KeysWindow
    from securemail_desktop.gui.settings_window import SettingsWindow


class Satellites(QObject):
    """`accounts_changed` and `limits_changed` follow what was changed in Settings."""

    accounts_changed = Signal()
    limits_changed = Signal()

    def __init__(
        self, session: SessionPort, look: Look, background: Background, menu: AppearanceMenu, locking: Locking, main: QWidget
    ) -> None:
        """Open the windows that the menu asks for; F1 opens the help from everywhere."""
        super().__init__(main)
        self._session, self._look, self._background, self._menu = session, look, background, menu
        self.keys = Satellite(self._make_keys, main)
        self.settings = Satellite(self._make_settings, main)
        self.help = Satellite(self._make_help, main)
        for wanted, satellite in (
            (menu.keys_wanted, self.keys),
            (menu.settings_wanted, self.settings),
            (menu.help_wanted, self.help),
        ):
            wanted.connect(satellite.show)
            locking.closing.connect(satellite.close)
        shortcut("F1", main, self.help.show, Qt.ShortcutContext.ApplicationShortcut)

    def _make_help(self) -> "HelpWindow":
        from securemail_desktop.gui.help_window import HelpWindow  # noqa: PLC0415 - no start waits for it

        return HelpWindow(self._look)

    def _make_keys(self) -> "KeysWindow":
        from securemail_desktop.gui.keys_window import KeysWindow  # noqa: PLC0415 - no start waits for it

        return KeysWindow(self._session.keys, [account.address for account in self._session.accounts], self._look, self._background)

    def _make_settings(self) -> "SettingsWindow":
        from securemail_desktop.gui.settings_window import SettingsWindow  # noqa: PLC0415 - no start waits for it

        window = SettingsWindow(self._session, self._look, self._background)
        window.scheme_chosen.connect(self._menu.choose)
        window.accounts_changed.connect(self.accounts_changed)
        window.limits_changed.connect(self.limits_changed)
        return window
