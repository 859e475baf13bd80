"""Scenes of the compose window: writing, what is said of the draft, what becomes of it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from PySide6.QtWidgets import QWidget

from securemail_desktop.gui.compose_window import ComposeWindow
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import AddressField, Attachment, Draft, Recipient
from securemail_desktop.recipients.completion import Suggestion
from securemail_desktop.store.errors import StoreFull
from tests.gui.screenshots.people import ARABIC, BOB, CAROL, FILE_NAME, GERMAN, JAPANESE, LONG, MEANS, OTHERS, SCRIPTS, TEXT
from tests.gui.screenshots.stage import COMPOSE, OWN, Scene, Stage, draft, until
from tests.support.fake_session import NOW, FakeSession

TIP = "Messages with patient data to partners are protected by the hospital’s rules."


def scenes() -> Iterator[Scene]:
    """Yield all of them."""
    yield Scene("compose-empty", lambda stage: stage.compose(_session()), COMPOSE)
    for name, make in _drafts().items():
        yield Scene(name, lambda stage, make=make: stage.compose(_session(), make(_session())), COMPOSE)  # type: ignore[misc]
    for name, act in _acts().items():
        yield Scene(name, lambda stage, act=act: _acted(stage, act), COMPOSE)  # type: ignore[misc]
    yield Scene("compose-tip", lambda stage: stage.compose(s := FakeSession(means=MEANS, tips=(TIP,)), draft(s, BOB)), COMPOSE)
    yield Scene("compose-reading-files", _reading_files, COMPOSE)
    yield Scene("compose-closing", _closing, COMPOSE)
    yield Scene("compose-not-saved", _not_saved, COMPOSE)
    yield Scene("compose-unchecked", lambda stage: stage.compose(s := FakeSession(error=RuntimeError()), draft(s, BOB)), COMPOSE)
    yield Scene("compose-completions", _completions, OWN)
    yield Scene("compose-result", _result, COMPOSE)
    yield Scene("compose-invitation", lambda stage: stage.compose(s := _session(), _answer(s)), COMPOSE)


def _session() -> FakeSession:
    return FakeSession(means=MEANS)


def _drafts() -> dict[str, Callable[[FakeSession], Draft]]:
    return {
        "compose-protected": lambda s: draft(s, BOB, CAROL),
        "compose-plain": lambda s: draft(s, "team@office.example", subject="Lunch", text="Shall we meet at noon?"),
        "compose-full": _full,
        "compose-scripts": lambda s: draft(s, *OTHERS, subject="Befund · نتيجة · 検査結果", text=SCRIPTS),
        "compose-many": lambda s: draft(s, *(f"Person {n} <person.{n}@ward.example>" for n in range(60))),
        "compose-forgotten-file": lambda s: draft(s, BOB, subject="Report", text="Please find the report attached."),
    }


def _full(session: FakeSession) -> Draft:
    files = (
        Attachment("HbA1c trend 2026.pdf", "application/pdf", bytes(182_000)),
        Attachment(FILE_NAME, "text/plain", b"x" * 900),
        Attachment("نتيجة الفحص.pdf", "application/pdf", bytes(2_000)),
    )
    message = draft(session, BOB, "patient@home.example", attachments=files)
    copies = (Recipient(parse_address(CAROL), AddressField.CC), Recipient(parse_address(LONG), AddressField.BCC))
    return replace(message, recipients=(*message.recipients, *copies))


def _acts() -> dict[str, Callable[[ComposeWindow], object]]:
    return {
        "compose-finding": lambda window: window._places.go(1),
        "compose-hold": _hold,
        "compose-saved": _save,
        "compose-wrong-address": _wrong_address,
        "compose-nobody": _nobody,
        "compose-file-missing": lambda window: window._doubts.say("“scan.pdf” could not be read, so it is not attached: choose it again."),
    }


def _acted(stage: Stage, act: Callable[[ComposeWindow], object]) -> QWidget:
    session = _session()
    window = stage.compose(session, draft(session, BOB))
    act(window)
    return window


def _answer(session: FakeSession) -> Draft:
    """Return what accepting an invitation makes."""
    file = Attachment("", "text/calendar; method=REPLY; charset=utf-8", bytes(400))
    return draft(session, BOB, subject="Accepted: Tumour board", text="I accept this invitation.", attachments=(file,))


def _hold(window: ComposeWindow) -> None:
    window.send()
    until(window._form.hold.isVisible)


def _save(window: ComposeWindow) -> None:
    window._form.body.insertPlainText("Dear Bob, please find the report attached.\n\n")
    until(lambda: bool(window._form.savedText.text()))


def _wrong_address(window: ComposeWindow) -> None:
    window._form.to.line.setText("bob at partner, x@")
    window.send()


def _nobody(window: ComposeWindow) -> None:
    window._form.to.set_addresses(())
    window.send()
    until(window._form.bar.isVisible)


def _reading_files(stage: Stage) -> QWidget:
    session = FakeSession(means=MEANS, unread={"scan.pdf"})
    session.files_gate.clear()
    return stage.compose(session, draft(session, BOB, attachments=(Attachment("scan.pdf", "application/pdf", bytes(90_000)),)))


def _closing(stage: Stage) -> QWidget:
    session = _session()
    window = stage.compose(session, draft(session, BOB, text=TEXT))
    window._form.body.insertPlainText("More.")
    window.close()
    return window


def _not_saved(stage: Stage) -> QWidget:
    session = _session()
    session.drafts.error = StoreFull("The disk with /home/alice/mail is full, nothing was changed: free some space and try again.")
    window = stage.compose(session, draft(session, BOB))
    _save(window)
    return window


def _completions(stage: Stage) -> QWidget:
    session = _session()
    window = stage.compose(session)
    people = (BOB, LONG, GERMAN, ARABIC, JAPANESE, "bob@partner-lab.example", "Bob Meyer <bob.meyer@partner.example>")
    twins = {5: "bob@partner.example", 6: "bob@partner.example"}
    known = tuple(Suggestion(parse_address(p), n * 3, NOW if n else None, twins.get(n, "")) for n, p in enumerate(people))
    window._form.to.line.setFocus()
    window._form.to._completions.offer(known)
    return window._form.to._completions.popup


def _result(stage: Stage) -> QWidget:
    session = _session()
    window = stage.compose(session, draft(session, BOB, "patient@home.example", LONG), timedelta(0))
    window.send()
    until(window._form.resultPage.isVisible)
    return window
