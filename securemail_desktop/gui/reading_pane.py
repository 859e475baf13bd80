"""The reading pane: what to do with a message, whom it is from in full, what is to be said of it, its text and its files.

Everything of a stranger is plain text; the text itself is shown by one widget that loads nothing from outside.
"""

from functools import partial
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from securemail_desktop.encryption.opened import Part
from securemail_desktop.gui import link_words, message_words, verdict_words, words
from securemail_desktop.gui.file_model import FileModel
from securemail_desktop.gui.files_button import FilesButton
from securemail_desktop.gui.find_bar import FindBar
from securemail_desktop.gui.fitting_view import FittingView
from securemail_desktop.gui.flow_layout import FlowLayout
from securemail_desktop.gui.form import load_form
from securemail_desktop.gui.header_view import HeaderView
from securemail_desktop.gui.html_view import HtmlView
from securemail_desktop.gui.invitation_view import InvitationView
from securemail_desktop.gui.look import Look, by_letters
from securemail_desktop.gui.notice_bar import NoticeBar
from securemail_desktop.gui.selectable_text import SelectableText
from securemail_desktop.gui.shortcut import shortcut
from securemail_desktop.gui.state_view import StateView
from securemail_desktop.gui.tones import Tone
from securemail_desktop.gui.verdict_view import VerdictView
from securemail_desktop.message.display.link import Link
from securemail_desktop.resources import ui_dir
from securemail_desktop.session.mail_view import MessageView, Reading

CHOOSE, NONE = "Choose a message to read it", "No message to read"
LOW, LEAST = 680, 40  # pixels: the height below which the files are a button instead of a list, and what the text keeps
SHARE = 0.3  # of the pane that the text has at least
EDGES = 2  # pixels of the ring that shows where the keyboard is


class ReadingForm:
    """The widgets of `reading.ui`."""

    # ruff: noqa: N815 - Designer's object names
    root: QWidget
    states: QStackedWidget
    state: StateView
    messagePage: QWidget
    tools: QFrame
    headScroll: QScrollArea
    head: QWidget
    subject: SelectableText
    verdict: QWidget
    fields: QWidget
    bar: NoticeBar
    bodyHolder: QWidget
    fileRow: QFrame
    fileList: FittingView
    fileButtons: QWidget


