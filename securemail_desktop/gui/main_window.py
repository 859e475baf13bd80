"""The main window: folders at the side, a folder's messages and the one that is read, drafts, outbox, and one line of status.

Its title holds nothing of any message. Where there is no room its panes are shown one at a time, with a way back.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from securemail_desktop.gui import words
from securemail_desktop.gui.appearance import AppearanceMenu, wants_notices
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.drafts_page import DraftsPage
from securemail_desktop.gui.first_start import FirstStart
from securemail_desktop.gui.folder_list import FolderList
from securemail_desktop.gui.folder_model import Kind, Place
from securemail_desktop.gui.form import load_form
from securemail_desktop.gui.held_alert import HeldAlert
from securemail_desktop.gui.leaving import Leaving
from securemail_desktop.gui.locking import Locking
from securemail_desktop.gui.look import SMALLEST, Look, by_letters
from securemail_desktop.gui.mail_page import MailPage
from securemail_desktop.gui.mailbox import Mailbox
from securemail_desktop.gui.main_form import MainForm
from securemail_desktop.gui.notice_bar import NoticeBar
from securemail_desktop.gui.notifier import Notifier
from securemail_desktop.gui.other_way import OtherWay
from securemail_desktop.gui.outbox_page import OutboxPage
from securemail_desktop.gui.policy_watch import PolicyWatch
from securemail_desktop.gui.private_folder import PrivateFolder, base_folder
from securemail_desktop.gui.satellites import Satellites
from securemail_desktop.gui.session_port import SessionPort
from securemail_desktop.gui.shortcut import go_on, shortcut
from securemail_desktop.gui.status_line import StatusLine
from securemail_desktop.gui.timer import timer
from securemail_desktop.gui.tones import Tone
from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import Draft, Recipient
from securemail_desktop.resources import ui_dir
from securemail_desktop.sending.state import Receipt, State
from securemail_desktop.store.errors import StoreError

if TYPE_CHECKING:
    from securemail_desktop.gui.compose_window import ComposeWindow

RESUME_MS, REFRESH_MS = 60_000, 5_000
FOLDED = "folded"  # the preference that keeps which folders are closed, by line
ORDER = "order"  # the preference that keeps how lists are sorted
SIZES = "panes"  # the preference that keeps the widths of list and reading pane
THREE_PANES, TWO_PANES, SIDEBAR = 980, 620, 212


class MainWindow(QWidget):
    """The window that stays; compose windows are its satellites and are closed before it. `begun` follows once the first rows can be seen."""

    begun = Signal()

    def __init__(self, session: SessionPort, look: Look, background: Background, undo: timedelta) -> None:
        """Show the inbox as far as it is known here, then ask for new mail, and go on with what waits in the outbox."""
        super().__init__(None)
        self._session, self._look, self._background, self._undo = session, look, background, undo
        self._composing: list[ComposeWindow] = []
        self._leaving, self._panes, self._in_folders = False, 3, False
        self._notices: tuple[str, ...] = ()
        self.setWindowTitle("SecureMail")
        self._form = load_form(MainForm, ui_dir() / "desktop" / "forms" / "main.ui", self, (FolderList, NoticeBar))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._form.root)
        form = self._form
        self._status = StatusLine(form.status, form.statusIcon, form.statusText, form.statusButton, look)
        self._opened = PrivateFolder(base_folder())
        self._mail = MailPage(session.mail, look, background, self._opened, self)
        self._other_way = OtherWay(session, self._mail, look, background, self)
        self._drafts = DraftsPage(session.drafts, look, background, self)
        self._outbox = OutboxPage(session, look, background, self)
        self._mailbox = Mailbox(session.mail, form.folders, self._mail, background, self)
        self._notifier = Notifier(self, look, lambda: self._locking.is_open and wants_notices(session.preferences))
        self._locking = Locking(session, look, background, self, lambda: [w for w in self._composing if isValid(w)])
        self._unsent = Leaving(self, look)
        self._policy = PolicyWatch(session, background, self)
        self._alert = HeldAlert(form.held, self, lambda: session.urgent_contact)
        self._set_up()
        self._first = FirstStart(session, look, background, form.root, layout)
        self._connect()
        self.setMinimumSize(SMALLEST)
        self.resize(1180, 740)
        if session.accounts:
            self._form.folders.setFocus()
        self._mail.restore(session.preferences.get(SIZES))
        self._mail.list.view.sort(session.preferences.get(ORDER))
        self._form.folders.close_folders(filter(None, session.preferences.get(FOLDED).split("\n")))
        self._form.folders.folded.connect(lambda keys: session.preferences.set(FOLDED, "\n".join(sorted(keys))))
        self._mailbox.begun.connect(self._start)
        self._mailbox.read_folders()

    def compose(self, draft: Draft | None = None) -> "ComposeWindow | None":
        """Open a window for a draft, the one where it is written already, or one for a new message; None when there is no account yet."""
        from securemail_desktop.gui.compose_window import ComposeWindow  # noqa: PLC0415 - no start waits for it

        if not self._locking.is_open:
            return None
        known = next((w for w in self._composing if draft is not None and isValid(w) and w.writes(draft.message_id)), None)
        if known is not None:
            known.raise_()
            known.activateWindow()
            return known
        if not self._session.accounts:
            return None  # the page for it stands in the window
        window = ComposeWindow(self._session, draft or self._session.new_draft(), self._look, self._background, self._undo)
        window.sent.connect(self._sent)
        window.settled.connect(self._settled)
        window.outbox_wanted.connect(self._show_outbox)
        window.stayed.connect(self._stay)
        self._policy.changed.connect(window.review_again)
        window.destroyed.connect(self._forget)
        self._composing.append(window)
        window.show()
        return window

    def _write_to(self, addresses: tuple[Address, ...]) -> None:
        if self._session.accounts:
            self.compose(replace(self._session.new_draft(), recipients=tuple(map(Recipient, addresses))))

    def when_open(self, act: Callable[[], None]) -> None:
        """Do it now, or right after the unlocking."""
        if self._locking.is_open:
            act()
        else:
            self._locking.opened.connect(act, Qt.ConnectionType.SingleShotConnection)

    def tell(self, text: str, tone: Tone = Tone.CALM, back: Callable[[], None] | None = None) -> None:
        """Show a sentence in the status line and announce it; an empty one hides the line."""
        if self._locking.is_open:  # what a lock interrupted has nothing to say
            self._status.tell(text, tone, back)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Ask while anything is unsent; then close the compose windows: one that would lose something asks, one that is sending is waited for.

        A locked window asks nothing: what was written is kept, what is unsent goes on with the next start.
        """
        if not self._locking.is_open:
            self._close_locked(event)
            return
        under_way = sum(isValid(w) and w.is_under_way() for w in self._composing)
        if not self._leaving and not self._unsent.may_leave(under_way, self._outbox.entries()):
            event.ignore()
            return
        self._leaving = True  # until an author goes on writing
        asking = next((w for w in list(self._composing) if not w.close() and not w.is_sending()), None)
        if asking is not None:
            asking.raise_()
            asking.activateWindow()
            event.ignore()
        elif any(isValid(window) and window.is_sending() for window in self._composing):
            self.tell("A message is being sent. The window closes when that is done.")
            event.ignore()
        else:
            self._leave()
            event.accept()

    def _close_locked(self, event: QCloseEvent) -> None:
        if any(isValid(window) and window.is_sending() for window in self._composing):
            event.ignore()  # it is being handed over right now
        else:
            self._leave()
            event.accept()

    def _leave(self) -> None:
        self._mailbox.rest()
        self._opened.wipe()
        with suppress(StoreError):  # the window closes whatever becomes of its widths
            self._session.preferences.set(SIZES, self._mail.sizes())
            self._session.preferences.set(ORDER, self._mail.list.view.order.value)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Show three panes, two, or one."""
        super().resizeEvent(event)
        self._locking.resize()
        width, font = event.size().width(), self.font()
        self._panes = 3 if width >= by_letters(THREE_PANES, font) else 2 if width >= by_letters(TWO_PANES, font) else 1
        self._mail.set_single(single=self._panes < 3)
        self._show_panes()

    def _set_up(self) -> None:
        form = self._form
        for page in (self._mail, self._drafts, self._outbox):
            form.pages.addWidget(page)
        form.folders.set_up(self._look)
        self._appearance = AppearanceMenu(form.settingsButton, self._look, self._session.preferences, self)
        self._satellites = Satellites(self._session, self._look, self._background, self._appearance, self._locking, self)
        form.held.set_up(self._look)
        form.newButton.setAccessibleName("New message")
        self._name_accounts()
        self._look.changed.connect(self._dress)
        self._dress()

    def _name_accounts(self) -> None:
        self._form.account.setText("\n".join(words.spec(account.address) for account in self._session.accounts))
        self._mail.take_own(account.address for account in self._session.accounts)

    def _take_accounts(self) -> None:
        """Show what the accounts are now: one was added, changed or removed."""
        self._name_accounts()
        self._first.update()
        self._form.folders.setFocus()
        self._read_all()

    def _take_limits(self) -> None:
        self._undo = self._session.limits.undo
        self._locking.watch()

    def _dress(self) -> None:
        self._look.dress(self)

    def _connect(self) -> None:
        form = self._form
        form.newButton.clicked.connect(lambda _=False: self.compose())
        form.lockButton.clicked.connect(self._locking.lock)
        self._unsent.confirmed.connect(self.close)
        form.backButton.clicked.connect(self._back)
        form.folders.chosen.connect(self._go)
        form.folders.entered.connect(self._enter)
        form.folders.takes = self._mail.takes
        form.folders.dropped.connect(self._mail.file_in)
        for page in (self._mail, self._outbox, self._drafts):
            page.told.connect(self.tell)
        self._mail.draft_made.connect(self.compose)
        self._mail.write_wanted.connect(self._write_to)
        self._mail.depth_changed.connect(self._show_panes)
        self._drafts.opened.connect(self.compose)
        self._drafts.counted.connect(form.folders.count_drafts)
        self._outbox.reopened.connect(self.compose)
        self._outbox.counted.connect(form.folders.count_outbox)
        self._outbox.resumed.connect(self._show_notices)
        self._outbox.resumed.connect(self._prepare)
        self._policy.checked.connect(self._show_notices)
        self._mailbox.returned.connect(lambda: self._outbox.resume(at_once=True))
        self._outbox.shown.connect(self._alert.take)
        self._mailbox.arrived.connect(self._notifier.arrived)
        self._notifier.wanted.connect(self._show_inbox)
        self._alert.wanted.connect(lambda: form.folders.go_to(Kind.OUTBOX))
        self._locking.opened.connect(self._alert.again)
        self._locking.closing.connect(self._forget_mail)
        self._locking.closing.connect(self._first.forget)
        self._first.done.connect(self._take_accounts)
        self._satellites.accounts_changed.connect(self._take_accounts)
        self._satellites.limits_changed.connect(self._take_limits)
        self._locking.opened.connect(self._mailbox.wake)
        self._locking.opened.connect(self._read_all)
        self._locking.opened.connect(self._mail.read_again)
        self._connect_keys()

    def _connect_keys(self) -> None:
        QShortcut(QKeySequence("Ctrl+N"), self, self.compose)
        QShortcut(QKeySequence("Ctrl+Q"), self, self.close)
        for keys, act in (
            (("F5",), self._refresh),
            (("Ctrl+K",), self._search),
            (("Ctrl+F",), self._find),
            (("Esc", "Alt+Left"), self._back),
            (("F6",), lambda: go_on(self._stops(), self.focusWidget(), 1)),
            (("Shift+F6",), lambda: go_on(self._stops(), self.focusWidget(), -1)),
        ):
            for key in keys:
                shortcut(key, self._form.root, act)  # not while a sheet asks

    def _start(self) -> None:
        if self._locking.is_open:  # the unlocking reads all
            self._read_all()
        self._background.run(self, self._session.drafts.left_behind, self._tell_left_behind, lambda _: None, "store")
        for interval, act in ((RESUME_MS, self._outbox.resume), (REFRESH_MS, self._outbox.refresh), (REFRESH_MS, self._drafts.refresh)):
            timer(self, interval, act).start()
        self.begun.emit()

    def _read_all(self) -> None:
        self._show_notices()
        self._mailbox.read_folders()
        self._mailbox.refresh()
        self._drafts.refresh()
        self._outbox.refresh()
        self._outbox.resume(at_once=True)
        self._policy.ask()

    def _forget_mail(self) -> None:
        self._mailbox.rest()
        self._notifier.rest()
        self._mail.forget()
        self._opened.wipe()

    def _refresh(self) -> None:
        self._outbox.resume(at_once=True)
        self._mailbox.refresh()

    def _go(self, place: Place) -> None:
        pages: dict[Kind, QWidget] = {Kind.FOLDER: self._mail, Kind.DRAFTS: self._drafts, Kind.OUTBOX: self._outbox}
        self._form.pages.setCurrentWidget(pages[place.kind])
        if place.kind == Kind.DRAFTS:
            self._drafts.refresh()
        self._show_panes()

    def _enter(self) -> None:
        self._in_folders = False
        self._show_panes()
        self._to_page()

    def _to_page(self) -> None:
        self._stops()[-1 if self._form.pages.currentWidget() is not self._mail else 1].setFocus()

    def _back(self) -> None:
        if self._form.pages.currentWidget() is self._mail and self._mail.back():
            return
        if self._panes == 1:
            self._in_folders = True
            self._show_panes()
            self._form.folders.setFocus()

    def _find(self) -> None:
        if not (self._form.pages.currentWidget() is self._mail and self._mail.find_words()):
            self._search()

    def _search(self) -> None:
        if self._form.pages.currentWidget() is not self._mail:
            self._form.folders.go_to(Kind.FOLDER)
        self._in_folders = False
        self._show_panes()
        self._mail.search()

    def _show_panes(self) -> None:
        alone = self._panes == 1
        lost = alone and not self._in_folders and self._form.sidebar.isAncestorOf(self.focusWidget() or self)
        self._form.sidebar.setVisible(not alone or self._in_folders)
        self._form.content.setVisible(not alone or not self._in_folders)
        if lost:
            self._to_page()
        width = by_letters(SIDEBAR, self.font())
        self._form.sidebar.setMinimumWidth(0 if alone else width)
        self._form.sidebar.setMaximumWidth(16_777_215 if alone else width)
        reading = self._form.pages.currentWidget() is self._mail and self._mail.is_reading_alone
        self._form.backRow.setVisible(alone or reading)
        place = self._form.folders.place
        self._form.backButton.setText(f"Back to {place.name}".replace("&", "&&") if reading and place else "Folders")

    def _stops(self) -> list[QWidget]:
        """Return what F6 goes through, in reading order."""
        page = self._form.pages.currentWidget()
        inside = self._mail.stops() if page is self._mail else [self._drafts.stop() if page is self._drafts else self._outbox.stop()]
        return [self._form.folders, *inside]

    def _sent(self, receipts: tuple[Receipt, ...]) -> None:
        self.tell(words.result(receipts), Tone.GOOD if {r.state for r in receipts} == {State.ACCEPTED} else Tone.CAUTION)
        self._outbox.take(receipts)
        self._drafts.refresh()
        self._mail.list.reload()  # it may answer what is shown

    def _settled(self) -> None:
        if self._leaving:
            QTimer.singleShot(0, self, self.close)

    def _tell_left_behind(self, count: int) -> None:
        if count:
            self.tell(f"{'1 draft' if count == 1 else f'{count} drafts'} from before the program ended: go on in Drafts.", Tone.CAUTION)

    def _show_notices(self) -> None:
        if (notices := self._session.notices) != self._notices:
            self._notices = notices
            self.tell("\n".join(notices), Tone.CAUTION)

    def _prepare(self) -> None:
        self._background.run(self, self._session.prepare, lambda _: None, lambda _: None, "general")
        self._background.run(self, self._session.keys.confirm, lambda _: None, lambda _: None, "look-ups")

    def _come_forward(self) -> None:
        self.show()
        self.raise_()
        self.activateWindow()

    def _show_outbox(self) -> None:
        self._come_forward()
        self._form.folders.go_to(Kind.OUTBOX)
        self._outbox.refresh()

    def _show_inbox(self) -> None:
        self._come_forward()
        if self._locking.is_open:
            self._form.folders.go_to(Kind.FOLDER)

    def _forget(self) -> None:
        self._composing = [window for window in self._composing if isValid(window)]
        self._settled()

    def _stay(self) -> None:
        self._leaving = False
