"""Asks others for the keys of recipients while a message is written, in a lane of its own; when something new is known the draft is reviewed again.

Nobody waits for it: what is not there at Send counts as not there.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from securemail_desktop.gui.background import Background
from securemail_desktop.gui.keys_port import KeysPort
from securemail_desktop.sending.state import Review


class KeyLookUp(QObject):
    """The look-ups of one draft: each recipient once."""

    def __init__(self, keys: KeysPort, again: Callable[[], None], background: Background, parent: QObject) -> None:
        """Call `again` when a look-up brought something new."""
        super().__init__(parent)
        self._keys, self._again, self._background = keys, again, background
        self._asked: set[str] = set()

    def take(self, review: Review) -> None:
        """Ask for the recipients of a review that were not asked for yet."""
        new = {r.address.key: r.address for r in review.draft.recipients if r.address.key not in self._asked}
        if new:
            self._asked |= set(new)
            self._background.run(self, partial(self._keys.discover, tuple(new.values())), self._told, self._failed, "look-ups")

    def _told(self, new: bool) -> None:
        if new:
            self._again()

    def _failed(self, _error: Exception) -> None:
        """Stay as it is: the store was locked, or cannot be written; the review says what can be said without."""