class ReadingPane(QWidget):
    """`open_wanted` and `save_wanted` carry a file, `save_all_wanted` nothing, `link_wanted` a `Link` that may be opened now.

    `retry_wanted` asks to read the message again; `answer_wanted` carries what is answered to an invitation.
    """

    open_wanted = Signal(object)
    save_wanted = Signal(object)
    save_all_wanted = Signal()
    link_wanted = Signal(object)
    retry_wanted = Signal()
    answer_wanted = Signal(object)

    def __init__(self, look: Look, tools: QWidget, parent: QWidget) -> None:
        """Show nothing before a message is chosen; `tools` are the buttons above it."""
        super().__init__(parent)
        self._form = load_form(
            ReadingForm, ui_dir() / "desktop" / "forms" / "reading.ui", self, (StateView, NoticeBar, FittingView, SelectableText)
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._form.root)
        self.reading: Reading | None = None
        self.own = False  # whether it is the author's copy of what he sent himself
        self._text_wanted, self._is_dangerous, self._any_message = False, False, False
        self._asked: Link | None = None
        self.body = HtmlView(look, self)
        self.finder = FindBar(self.body, look, self)
        self.header = HeaderView(self._form.fields)
        self.verdict = VerdictView(look, self._form.verdict)
        self.invitation = InvitationView(self)
        self._files = FileModel(look, self)
        self._files_button = FilesButton(look, self._form.fileRow)
        self._set_up(look, tools)
        self.clear()

    @property
    def files(self) -> tuple[Part, ...]:
        """Return the files of the message that is shown."""
        return self._files.files

    def clear(self) -> None:
        """Show that no message is chosen."""
        self.reading, self._text_wanted = None, False
        self.finder.forget()
        self.body.show_message("", "", ())
        self.invitation.show_reading(None)
        self._reset_files(())
        self._invite()
        self._form.states.setCurrentWidget(self._form.state)

    def offer(self, current: MessageView | None, *, any_message: bool) -> None:
        """Say whether the shown message was answered meanwhile, and that one can be chosen, where there is one and nothing else is being said."""
        if self.reading is not None and current is not None and self.reading.view.id == current.id:
            self.invitation.show_answered(answered=current.answered)
        self._any_message = any_message
        if self._form.state.title in {CHOOSE, NONE}:
            self._invite()

    def _invite(self) -> None:
        self._form.state.say("envelope", "muted", CHOOSE if self._any_message else NONE)

    def wait_for(self, view: MessageView) -> None:
        """Show that a message is being opened, unless it is shown already."""
        if self.reading is None or self.reading.view.id != view.id:
            self.reading = None
            self._form.state.say("envelope", "muted", "Opening…", message_words.subject(view))
            self._form.states.setCurrentWidget(self._form.state)

    def fail(self, error: Exception) -> None:
        """Say why a message could not be opened."""
        self.reading, wanted = None, self._text_wanted
        self._form.state.say("warning", Tone.DANGER.value, words.failure(error), button="Try again")
        self._form.states.setCurrentWidget(self._form.state)
        if wanted:
            self._form.state.button.setFocus()

    def show_reading(self, reading: Reading, *, own: bool = False) -> None:
        """Show a message; `own` says that it is the author's copy of what he sent himself."""
        self.reading, self.own = reading, own
        found = verdict_words.findings(reading.opened, message_words.pretence(reading.sender), own=own)
        subject = reading.opened.subject or reading.view.subject
        self._form.subject.setText(" ".join(words.visible(subject).split()) or message_words.NO_SUBJECT)
        self._form.subject.setAccessibleName(f"Subject: {self._form.subject.text()}")
        self.header.show_reading(reading)
        self.verdict.show_findings(found)
        self.invitation.show_reading(reading, own=own)
        self._is_dangerous = any(line.tone is Tone.DANGER for line in found.lines)
        self._show_body(reading)
        self._reset_files(reading.files)
        self._form.fileRow.setVisible(bool(reading.files))
        self._form.fileList.setCurrentIndex(self._files.index(0))
        self._form.states.setCurrentWidget(self._form.messagePage)
        self._form.headScroll.verticalScrollBar().setValue(0)
        self._fit()
        if self._text_wanted:
            self.focus_text()

    def stop(self) -> QWidget:
        """Return where the keyboard lands: the text, or the way out where there is none."""
        return self.body if self.reading else self._form.state.button

    def focus_text(self) -> None:
        """Go to the text, as soon as it is there."""
        self._text_wanted = self.reading is None
        self.stop().setFocus()

    def open_find(self) -> bool:
        """Open the bar that finds words in the text; return False where there is no text."""
        if self.reading is None:
            return False
        self.finder.open()
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the text its room."""
        super().resizeEvent(event)
        self._show_files()
        QTimer.singleShot(0, self, self._fit)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Follow what changes around the text: names that unfold, details that are shown, a bar that comes."""
        if event.type() == QEvent.Type.LayoutRequest:
            QTimer.singleShot(0, self, self._fit)
        return super().eventFilter(watched, event)

    def _set_up(self, look: Look, tools: QWidget) -> None:
        form = self._form
        form.state.set_up(look)
        form.bar.set_up(look)
        for holder, widget, margins in (
            (form.tools, tools, (14, 8, 14, 8)),
            (form.fields, self.header, None),
            (form.verdict, self.verdict, None),
        ):
            layout = QVBoxLayout(holder)
            layout.setContentsMargins(*(margins or (0, 0, 0, 0)))
            layout.addWidget(widget)
        holder_layout = form.bodyHolder.layout()
        assert holder_layout is not None
        holder_layout.addWidget(self.finder)
        holder_layout.addWidget(self.body)
        head_layout = form.head.layout()
        assert isinstance(head_layout, QVBoxLayout)
        head_layout.insertWidget(head_layout.indexOf(form.verdict) + 1, self.invitation)
        page_layout = form.messagePage.layout()
        assert isinstance(page_layout, QVBoxLayout)
        page_layout.insertWidget(page_layout.indexOf(form.headScroll) + 1, self.invitation.choices)
        self.invitation.answered.connect(self.answer_wanted)
        self.body.setObjectName("messageBody")
        self.body.setMinimumHeight(LEAST)
        self.body.link_activated.connect(self._follow)
        self.body.notice_changed.connect(self._show_notice)
        form.bar.chosen.connect(self._answered)
        for part in (form.head, form.messagePage):
            part.installEventFilter(self)
        form.fileList.setModel(self._files)
        form.fileList.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        form.fileList.activated.connect(lambda index: self.open_wanted.emit(self.files[index.row()]))
        form.state.pressed.connect(self.retry_wanted)
        for key, steps in (("F3", 1), ("Shift+F3", -1)):
            shortcut(key, self, partial(self._step, steps))
        self._add_file_buttons()
        self._add_files_button()
        self._order_keys()

    def _step(self, steps: int) -> None:
        if self.reading is not None:
            self.finder.step(steps)

    def _order_keys(self) -> None:
        """Let Tab go in reading order."""
        form = self._form
        form.headScroll.setAccessibleName("Sender, recipients and what is known of them")
        buttons = form.fileButtons.findChildren(QPushButton)
        order = [
            form.headScroll,
            self.header.all,
            self.verdict.more,
            *self.invitation.buttons.values(),
            *self.finder.stops(),
            self.body,
            form.fileList,
            *buttons,
            self._files_button,
        ]
        for first, second in pairwise(order):
            QWidget.setTabOrder(first, second)

    def _add_file_buttons(self) -> None:
        flow = FlowLayout(self._form.fileButtons)
        for label, act in (
            ("&Open", lambda: self._with_file(self.open_wanted)),
            ("&Save as…", lambda: self._with_file(self.save_wanted)),
            ("Sa&ve all…", self.save_all_wanted.emit),
        ):
            button = QPushButton(label, self._form.fileButtons)
            button.setProperty("kind", "quiet")
            button.setAccessibleName(f"{label.replace('&', '').rstrip('…')}{' attachments' if 'll' in label else ' the attachment'}")
            button.clicked.connect(act)
            flow.addWidget(button)

    def _add_files_button(self) -> None:
        layout = self._form.fileRow.layout()
        assert layout is not None
        layout.addWidget(self._files_button)
        layout.setAlignment(self._files_button, Qt.AlignmentFlag.AlignLeading)
        for signal, wanted in (
            (self._files_button.open_wanted, self.open_wanted),
            (self._files_button.save_wanted, self.save_wanted),
            (self._files_button.save_all_wanted, self.save_all_wanted),
        ):
            signal.connect(wanted)

    def _reset_files(self, files: tuple[Part, ...]) -> None:
        self._files.reset(files)
        self._files_button.reset(files)
        self._show_files()

    def _show_files(self) -> None:
        """List the files, or name their number where the text would have no room."""
        low = self.height() < by_letters(LOW, self.font())
        self._files_button.setVisible(low)
        self._form.fileButtons.setVisible(not low)
        self._form.fileList.most_rows = 0 if low else 3
        self._form.fileList.fit()

    def _with_file(self, signal: SignalInstance) -> None:
        row = self._form.fileList.currentIndex().row()
        if 0 <= row < len(self.files):
            signal.emit(self.files[row])

    def _show_body(self, reading: Reading) -> None:
        self._asked = None
        if verdict_words.is_locked(reading.opened):
            self.body.show_message("", "", ())
        else:
            text = reading.text if reading.text.strip() or reading.html else "(This message has no text.)"
            self.body.show_message(reading.html, text, reading.opened.parts)
        self._show_notice(self.body.notice)

    def _show_notice(self, notice: str) -> None:
        if notice:
            self._form.bar.say(notice, [], tone=Tone.CALM)
        else:
            self._form.bar.clear()

    def _follow(self, link: Link) -> None:
        """Open a link; ask first, with its real host, where its text or the message is not to be believed."""
        doubt = link_words.doubt(link)
        if link.is_mail or not (doubt or self._is_dangerous):
            self.link_wanted.emit(link)
            return
        self._asked = link
        text = doubt or f"This message is not to be trusted, and the link leads to {link_words.host(link)}."
        self._form.bar.say(text, [("Don’t open it", "keep"), (f"Open {link_words.host(link)}", "open")], tone=Tone.DANGER)

    def _answered(self, value: str) -> None:
        link, self._asked = self._asked, None
        self._show_notice(self.body.notice)
        self.body.setFocus()
        if value == "open" and link is not None:
            self.link_wanted.emit(link)

    def _fit(self) -> None:
        """Give what stands above the text the room that it needs, and its share to the text; an invitation's head gets more."""
        form = self._form
        scroll, head = form.headScroll, form.head
        around = sum(map(_height, filter(QWidget.isVisible, (form.tools, self.invitation.choices, form.bar, self.finder, form.fileRow))))
        share, rest = (0.5, 1 - SHARE) if self.invitation.isHidden() else (0.6, 0.8)
        most = min(int(self.height() * share), int(self.height() * rest) - around)
        layout = head.layout()
        width = max(scroll.width(), head.minimumSizeHint().width())
        wanted = layout.totalHeightForWidth(width) if layout is not None and layout.hasHeightForWidth() else head.sizeHint().height()
        cut = wanted > most
        head.setMinimumHeight(wanted if cut else 0)  # labels that wrap would let themselves be pressed together
        scroll.setFixedHeight(max(40, min(wanted + EDGES, most)))
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded if cut else Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.TabFocus if cut else Qt.FocusPolicy.NoFocus)


def _height(part: QWidget) -> int:
    return part.heightForWidth(part.width()) if part.hasHeightForWidth() else part.sizeHint().height()
