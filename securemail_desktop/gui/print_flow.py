"""From Ctrl+P to paper: a message that came protected asks first, then the system's own dialog chooses the printer."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF, QObject, Qt, Signal
from PySide6.QtGui import QPageLayout
from PySide6.QtWidgets import QDialog, QWidget
from shiboken6 import isValid

from securemail_desktop.gui.sheet import Choice, Question, Sheet
from securemail_desktop.gui.tones import Tone
from securemail_desktop.session.mail_view import Reading

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

MARGINS = QMarginsF(18, 16, 18, 14)  # millimetres
_WARNING = "On paper nothing protects it: take it from the printer yourself, and let nobody else see it."


class PrintFlow(QObject):
    """`told` carries (sentence, tone)."""

    told = Signal(str, object)

    def __init__(self, sheet: Sheet, window: QWidget) -> None:
        """Ask by the sheet over the window."""
        super().__init__(window)
        self._sheet, self._window = sheet, window
        self._wanted: tuple[Reading, bool] | None = None
        self._dialog: QPrintDialog | None = None
        self.choose: Callable[[QPrinter], None] = self._show_dialog
        sheet.chosen.connect(lambda _: self._begin())
        sheet.rejected.connect(self.forget)

    def start(self, reading: Reading, *, own: bool) -> None:
        """Print a message, after asking where it came protected."""
        self._wanted = (reading, own)
        if not reading.opened.decrypted:
            self._begin()
            return
        choice = Choice("Print it", "print", safe=False)
        self._sheet.ask(Question(title="Print a protected message?", message=_WARNING, choices=(choice,), back="Don’t print", icon="lock"))

    def forget(self) -> None:
        """Print nothing: the question or the dialog is closed."""
        self._wanted = None
        if self._dialog is not None and isValid(self._dialog):
            self._dialog.close()

    def finish(self, printer: "QPrinter") -> None:
        """Print what was asked for."""
        from securemail_desktop.gui.printout import print_reading  # noqa: PLC0415 - no start waits for it

        wanted, self._wanted = self._wanted, None
        if wanted is None:
            return
        if print_reading(wanted[0], printer, own=wanted[1]):
            self.told.emit("Handed over to the printer.", Tone.CALM)
        else:
            self.told.emit("It could not be printed: look whether the printer is there and takes jobs.", Tone.DANGER)

    def _begin(self) -> None:
        from PySide6.QtPrintSupport import QPrinter  # noqa: PLC0415 - no start waits for it

        if self._wanted is not None:
            printer = QPrinter(QPrinter.PrinterMode.HighResolution)
            printer.setPageMargins(MARGINS, QPageLayout.Unit.Millimeter)
            self.choose(printer)

    def _show_dialog(self, printer: "QPrinter") -> None:
        from PySide6.QtPrintSupport import QPrintDialog  # noqa: PLC0415 - no start waits for it

        self._dialog = QPrintDialog(printer, self._window)
        self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialog.accepted.connect(lambda: self.finish(printer))
        QDialog.open(self._dialog)  # the overload of the class itself wants a slot by name
