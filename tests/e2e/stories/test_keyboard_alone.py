"""Every window beside the mail by keyboard alone, on a real screen: opened by key, gone through by Tab, closed by Esc; Enter does nothing unsafe."""

from typing import TypeVar

import pytest
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QWidget

from securemail_desktop.gui.folder_model import Kind
from securemail_desktop.gui.help_window import HelpWindow
from securemail_desktop.gui.keys_window import KeysWindow
from securemail_desktop.gui.send_flow import Step
from securemail_desktop.gui.settings_window import SettingsWindow
from tests.support.desk import Desk
from tests.support.keyboard import controls, described

pytestmark = [pytest.mark.slow, pytest.mark.xvfb]
BOB, PETER = "bob@hospital.example", "peter.novak@webmail.example"
PATIENT = "Helen Fairweather, MRN 4471902, has potassium 6.1 mmol/L."
Window = TypeVar("Window", bound=QWidget)


def opened(desk: Desk, kind: type[Window]) -> Window:
    """Wait for a window of a kind, with the keyboard in it."""

    def found() -> list[Window]:
        return [window for window in QApplication.topLevelWidgets() if isinstance(window, kind) and window.isVisible()]

    desk.see(lambda: bool(found()))
    (window,) = found()
    desk.front(window)
    return window


def from_the_menu(desk: Desk, letter: str) -> None:
    """Choose an entry of the settings menu by its letter."""
    desk.press("alt+t")
    desk.see(lambda: QApplication.activePopupWidget() is not None)
    desk.press(letter)


def gone_through(desk: Desk, window: QWidget) -> list[QWidget]:
    """Press Tab until the keyboard is back where it was; return where it has been."""
    reached: list[QWidget] = []
    while (now := QApplication.focusWidget()) is not None and now not in reached:
        assert window.isAncestorOf(now)
        reached.append(now)
        desk.press("Tab")
        desk.see(lambda now=now: QApplication.focusWidget() is not now or len(controls(window)) == 1)  # type: ignore[misc]
    return reached


def left(desk: Desk, window: QWidget) -> None:
    """Close a window by Esc."""
    desk.press("Escape")
    desk.gone(window)  # type: ignore[arg-type]
    desk.front(desk.window)


def test_help_is_read_and_closed_by_key(desk: Desk) -> None:
    desk.press("F1")
    window = opened(desk, HelpWindow)
    desk.see(window.text.hasFocus)
    bar = window.text.verticalScrollBar()
    desk.press("Next")
    desk.see(lambda: bar.value() > 0)
    desk.picture("help")
    left(desk, window)


def test_settings_are_gone_through_and_closed_by_key(desk: Desk) -> None:
    from_the_menu(desk, "e")
    window = opened(desk, SettingsWindow)
    desk.picture("settings")
    reached = gone_through(desk, window)
    assert described([widget for widget in controls(window) if widget not in reached]) == []
    left(desk, window)


def test_keys_are_gone_through_and_nothing_is_given_up_by_enter(desk: Desk) -> None:
    from_the_menu(desk, "k")
    window = opened(desk, KeysWindow)
    desk.see(lambda: len(window.model.keys) > 1)
    reached = gone_through(desk, window)
    assert described([widget for widget in controls(window) if widget not in reached]) == []
    desk.press("alt+g")
    desk.see(lambda: window.sheet.isVisible() and window.sheet.is_settled())
    desk.picture("give-up")
    desk.press("Return")
    desk.see(lambda: not window.sheet.isVisible())
    assert not any(key.refused for key in window.model.keys)
    left(desk, window)


def test_words_are_found_in_a_protected_message_which_enter_does_not_print(desk: Desk) -> None:
    mail = desk.window._mail
    desk.see(lambda: mail.list.table.messages.rowCount() == 8)
    desk.press("ctrl+k")
    desk.see(mail.list.search.hasFocus)
    desk.type("bob meyer")
    desk.see(lambda: mail.list.table.messages.rowCount() == 1)
    desk.press("Return")
    desk.see(mail.list.table.hasFocus)
    desk.press("Return")
    desk.see(lambda: mail.pane.reading is not None and mail.pane.body.hasFocus())
    desk.press("ctrl+f")
    desk.see(mail.pane.finder.line.hasFocus)
    desk.type("potassium")
    desk.see(lambda: mail.pane.finder.count.text().startswith("1 of"))
    desk.picture("found")
    desk.press("Escape")
    desk.see(lambda: not mail.pane.finder.is_open and mail.pane.body.hasFocus())
    chosen: list[QPrinter] = []
    mail.printing.choose = chosen.append
    for key in ("Return", "Escape"):
        desk.press("ctrl+p")
        desk.see(lambda: mail.printing._sheet.isVisible() and mail.printing._sheet.is_settled())
        desk.picture("print")
        desk.press(key)
        desk.see(lambda: not mail.printing._sheet.isVisible())
    assert chosen == []


