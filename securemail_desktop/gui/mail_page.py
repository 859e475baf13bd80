"""List and reading pane of one folder side by side, or one at a time where there is no room: what is current is read, what is read is seen.

Reading is one at a time: whoever runs down a list does not queue up what he has passed. An answer for a message that is not current is dropped.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget
from shiboken6 import isValid

from securemail_desktop.gui import words
from securemail_desktop.gui.attachment_saver import AttachmentSaver
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.folder_model import Place, archive_of, targets
from securemail_desktop.gui.link_words import addressees
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.mail_port import MailPort
from securemail_desktop.gui.mail_tools import Act, MailTools
from securemail_desktop.gui.message_changes import MessageChanges
from securemail_desktop.gui.message_list import MessageList
from securemail_desktop.gui.print_flow import PrintFlow
from securemail_desktop.gui.private_folder import PrivateFolder
from securemail_desktop.gui.reading_pane import ReadingPane
from securemail_desktop.gui.sheet import Choice, Chosen, Question, Sheet
from securemail_desktop.gui.shortcut import shortcut
from securemail_desktop.gui.source_window import SourceWindow
from securemail_desktop.gui.timer import timer
from securemail_desktop.gui.tones import Tone
from securemail_desktop.message.address import Address
from securemail_desktop.message.display.link import Link
from securemail_desktop.message.invitation import Answer
from securemail_desktop.session.mail_view import FolderView, Listing, MessageView, Reading

SETTLE_MS, SEEN_MS = 120, 1000


class MailPage(QWidget):
    """`told` carries (sentence, tone, way back or None), `draft_made` a draft to be written on, `write_wanted` addresses to write to.

    `counts_changed` asks to read the folders anew; `depth_changed` follows when the pane that is shown alone has changed; `other_way_wanted` is about
    a sent message (`Reading`) that somebody cannot open.
    """

    told = Signal(str, object, object)
    draft_made = Signal(object)
    counts_changed = Signal()
    refresh_wanted = Signal()
    write_wanted = Signal(object)
    other_way_wanted = Signal(object)
    depth_changed = Signal()

    def __init__(self, mail: MailPort, look: Look, background: Background, opened: PrivateFolder, host: QWidget) -> None:
        """Show nothing before a folder is opened; questions are asked over the whole `host`."""
        super().__init__(host)
        self._mail, self._background = mail, background
        self._own: frozenset[str] = frozenset()
        self._single, self._reading_now, self._forgetting = False, False, False
        self._targets: tuple[tuple[int, str], ...] = ()
        self._archive, self._widths = -1, [340, 560]
        self.list = MessageList(mail, look, background, self)
        self.tools = MailTools(look, self)
        self.pane = ReadingPane(look, self.tools, self)
        self.changes = MessageChanges(mail, self.list.table, background, self)
        self.sheet, self._asking = Sheet(host, look), Sheet(host, look)
        self.saver = AttachmentSaver(self.sheet, background, opened, self)
        self.printing = PrintFlow(Sheet(host, look), self)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._settle, self._seen = timer(self, SETTLE_MS, self._read, once=True), timer(self, SEEN_MS, self._mark_seen, once=True)
        self.open_link: Callable[[str], bool] = _open_in_browser
        self._source: SourceWindow | None = None
        self._lay_out()
        self._connect()

    def take_own(self, addresses: Iterable[Address]) -> None:
        """Keep which addresses are the user's own."""
        self._own = frozenset(address.key for address in addresses)

    def open_place(self, place: Place, folders: Sequence[FolderView]) -> None:
        """Show another folder."""
        folder = place.folder
        if folder is None:
            return
        self._stop()
        self.take_folders(folders)
        self._targets, self._archive = targets(folder, folders), archive_of(folder, folders)
        self.list.open_folder(folder, place.name)
        self.pane.clear()
        self._show_alone(self.list)
        self._offer()

    def take_folders(self, folders: Sequence[FolderView]) -> None:
        """Take new counts of the folders."""
        new = self.list.take_folders(folders)
        if new is not None:
            self._targets, self._archive = targets(new, folders), archive_of(new, folders)
            self._offer()

    def sizes(self) -> str:
        """Return the widths of list and reading pane as the user has set them."""
        return ",".join(map(str, self._widths))

    def restore(self, sizes: str) -> None:
        """Set the widths as they were kept; an odd text is passed over."""
        widths = [int(width) for width in sizes.split(",") if width.isdecimal()]
        if len(widths) == 2 and 0 < sum(widths) < 100_000:
            self._widths = widths
            self.splitter.setSizes(widths)

    def set_single(self, *, single: bool) -> None:
        """Show one pane at a time, or both."""
        if single != self._single:
            self._single = single
            self._show_alone(self.pane if self.pane.isAncestorOf(self.focusWidget() or self) else self.list)
            if not single:  # the splitter gets its room later
                QTimer.singleShot(0, self, lambda: self.splitter.setSizes(self._widths))

    @property
    def is_reading_alone(self) -> bool:
        """Tell whether the reading pane covers the list."""
        return self._single and self.list.isHidden()

    def back(self) -> bool:
        """Close the search of the message, or go from the message back to the list; return False where there is nothing to go back to."""
        if self.pane.finder.is_open and not self.list.isAncestorOf(self.window().focusWidget() or self.pane):
            self.pane.finder.shut()
            return True
        if self.list.search.text():
            self.list.search.clear()
            self.list.table.setFocus()
            return True
        if not self.is_reading_alone:
            return False
        self._show_alone(self.list)
        self.list.table.setFocus()
        return True

    def forget(self) -> None:
        """Show nothing of any message any more: the window is locked."""
        self._forgetting = True
        self.saver.forget()
        self.printing.forget()
        self._stop()
        self.pane.clear()
        if self._source is not None and isValid(self._source):
            self._source.close()

    def read_again(self) -> None:
        """Open the current message again, now that the window is unlocked."""
        self._forgetting = False
        self._read()

    def stops(self) -> list[QWidget]:
        """Return what the keyboard goes through pane by pane."""
        return [self.list.stop(), self.pane.stop()]

    def find_words(self) -> bool:
        """Find words in the message where the keyboard is there; return False elsewhere."""
        focus = self.window().focusWidget()
        inside = self.is_reading_alone or (focus is not None and self.pane.isAncestorOf(focus))
        return inside and self.pane.open_find()

    def search(self) -> None:
        """Go to the search field."""
        self._show_alone(self.list)
        self.list.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.list.search.selectAll()

    def _lay_out(self) -> None:
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        self.splitter.addWidget(self.list)
        self.splitter.addWidget(self.pane)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes(self._widths)
        self.splitter.splitterMoved.connect(self._keep_widths)
        self.list.setMinimumWidth(240)
        self.pane.setMinimumWidth(300)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)

    def _connect(self) -> None:
        table = self.list.table
        table.moved.connect(self._moved)
        table.opened.connect(self._open)
        table.menu_wanted.connect(self.tools.pop_up)
        table.selectionModel().selectionChanged.connect(lambda *_: self._offer())
        table.messages.dataChanged.connect(self._offer)
        table.messages.modelReset.connect(self._offer)
        self.list.refresh_wanted.connect(self.refresh_wanted)
        self.tools.wanted.connect(self._act)
        self.tools.target.connect(self.file_in)
        self.changes.told.connect(self.told)
        self.changes.changed.connect(self._changed)
        for teller in (self.saver, self.printing):
            teller.told.connect(lambda text, tone: self.told.emit(text, tone, None))
        self.pane.open_wanted.connect(self.saver.open)
        self.pane.save_wanted.connect(self.saver.save)
        self.pane.save_all_wanted.connect(lambda: self.saver.save_all(self.pane.files))
        self.pane.retry_wanted.connect(self._read)
        self.pane.link_wanted.connect(self._follow)
        self.pane.answer_wanted.connect(self._respond)
        self._asking.chosen.connect(self._delete_for_good)
        for key, step in (("J", 1), ("K", -1)):
            shortcut(key, self, partial(table.step, step))

    def _moved(self, view: MessageView | None) -> None:
        if view is not None and (self.pane.reading is None or self.pane.reading.view.id != view.id):
            self._seen.stop()
            self._settle.start()

    def _open(self, view: MessageView) -> None:
        self._show_alone(self.pane)
        if self.pane.reading is None or self.pane.reading.view.id != view.id:
            self._read()
        self.pane.focus_text()
        if not view.seen:
            self.changes.mark((view,), seen=True)

    def _read(self) -> None:
        self._settle.stop()
        view = self.list.table.current
        if view is None:
            return
        self.pane.wait_for(view)
        if not self._reading_now:
            self._reading_now = True
            self._background.run(
                self, partial(self._mail.read, view.id), partial(self._arrived, view.id), partial(self._failed, view.id), "reading"
            )

    def _arrived(self, message: int, reading: Reading) -> None:
        self.list.table.messages.reveal(reading.view)
        if self._is_wanted(message):
            written = self._is_sent(reading.view) and {a.key for a in reading.sender} <= self._own
            self.pane.show_reading(reading, own=written)
            self._seen.start()

    def _is_sent(self, view: MessageView) -> bool:
        return self.list.role_of(view) == "sent"

    def _failed(self, message: int, error: Exception) -> None:
        if self._is_wanted(message):
            self.pane.fail(error)

    def _is_wanted(self, message: int) -> bool:
        """Tell whether an answer is for the current message; read that one instead where it is not."""
        self._reading_now = False
        current = self.list.table.current
        if self._forgetting or current is None:
            return False
        if current.id != message and not self._settle.isActive():
            self._read()
        return current.id == message

    def _mark_seen(self) -> None:
        current = self.list.table.current
        shown = self.pane.reading
        if current is not None and shown is not None and shown.view.id == current.id and not current.seen and self.isVisible():
            self.changes.mark((current,), seen=True)

    def _stop(self) -> None:
        self._settle.stop()
        self._seen.stop()

    def _changed(self) -> None:
        self.list.reload()
        self.counts_changed.emit()
        if self.list.table.current is None:
            self.pane.clear()
            self._show_alone(self.list)
        self._offer()

    def _act(self, act: Act) -> None:
        views = self._chosen()
        current = self.list.table.current or next(iter(views), None)
        if current is None:
            return
        if act in {Act.REPLY, Act.REPLY_ALL, Act.FORWARD, Act.SOURCE}:
            self._answer(act, current.id)
        elif act in {Act.PRINT, Act.OTHER_WAY}:
            self._with_reading(act)
        elif act == Act.MOVE:
            self.tools.choose_target()
        elif act == Act.ARCHIVE:
            self.file_in(self._archive)
        elif act == Act.DELETE:
            self._delete()
        elif act == Act.FLAG:
            self._with_all(lambda all_: self.changes.mark(all_, flagged=not all(view.flagged for view in all_)))
        elif act == Act.UNREAD:
            self._seen.stop()
            self._with_all(partial(self.changes.mark, seen=False))

    def _with_reading(self, act: Act) -> None:
        if self.pane.reading is not None and act == Act.PRINT:
            self.printing.start(self.pane.reading, own=self.pane.own)
        elif self.pane.reading is not None and self._is_sent(self.pane.reading.view):
            self.other_way_wanted.emit(self.pane.reading)

    def _chosen(self) -> tuple[MessageView, ...]:
        """Return the selected messages that are known, or the one that is read where a search or view has taken it out of the list."""
        shown = self.pane.reading
        return self.list.table.chosen() or ((shown.view,) if shown is not None and not self.list.table.count() else ())

    def _with_all(self, act: Callable[[tuple[MessageView, ...]], None]) -> None:
        """Act on all selected messages; rows that were never looked at are read first."""
        table = self.list.table
        known, count, total = self._chosen(), max(1, table.count()), table.messages.rowCount()
        if len(known) == count:
            act(known)
            return

        def arrived(listing: Listing) -> None:
            found = {view.id for view in listing.rows}
            # rows are counted from the top: whatever has come or gone since then would mean other messages
            if listing.total == total and len(listing.rows) == count and all(view.id in found for view in known):
                act(listing.rows)
            else:
                self.told.emit("The folder has just changed, so nothing was done: select the messages again.", Tone.CAUTION, None)

        self._background.run(self, self.list.read_rows(table.ranges()), arrived, self._tell_failure, "store")

    def _follow(self, link: Link) -> None:
        if link.is_mail:
            self.write_wanted.emit(addressees(link))
        else:
            self.open_link(link.target)

    def _answer(self, act: Act, number: int) -> None:
        if act == Act.SOURCE:
            self._background.run(self, partial(self._mail.source, number), self._show_source, self._tell_failure, "reading")
            return
        work = (
            partial(self._mail.forward, number) if act == Act.FORWARD else partial(self._mail.reply, number, everyone=act == Act.REPLY_ALL)
        )
        self._background.run(self, work, self.draft_made.emit, self._tell_failure, "reading")

    def _respond(self, said: Answer) -> None:
        if (shown := self.pane.reading) is not None:
            self._background.run(
                self, partial(self._mail.respond, shown.view.id, said), self.draft_made.emit, self._tell_failure, "reading"
            )

    def _show_source(self, source: bytes) -> None:
        self._source = SourceWindow(source)
        self._source.show()

    def _tell_failure(self, error: Exception) -> None:
        self.told.emit(words.failure(error), Tone.DANGER, None)

    def takes(self, folder: int) -> bool:
        """Tell whether the selected messages can be moved to a folder."""
        return any(number == folder for number, _ in self._targets)

    def file_in(self, folder: int) -> None:
        """Move the selected messages."""
        name = next((name for number, name in self._targets if number == folder), "")
        if name and self._chosen():
            self._seen.stop()
            self._with_all(lambda views: self.changes.move(views, folder, name))

    def _delete(self) -> None:
        count = max(1, self.list.table.count())
        if self.list.is_for_good(self._chosen()):
            what = "this message" if count == 1 else f"these {count:,} messages"
            choice = Choice("Delete for good", "delete", safe=False)
            text = "Nobody can bring it back from here." if count == 1 else "Nobody can bring them back from here."
            self._asking.ask(Question(title=f"Delete {what} for good?", message=text, choices=(choice,), back="Keep", icon="trash"))
        else:
            self._seen.stop()
            undo = any(name == "Trash" for _, name in self._targets)
            self._with_all(partial(self.changes.delete, for_good=False, undo=undo))

    def _delete_for_good(self, _: Chosen) -> None:
        self._with_all(partial(self.changes.delete, for_good=True, undo=False))

    def _offer(self) -> None:
        views = self._chosen()
        flagged = bool(views) and all(view.flagged for view in views)
        sent = bool(views) and all(map(self._is_sent, views))
        self.tools.offer(any_message=bool(views), archive=self._archive >= 0, targets=self._targets, flagged=flagged, sent=sent)
        self.pane.offer(self.list.table.current, any_message=self.list.table.messages.rowCount() > 0)

    def _keep_widths(self) -> None:
        self._widths = self.splitter.sizes()

    def _show_alone(self, pane: QWidget) -> None:
        self.list.setVisible(not self._single or pane is self.list)
        self.pane.setVisible(not self._single or pane is self.pane)
        self.depth_changed.emit()


def _open_in_browser(target: str) -> bool:
    return QDesktopServices.openUrl(QUrl(target))
