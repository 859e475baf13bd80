"""The states of the mailbox for `screenshots.py`: what is read, what is wrong, what is empty, wide and narrow."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

from securemail_desktop.accounts.errors import Unreachable
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.opened import Integrity, Opened, Part, SignatureVerdict
from securemail_desktop.gui.app import build_window
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.folder_model import Kind
from securemail_desktop.gui.look import Scheme
from securemail_desktop.gui.mail_tools import Act
from securemail_desktop.gui.main_window import MainWindow
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.display.link import read_link
from securemail_desktop.message.draft import Recipient
from tests.support.fake_mail import BOB, INBOX, SENT, TRASH, Content, FakeMail
from tests.support.fake_session import FakeSession

Shoot = Callable[[QWidget, str, tuple[int, int]], None]
WIDE, TWO, NARROW = (1180, 740), (760, 700), (400, 700)
CAROL = "Dr. Carol Okonkwo-Lindqvist <carol@imaging.example>"
LONG = (
    '"Prof. Dr. Maximiliane-Antoinette von Hohenstein-Wittgenstein (Rehabilitation)" '
    "<m.a.von.hohenstein-wittgenstein@rehabilitation-centre.north.example>"
)
SUBJECTS = (
    "Lab result of Tuesday",
    "Appointment moved to Thursday",
    "Minutes of the tumour board, with all that was decided",
    "Invoice",
)
SENDERS = (BOB, CAROL, "front.desk@clinic.example", LONG)
BODY = (Part("text/plain", "", b"x", "x"),)
FILES = (
    Part("application/pdf", "HbA1c trend 2026.pdf", bytes(182_000)),
    Part("application/octet-stream", "report.pdf.exe", bytes(900)),
    Part(
        "text/plain",
        "a very long name of a letter that somebody wrote without thinking of others (final) (2) corrected.docx",
        bytes(90_000),
    ),
)
TEXT = "Dear Alice,\n\nher HbA1c has come down to 7.1 %.\n\nKind regards\nBob\n\n> Is there news of the biopsy?\n> Alice"
HTML = """<table width="100%" bgcolor="#eef4f5"><tr><td align="center"><table width="560" bgcolor="#ffffff" cellpadding="24"><tr><td>
<h1 style="color:#0b6a73">Clinic news</h1><p>Dear colleague,</p><p>the new ward opens on <b>Monday</b>.</p>
<img src="https://tracker.example/open.png" width="500" height="120" alt="A photograph of the ward">
<p><a href="https://evil.example/x">https://clinic.example/news</a></p><ul><li>Visiting hours are longer</li><li>Parking is free</li></ul>
</td></tr></table></td></tr></table>"""


def mailbox_states(scheme: Scheme, background: Background, shoot: Shoot) -> None:
    """Show every state of the mailbox."""
    _reading(scheme, background, shoot)
    _verdicts(scheme, background, shoot)
    _trouble(scheme, background, shoot)
    _asking(scheme, background, shoot)
    _drafts(scheme, background, shoot)


def rest(milliseconds: int) -> None:
    """Let the window work; other threads go on meanwhile."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _opened(**changes: object) -> Opened:
    signed = Opened(Method.SMIME, True, SignatureVerdict.VALID, "bob@lab.example", True, Integrity.AUTHENTICATED, SUBJECTS[0], BODY, ())
    return replace(signed, **changes)  # type: ignore[arg-type]


def _full() -> FakeSession:
    session = FakeSession()
    mail = session.mail
    mail.put(SENT, "Re: Lab result", sender="Alice Moreau <alice@clinic.example>", seen=True)
    for number in range(30):
        mail.put(INBOX, SUBJECTS[number % 4], sender=SENDERS[number % 4], seen=number % 3 > 0, flagged=number % 5 == 0)
    mail.put(INBOX, SUBJECTS[0], Content(TEXT, "", _opened(), FILES, cc=f"{CAROL}, Dave <dave@lab.example>"))
    return session


def _window(session: FakeSession, scheme: Scheme, background: Background, row: int = -1) -> MainWindow:
    window = build_window(session, background, scheme)
    window.resize(*WIDE)
    window.show()
    rest(300)
    window._mail.list.table.setFocus()
    if row >= 0:
        window._mail.list.table.go_to(row)
        rest(450)
    return window


def _reading(scheme: Scheme, background: Background, shoot: Shoot) -> None:
    window = _window(_full(), scheme, background)
    shoot(window, "mailbox-list", WIDE)
    window._mail.list.table.go_to(0)
    rest(450)
    shoot(window, "mailbox", WIDE)
    shoot(window, "mailbox-large", (1900, 1000))
    shoot(window, "mailbox-two-panes", TWO)
    current = window._mail.list.table.current
    assert current is not None
    window._mail._open(current)
    shoot(window, "mailbox-two-panes-reading", TWO)
    shoot(window, "mailbox-narrow-reading", NARROW)
    shoot(window, "mailbox-smallest", (340, 320))
    window._back()
    shoot(window, "mailbox-narrow-list", NARROW)
    window._back()
    shoot(window, "mailbox-narrow-folders", NARROW)
    window.deleteLater()


