"""The signature is typed in the settings, stands in every new message beneath the cursor, and follows the address that is written from."""

from dataclasses import replace

from pytestqt.qtbot import QtBot

from securemail_desktop.gui.background import Background
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.main_window import MainWindow
from securemail_desktop.gui.settings_window import SettingsWindow
from securemail_desktop.message.address import parse_address
from tests.gui.conftest import UNDO  # type: ignore[import-not-found]  # pytest puts the checkout on the path
from tests.support.fake_session import ALICE, FakeSession

WARD = parse_address("ward7@clinic.example")


def two_addresses() -> FakeSession:
    session = FakeSession()
    session.accounts = (*session.accounts, replace(session.accounts[0], name="ward", address=WARD))
    session.preferences.set_signature(ALICE, "Alice Moreau, MD")
    session.preferences.set_signature(WARD, "Ward 7")
    return session


def test_what_is_typed_is_kept_for_its_address(qtbot: QtBot, look: Look, background: Background) -> None:
    session = two_addresses()
    window = SettingsWindow(session, look, background)
    window.show()
    field = window.signature
    assert field.text.toPlainText() == "Alice Moreau, MD"
    field.text.setPlainText("Dr. Alice Moreau")
    field.addresses.setCurrentIndex(1)
    field.addresses.activated.emit(1)
    assert field.text.toPlainText() == "Ward 7"
    field.text.setPlainText("Ward 7\nTel. 1234")
    window.close()
    assert [session.preferences.signature(a) for a in (ALICE, WARD)] == ["Dr. Alice Moreau", "Ward 7\nTel. 1234"]


def test_a_new_message_has_the_signature_beneath_the_cursor_and_closes_unasked(qtbot: QtBot, look: Look, background: Background) -> None:
    main = MainWindow(two_addresses(), look, background, UNDO)
    window = main.compose()
    assert window is not None
    body, sender = window._form.body, window._form.fromBox
    assert body.toPlainText() == "\n\n-- \nAlice Moreau, MD"
    assert body.textCursor().position() == 0
    sender.setCurrentIndex(1)
    assert body.toPlainText() == "\n\n-- \nWard 7"
    body.insertPlainText("Hello")
    sender.setCurrentIndex(0)
    assert body.toPlainText() == "Hello\n\n-- \nAlice Moreau, MD"
    assert body.textCursor().position() == 5
    main.deleteLater()
    window.deleteLater()


def test_a_message_of_nothing_but_the_signature_closes_without_a_question(qtbot: QtBot, look: Look, background: Background) -> None:
    main = MainWindow(two_addresses(), look, background, UNDO)
    window = main.compose()
    assert window is not None
    assert window.close()
    main.deleteLater()
