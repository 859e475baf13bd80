"""What can be done about one recipient, as a menu on his chip: the repairs of each doubt first, then editing and removing."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from securemail_desktop.gui import words
from securemail_desktop.gui.recipient_model import Chip
from securemail_desktop.recipients.concern import Concern

REPLACE = "replace:"
KEYS = "F4"


def repair_of(chip: Chip) -> tuple[Concern, str] | None:
    """Return the doubt of highest risk that knows the address which was probably meant, and the choice that takes it; None where none does."""
    known = [(c, choice) for c in sorted(chip.concerns, key=lambda c: -c.risk) for choice in c.choices if choice.startswith(REPLACE)]
    return known[0] if known else None


def chip_menu(
    chip: Chip, answer: Callable[[Concern, str], None], edit: Callable[[], None], remove: Callable[[], None], parent: QWidget
) -> QMenu:
    """Return the menu; it deletes itself when it is closed."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setAccessibleName(chip.sentence)
    best, offered = repair_of(chip), set()
    for concern in chip.concerns:
        for choice in concern.choices:
            if choice.startswith(REPLACE) and choice not in offered:
                offered.add(choice)
                key = f"\t{KEYS}" if (concern, choice) == best else ""
                label = words.button(f"Use {choice.removeprefix(REPLACE)}") + key
                menu.addAction(label, partial(answer, concern, choice))
    if offered:
        menu.addSeparator()
    menu.addAction("Edit\tF2", edit)
    menu.addAction("Remove\tDel", remove)
    return menu
