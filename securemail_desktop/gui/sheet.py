"""The one sheet: a question over the window that it concerns. It is a dialog inside the window, so that nothing behind it can be reached.

Enter presses the safe button that has the keyboard, else the default one, which is safe; an unsafe choice looks like text and takes a deliberate
press; Esc goes back. What asks for a tick, the domain or a reason stays disabled until that is given. There is no time limit; but what was pressed
before the question could be seen is no answer: a key that is still held down, and anything in the first moment.
"""

from dataclasses import dataclass

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from securemail_desktop.gui import words
from securemail_desktop.gui.fitting_button import FittingButton
from securemail_desktop.gui.flow_layout import follow_reading_order
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.marked_label import NO_PART
from securemail_desktop.gui.proof import NOTHING, Friction
from securemail_desktop.gui.sheet_card import SheetCard, SheetForm
from securemail_desktop.gui.tones import Tone

SHADE_ALPHA = 110
SETTLE_MS = 300
PRESSES = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Select})


@dataclass(frozen=True, slots=True)
class Choice:
    """One button: the first safe and strong one is the default; an unsafe one looks like text.

    A safe one that does not finish the job is not `strong`: going back is the default then. `spoken` is said where the label is short.
    """

    label: str
    value: str
    safe: bool
    spoken: str = ""
    strong: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """What a sheet asks. `compare` are the written and the meant address, or empty; `others` one line each, what else needs a look.

    `part` is what stands out in the title, (start, end) in code points; `friction` is what the unsafe choices ask for.
    """

    title: str
    message: str
    choices: tuple[Choice, ...]
    back: str = "Go back to the draft"
    icon: str = "warning"
    tone: Tone = Tone.CAUTION
    compare: tuple[str, str] = ("", "")
    others: tuple[str, ...] = ()
    part: tuple[int, int] = NO_PART
    friction: Friction = NOTHING


@dataclass(frozen=True, slots=True)
class Chosen:
    """The answer: the value of a choice, the reason, and for how long the question was shown in milliseconds."""

    value: str
    reason: str
    shown_ms: int


