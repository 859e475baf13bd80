"""What becomes of a draft when its window is closed: kept in Drafts unless its author says otherwise, and never lost by a failure."""

from PySide6.QtCore import QObject, Signal

from securemail_desktop.gui.autosave import Autosave
from securemail_desktop.gui.draft_editor import DraftEditor
from securemail_desktop.gui.sheet import Choice, Question

KEEP, DISCARD = "keep-draft", "discard-draft"


class Closing(QObject):
    """The end of one draft. `settled` says that the window may close now."""

    settled = Signal()

    def __init__(self, editor: DraftEditor, autosave: Autosave, parent: QObject) -> None:
        """Ask nothing before the window closes."""
        super().__init__(parent)
        self._editor, self._autosave = editor, autosave
        self._is_settled = False
        autosave.put_away.connect(self._put_away)

    def may_close(self) -> bool:
        """Tell whether closing now loses nothing; an empty draft that was saved on the way is discarded first."""
        if self._is_settled or not (self._editor.is_changed() or self._autosave.has_begun):
            return True
        if self._editor.is_empty():
            self._autosave.discard()
            self._is_settled = True
        return self._is_settled

    def question(self) -> Question:
        """Return what is asked of a draft that has something in it."""
        unread = " The file that is still being read will not be in it." if self._editor.attaching.is_reading() else ""
        return Question(
            title="Keep this draft?",
            message=f"The message has not been sent. In Drafts you can go on with it later.{unread}",
            choices=(Choice("Keep in Drafts", KEEP, safe=True), Choice("Discard the draft", DISCARD, safe=False)),
            back="Keep writing",
            icon="question",
        )

    def answer(self, value: str) -> bool:
        """Carry an answer out; return False for the answer to another question."""
        act = {KEEP: self._autosave.keep, DISCARD: self._autosave.discard}.get(value)
        if act is not None:
            act()
        return act is not None

    def _put_away(self) -> None:
        self._is_settled = True
        self.settled.emit()
