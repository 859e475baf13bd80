"""Scenes of the mailbox: what is read, what is wrong, what is empty, what is asked."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from securemail_desktop.accounts.errors import Unreachable
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.opened import Integrity, Opened, Part, SignatureVerdict
from securemail_desktop.gui.folder_model import Kind
from securemail_desktop.gui.mail_tools import Act
from securemail_desktop.gui.main_window import MainWindow
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.display.link import read_link
from securemail_desktop.message.draft import Recipient
from securemail_desktop.message.invitation import read_invitation
from tests.gui.screenshots.people import BOB, CAROL, FILE_NAME, LONG, OTHERS, SUBJECTS
from tests.gui.screenshots.stage import MAIN, OWN, Scene, Stage, draft, rest, until
from tests.support.fake_mail import INBOX, SENT, TRASH, Content, FakeMail
from tests.support.fake_session import FakeSession

SENDERS = (BOB, CAROL, "front.desk@clinic.example", LONG, *OTHERS)
BODY = (Part("text/plain", "", b"x", "x"),)
FILES = (
    Part("application/pdf", "HbA1c trend 2026.pdf", bytes(182_000)),
    Part("application/octet-stream", "report.pdf.exe", bytes(900)),
    Part("text/plain", FILE_NAME, bytes(90_000)),
)
TEXT = "Dear Alice,\n\nher HbA1c has come down to 7.1 %.\n\nKind regards\nBob\n\n> Is there news of the biopsy?\n> Alice"
HTML = """<table width="100%" bgcolor="#eef4f5"><tr><td align="center"><table width="560" bgcolor="#ffffff" cellpadding="24"><tr><td>
<h1 style="color:#0b6a73">Clinic news</h1><p>Dear colleague,</p><p>the new ward opens on <b>Monday</b>.</p>
<img src="https://tracker.example/open.png" width="500" height="120" alt="A photograph of the ward">
<p><a href="https://evil.example/x">https://clinic.example/news</a></p><ul><li>Visiting hours are longer</li><li>Parking is free</li></ul>
</td></tr></table></td></tr></table>"""
ALTERED = "The signature does not count: the signature does not fit the message: it was altered, or signed by someone else."
LOCKED = "This message is encrypted for keys that are not in your key ring."
AWAY = Unreachable("The mail server imap.clinic.example does not answer: look at the network.")
LONG_ORGANIZER = "m.a.von.hohenstein-wittgenstein@rehabilitation-centre.north-rhine-clinics.example"
INVITED = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
UID:1
SUMMARY:Tumour board
DTSTART;TZID=Europe/Berlin:20261126T090000
DTEND;TZID=Europe/Berlin:20261126T100000
RRULE:FREQ=WEEKLY;COUNT=10
LOCATION:Ward 3\\, room 4
ORGANIZER;CN=Bob Meyer:mailto:bob@partner.example
ATTENDEE;CN=Alice Moreau;PARTSTAT=NEEDS-ACTION:mailto:alice@clinic.example
ATTENDEE;CN=Carol Chen;PARTSTAT=ACCEPTED:mailto:carol@imaging.example
END:VEVENT
END:VCALENDAR
"""
SETTLE_MS = 300


def scenes() -> Iterator[Scene]:
    """Yield all of them."""
    yield Scene("mailbox-list", lambda stage: stage.main(full()), MAIN)
    for name, act in _acts().items():
        yield Scene(f"mailbox-{name}", lambda stage, act=act: _acted(stage, act), MAIN)  # type: ignore[misc]
    yield Scene("mailbox-smallest", _alone, ((340, 320),))
    yield Scene("mailbox-folders", _folders, ((360, 640),))
    for row, name in enumerate(("danger", "locked", "many", "newsletter", "scripts", "long-subject")):
        yield Scene(f"mailbox-{name}", lambda stage, row=row: _verdict(stage, row), MAIN)  # type: ignore[misc]
    yield Scene("mailbox-link", _link, MAIN)
    for row, name in enumerate(("invitation", "invitation-odd", "invitation-cancelled", "invitation-answered")):
        yield Scene(f"mailbox-{name}", lambda stage, row=row: _invited(stage, row), MAIN)  # type: ignore[misc]
    yield Scene("mailbox-empty", lambda stage: stage.main(FakeSession()), MAIN)
    yield Scene("mailbox-offline", _offline, MAIN)
    yield Scene("mailbox-first-start-offline", _first_start, MAIN)
    yield Scene("mailbox-accounts", lambda stage: stage.main(two_accounts()), MAIN)
    yield Scene("mailbox-menu", lambda stage: _menu(stage, lambda window: window._mail.tools._more()), OWN)
    yield Scene("mailbox-folder-menu", lambda stage: _menu(stage, lambda window: window._mail.tools.choose_target()), OWN)
    yield Scene("mailbox-view-menu", lambda stage: _menu(stage, lambda window: window._mail.list.view.open()), OWN)
    yield Scene("mailbox-settings-menu", lambda stage: _menu(stage, lambda window: window._appearance.open()), OWN)
    yield Scene("drafts-empty", lambda stage: _drafts(stage, 0), MAIN)
    yield Scene("drafts", lambda stage: _drafts(stage, len(SENDERS)), MAIN)