class Sheet(QDialog):
    """`chosen` carries a `Chosen`; `rejected` means back. A window has several and shows few, so the card is built for the first question."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget, look: Look) -> None:
        """Make it hidden inside the parent."""
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Widget)
        self._look = look
        self._window = parent
        self._behind: list[QWidget] = []
        self._focused: QWidget | None = None
        self._question: Question | None = None
        self._shown = QElapsedTimer()
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._built: SheetCard | None = None
        look.changed.connect(self._fill_title)
        parent.installEventFilter(self)
        self.hide()

    def ask(self, question: Question) -> None:
        """Show a question; the answer comes by signal."""
        self._question = question
        self._fill(question)
        if not self.isVisible():
            self._cover()
        self._shown.start()
        if SETTLE_MS:
            self._settling.start(SETTLE_MS)
        self.setAccessibleName(question.title)
        self.setAccessibleDescription(question.message)
        self.show()
        self.raise_()
        self._default().setFocus(Qt.FocusReason.OtherFocusReason)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def is_settled(self) -> bool:
        """Tell whether the question has been there long enough for a press to be meant for it."""
        return not self._settling.isActive()

    def shown_ms(self) -> int:
        """Return for how long the question has been there in milliseconds."""
        return self._shown.elapsed()

    def done(self, code: int) -> None:
        """Close and give the window back."""
        super().done(code)
        for widget in self._behind:
            widget.setEnabled(True)
        self._behind = []
        if self._focused is not None:
            self._focused.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Keep covering the window when its size changes."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and isinstance(watched, QPushButton):
            return self._is_stray(event) or _is_answered(watched, event)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Answer by Enter only when it was pressed for this question."""
        if not self._is_stray(event):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        """Let the card's room follow, and its width."""
        if self._built is not None:
            self._built.fit(self.size())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        """Shade the window."""
        shade = QColor(self._look.tones.shade)
        shade.setAlpha(SHADE_ALPHA)
        painter = QPainter(self)
        painter.fillRect(self.rect(), shade)
        painter.end()

    def _is_stray(self, event: QKeyEvent) -> bool:
        return event.key() in PRESSES and (event.isAutoRepeat() or not self.is_settled())

    @property
    def _card(self) -> SheetCard:
        if self._built is None:
            self._built = SheetCard(self, self._look)
            self._built.fit(self.size())
            self._built.form.proof.changed.connect(self._show_whether_given)
            self._built.form.proof.entered.connect(self._to_unsafe)
        return self._built

    @property
    def _form(self) -> SheetForm:
        return self._card.form

    def _cover(self) -> None:
        window = self._window
        self._focused = window.focusWidget()
        children = window.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        self._behind = [child for child in children if child is not self and child.isEnabled() and not child.isWindow()]
        for widget in self._behind:
            widget.setEnabled(False)
        self.move(0, 0)
        self.setGeometry(window.rect())

    def _fill(self, question: Question) -> None:
        form = self._form
        self._fill_title()
        form.message.setText(words.visible(question.message))
        form.message.setVisible(bool(question.message))
        self._look.mark(form.icon, question.icon, question.tone.value)
        typed, meant = (words.visible(text) for text in question.compare)
        self._card.compare.compare(typed, meant)
        form.compareHolder.setVisible(bool(typed and meant))
        form.others.setText("\n".join(f"Then: {words.visible(line)}" for line in question.others))
        form.others.setVisible(bool(question.others))
        self._fill_buttons(question)
        form.proof.ask(question.friction)

    def _fill_title(self) -> None:
        question = self._question
        if question is not None:
            self._form.title.show_text(words.visible(question.title), question.part, self._part_colour(question))

    def _part_colour(self, question: Question) -> str:
        return self._look.tones.ink_of(Tone.DANGER) if any(question.compare) else self._look.tones.ink

    def _fill_buttons(self, question: Question) -> None:
        while (item := self._card.flow.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.setParent(None)
                old.deleteLater()
        strong = [choice for choice in question.choices if choice.safe and choice.strong]
        weak = [choice for choice in question.choices if choice.safe and not choice.strong]
        for choice in strong:
            self._button(choice.label, "primary" if choice is strong[0] else "plain", choice)
        self._button(question.back, "plain" if strong else "primary", None)
        for choice in weak:
            self._button(choice.label, "plain", choice)
        for choice in question.choices:
            if not choice.safe:
                self._button(choice.label, "quiet", choice)
        follow_reading_order(self._form.buttons)
        self._default().setDefault(True)

    def _button(self, label: str, kind: str, choice: Choice | None) -> None:
        button = FittingButton(words.button(label), self._form.buttons)
        button.setProperty("kind", kind)
        button.setProperty("unsafe", choice is not None and not choice.safe)
        button.setAutoDefault(False)
        button.setAccessibleName(words.visible(choice.spoken or label) if choice else words.visible(label))
        button.installEventFilter(self)
        if choice is None:
            button.clicked.connect(self._leave)
        else:
            button.clicked.connect(lambda _=False, value=choice.value: self._choose(value))
        self._card.flow.addWidget(button)
        button.show()

    def _leave(self) -> None:
        if self.is_settled():
            self.reject()

    def _choose(self, value: str) -> None:
        if not self.is_settled():
            return
        answer = Chosen(value, self._form.proof.written(), self.shown_ms())
        self.accept()
        self.chosen.emit(answer)

    def _unsafe(self) -> list[QPushButton]:
        buttons = self._form.buttons.findChildren(QPushButton)
        return [button for button in buttons if button.property("unsafe") and not button.isHidden()]

    def _show_whether_given(self) -> None:
        given = self._form.proof.is_given()
        for button in self._unsafe():
            button.setEnabled(given)

    def _to_unsafe(self) -> None:
        for button in self._unsafe()[:1]:
            button.setFocus(Qt.FocusReason.TabFocusReason)

    def _default(self) -> QPushButton:
        item = self._card.flow.itemAt(0)
        button = item.widget() if item is not None else None
        assert isinstance(button, QPushButton)
        return button


def _is_answered(button: QPushButton, event: QKeyEvent) -> bool:
    """Let Enter press the safe button that has the keyboard; with an unsafe one it goes on to the default."""
    answers = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not button.property("unsafe")
    if answers:
        button.click()
    return answers
