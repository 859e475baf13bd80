"""Scenes beside the mail: outbox, leaving, lock, settings, keys, help, source, and what is shown before there is a window."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from securemail_desktop.encryption.errors import EncryptionError
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.record import Role
from securemail_desktop.gui.folder_model import Kind
from securemail_desktop.gui.help_window import HelpWindow
from securemail_desktop.gui.keys_window import KeysWindow
from securemail_desktop.gui.lock_page import LockPage
from securemail_desktop.gui.main_window import MainWindow
from securemail_desktop.gui.settings_window import SettingsWindow
from securemail_desktop.gui.source_window import SourceWindow
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Recipient
from securemail_desktop.policy.decision import Enforcement
from securemail_desktop.sending.state import Receipt, State
from securemail_desktop.session.preferences import LASTS, Preferences
from securemail_desktop.session.recovery import Kept, Safety
from securemail_desktop.store.errors import StoreFull
from tests.gui.screenshots.people import ARABIC, BOB, CAROL, LONG, PATIENT, SUBJECTS
from tests.gui.screenshots.stage import MAIN, OWN, SIDE, Scene, Stage, draft, rest, until
from tests.support.fake_keys import WAITS, FakeKeys, view
from tests.support.fake_limits import FakeLimits
from tests.support.fake_session import ALICE, NOW, FakeDocuments, FakeSession

ROWS = (
    ("Newsletter proofs", State.ACCEPTED, "", BOB),
    ("Appointment on Thursday", State.DEFERRED, "The mail server of imaging.example asks to wait; the next try is at 09:45.", CAROL),
    ("Invoice 2026-114", State.REFUSED, "The mail server says that there is no such mailbox.", "billing@partner.example"),
    ("Your lab result of 24 November", State.HELD, "Held: no way is known that only patient@home.example can open.", PATIENT),
    (SUBJECTS[3], State.HELD, "Held: no way is known that only they can open.", ARABIC),
    (SUBJECTS[2], State.UNKNOWN, "The connection broke after the message was handed over: it may have arrived.", LONG),
)
URGENT = "the ward’s telephone, 4711"
LONG_SPEC = "m.a.von.hohenstein-wittgenstein@rehabilitation-centre.north-rhine-clinics.example"
SETTLE_MS = 300


def scenes() -> Iterator[Scene]:
    """Yield all of them."""
    yield from _of_the_outbox()
    yield from _of_the_lock()
    yield Scene("settings-none", lambda stage: SettingsWindow(FakeSession(), stage.look, stage.background), SIDE)
    yield Scene("settings", _settings, SIDE)
    yield Scene("settings-failed", _settings_failed, SIDE)
    yield Scene("help", lambda stage: HelpWindow(stage.look), SIDE)
    yield Scene("source", lambda stage: SourceWindow(b"From: bob@partner.example\r\nSubject: Hello\r\n\r\n" + b"word " * 400), SIDE)
    for name, act in _with_keys().items():
        yield Scene(f"keys-{name}", lambda stage, act=act: _keys(stage, _ring(), act), SIDE)  # type: ignore[misc]
    yield Scene("keys-empty", lambda stage: _keys(stage, FakeKeys()), SIDE)
    yield Scene(
        "keys-failed", lambda stage: _keys(stage, FakeKeys(error=EncryptionError("The key ring is damaged: restore a backup."))), SIDE
    )
    yield Scene("keys-password", _password, OWN)


def _of_the_outbox() -> Iterator[Scene]:
    yield Scene("outbox-empty", lambda stage: _outbox(stage, FakeSession(), lambda window: None), MAIN)
    yield Scene("outbox", lambda stage: _outbox(stage, waiting(), lambda window: None), MAIN)
    yield Scene("outbox-held", lambda stage: _outbox(stage, waiting(), _to_the_held), MAIN)
    yield Scene("outbox-discard", lambda stage: _outbox(stage, waiting(), lambda window: window._outbox._ask_discard()), MAIN)
    yield Scene("outbox-again", lambda stage: _outbox(stage, waiting(), lambda window: window._outbox._ask_again()), MAIN)
    yield Scene(
        "held-alert", lambda stage: _outbox(stage, waiting(urgent=URGENT), lambda window: window._form.folders.go_to(Kind.DRAFTS)), MAIN
    )
    yield Scene("left-behind", _left_behind, MAIN)
    yield Scene("leaving", _leaving, MAIN)


def _of_the_lock() -> Iterator[Scene]:
    yield Scene("lock", lambda stage: _locked(stage, "", ""), MAIN)
    yield Scene("lock-passphrase", lambda stage: _locked(stage, "secret", ""), MAIN)
    yield Scene("lock-wrong", lambda stage: _locked(stage, "secret", "wrong"), MAIN)
    yield Scene("passphrase-at-start", _before_the_window, SIDE)


def waiting(urgent: str = "") -> FakeSession:
    """Return a session whose outbox has one message of each state."""
    session = FakeSession(urgent_contact=urgent)
    for subject, state, reason, address in ROWS:
        receipts = (Receipt(Recipient(parse_address(address)), Method.NONE, state, reason),)
        if state is State.HELD:
            receipts += (Receipt(Recipient(parse_address(BOB)), Method.SMIME, State.ACCEPTED, "Opens in their own mail program"),)
        session.keep(draft(session, address, subject=subject), receipts)
    return session


def _outbox(stage: Stage, session: FakeSession, act: Callable[[MainWindow], object]) -> QWidget:
    window = stage.main(session)
    window._form.folders.go_to(Kind.OUTBOX)
    until(lambda: len(window._outbox.entries()) == len(session.entries))
    rest(SETTLE_MS)
    act(window)
    rest(SETTLE_MS)
    return window


def _to_the_held(window: MainWindow) -> None:
    entries = window._outbox._form.entries
    entries.setFocus()
    entries.setCurrentIndex(entries.model().index(2, 0))


def _left_behind(stage: Stage) -> QWidget:
    session = waiting()
    session.drafts.save(draft(session, BOB), writing=True)
    window = stage.main(session)
    until(lambda: bool(window._outbox.entries()) and bool(window._form.statusText.text()))
    return window


def _leaving(stage: Stage) -> QWidget:
    window = _left_behind(stage)
    window.close()
    return window


def _locked(stage: Stage, passphrase: str, typed: str) -> QWidget:
    session = waiting()
    session.passphrase = passphrase
    window = stage.main(session)
    window._locking.lock()
    page = window._locking._page
    until(page.button.isEnabled)
    rest(SETTLE_MS)
    if typed:
        page.passphrase.setText(typed)
        page.button.click()
        until(page._problem.isVisible)
    return window


def _before_the_window(stage: Stage) -> QWidget:
    page = LockPage(stage.look, None)  # type: ignore[arg-type]  # the window is the page itself
    page.count(0)
    page.begin(closing=False, needs_passphrase=True)
    page.fail("This passphrase does not open your mail: try again.")
    return page


def _settings(stage: Stage) -> QWidget:
    documents = FakeDocuments()
    until_then = (NOW + LASTS).isoformat()
    people = ("bob@partner.example", "carol@imaging.example", LONG_SPEC)
    checks = ("lookalike", "outside", "added-in-reply")
    documents.put("decisions", [[check, who, True, until_then] for check, who in zip(checks, people, strict=True)])
    session = FakeSession(
        preferences=Preferences(documents, lambda: NOW), limits=FakeLimits(lock_after=timedelta(minutes=15), longest_lock=15)
    )
    contacts = (("privacy_officer", "Dana Reed, 4711"), ("helpdesk", "Ward 3, Donaudampfschifffahrtsgesellschaft, +49 30 1234567890"))
    object.__setattr__(session.policy, "contacts", contacts)
    object.__setattr__(session.policy, "enforcement", Enforcement.RECORDED)
    session.preferences.set(f"signature:{ALICE.key}", "Alice Moreau, MD\nEndocrinology")
    return SettingsWindow(session, stage.look, stage.background)


def _settings_failed(stage: Stage) -> QWidget:
    window = _settings(stage)
    window._session.error = StoreFull("The disk with /home/alice/mail is full: free some space and try again.")  # type: ignore[attr-defined]
    window.show()
    window.again.click()  # type: ignore[attr-defined]
    until(lambda: "Nothing was changed" in window.told.text())  # type: ignore[attr-defined]
    return window


def _ring() -> FakeKeys:
    keys = [
        view("smime:1", "alice@clinic.example", role=Role.OWN),
        view("openpgp:1", "alice@clinic.example", role=Role.OWN, method=Method.OPENPGP, days=20),
        view("smime:2"),
        view("openpgp:2", LONG_SPEC, method=Method.OPENPGP, reason=WAITS),
        view("smime:3", "carol@imaging.example", reason="it has expired"),
        view("openpgp:3", "dave@lab.example", method=Method.OPENPGP, reason="given up by you", refused=True),
        view("smime:4", role=Role.AUTHORITY),
    ]
    return FakeKeys(keys, safe=Kept(Safety.KEPT))


def _keys(stage: Stage, keys: FakeKeys, act: Callable[[KeysWindow], object] = lambda _: None) -> KeysWindow:
    window = KeysWindow(keys, [ALICE], stage.look, stage.background)
    window.show()
    until(lambda: bool(keys.calls) and len(window.model.keys) == len(keys.keys))
    rest(SETTLE_MS)
    act(window)
    return window


def _with_keys() -> dict[str, Callable[[KeysWindow], object]]:
    return {
        "own": lambda window: None,
        "told": lambda window: window._tell("2 keys imported. 1 of them waits until you compare the fingerprint."),
        "what": lambda window: window._ask_what(),
        "compare": lambda window: _on_row(window, 3, window._compare),
        "give-up": lambda window: _on_row(window, 1, window._ask_to_give_up),
    }


def _on_row(window: KeysWindow, row: int, act: Callable[[], None]) -> None:
    window.form.entries.setCurrentIndex(window.model.index(row))
    window.form.entries.setFocus(Qt.FocusReason.TabFocusReason)
    act()


def _password(stage: Stage) -> QWidget:
    window = _keys(stage, _ring())
    window._back_up()
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    return dialog
