"""A folder's messages: name, search, list, and in its place what is to be said while there is nothing to show.

Rows come from the store page by page; an answer for a folder or search that the user has left is dropped.
"""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from securemail_desktop.gui import words
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.folder_model import whereabouts
from securemail_desktop.gui.form import load_form
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.mail_port import MailPort
from securemail_desktop.gui.message_model import PAGE
from securemail_desktop.gui.message_table import MessageTable
from securemail_desktop.gui.notice_bar import NoticeBar
from securemail_desktop.gui.search_scope import SearchScope
from securemail_desktop.gui.shortcut import shortcut
from securemail_desktop.gui.state_view import StateView
from securemail_desktop.gui.tones import Tone
from securemail_desktop.gui.view_menu import ONLY, ViewMenu
from securemail_desktop.resources import ui_dir
from securemail_desktop.session.mail_view import FolderView, Listing, MessageView
from securemail_desktop.store.shown import Only, Shown

TYPING_MS = 200


class MessageListForm:
    """The widgets of `message_list.ui`."""

    # ruff: noqa: N815 - Designer's object names
    root: QWidget
    heading: QLabel
    count: QLabel
    viewButton: QPushButton
    refreshButton: QPushButton
    search: QLineEdit
    scope: QWidget
    bar: NoticeBar
    states: QStackedWidget
    state: StateView
    table: MessageTable


