"""Garbage is collected on the thread of the windows only, in idle moments.

What belongs to a window often lies in a circle. A worker that happens to collect it would destroy it on its own thread, which Qt does not bear; and a
full turn over everything that lives as long as the program stops the window for 40 ms.
"""

import gc

from PySide6.QtCore import QObject

from securemail_desktop.gui.timer import timer

LOOK_MS = 1_000
# Objects since the last turn over the young ones, such turns since the last over the older ones, and those since a full one.
DUE = (50_000, 20, 50)


class Garbage(QObject):
    """Takes over from Python's own collector, which works on whichever thread is running."""

    def __init__(self, parent: QObject) -> None:
        """Begin at once; its timer runs on the thread that made it."""
        super().__init__(parent)
        gc.disable()
        timer(self, LOOK_MS, collect_due).start()

    def spare_what_is_there(self) -> None:
        """Never look again at what is there now: it lives as long as the program."""
        gc.collect()
        gc.freeze()


def collect_due() -> None:
    """Collect the highest generation that is due, if any."""
    due = [generation for generation, count in enumerate(gc.get_count()) if count > DUE[generation]]
    if due:
        gc.collect(due[-1])