def opened(**changes: object) -> Opened:
    """Return what opening a good message finds, or what is asked for."""
    signed = Opened(Method.SMIME, True, SignatureVerdict.VALID, "bob@partner.example", True, Integrity.AUTHENTICATED, SUBJECTS[0], BODY, ())
    return replace(signed, **changes)  # type: ignore[arg-type]


def full() -> FakeSession:
    """Return a session with an inbox of all sorts."""
    session = FakeSession()
    mail = session.mail
    mail.put(SENT, "Re: Lab result", sender="Alice Moreau <alice@clinic.example>", seen=True)
    mail.put(TRASH, "Old rubbish", seen=True)
    for number in range(40):
        sender, subject = SENDERS[number % len(SENDERS)], SUBJECTS[number % len(SUBJECTS)]
        mail.put(INBOX, subject, sender=sender, seen=number % 3 > 0, flagged=number % 5 == 0)
    mail.put(INBOX, SUBJECTS[0], Content(TEXT, "", opened(), FILES, cc=f"{CAROL}, Dave <dave@lab.example>"))
    return session


def two_accounts() -> FakeSession:
    """Return a session with a second account of a long name and a great many unread messages."""
    session = full()
    own = session.mail.folders()
    ward = tuple(replace(folder, id=folder.id + 50, account="Ward 7, night shift", unseen=12_345) for folder in own[:3])
    long = replace(own[6], id=90, name="Projects/" + SUBJECTS[6], path=("Projects", SUBJECTS[6]), unseen=3)
    session.mail.folders = lambda: (*own, long, *ward)  # type: ignore[method-assign]
    return session


def reading(stage: Stage, session: FakeSession, row: int = 0) -> MainWindow:
    """Show the main window with one message open."""
    window = stage.main(session)
    window._mail.list.table.setFocus()
    window._mail.list.table.go_to(row)
    until(lambda: window._mail.pane.reading is not None)
    return window


def _acts() -> dict[str, Callable[[MainWindow], object]]:
    return {
        "reading": lambda window: None,
        "alone": lambda window: window._mail._open(window._mail.list.table.current),  # type: ignore[arg-type]
        "find": lambda window: _find(window, "her"),
        "find-none": lambda window: _find(window, "xyzzy"),
        "search": lambda window: _search(window, "lab"),
        "search-none": lambda window: _search(window, "nothing like this"),
        "search-everywhere": lambda window: _search_everywhere(window, "lab"),
        "search-away": lambda window: _search_away(window, "lab"),
        "several": lambda window: window._mail.list.table.selectAll(),
        "program": lambda window: window._mail.saver.open(FILES[1]),
        "print": lambda window: window._mail._act(Act.PRINT),
        "undo": _delete,
        "notice": lambda window: window.tell("The central store is away: the audit record waits on this machine and goes later."),
    }


def _acted(stage: Stage, act: Callable[[MainWindow], object]) -> QWidget:
    window = reading(stage, full())
    act(window)
    rest(SETTLE_MS)
    return window


def _find(window: MainWindow, text: str) -> None:
    window._mail._open(window._mail.list.table.current)  # type: ignore[arg-type]
    window._mail.pane.open_find()
    window._mail.pane.finder.line.setText(text)


def _search(window: MainWindow, text: str) -> None:
    window._mail.search()
    window._mail.list.search.setText(text)


def _search_everywhere(window: MainWindow, text: str) -> None:
    _search(window, text)
    window._mail.list._search_now()
    window._mail.list.scope.turn()
    until(lambda: window._mail.list._known and "Looking" not in window._mail.list.scope.told.text())


def _search_away(window: MainWindow, text: str) -> None:
    _search_everywhere(window, text)
    problem = "The server imap.clinic.example does not answer on port 993: it may be down; if it stays so, ask your IT."
    window._mail.list.scope._answered(window._mail.list.scope._turn, problem)


def _delete(window: MainWindow) -> None:
    window._mail._act(Act.DELETE)
    until(lambda: "moved" in window._form.statusText.text())


