"""Keys and certificates: what is there, and importing, making, comparing, saving, backing up and giving up."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog, QLabel, QLineEdit, QListView, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from securemail_desktop.encryption.errors import NotImportable
from securemail_desktop.encryption.exporting import SHORTEST_PASSWORD
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.record import Role
from securemail_desktop.gui import words
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.flow_layout import FlowLayout
from securemail_desktop.gui.form import load_form
from securemail_desktop.gui.kept_words import kept_words
from securemail_desktop.gui.keys_model import KeysModel, fingerprint, owner
from securemail_desktop.gui.keys_port import KeysPort
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.private_folder import write_file
from securemail_desktop.gui.proof import Friction
from securemail_desktop.gui.row_delegate import RowDelegate
from securemail_desktop.gui.sheet import Choice, Chosen, Question, Sheet
from securemail_desktop.gui.shortcut import shortcut
from securemail_desktop.gui.state_view import StateView
from securemail_desktop.gui.tones import Tone
from securemail_desktop.message.address import Address
from securemail_desktop.resources import ui_dir
from securemail_desktop.session.keys import KeyView
from securemail_desktop.session.recovery import Kept

TITLE = "Keys and certificates – SecureMail"
LARGEST = 5_000_000  # octets of a key file
_FILES = "Keys and certificates (*.p12 *.pfx *.pem *.crt *.cer *.der *.p7b *.p7c *.asc *.gpg *.pgp *.key);;All files (*)"
_OWN_SAVED = "Saved for others to write to you. It does not open your mail: Back up saves what does."
Result = TypeVar("Result")


class KeysForm:
    """The widgets of `keys.ui`."""

    # ruff: noqa: N815 - Designer's object names
    root: QWidget
    makeButton: QPushButton
    importButton: QPushButton
    states: QStackedWidget
    state: StateView
    entries: QListView
    kept: QLabel
    told: QLabel
    actions: QWidget
    acceptButton: QPushButton
    saveButton: QPushButton
    backupButton: QPushButton
    giveUpButton: QPushButton


class KeysWindow(QWidget):
    """It deletes itself when it is closed; `addresses` are the user's own."""

    def __init__(self, keys: KeysPort, addresses: Sequence[Address], look: Look, background: Background) -> None:
        """Show the keys as soon as they are read."""
        super().__init__(None)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(TITLE)
        self._keys, self._addresses, self._background = keys, tuple(addresses), background
        self.form = load_form(KeysForm, ui_dir() / "desktop" / "forms" / "keys.ui", self, (StateView,))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.form.root)
        self.model = KeysModel(self)
        self.sheet = Sheet(self, look)
        self._answers: Mapping[str, Callable[[], None]] = {}
        self._set_up(look)
        self.resize(760, 560)
        self.refresh()

    def refresh(self) -> None:
        """Read the keys anew, then bring up to date what is kept of them."""
        self._background.run(self, self._keys.all, self._show, self._fail, "general")
        self._background.run(self, self._keys.kept, self._show_kept, lambda _: self._say(self.form.kept, ""), "general")

    def import_file(self, path: Path, password: str = "") -> None:
        """Import a file; ask for the password where it needs one."""
        self._do(partial(self._read_and_import, path, password), self._imported, partial(self._ask_password, path, password))

    def _set_up(self, look: Look) -> None:
        form = self.form
        look.dress(self)
        form.state.set_up(look)
        form.state.say("lock", "muted", "Loading…")
        form.entries.setModel(self.model)
        form.entries.setItemDelegate(RowDelegate(look, form.entries))
        form.entries.setResizeMode(QListView.ResizeMode.Adjust)
        form.entries.selectionModel().currentChanged.connect(lambda *_: self._offer())
        form.entries.activated.connect(lambda _: self._compare())
        form.state.pressed.connect(self.refresh)
        for button, act in (
            (form.importButton, self._choose_file),
            (form.makeButton, self._ask_what),
            (form.acceptButton, self._compare),
            (form.saveButton, self._save),
            (form.backupButton, self._back_up),
            (form.giveUpButton, self._ask_to_give_up),
        ):
            button.clicked.connect(act)
        flow = FlowLayout(form.actions)
        for button in (form.acceptButton, form.saveButton, form.backupButton, form.giveUpButton):
            flow.addWidget(button)
        form.makeButton.setVisible(bool(self._addresses))
        form.kept.hide()
        form.told.hide()
        self.sheet.chosen.connect(self._chosen)
        for key in ("Escape", "Ctrl+W"):
            shortcut(key, self.form.root, self.close)  # not while the sheet asks
        self._offer()

    def _show(self, keys: Sequence[KeyView]) -> None:
        row = self.form.entries.currentIndex().row()
        self.model.reset(keys)
        if keys:
            self.form.entries.setCurrentIndex(self.model.index(min(max(row, 0), len(keys) - 1)))
        else:
            text = "Import the certificate or key that your organisation gave you, or make one: protected mail needs it."
            self.form.state.say("lock", "muted", "No keys yet", text)
        self.form.states.setCurrentWidget(self.form.entries if keys else self.form.state)
        self._offer()

    def _fail(self, error: Exception) -> None:
        self.form.state.say("warning", Tone.DANGER.value, words.failure(error), button="Try again")
        self.form.states.setCurrentWidget(self.form.state)
        self.model.reset(())
        self._offer()

    def _offer(self) -> None:
        key = self._current()
        for button, on in (
            (self.form.acceptButton, key is not None and (key.waits or key.unopened or (key.refused and key.role is Role.OTHER))),
            (self.form.saveButton, key is not None),
            (self.form.backupButton, key is not None and key.role is Role.OWN),
            (self.form.giveUpButton, key is not None and not key.refused and key.role is not Role.AUTHORITY),
        ):
            button.setVisible(on)

    def _current(self) -> KeyView | None:
        row = self.form.entries.currentIndex().row()
        return self.model.keys[row] if 0 <= row < len(self.model.keys) else None

    def _do(self, work: Callable[[], Result], done: Callable[[Result], None], failed: Callable[[Exception], None] | None = None) -> None:
        self._tell("")
        self._background.run(self, work, done, failed or self._complain, "general")

    def _complain(self, error: Exception) -> None:
        self._tell(f"{error.strerror}: choose another place." if isinstance(error, OSError) and error.strerror else words.failure(error))

    def _show_kept(self, kept: Kept) -> None:
        self._say(self.form.kept, kept_words(kept))

    def _tell(self, text: str) -> None:
        self._say(self.form.told, text)

    def _say(self, label: QLabel, text: str) -> None:
        label.setText(words.visible(text))
        label.setAccessibleName(words.visible(text))
        label.setVisible(bool(text))

    def _ask(self, question: Question, answers: Mapping[str, Callable[[], None]]) -> None:
        self._answers = answers
        self.sheet.ask(question)

    def _chosen(self, chosen: Chosen) -> None:
        self._answers.get(chosen.value, lambda: None)()

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, "Import keys or certificates", "", _FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.import_file(Path(name)))
        dialog.open()

    def _read_and_import(self, path: Path, password: str) -> tuple[KeyView, ...]:
        if path.stat().st_size > LARGEST:
            raise NotImportable("The file is too large for keys or certificates.")
        return self._keys.import_file(path.read_bytes(), password)

    def _imported(self, keys: tuple[KeyView, ...]) -> None:
        waiting = sum(key.waits for key in keys)
        rest = f" {waiting} of them {'waits' if waiting == 1 else 'wait'} until you compare the fingerprint." if waiting else ""
        self._tell(f"{len(keys)} {'key' if len(keys) == 1 else 'keys'} imported.{rest}")
        self.refresh()

    def _ask_password(self, path: Path, tried: str, error: Exception) -> None:
        if isinstance(error, NotImportable) and "assword" in str(error):
            again = "This password does not open it. " if tried else ""
            self._prompt("Password of the file", f"{again}Password of {path.name}:", lambda password: self.import_file(path, password))
        else:
            self._complain(error)

    def _prompt(self, title: str, label: str, act: Callable[[str], None]) -> None:
        dialog = QInputDialog(self)
        dialog.setWindowTitle(title)
        dialog.setLabelText(words.visible(label))
        dialog.setTextEchoMode(QLineEdit.EchoMode.Password)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.textValueSelected.connect(act)
        dialog.open()

    def _ask_what(self) -> None:
        pairs = [(address, f"{number}") for number, address in enumerate(self._addresses)]
        choices = [Choice(f"Ask for a certificate for {words.spec(a)}", f"request:{n}", safe=True) for a, n in pairs]
        choices += [Choice(f"Make an OpenPGP key for {words.spec(a)}", f"openpgp:{n}", safe=True, strong=False) for a, n in pairs]
        answers = {f"request:{n}": partial(self._request, a) for a, n in pairs} | {f"openpgp:{n}": partial(self._make, a) for a, n in pairs}
        text = (
            "A certificate is what hospitals use most: the request is saved as a file, your organisation’s authority signs it, and you import"
            " what it sends back. An OpenPGP key works at once, with whoever compares its fingerprint with you."
        )
        self._ask(
            Question(title="What kind of key?", message=text, choices=tuple(choices), back="Not now", icon="lock", tone=Tone.CALM), answers
        )

    def _make(self, address: Address) -> None:
        self._do(partial(self._keys.create, address), lambda _: self._changed("The key is made."))

    def _request(self, address: Address) -> None:
        self._choose_place(f"{address.local}.csr", partial(self._keys.request, address), "The request is saved: send it to your authority.")

    def _changed(self, text: str) -> None:
        self._tell(text)
        self.refresh()

    def _compare(self) -> None:
        key = self._current()
        if key is None or not self.form.acceptButton.isVisible():
            return
        changed = "You use another key of theirs now: they may have a new one, or somebody pretends to be them. " if key.differs else ""
        origin = f"Where this one comes from: {words.visible(key.evidence)}.\n\n" if key.evidence else ""
        text = f"{changed}{origin}{fingerprint(key)}\n\nAsk its owner to read the fingerprint to you, by phone or in person, never by mail."
        use = Choice("It is the same: use the key", "accept", safe=False)
        tick = f"I have compared every group with {owner(key)}"
        question = Question(f"Is this the key of {owner(key)}?", text, (use,), "Not now", "question", friction=Friction(tick=tick))
        self._ask(question, {"accept": partial(self._decide, partial(self._keys.accept, key.id), "The key is used from now on.")})

    def _ask_to_give_up(self) -> None:
        key = self._current()
        if key is None or not self.form.giveUpButton.isVisible():
            return
        own = key.role is Role.OWN
        what = "It still opens old mail, but signs and receives nothing any more." if own else "Nothing is sent to it any more."
        told = " Whoever gets it from you afterwards sees that it is revoked." if own and key.method is Method.OPENPGP else ""
        choice = Choice("Give it up", "give-up", safe=False)
        question = Question(f"Give up the key of {owner(key)}?", what + told, (choice,), "Keep it", "question")
        self._ask(question, {"give-up": partial(self._decide, partial(self._keys.give_up, key.id), "The key is given up.")})

    def _decide(self, work: Callable[[], None], text: str) -> None:
        self._do(work, lambda _: self._changed(text))

    def _save(self) -> None:
        key = self._current()
        if key is not None:
            told = _OWN_SAVED if key.role is Role.OWN else "The key is saved."
            self._choose_place(f"{_name(key)}.{_ending(key, 'pem')}", partial(self._keys.public, key.id), told)

    def _back_up(self) -> None:
        key = self._current()
        if key is not None:
            label = f"A password of {SHORTEST_PASSWORD} characters or more for the backup. Without it nobody can use the file:"
            self._prompt("Password of the backup", label, partial(self._confirm_password, key))

    def _confirm_password(self, key: KeyView, password: str) -> None:
        if len(password) < SHORTEST_PASSWORD:
            self._tell(f"The password needs {SHORTEST_PASSWORD} characters or more. Nothing was saved.")
            return
        self._prompt("Password of the backup", "The same password again:", partial(self._save_backup, key, password))

    def _save_backup(self, key: KeyView, password: str, again: str) -> None:
        if again != password:
            self._tell("The two passwords differ. Nothing was saved.")
        else:
            name = f"{_name(key)}-private.{_ending(key, 'p12')}"
            self._choose_place(name, partial(self._keys.backup, key.id, password), "The backup is saved. Keep it away from this machine.")

    def _choose_place(self, name: str, make: Callable[[], bytes], text: str) -> None:
        dialog = QFileDialog(self, "Save as", name)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: self._do(lambda: write_file(Path(chosen), make()), lambda _: self._changed(text)))
        dialog.open()


def _name(key: KeyView) -> str:
    return key.addresses[0].replace("/", "_") if key.addresses else key.fingerprint[:16]


def _ending(key: KeyView, smime: str) -> str:
    return smime if key.method is Method.SMIME else "asc"