class MessageList(QWidget):
    """`refresh_wanted` asks for the server; `settled` follows when a folder's first rows are shown, or cannot be read."""

    refresh_wanted = Signal()
    settled = Signal()

    def __init__(self, mail: MailPort, look: Look, background: Background, parent: QWidget) -> None:
        """Show nothing before a folder is opened."""
        super().__init__(parent)
        self._mail, self._background = mail, background
        self._folder: FolderView | None = None
        self._name, self._words, self._turn, self._kept = "", "", 0, -1
        self._known, self._looking = False, False
        file = ui_dir() / "desktop" / "forms" / "message_list.ui"
        self._form = load_form(MessageListForm, file, self, (NoticeBar, StateView, MessageTable))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._form.root)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self.view = ViewMenu(self._form.viewButton, self)
        self.scope = SearchScope(mail, background, self)
        self._form.scope.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        scope = QVBoxLayout(self._form.scope)
        scope.setContentsMargins(0, 0, 0, 0)
        scope.addWidget(self.scope)
        self._whereabouts: dict[int, tuple[str, str]] = {}
        self._set_up(look)

    @property
    def table(self) -> MessageTable:
        """Return the list itself."""
        return self._form.table

    @property
    def search(self) -> QLineEdit:
        """Return the search field."""
        return self._form.search

    @property
    def folder(self) -> FolderView | None:
        """Return the folder that is shown."""
        return self._folder

    def stop(self) -> QWidget:
        """Return where the keyboard lands: the list, or the way out where there is none."""
        way_out = self._form.state.button
        return self.table if not self.table.isHidden() else self.search if way_out.isHidden() else way_out

    def open_folder(self, folder: FolderView, name: str) -> None:
        """Show a folder from its first row, under the name that people know it by."""
        self._folder = folder
        self._name = words.visible(name)
        self.view.show_all()
        self._form.search.clear()
        self._form.bar.clear()
        self.scope.rest()
        self._begin("")

    def take_folders(self, folders: Sequence[FolderView]) -> FolderView | None:
        """Take the folders' names and counts; return the one that is shown as it is now, None where there is none."""
        self._whereabouts = whereabouts(folders)
        shown = next((folder for folder in folders if self._folder is not None and folder.id == self._folder.id), None)
        if shown is not None:
            self._folder = shown
            self._count()
        return shown

    def role_of(self, view: MessageView) -> str:
        """Return the role of the folder that a message of the list is in."""
        return self.table.messages.place_of(view)[1]

    def is_for_good(self, views: Sequence[MessageView]) -> bool:
        """Tell whether deleting these, and what else is selected, may delete a message for good: one lies in the trash."""
        unknown = self._everywhere and len(views) < self.table.count()
        return unknown or any(self.role_of(view) == "trash" for view in views)

    def reload(self) -> None:
        """Read the first page anew; rows that come and go are worked in."""
        if self._folder is not None:
            self._load(0)

    def read_rows(self, ranges: Sequence[tuple[int, int]]) -> Callable[[], Listing]:
        """Return the work that reads these rows from the store, and how many there are in all."""
        read = self._reader()

        def work() -> Listing:
            found = [read(first, last - first + 1) for first, last in ranges]
            return Listing(tuple(row for listing in found for row in listing.rows), found[-1].total if found else 0)

        return work

    def busy(self, *, looking: bool) -> None:
        """Show whether the server is asked."""
        self._form.refreshButton.setEnabled(not looking)
        self._looking = looking
        if self._known:
            self._show_state()
        else:
            self._count()

    def offline(self, reason: str) -> None:
        """Say that the server is not reached, and why; what is here stays readable. An empty reason takes it back."""
        if reason:
            comfort = " What was opened before can be read." if self._folder is not None else ""
            self._form.bar.say(reason + comfort, [("Try again", "retry")], tone=Tone.CAUTION)
        else:
            self._form.bar.clear()
        if self._folder is None:
            self._show_no_folder(failed=bool(reason))

    def _set_up(self, look: Look) -> None:
        form = self._form
        for part in (form.bar, form.state, form.table, self.view):
            part.set_up(look)
        self.view.changed.connect(lambda: self._begin(self._words))
        self.scope.changed.connect(self._turned)
        self.scope.found.connect(self.reload)
        form.refreshButton.clicked.connect(self.refresh_wanted)
        form.search.textChanged.connect(self._typed)
        form.search.returnPressed.connect(self._enter)
        shortcut("Down", form.search, self._enter)
        self.setTabOrder(form.search, self.scope.button)
        self._typing.timeout.connect(self._search_now)
        form.table.messages.wanted.connect(self._load)
        form.table.moved.connect(self._keep)
        form.table.selectionModel().selectionChanged.connect(lambda *_: self._count())
        form.table.messages.modelReset.connect(self._return)
        form.table.messages.rowsRemoved.connect(self._show_state)
        form.bar.chosen.connect(lambda _: self.refresh_wanted.emit())
        form.state.pressed.connect(self._way_out)
        form.states.currentChanged.connect(self._give_way)
        form.state.say("inbox", "muted", "Loading…")

    def _give_way(self) -> None:
        """Let the list be low where much is said above it: Qt keeps the height of the hidden page otherwise."""
        states = self._form.states
        shown = states.currentWidget()
        states.setMinimumHeight(shown.minimumSizeHint().height() if shown is self.table else 0)

    def _enter(self) -> None:
        """Go from the search to what it found; what was typed last is searched for first."""
        self._search_now()
        if self._known and self.table.messages.rowCount():
            self.table.setFocus()
            if self.table.current is None:
                self.table.step(1)

    def _typed(self, text: str) -> None:
        self.scope.setVisible(bool(text.strip() or self._words))  # before the search begins: who types fast presses Tab by then
        self._typing.start()

    def _search_now(self) -> None:
        self._typing.stop()
        text = self._asked()
        if text != self._words and self._folder is not None:
            self._begin(text)

    def _turned(self) -> None:
        self._typing.stop()
        self._begin(self._asked())

    def _asked(self) -> str:
        return " ".join(self._form.search.text().split())

    def _begin(self, text: str) -> None:
        self._words, self._known = text, False
        self._turn += 1
        self.scope.take(text)
        name = "All folders" if self._everywhere else self._name
        self._form.heading.setText(name)
        self.table.setAccessibleName(f"Messages in {name[:1].lower() + name[1:] if self._everywhere else name}")
        self._form.search.setAccessibleName(self.scope.name)
        self._form.search.setPlaceholderText(self.scope.name)
        if not text:
            self._kept = -1
        self.table.messages.places = self._whereabouts if self._everywhere else {}
        self.table.messages.start(self._folder.role if self._folder else "")
        self._form.state.say("search" if text else "inbox", "muted", "Searching…" if text else "Loading…")
        self._form.states.setCurrentWidget(self._form.state)
        self._load(0)

    def _load(self, offset: int) -> None:
        if self._folder is not None:
            work = partial(self._reader(), offset, PAGE)
            self._background.run(self, work, partial(self._arrived, self._turn, offset), partial(self._failed, self._turn), "store")

    @property
    def _everywhere(self) -> bool:
        return self.scope.everywhere and bool(self._words)

    def _reader(self) -> Callable[[int, int], Listing]:
        """Return what reads rows of the view from the store, by their first and their number."""
        folder, text, shown, mail = self._folder, self._words, self._shown(), self._mail
        if self._everywhere:
            return lambda first, count: mail.found(text, first, count, shown)
        return lambda first, count: mail.listing(folder.id, first, count, text, shown) if folder else Listing((), 0)

    def _shown(self) -> Shown:
        current = self.table.current
        return self.view.shown(self._folder.role if self._folder else "", current.id if current else -1)

    def _arrived(self, turn: int, offset: int, listing: Listing) -> None:
        if turn != self._turn or self._folder is None:
            return
        first, self._known = not self._known, True
        if first:
            self.table.messages.start(self._folder.role, listing)
        else:
            self.table.messages.take(offset, listing)
        self._show_state()
        if first:
            self.settled.emit()

    def _failed(self, turn: int, error: Exception) -> None:
        if turn == self._turn:
            self._form.state.say("warning", Tone.DANGER.value, words.failure(error), button="Try again")
            self._form.states.setCurrentWidget(self._form.state)
            self.settled.emit()

    def _show_no_folder(self, *, failed: bool) -> None:
        if failed:
            self._form.state.say("envelope", "muted", "Your mail is not here yet", "It is shown as soon as the mail server answers.")
        else:
            self._form.state.say("envelope", "muted", "No folders", "The mail server has no folder for you.", "Look again")

    def _show_state(self) -> None:
        self._count()
        if self.table.messages.rowCount():
            self._form.states.setCurrentWidget(self.table)
            return
        if self.view.only is not Only.ALL:
            label = ONLY[self.view.only].replace("&", "").removeprefix("Only ")
            title = f"Nothing {label} matches" if self._words else f"Nothing {label}"
            text = f"Other messages may hold “{self._words}”." if self._words else "This folder has other messages."
            self._form.state.say("sort", "muted", title, text, "Show all messages")
        elif self._words:
            self._form.state.say("search", "muted", "Nothing matches", self.scope.in_vain, "Clear the search")
        elif self._looking:
            self._form.state.say("refresh", "muted", "Looking for mail…")
        else:
            self._form.state.say("check", Tone.GOOD.value, "Nothing here", "This folder has no messages.", "Look for new mail")
        self._form.states.setCurrentWidget(self._form.state)

    def _way_out(self) -> None:
        if self.view.only is not Only.ALL:
            self.view.choose(Only.ALL)
            self.table.setFocus()
        elif self._words:
            self._form.search.clear()
            self._search_now()
            self._form.search.setFocus()
        elif self._known:
            self.refresh_wanted.emit()
        else:
            self._begin("")

    def _count(self) -> None:
        total, folder = self.table.messages.rowCount(), self._folder
        if self._looking:
            self._form.count.setText("Looking for new mail…")
        elif (selected := self.table.count()) > 1:
            self._form.count.setText(f"{selected:,} selected")
        elif (self._words or self.view.only is not Only.ALL) and self._known:
            self._form.count.setText(f"{total:,} {'found' if self._words else self.view.only.value}".replace("attached", "with files"))
        else:
            self._form.count.setText(f"{folder.unseen:,} unread" if folder and folder.unseen else "")

    def _keep(self, _: object) -> None:
        if (current := self.table.current) is not None:
            self._kept = current.id

    def _return(self) -> None:
        """Go back to the message that was current before the rows were read anew."""
        row = self.table.messages.row_of(self._kept)
        if row >= 0:
            self.table.go_to(row)
