"""Setting an account up in the window: found, shown, tried, kept; by keyboard, with a way back from everything."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from securemail_desktop.accounts.offer import Found, Proposal, Source
from securemail_desktop.accounts.settings import Account, Security, Server
from securemail_desktop.gui.account_page import LANE, AccountPage, Step
from securemail_desktop.gui.account_window import AccountWindow
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.main_window import MainWindow
from securemail_desktop.message.address import parse_address
from securemail_desktop.store.errors import StoreFull
from tests.gui.conftest import UNDO  # type: ignore[import-not-found]  # pytest puts the checkout on the path
from tests.support.fake_session import FakeSession
from tests.support.keyboard import backward_steps, controls, described, spoken, tabbed

USER = "alice@clinic.example"
IMAP = Server("imap.clinic.example", 993, Security.TLS, USER)
SMTP = Server("smtp.clinic.example", 587, Security.STARTTLS, USER)
FOUND = Proposal(Found(IMAP, Source.PUBLISHED), Found(SMTP, Source.GUESSED))
ELSEWHERE = replace(IMAP, host="mail.provider.example")
ALICE = Account(USER, parse_address(f"Alice Moreau <{USER}>"), SMTP, IMAP)


@pytest.fixture
def session() -> FakeSession:
    return FakeSession(accounts=())


@pytest.fixture
def main(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> Iterator[MainWindow]:
    window = MainWindow(session, look, background, UNDO)
    window.show()
    yield window
    session.setup.gate.set()
    window.deleteLater()


@pytest.fixture
def page(main: MainWindow) -> AccountPage:
    found = main._first.page
    assert found is not None
    return found


def fill(page: AccountPage, address: str = USER, password: str = "correct horse") -> None:
    page.form.name.setText(" Alice   Moreau ")
    page.form.address.setText(address)
    page.form.password.setText(password)


def press(page: AccountPage) -> None:
    QTest.keyClick(page.form.password, Qt.Key.Key_Return)


def found(qtbot: QtBot, page: AccountPage) -> None:
    fill(page)
    press(page)
    qtbot.waitUntil(lambda: page.step is Step.READY)


def wait_for_lane(qtbot: QtBot, page: AccountPage) -> None:
    """Wait until all that was under way has been answered: a lane does one thing after the other."""
    done: list[None] = []
    page._background.run(page, lambda: None, done.append, lambda _: None, LANE)
    qtbot.waitUntil(lambda: bool(done))


def test_without_an_account_the_window_is_one_page_and_nothing_else(main: MainWindow, page: AccountPage) -> None:
    assert page.isVisible()
    assert not main._form.root.isVisible()
    assert page.form.title.text() == "Set up your mailbox"
    assert main.compose() is None


def test_servers_are_found_shown_and_used_by_two_presses_of_return(
    qtbot: QtBot, main: MainWindow, page: AccountPage, session: FakeSession
) -> None:
    session.setup.proposal = FOUND
    found(qtbot, page)
    assert session.setup.calls == [f"find {USER}"], "nothing is signed in to before the servers were seen"
    assert page.form.found.text() == (
        "Mail is read from imap.clinic.example, port 993, encrypted (published by clinic.example).\n"
        "Mail is sent by smtp.clinic.example, port 587, encrypted (it answers under its usual name)."
    )
    assert page.form.go.text().replace("&", "") == "Sign in and save"
    qtbot.waitUntil(page.form.go.hasFocus)
    QTest.keyClick(page.form.go, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: session.accounts != ())
    assert session.accounts == (ALICE,)
    assert session.setup.passwords == {USER: "correct horse"}
    qtbot.waitUntil(main._form.root.isVisible)
    assert main._first.page is None
    assert main._form.account.text() == USER
    qtbot.waitUntil(lambda: session.mail.calls.count("refresh None") > 1)  # the new mailbox is looked at


@pytest.mark.parametrize(
    ("address", "password", "said"),
    [
        ("alice at clinic", "x", "This is no mail address: it looks like name@clinic.example."),
        ("", "x", "This is no mail address: it looks like name@clinic.example."),
        (USER, "", "Enter the password of your mailbox."),
    ],
)
def test_what_is_missing_is_said_at_once_and_nobody_is_asked(
    page: AccountPage, session: FakeSession, address: str, password: str, said: str
) -> None:
    fill(page, address, password)
    press(page)
    assert page.form.problem.text() == said
    assert session.setup.calls == []


@pytest.mark.parametrize(
    ("proposal", "said", "focus"),
    [
        (Proposal(), "No mail servers were found at clinic.example", "reading"),
        (Proposal(FOUND.mailbox), "No server for sending mail was found at clinic.example", "sending"),
        (Proposal(browser=True), "Your organisation signs in through a browser: not supported yet.", "reading"),
    ],
)
def test_where_nothing_is_found_the_fields_for_it_open(
    qtbot: QtBot, page: AccountPage, session: FakeSession, proposal: Proposal, said: str, focus: str
) -> None:
    session.setup.proposal = proposal
    fill(page)
    press(page)
    qtbot.waitUntil(lambda: said in page.form.problem.text())
    assert page.form.servers.isVisible()
    assert getattr(page.form, focus).host.hasFocus()


def test_servers_that_are_typed_are_tried_without_asking_anybody(qtbot: QtBot, page: AccountPage, session: FakeSession) -> None:
    fill(page)
    page.form.settings.click()
    reading, sending = page.form.reading, page.form.sending
    QTest.keyClicks(reading.host, "Mail.Clinic.example")
    QTest.keyClicks(sending.host, "mail.clinic.example")
    sending.security.setCurrentIndex(1)
    sending.security.activated.emit(1)
    assert sending.port.text() == "587", "the usual port follows the encryption"
    sending.user.setText("amoreau")
    QTest.keyClick(sending.user, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.accounts != ())
    (account,) = session.accounts
    assert account.mailbox == Server("mail.clinic.example", 993, Security.TLS, USER)
    assert account.submission == Server("mail.clinic.example", 587, Security.STARTTLS, "amoreau")
    assert not [call for call in session.setup.calls if call.startswith("find")]


@pytest.mark.parametrize(("host", "port"), [("imap clinic", "993"), ("imap.clinic.example:993", "993"), ("imap.clinic.example", "70000")])
def test_a_server_that_cannot_be_one_is_said_to(page: AccountPage, session: FakeSession, host: str, port: str) -> None:
    fill(page)
    page.form.reading.host.setText(host)
    page.form.reading.port.setText(port)
    press(page)
    assert host in page.form.problem.text()
    assert page.form.servers.isVisible()
    assert session.setup.calls == []


def test_what_the_servers_object_to_is_said_and_nothing_is_kept(qtbot: QtBot, page: AccountPage, session: FakeSession) -> None:
    session.setup.proposal = FOUND
    session.setup.troubles = ("The server imap.clinic.example refused the sign-in: check user name and password.",)
    found(qtbot, page)
    page.form.go.click()
    qtbot.waitUntil(lambda: page.form.problem.text() == session.setup.troubles[0])
    assert session.accounts == ()
    assert page.form.password.hasFocus()
    session.setup.troubles = ()
    press(page)
    qtbot.waitUntil(lambda: session.accounts != ())


def test_an_authority_of_ones_own_vouches_for_both_servers(qtbot: QtBot, page: AccountPage, session: FakeSession, tmp_path: Path) -> None:
    fill(page)
    page.form.settings.setChecked(True)
    for fields in (page.form.reading, page.form.sending):
        fields.host.setText("mail.clinic.example")
    line, file = page.form.authority.path, tmp_path / "clinic.pem"
    line.setFocus()
    QTest.keyClicks(line, str(file))
    press(page)
    assert page.form.problem.text().startswith(f"There is no file {file}: choose the one")
    assert line.hasFocus()
    assert session.setup.calls == []
    file.write_text("-----BEGIN CERTIFICATE-----")
    press(page)
    qtbot.waitUntil(lambda: bool(session.accounts))
    (account,) = session.accounts
    assert account.mailbox is not None
    assert (account.submission.ca_file, account.mailbox.ca_file) == (str(file), str(file))


def test_an_authority_that_nobody_touches_stays(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> None:
    server = Server("mail.clinic.example", 465, Security.TLS, "alice", str(Path(__file__)))
    account = Account("alice", parse_address(USER), server, replace(server, port=993, ca_file=""))
    session.accounts = (account,)
    window = AccountWindow(session.setup, look, background, account)
    qtbot.addWidget(window)
    window.page.proceed()
    qtbot.waitUntil(lambda: "change alice" in session.setup.calls)
    assert session.accounts == (account,)


def test_a_full_disk_is_said_and_nothing_is_kept(qtbot: QtBot, page: AccountPage, session: FakeSession) -> None:
    session.setup.proposal, session.setup.error = FOUND, StoreFull("The disk is full: free some space and try again.")
    found(qtbot, page)
    page.form.go.click()
    qtbot.waitUntil(lambda: page.form.problem.text() == "Nothing was kept. The disk is full: free some space and try again.")
    assert page.step is Step.READY


def test_the_window_lives_while_servers_are_asked_and_cancel_is_prompt(qtbot: QtBot, page: AccountPage, session: FakeSession) -> None:
    session.setup.proposal = FOUND
    session.setup.gate.clear()
    fill(page)
    press(page)
    assert page.step is Step.LOOKING
    assert page.form.doing.text() == "Asking clinic.example for its mail servers…"
    qtbot.waitUntil(page.form.cancel.hasFocus)
    assert not page.form.go.isEnabled()
    QTest.keyClick(page.form.cancel, Qt.Key.Key_Space)
    assert page.step is Step.ENTERING
    assert session.setup.calls[-1] == "interrupt"
    wait_for_lane(qtbot, page)  # the late answer is there
    assert page.form.found.isHidden(), "and it is dropped"
    assert page.step is Step.ENTERING


def test_a_cancelled_sign_in_keeps_nothing(qtbot: QtBot, page: AccountPage, session: FakeSession) -> None:
    session.setup.proposal = FOUND
    found(qtbot, page)
    session.setup.gate.clear()
    page.form.go.click()
    qtbot.waitUntil(lambda: session.setup.calls[-1] == f"check {USER}")
    page.form.cancel.click()
    wait_for_lane(qtbot, page)
    assert page.step is Step.READY
    assert page.form.problem.text() == "Cancelled: nothing was kept."
    assert session.accounts == ()


def test_a_server_elsewhere_that_only_the_dns_names_must_be_known(qtbot: QtBot, page: AccountPage, session: FakeSession) -> None:
    session.setup.proposal = Proposal(Found(ELSEWHERE, Source.DNS, outside=True), Found(SMTP, Source.DNS))
    found(qtbot, page)
    assert "mail.provider.example lies outside clinic.example: go on only if you know it." in page.form.found.text()
    assert not page.form.go.isEnabled()
    page.form.reading.user.setText("someone")
    page.form.reading.edited.emit()
    assert not page.form.go.isEnabled(), "another user name does not make it known"
    press(page)
    assert session.setup.calls == [f"find {USER}"]
    qtbot.waitUntil(page.form.known.hasFocus)
    QTest.keyClick(page.form.known, Qt.Key.Key_Space)
    page.form.go.click()
    qtbot.waitUntil(lambda: session.accounts != ())


def test_servers_of_another_domain_are_forgotten_when_the_address_changes(qtbot: QtBot, page: AccountPage, session: FakeSession) -> None:
    session.setup.proposal = FOUND
    found(qtbot, page)
    page.form.address.setText("alice@other.exampl")
    QTest.keyClick(page.form.address, Qt.Key.Key_E)
    assert page.form.found.isHidden()
    assert page.form.reading.host.text() == page.form.sending.host.text() == ""
    press(page)
    qtbot.waitUntil(lambda: session.setup.calls[-1] == "find alice@other.example")


def test_a_lock_forgets_the_password_and_ends_what_is_under_way(
    qtbot: QtBot, main: MainWindow, page: AccountPage, session: FakeSession
) -> None:
    session.setup.gate.clear()
    fill(page)
    press(page)
    main._locking.lock()
    qtbot.waitUntil(lambda: "interrupt" in session.setup.calls)
    assert page.form.password.text() == ""
    assert not page.isVisible()


def test_everything_is_reached_by_tab_in_reading_order_and_has_a_name(qtbot: QtBot, main: MainWindow, page: AccountPage) -> None:
    page.form.settings.click()
    main.resize(900, 1100)
    page.form.name.setFocus()
    order = tabbed(main)
    assert described(controls(page)) == described(sorted(order, key=controls(page).index))
    assert not list(backward_steps(order, page))
    assert all(spoken(widget) for widget in order)


def test_a_list_that_cannot_be_read_is_said(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> None:
    session.setup.notice = "The stored list of accounts cannot be read: add the accounts anew."
    window = MainWindow(session, look, background, UNDO)
    qtbot.addWidget(window)
    assert window._first.page is not None
    assert window._first.page.form.about.text().startswith(session.setup.notice)


@pytest.fixture
def change(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> Iterator[AccountWindow]:
    session.accounts = (replace(ALICE, mailbox=replace(IMAP, ca_file="/roots.pem", address="127.0.0.1")),)
    window = AccountWindow(session.setup, look, background, session.accounts[0])
    window.show()
    yield window
    if isValid(window):
        window.deleteLater()


def test_a_new_password_is_tried_and_kept_with_everything_else_as_it_was(qtbot: QtBot, change: AccountWindow, session: FakeSession) -> None:
    before = session.accounts
    QTest.keyClicks(change.page.form.password, "new")
    with qtbot.waitSignal(change.saved):
        press(change.page)
    assert session.setup.calls == [f"check {USER}", f"change {USER}"]
    assert session.accounts == before
    assert session.setup.passwords == {USER: "new"}
    qtbot.waitUntil(lambda: not isValid(change) or not change.isVisible())


def test_a_change_without_a_password_keeps_the_former_one(qtbot: QtBot, change: AccountWindow, session: FakeSession) -> None:
    change.page.form.name.setText("Dr. Alice Moreau")
    change.page.form.reading.host.setText("new.clinic.example")
    with qtbot.waitSignal(change.saved):
        change.page.form.go.click()
    (account,) = session.accounts
    assert account.address.name == "Dr. Alice Moreau"
    assert account.mailbox == replace(IMAP, host="new.clinic.example", ca_file="/roots.pem"), "connect there, trusting the same roots"
    assert session.setup.passwords == {}
    assert change.page.form.address.isReadOnly()


def test_escape_cancels_what_is_under_way_first_and_then_closes(qtbot: QtBot, change: AccountWindow, session: FakeSession) -> None:
    session.setup.gate.clear()
    change.page.form.go.click()
    assert change.page.step is Step.TRYING
    QTest.keyClick(change, Qt.Key.Key_Escape)
    assert change.isVisible()
    assert change.page.step is Step.READY
    QTest.keyClick(change, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not isValid(change) or not change.isVisible())


def test_an_account_that_only_sends_stays_one(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> None:
    session.accounts = (replace(ALICE, mailbox=None),)
    window = AccountWindow(session.setup, look, background, session.accounts[0])
    window.show()
    with qtbot.waitSignal(window.saved):
        window.page.form.go.click()
    assert session.accounts == (replace(ALICE, mailbox=None),)


def test_markup_and_turned_letters_stay_text(qtbot: QtBot, page: AccountPage, session: FakeSession) -> None:
    session.setup.proposal = FOUND
    session.setup.troubles = ("The server <b>imap</b>\u202e.example was not found: check its name.",)
    found(qtbot, page)
    page.form.go.click()
    qtbot.waitUntil(lambda: "<b>imap</b>" in page.form.problem.text())
    assert "\u202e" not in page.form.problem.text()
    assert {label.textFormat() for label in page.findChildren(QLabel) if label.text() and label.buddy() is None} <= {
        Qt.TextFormat.PlainText,
        Qt.TextFormat.AutoText,
    }
    assert page.form.problem.textFormat() == page.form.found.textFormat() == Qt.TextFormat.PlainText