def _verdicts(scheme: Scheme, background: Background, shoot: Shoot) -> None:
    altered = "The signature does not count: the signature does not fit the message: it was altered, or signed by someone else."
    locked = "This message is encrypted for keys that are not in your key ring."
    session = FakeSession()
    put = session.mail.put
    put(INBOX, "Clinic news", Content("", HTML), sender="Clinic news <news@clinic.example>")
    put(INBOX, "To all", Content("Hello", cc=", ".join(f"Person {n} <person.{n}@lab.example>" for n in range(4000))), sender=LONG)
    put(INBOX, "Result", Content("", "", _opened(decrypted=False, parts=(), signature=SignatureVerdict.NONE, warnings=(locked,))))
    changed = _opened(
        decrypted=False, signature=SignatureVerdict.INVALID, from_matches=False, integrity=Integrity.UNAUTHENTICATED, warnings=(altered,)
    )
    put(INBOX, "Pay this today", Content("Please pay at once.", "", changed), sender='"ceo@clinic.example" <mallory@evil.example>')
    window = _window(session, scheme, background)
    for row, name in enumerate(("danger", "locked", "many", "newsletter")):
        window._mail.list.table.go_to(row)
        rest(1200)
        if name == "danger":
            window._mail.pane.verdict.more.click()
        if name == "newsletter":
            link = read_link("https://evil.example/x", "https://clinic.example/news")
            shoot(window, "mailbox-newsletter", WIDE)
            window._mail.pane.body.link_activated.emit(link)
            shoot(window, "mailbox-link", WIDE)
        else:
            shoot(window, f"mailbox-{name}", WIDE)
    window.deleteLater()


def _trouble(scheme: Scheme, background: Background, shoot: Shoot) -> None:
    away = Unreachable("The mail server imap.clinic.example does not answer: look at the network.")
    window = _window(FakeSession(), scheme, background)
    shoot(window, "mailbox-empty", WIDE)
    window.deleteLater()
    session = _full()
    session.mail.error = away
    window = _window(session, scheme, background, row=0)
    shoot(window, "mailbox-offline", WIDE)
    window._mail.list.search.setText("nothing like this")
    rest(400)
    shoot(window, "mailbox-search-none", WIDE)
    window.deleteLater()
    first = FakeSession(mail=FakeMail(error=away))
    first.mail.folders = lambda: ()  # type: ignore[method-assign]
    window = _window(first, scheme, background)
    shoot(window, "mailbox-first-start-offline", WIDE)
    window.deleteLater()


def _asking(scheme: Scheme, background: Background, shoot: Shoot) -> None:
    session = _full()
    session.mail.put(TRASH, "Old rubbish", seen=True)
    ward = [replace(folder, id=folder.id + 50, account="Ward 7, night shift", unseen=12_345) for folder in session.mail.folders()[:3]]
    own = session.mail.folders()
    session.mail.folders = lambda: (*own, *ward)  # type: ignore[method-assign]
    window = _window(session, scheme, background, row=0)
    shoot(window, "mailbox-accounts", WIDE)
    window._mail.saver.open(FILES[1])
    shoot(window, "mailbox-program", WIDE)
    window._mail.sheet.reject()
    window._mail._act(Act.DELETE)
    rest(400)
    shoot(window, "mailbox-undo", WIDE)
    window._mail.tools._more()
    rest(100)
    shoot(
        window._mail.tools.menu, "mailbox-menu", (window._mail.tools.menu.sizeHint().width(), window._mail.tools.menu.sizeHint().height())
    )
    window._mail.tools.menu.close()
    window.deleteLater()


def _drafts(scheme: Scheme, background: Background, shoot: Shoot) -> None:
    session = FakeSession()
    window = _window(session, scheme, background)
    window._form.folders.go_to(Kind.DRAFTS)
    rest(200)
    shoot(window, "drafts-empty", WIDE)
    for number, (subject, sender) in enumerate(zip(SUBJECTS, SENDERS, strict=True)):
        to = (Recipient(parse_address(sender)),) if number else ()
        session.drafts.save(
            replace(session.new_draft(), subject=subject if number != 2 else "", recipients=to, message_id=f"<{number}@x.example>")
        )
    window._drafts.refresh()
    rest(200)
    shoot(window, "drafts", WIDE)
    shoot(window, "drafts-narrow", NARROW)
    window.deleteLater()
