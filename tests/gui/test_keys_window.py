"""The window of keys: what it shows, and that nothing counts before its fingerprint was compared."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog, QPushButton
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from securemail_desktop.encryption.errors import EncryptionError
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.record import Role
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.keys_model import fingerprint, row_of
from securemail_desktop.gui.keys_window import TITLE, KeysWindow
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.row_delegate import ROW_ROLE
from securemail_desktop.gui.tones import Tone
from securemail_desktop.message.address import parse_address
from securemail_desktop.session.keys import KeyView
from securemail_desktop.session.recovery import Kept, Safety
from tests.support.fake_keys import NOW, WAITS, FakeKeys, view

ALICE = parse_address("Alice Moreau <alice@clinic.example>")
Opener = Callable[[FakeKeys], KeysWindow]


@pytest.fixture
def opened(qtbot: QtBot, look: Look, background: Background) -> Opener:
    def open_window(keys: FakeKeys) -> KeysWindow:
        window = KeysWindow(keys, [ALICE], look, background)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitUntil(lambda: window.model.rowCount() > 0 or "Loading" not in window.form.state.title)
        return window

    return open_window


def dialog(window: KeysWindow, kind: type[QFileDialog] | type[QInputDialog]) -> QFileDialog | QInputDialog | None:
    return next((found for found in window.findChildren(kind) if found.isVisible()), None)


def answer(qtbot: QtBot, window: KeysWindow, text: str) -> None:
    """Type into the dialog that asks for a line."""
    qtbot.waitUntil(lambda: dialog(window, QInputDialog) is not None)
    asked = dialog(window, QInputDialog)
    assert isinstance(asked, QInputDialog)
    assert asked.textEchoMode().name == "Password"
    asked.setTextValue(text)
    asked.accept()
    qtbot.waitUntil(lambda: not isValid(asked) or not asked.isVisible())


def save_as(qtbot: QtBot, window: KeysWindow, path: Path) -> None:
    qtbot.waitUntil(lambda: dialog(window, QFileDialog) is not None)
    asked = dialog(window, QFileDialog)
    assert isinstance(asked, QFileDialog)
    asked.fileSelected.emit(str(path))
    asked.close()
    qtbot.waitUntil(path.exists)


@pytest.mark.parametrize(
    ("key", "tone", "lead"),
    [
        (view(), Tone.GOOD, "Protected mail can go there"),
        (view(reason=WAITS), Tone.CAUTION, "Not used yet: compare its fingerprint with the owner"),
        (view(reason="bob's certificate expired on 2026-01-01"), Tone.DANGER, "Not used: bob's certificate expired on 2026-01-01"),
        (view(role=Role.OWN), Tone.GOOD, "Yours: it signs your mail and opens what you get"),
        (view(role=Role.OWN, refused=True), Tone.CALM, "Given up; it still opens old mail"),
        (view(refused=True), Tone.CALM, "Given up"),
        (view(role=Role.AUTHORITY), Tone.CALM, "An authority that signs certificates"),
    ],
)
def test_each_key_says_in_words_whether_it_is_used(key: KeyView, tone: Tone, lead: str) -> None:
    row = row_of(key, NOW)
    assert (row.tone, row.lead) == (tone, lead)
    assert row.detail.startswith("Certificate AB12 CD34 ")


def test_an_own_key_warns_before_it_expires() -> None:
    row = row_of(view(role=Role.OWN, days=20), NOW)
    when = NOW + timedelta(days=20)
    assert row.lead == f"Yours; it expires on {when.day} {when:%B}: get a new one in time"


def test_without_keys_the_way_in_is_named(opened: Opener) -> None:
    window = opened(FakeKeys())
    assert window.form.state.isVisible()
    assert window.form.state.title == "No keys yet"
    assert window.windowTitle() == TITLE
    assert not any(b.isVisible() for b in (window.form.acceptButton, window.form.saveButton, window.form.giveUpButton))


def test_an_error_is_said_and_can_be_tried_again(qtbot: QtBot, opened: Opener) -> None:
    keys = FakeKeys(error=EncryptionError("GnuPG is missing."))
    window = opened(keys)
    assert window.form.state.title == "GnuPG is missing."
    keys.error = None
    keys.keys.append(view())
    qtbot.mouseClick(window.form.state.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.model.rowCount() == 1)


def test_a_key_counts_only_after_the_tick_that_it_was_compared(qtbot: QtBot, opened: Opener) -> None:
    keys = FakeKeys([view(reason=WAITS)])
    window = opened(keys)
    qtbot.waitUntil(window.form.acceptButton.isVisible)
    qtbot.mouseClick(window.form.acceptButton, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.sheet.isVisible() and window.sheet.is_settled())
    assert fingerprint(keys.keys[0]) in window.sheet._form.message.text()
    use = next(b for b in window.sheet._form.buttons.findChildren(QPushButton) if "use the key" in b.text())
    assert not use.isEnabled()
    window.sheet._form.proof.tick.click()
    use.click()
    qtbot.waitUntil(lambda: not window.model.keys[0].waits)
    assert "accept smime:ab" in keys.calls
    assert not window.form.acceptButton.isVisible()


def test_a_key_beside_the_one_in_use_says_so_and_where_it_comes_from(qtbot: QtBot, opened: Opener) -> None:
    window = opened(
        FakeKeys([view(reason=WAITS, differs=True, evidence="found by asking the directory ldap.hospital.example on 2026-11-20")])
    )
    qtbot.waitUntil(window.form.acceptButton.isVisible)
    assert window.model.index(0).data(ROW_ROLE).lead == "Not used: it is another key than the one in use; ask the owner which is his"
    qtbot.mouseClick(window.form.acceptButton, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(window.sheet.isVisible)
    said = window.sheet._form.message.text()
    assert said.startswith("You use another key of theirs now")
    assert "Where this one comes from: found by asking the directory ldap.hospital.example on 2026-11-20." in said


def test_return_on_the_sheet_accepts_nothing(qtbot: QtBot, opened: Opener) -> None:
    keys = FakeKeys([view(reason=WAITS)])
    window = opened(keys)
    qtbot.waitUntil(window.form.acceptButton.isVisible)
    window.form.acceptButton.click()
    qtbot.waitUntil(lambda: window.sheet.isVisible() and window.sheet.is_settled())
    qtbot.keyClick(window.sheet, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.sheet.isVisible())
    assert not [call for call in keys.calls if call.startswith("accept")]


def test_a_key_is_given_up_after_a_question(qtbot: QtBot, opened: Opener) -> None:
    keys = FakeKeys([view(role=Role.OWN, method=Method.OPENPGP)])
    window = opened(keys)
    qtbot.waitUntil(window.form.giveUpButton.isVisible)
    window.form.giveUpButton.click()
    qtbot.waitUntil(lambda: window.sheet.isVisible() and window.sheet.is_settled())
    assert "revoked" in window.sheet._form.message.text()
    next(b for b in window.sheet._form.buttons.findChildren(QPushButton) if b.text() == "Give it up").click()
    qtbot.waitUntil(lambda: window.model.keys[0].refused)
    assert not window.form.giveUpButton.isVisible()


def test_a_file_with_a_password_asks_for_it_until_it_opens(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    keys, file = FakeKeys(password="right"), tmp_path / "bob.p12"
    file.write_bytes(b"x")
    window = opened(keys)
    window.import_file(file)
    answer(qtbot, window, "wrong")
    answer(qtbot, window, "right")
    qtbot.waitUntil(lambda: window.model.rowCount() == 1)
    assert window.form.told.text() == "1 key imported. 1 of them waits until you compare the fingerprint."


def test_a_file_that_is_not_there_or_too_large_is_said(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened(FakeKeys())
    window.import_file(tmp_path / "none.pem")
    qtbot.waitUntil(lambda: "No such file" in window.form.told.text())
    large = tmp_path / "large.pem"
    large.write_bytes(bytes(6_000_000))
    window.import_file(large)
    qtbot.waitUntil(lambda: "too large" in window.form.told.text())


def test_a_backup_is_saved_under_a_password_that_was_typed_twice(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened(FakeKeys([view(role=Role.OWN)]))
    qtbot.waitUntil(window.form.backupButton.isVisible)
    window.form.backupButton.click()
    answer(qtbot, window, "short")
    assert "8 characters" in window.form.told.text()
    window.form.backupButton.click()
    answer(qtbot, window, "correct horse")
    answer(qtbot, window, "other words")
    assert "differ" in window.form.told.text()
    window.form.backupButton.click()
    answer(qtbot, window, "correct horse")
    answer(qtbot, window, "correct horse")
    save_as(qtbot, window, tmp_path / "mine.p12")
    assert (tmp_path / "mine.p12").read_bytes() == b"sealed with 13 characters"
    assert oct((tmp_path / "mine.p12").stat().st_mode)[-3:] == "600"


def test_what_is_saved_for_others_is_not_taken_for_a_backup(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened(FakeKeys([view(role=Role.OWN)]))
    qtbot.waitUntil(window.form.saveButton.isVisible)
    assert window.form.saveButton.text() == "&Save for others…"
    window.form.saveButton.click()
    save_as(qtbot, window, tmp_path / "mine.pem")
    qtbot.waitUntil(
        lambda: window.form.told.text() == "Saved for others to write to you. It does not open your mail: Back up saves what does."
    )


def test_a_request_is_saved_and_a_key_is_made(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened(FakeKeys())
    for label, done in (("certificate", lambda: save_as(qtbot, window, tmp_path / "a.csr")), ("OpenPGP", lambda: None)):
        window.form.makeButton.click()
        qtbot.waitUntil(lambda: window.sheet.isVisible() and window.sheet.is_settled())
        next(b for b in window.sheet._form.buttons.findChildren(QPushButton) if label in b.text()).click()
        done()
    qtbot.waitUntil(lambda: window.model.rowCount() == 1)
    assert (tmp_path / "a.csr").read_bytes().startswith(b"-----BEGIN CERTIFICATE REQUEST")


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (Kept(Safety.KEPT), "Your keys are backed up for your organisation"),
        (Kept(Safety.WAITING), "not backed up for your organisation yet"),
        (Kept(Safety.HERE, problem="The folder is away."), "on this computer only. The folder is away."),
        (Kept(Safety.NONE, problem="Nothing is kept: it is not signed."), "Nothing is kept: it is not signed."),
    ],
)
def test_it_says_whether_the_organisation_has_a_backup(qtbot: QtBot, opened: Opener, kept: Kept, said: str) -> None:
    window = opened(FakeKeys([view(role=Role.OWN)], safe=kept))
    qtbot.waitUntil(lambda: said in window.form.kept.text())
    assert window.form.kept.isVisible()
    assert window.form.kept.accessibleName() == window.form.kept.text()


def test_it_says_nothing_of_a_backup_where_the_organisation_wants_none(qtbot: QtBot, opened: Opener) -> None:
    keys = FakeKeys([view(role=Role.OWN)])
    window = opened(keys)
    qtbot.waitUntil(lambda: "kept" in keys.calls)
    assert not window.form.kept.isVisible()