def _alone(stage: Stage) -> QWidget:
    window = reading(stage, full())
    window.resize(340, 320)
    window._mail._open(window._mail.list.table.current)  # type: ignore[arg-type]
    return window


def _folders(stage: Stage) -> QWidget:
    window = stage.main(two_accounts())
    window.resize(360, 640)
    window._back()
    return window


def _verdict(stage: Stage, row: int) -> MainWindow:
    session = FakeSession()
    put = session.mail.put
    put(INBOX, SUBJECTS[6], Content("Hello"), sender=OTHERS[0])
    put(INBOX, "検査結果", Content("山田先生、検査結果をお送りします。\n\nعزيزتي الدكتورة فاطمة، نرفق نتيجة الفحص."), sender=OTHERS[2])
    put(INBOX, "Clinic news", Content("", HTML), sender="Clinic news <news@clinic.example>")
    put(INBOX, "To all", Content("Hello", cc=", ".join(f"Person {n} <person.{n}@lab.example>" for n in range(4000))), sender=LONG)
    put(INBOX, "Result", Content("", "", opened(decrypted=False, parts=(), signature=SignatureVerdict.NONE, warnings=(LOCKED,))))
    invalid = opened(decrypted=False, signature=SignatureVerdict.INVALID, from_matches=False, integrity=Integrity.UNAUTHENTICATED)
    pay = Content("Please pay at once.", "", replace(invalid, warnings=(ALTERED,)))
    put(INBOX, "Pay this today", pay, sender='"ceo@clinic.example" <mallory@evil.example>')
    window = reading(stage, session, row)
    window._mail._open(window._mail.list.table.current)  # type: ignore[arg-type]
    if row == 0:
        window._mail.pane.verdict.more.click()
    return window


def _invited(stage: Stage, row: int) -> QWidget:
    session = FakeSession()
    there = INVITED.replace("Europe/Berlin", "America/Los_Angeles").replace("bob@partner.example", LONG_ORGANIZER)
    odd = there.replace("FREQ=WEEKLY;COUNT=10", "FREQ=MONTHLY;BYDAY=2TU").replace("Tumour board", SUBJECTS[6])
    answered = (
        INVITED.replace("REQUEST", "REPLY")
        .replace("ATTENDEE;CN=Alice Moreau;PARTSTAT=NEEDS-ACTION:mailto:alice@clinic.example\n", "")
        .replace("RRULE:FREQ=WEEKLY;COUNT=10\n", "")
    )
    for text in (answered, INVITED.replace("REQUEST", "CANCEL"), odd, INVITED):
        found = read_invitation(text)
        assert found is not None
        file = Part("text/calendar", "", text.encode())
        session.mail.put(INBOX, found.summary, Content("Please bring the images.", files=(file,), invitation=found), sender=BOB)
    window = reading(stage, session, row)
    window._mail._open(window._mail.list.table.current)  # type: ignore[arg-type]
    return window


def _link(stage: Stage) -> QWidget:
    window = _verdict(stage, 3)
    window._mail.pane.body.link_activated.emit(read_link("https://evil.example/x", "https://clinic.example/news"))
    return window


def _offline(stage: Stage) -> QWidget:
    session = full()
    session.mail.error = AWAY
    window = stage.main(session)
    window._mail.list.table.go_to(0)
    until(window._mail.list._form.bar.isVisible)
    rest(SETTLE_MS)
    return window


def _first_start(stage: Stage) -> QWidget:
    first = FakeSession(mail=FakeMail(error=AWAY))
    first.mail.folders = lambda: ()  # type: ignore[method-assign]
    return stage.main(first)


def _menu(stage: Stage, show: Callable[[MainWindow], object]) -> QWidget:
    window = reading(stage, two_accounts())
    show(window)
    (menu,) = [menu for menu in window.findChildren(QWidget) if menu.inherits("QMenu") and menu.isVisible()]
    return menu


def _drafts(stage: Stage, count: int) -> QWidget:
    session = FakeSession()
    for number in range(count):
        message = draft(session, *([SENDERS[number]] if number else []), subject=SUBJECTS[number])
        session.drafts.save(replace(message, message_id=f"<{number}@x.example>", recipients=message.recipients * (1 + number % 2)))
    many = draft(session, *(f"Person {n} <p{n}@ward.example>" for n in range(30)))
    if count:
        session.drafts.save(replace(many, recipients=(*many.recipients, Recipient(parse_address(LONG))), message_id="<many@x.example>"))
    window = stage.main(session)
    window._form.folders.go_to(Kind.DRAFTS)
    rest(SETTLE_MS)
    return window
