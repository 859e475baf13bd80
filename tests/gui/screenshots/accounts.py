"""Scenes of setting up accounts: the first start, a further account, changes, removing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QWidget

from securemail_desktop.accounts.offer import Found, Proposal, Source
from securemail_desktop.accounts.settings import Account, Security, Server
from securemail_desktop.gui.account_page import AccountPage, Step
from securemail_desktop.gui.account_window import AccountWindow
from securemail_desktop.gui.app import build_window
from securemail_desktop.gui.passphrase_window import PassphraseWindow
from securemail_desktop.gui.settings_window import SettingsWindow
from securemail_desktop.message.address import parse_address
from tests.gui.screenshots.people import LONG
from tests.gui.screenshots.stage import MAIN, SIDE, Scene, Stage, until
from tests.support.fake_session import ALICE, FakeSession

IMAP, SMTP = (
    Server("imap.clinic.example", 993, Security.TLS, ALICE.spec),
    Server("smtp.clinic.example", 587, Security.STARTTLS, ALICE.spec),
)
FOUND = Proposal(Found(IMAP, Source.PUBLISHED), Found(SMTP, Source.GUESSED))
LONG_HOST = "mail-exchange-frontend-07.rehabilitation-centre.north.provider-of-hosted-mailboxes.example"
OUTSIDE = Proposal(
    Found(replace(IMAP, host=LONG_HOST), Source.DNS, outside=True), Found(replace(SMTP, host=LONG_HOST), Source.DNS, outside=True)
)
TROUBLES = (
    "The certificate of imap.clinic.example is not trusted (it has expired): ask your IT before you send anything.",
    "The server smtp.clinic.example was not found: check its name and your network.",
)
WARD = Account("ward", parse_address(LONG), SMTP, replace(IMAP, host=LONG_HOST))
WAITING = "2 messages of this account wait in the outbox: send or discard what is there, then remove the account."


def scenes() -> Iterator[Scene]:
    """Yield all of them."""
    yield Scene("setup-empty", lambda stage: _first(stage, FakeSession(accounts=()), lambda page: None), MAIN)
    yield Scene("setup-no-address", lambda stage: _first(stage, FakeSession(accounts=()), lambda page: page.proceed()), MAIN)
    yield Scene("setup-looking", _looking, MAIN)
    for name, proposal in (("found", FOUND), ("outside", OUTSIDE), ("not-found", Proposal()), ("browser", Proposal(browser=True))):
        yield Scene(f"setup-{name}", partial(_found, proposal=proposal), MAIN)
    yield Scene("setup-wrong", _wrong, MAIN)
    yield Scene("account-add", lambda stage: AccountWindow(FakeSession().setup, stage.look, stage.background), SIDE)
    yield Scene("account-change", lambda stage: AccountWindow(FakeSession().setup, stage.look, stage.background, WARD), SIDE)
    yield Scene("account-passphrase", _passphrase, SIDE)
    yield Scene("accounts-remove", lambda stage: _settings(stage, lambda window: window.accounts._ask()), SIDE)
    yield Scene("accounts-waiting", lambda stage: _settings(stage, lambda window: window.accounts._say(WAITING)), SIDE)


def _first(stage: Stage, session: FakeSession, act: Callable[[AccountPage], object]) -> QWidget:
    window = build_window(session, stage.background, stage.look.scheme)
    window.show()
    page = window._first.page
    assert page is not None
    act(page)
    return window


def _look_up(page: AccountPage, address: str = ALICE.spec) -> None:
    page.form.name.setText("Alice Moreau")
    page.form.address.setText(address)
    page.form.password.setText("correct horse battery")
    page.proceed()


def _found(stage: Stage, proposal: Proposal) -> QWidget:
    session = FakeSession(accounts=())
    session.setup.proposal = proposal

    def act(page: AccountPage) -> None:
        _look_up(page, WARD.address.spec if proposal is OUTSIDE else ALICE.spec)
        until(lambda: page.step is not Step.LOOKING)

    return _first(stage, session, act)


def _looking(stage: Stage) -> QWidget:
    """Show the look-up as it is answered late; the answer is let go when the scene is over."""
    session = FakeSession(accounts=())
    session.setup.gate.clear()
    window = _first(stage, session, _look_up)
    window.destroyed.connect(session.setup.gate.set)
    return window


def _wrong(stage: Stage) -> QWidget:
    session = FakeSession(accounts=())
    session.setup.proposal, session.setup.troubles = FOUND, TROUBLES

    def act(page: AccountPage) -> None:
        _look_up(page)
        until(lambda: page.step is Step.READY)
        page.proceed()
        until(lambda: bool(page.form.problem.text()))

    return _first(stage, session, act)


def _passphrase(stage: Stage) -> QWidget:
    window = PassphraseWindow(FakeSession(passphrase="secret"), stage.look, stage.background, is_set=True)
    window.show()
    for field in (window.former, window.new, window.again):
        field.setText("correct horse")
    window.keep()
    until(lambda: bool(window.problem.text()))
    return window


def _settings(stage: Stage, act: Callable[[SettingsWindow], object]) -> QWidget:
    session = FakeSession()
    session.accounts = (*session.accounts, WARD)
    window = SettingsWindow(session, stage.look, stage.background)
    window.show()
    window.accounts.entries.setCurrentRow(1)
    act(window)
    return window