def test_a_message_of_another_folder_is_found_in_all_and_opened_by_key(desk: Desk) -> None:
    mail, folders = desk.window._mail, desk.window._form.folders
    desk.see(lambda: mail.list.table.messages.rowCount() == 8)
    while not folders.hasFocus():
        before = QApplication.focusWidget()
        desk.press("F6")
        desk.see(lambda before=before: QApplication.focusWidget() is not before)  # type: ignore[misc]
    while mail.list.folder is not None and mail.list.folder.role == "inbox":
        place = folders.place
        desk.press("Down")
        desk.see(lambda place=place: folders.place != place)  # type: ignore[misc]
    desk.press("ctrl+k")
    desk.see(mail.list.search.hasFocus)
    desk.type("parking")
    desk.see(mail.list.scope.button.isVisible)
    desk.press("alt+a")
    desk.see(lambda: mail.list.scope.everywhere and mail.list.table.messages.rowCount() == 1)
    desk.picture("all-folders")
    desk.press("ctrl+k")
    desk.see(mail.list.search.hasFocus)
    desk.press("Return")
    desk.see(mail.list.table.hasFocus)
    desk.press("Return")
    desk.see(lambda: mail.pane.reading is not None and mail.pane.body.hasFocus())
    assert "parking" in mail.pane.reading.view.subject.lower()
    desk.picture("hit")


def test_an_account_is_kept_by_enter_and_removed_by_key(own_desk: Desk) -> None:
    desk = own_desk
    from_the_menu(desk, "e")
    window = opened(desk, SettingsWindow)
    accounts = window.accounts
    while not accounts.entries.hasFocus():
        before = QApplication.focusWidget()
        desk.press("Tab")
        desk.see(lambda before=before: QApplication.focusWidget() is not before)  # type: ignore[misc]
    for last in ("Return", "Tab"):
        desk.press("Delete")
        desk.see(lambda: accounts.sheet.isVisible() and accounts.sheet.is_settled())
        desk.picture("remove")
        desk.press(last)
        if last == "Return":
            desk.see(lambda: not accounts.sheet.isVisible())
            assert [account.address.spec for account in desk.session.accounts] == ["alice@clinic.example"]
            desk.front(window)
            desk.see(accounts.entries.hasFocus)
    desk.see(lambda: getattr(QApplication.focusWidget(), "text", str)() == "Remove the account")
    desk.press("space")
    desk.see(lambda: accounts.entries.count() == 0)
    assert desk.session.accounts == ()
    desk.picture("removed")
    left(desk, window)


def test_a_recipient_is_chosen_from_the_list_by_key(desk: Desk) -> None:
    window = desk.compose()
    desk.see(window._form.to.line.hasFocus)
    desk.type("pet")
    popup = window._form.to._popup
    desk.see(popup.isVisible)
    desk.picture("completions")
    desk.press("Return")
    desk.see(lambda: [r.address.key for r in window._form.to.recipients()] == [PETER])
    reached = gone_through(desk, window)
    assert described([widget for widget in controls(window) if widget not in reached]) == []


def test_a_held_message_is_kept_in_the_outbox_by_enter_and_opened_by_key(desk: Desk) -> None:
    window = desk.compose()
    desk.write(window, PETER, "Potassium", f"Dear Peter, {PATIENT}")
    message_id = window._editor.draft().message_id
    desk.press("ctrl+Return")
    desk.see(lambda: window._flow.step is Step.HOLDING)
    desk.send_now(window)
    desk.see(window._form.resultPage.isVisible)
    desk.press("space")  # Show Outbox
    desk.front(desk.window)
    outbox = desk.window._outbox
    desk.see(lambda: desk.window._form.folders.place is not None and desk.window._form.folders.place.kind is Kind.OUTBOX)
    desk.see(outbox._form.actions.isVisible)
    desk.press("alt+d")
    desk.see(lambda: outbox._sheet.isVisible() and outbox._sheet.is_settled())
    desk.picture("discard")
    desk.press("Return")
    desk.see(lambda: not outbox._sheet.isVisible())
    assert outbox.entries(), "Enter keeps it"
    desk.press("alt+o")
    desk.see(lambda: any(w.writes(message_id) and w.isVisible() for w in desk.window._composing if w is not window))
