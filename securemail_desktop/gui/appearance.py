"""The menu of what the user may set about the window: its scheme and notices, kept in the store, and what this program is."""

from contextlib import suppress
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton

from securemail_desktop.gui.look import Look, Scheme
from securemail_desktop.gui.notifier import OFF, PREFERENCE
from securemail_desktop.session.preferences import Preferences
from securemail_desktop.store.errors import StoreError

SCHEME = "scheme"
LABELS = {
    Scheme.SYSTEM: "&As the system",
    Scheme.LIGHT: "&Light",
    Scheme.DARK: "&Dark",
    Scheme.CONTRAST_LIGHT: "&High contrast, light",
    Scheme.CONTRAST_DARK: "High &contrast, dark",
}


def chosen_scheme(preferences: Preferences) -> Scheme:
    """Return the scheme that the user chose; what no version of this program stored is the system's."""
    kept = preferences.get(SCHEME)
    return Scheme(kept) if kept in set(Scheme) else Scheme.SYSTEM


def wants_notices(preferences: Preferences) -> bool:
    """Tell whether the user wants to be told of new mail while he looks elsewhere."""
    return preferences.get(PREFERENCE) != OFF


class AppearanceMenu(QObject):
    """The menu of a button; `settings_wanted`, `keys_wanted` and `help_wanted` ask for the windows of these names."""

    settings_wanted = Signal()
    keys_wanted = Signal()
    help_wanted = Signal()

    def __init__(self, button: QPushButton, look: Look, preferences: Preferences, parent: QObject) -> None:
        """Open at the button, by mouse, Space or Enter."""
        super().__init__(parent)
        self._look, self._preferences = look, preferences
        self._menu = QMenu(button)
        self._menu.setAccessibleName("Settings")
        self._schemes = QMenu("&Appearance", self._menu)
        group = QActionGroup(self)
        self._actions = {scheme: self._scheme_action(scheme, label, group) for scheme, label in LABELS.items()}
        self._schemes.addActions(list(self._actions.values()))
        self._menu.addMenu(self._schemes)
        self._notify = self._menu.addAction("&Tell me of new mail")
        self._notify.setCheckable(True)
        self._notify.setToolTip("How many messages came, never from whom or about what")
        self._notify.triggered.connect(lambda on: preferences.set(PREFERENCE, "" if on else OFF))
        self._menu.setToolTipsVisible(True)
        self._menu.addSeparator()
        self._menu.addAction("&Keys and certificates…", self.keys_wanted.emit)
        self._menu.addAction("S&ettings and decisions…", self.settings_wanted.emit)
        self._menu.addAction("Hel&p and about\tF1", self.help_wanted.emit)
        self._button = button
        button.setAccessibleName("Settings")
        button.clicked.connect(self.open)

    def open(self) -> None:
        """Show the menu, with the scheme that is on ticked."""
        self._actions[self._look.scheme].setChecked(True)
        self._notify.setChecked(wants_notices(self._preferences))
        self._menu.popup(self._button.mapToGlobal(self._button.rect().bottomLeft()))

    def choose(self, scheme: Scheme) -> None:
        """Put a scheme on and keep it."""
        self._look.apply(scheme)
        with suppress(StoreError):  # it is on, until the program ends
            self._preferences.set(SCHEME, scheme.value)

    def _scheme_action(self, scheme: Scheme, label: str, group: QActionGroup) -> QAction:
        action = QAction(label, group)
        action.setCheckable(True)
        action.triggered.connect(partial(self.choose, scheme))
        return action
