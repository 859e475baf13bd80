"""The mailbox of the window: it keeps sidebar, list and reading pane of one mind, and asks the servers now and then."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from securemail_desktop.accounts.errors import NotTrusted, SignInRefused
from securemail_desktop.gui import words
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.folder_list import FolderList
from securemail_desktop.gui.folder_model import Kind, Place
from securemail_desktop.gui.mail_page import MailPage
from securemail_desktop.gui.mail_port import MailPort
from securemail_desktop.gui.watch import Watch
from securemail_desktop.session.mail_view import FolderView

LOOK_MS = 120_000
RETURN_MS = 3_000  # after a failure, and twice as long after each further one: whoever waits for the network wants it soon
OWN_MS = 300  # what several changes tell is asked about once


class Mailbox(QObject):
    """`looked` follows each time that the servers were asked, whatever they said; `arrived` carries how many unread messages came meanwhile.

    `returned` when the servers answer again after they did not. `begun` follows once, when what is known here can be seen; no server is asked before:
    the first rows need not share the processor with that.
    """

    begun = Signal()
    looked = Signal()
    returned = Signal()
    arrived = Signal(int)

    def __init__(self, mail: MailPort, folders: FolderList, page: MailPage, background: Background, parent: QObject) -> None:
        """Show nothing before `read_folders`; follow the page from then on."""
        super().__init__(parent)
        self._mail, self._list, self._page, self._background = mail, folders, page, background
        self._known: tuple[FolderView, ...] = ()
        self._looking, self._again, self._hopeless, self._away, self._resting = False, False, False, False, False
        self._begun = False
        self.watch = Watch(mail, background, self)
        folders.chosen.connect(self._go)
        page.list.settled.connect(self._begin, Qt.ConnectionType.SingleShotConnection)
        page.refresh_wanted.connect(self.refresh)
        page.counts_changed.connect(self.read_folders)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(OWN_MS)
        self._soon.timeout.connect(self._look)
        self._return = QTimer(self)
        self._return.setSingleShot(True)
        self._pause = RETURN_MS
        self._return.timeout.connect(self._look)
        self.watch.changed.connect(self._soon.start)
        self.watch.lost.connect(self._soon.start)
        timer = QTimer(self)
        timer.setInterval(LOOK_MS)
        timer.timeout.connect(self._look)
        timer.start()

    def refresh(self) -> None:
        """Ask the servers for new mail and for what is in the open folder; once more afterwards where they are being asked."""
        self._ask(everywhere=True)

    def _look(self) -> None:
        """Ask of the program's own accord: without a stir, and not with a password that was refused, which would lock the account."""
        if not self._hopeless and not self._resting:
            self._ask(everywhere=True, quietly=True)

    def _ask(self, *, everywhere: bool, quietly: bool = False) -> None:
        if not self._begun:
            return  # whoever waits for `begun` asks then
        if self._looking:
            self._again = True
            return
        self._looking, self._again = True, False
        self._page.list.busy(looking=not quietly)
        work = partial(self._refresh, self._page.list.folder, everywhere)
        self._background.run(self, work, self._came, self._failed, "mailbox")

    def _refresh(self, folder: FolderView | None, everywhere: bool) -> int:
        arrived = self._mail.refresh() if everywhere or folder is None else 0
        if folder is not None and not (everywhere and folder.role == "inbox"):
            arrived += self._mail.refresh(folder.id)
        return arrived

    def rest(self) -> None:
        """Ask nothing of one's own accord while the window is locked, and from when it closes."""
        self._resting = True
        self._soon.stop()
        self._return.stop()
        self.watch.stop()

    def wake(self) -> None:
        """Look for new mail by oneself again."""
        self._resting = False

    def read_folders(self) -> None:
        """Read the folders and their counts anew from the store."""
        self._background.run(self, self._mail.folders, self._show, self._fail, "store")

    def _fail(self, error: Exception) -> None:
        self._page.list.offline(words.failure(error))
        self._begin()

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            QTimer.singleShot(0, self, self._follow)  # behind the paint
            QTimer.singleShot(0, self, self.begun.emit)

    def _came(self, arrived: int) -> None:
        again, self._away, self._hopeless = self._away, False, False
        self._return.stop()
        self._pause = RETURN_MS
        self._looked("")
        if again:
            self.watch.hurry()
            self.returned.emit()
        if arrived:
            self.arrived.emit(arrived)

    def _failed(self, error: Exception) -> None:
        self._away, self._hopeless = True, isinstance(error, SignInRefused | NotTrusted)
        self._looked(words.failure(error))
        self._return.start(self._pause)
        self._pause = min(2 * self._pause, LOOK_MS)

    def _looked(self, reason: str) -> None:
        self._looking = False
        self._page.list.busy(looking=False)
        self._page.list.offline(reason)
        self.read_folders()
        self._page.list.reload()
        self.looked.emit()
        if self._again:
            self._ask(everywhere=False)

    def _show(self, folders: Sequence[FolderView]) -> None:
        self._known = tuple(folders)
        self._page.take_folders(folders)
        self._list.show_folders(folders)
        if self._begun:
            self._follow()
        elif self._page.list.folder is None:
            self._begin()  # there is nothing to wait for

    def _follow(self) -> None:
        if not self._resting:
            self.watch.follow(folder.account for folder in self._known)

    def _go(self, place: Place) -> None:
        if place.kind == Kind.FOLDER:
            self._page.open_place(place, self._known)
            self._ask(everywhere=False)
