"""Renders every state of the windows to PNG files, to be looked at: `python tests/gui/screenshots.py FOLDER [SCALE [SCHEME,...]]` (SCALE 1 to 3).

Not a test: it is how the look was judged, in every scheme, wide and narrow, with long names, empty and with errors.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_SCALE_FACTOR"] = sys.argv[2] if len(sys.argv) > 2 else "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from securemail_desktop.encryption.method import Method
from securemail_desktop.gui.app import build_window, make_application
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.compose_window import ComposeWindow
from securemail_desktop.gui.folder_model import Kind
from securemail_desktop.gui.look import TONES, Scheme
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import AddressField, Attachment, Draft, Recipient
from securemail_desktop.policy.decision import Block, Demand, DemandKind
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.sending.state import Receipt, State
from securemail_desktop.store.errors import StoreFull
from tests.gui.mailbox_states import mailbox_states
from tests.support.fake_session import FakeSession

BOB, CAROL = "Bob Meyer <bob@partner.example>", "Dr. Carol Okonkwo-Lindqvist <carol@imaging.example>"
TYPO, MEANT = "maria.lopez@gmial.example", "maria.lopez@gmail.example"
TEXT = (
    "Dear Bob,\n\nMaria Lopez (MRN 4821193) was in clinic this morning. Her HbA1c has come down to 7.1 % and she feels well.\n"
    "Please repeat the biopsy of the left forearm when you see her next week.\n\nKind regards\nAlice Moreau, MD\nEndocrinology"
)
LONG = (
    '"Prof. Dr. Maximiliane-Antoinette von Hohenstein-Wittgenstein (Rehabilitation)" '
    "<m.a.von.hohenstein-wittgenstein@rehabilitation-centre.north.example>"
)
MEANS = {"bob@partner.example": Method.SMIME, "carol@imaging.example": Method.OPENPGP, TYPO: Method.TLS, MEANT: Method.TLS}


def wait(milliseconds: int, until: Callable[[], bool] = lambda: False) -> None:
    """Let things happen for a while, or until they have; an event loop, because `qWait` keeps the other threads from running."""
    loop, timer, left = QEventLoop(), QTimer(), [milliseconds]

    def look() -> None:
        left[0] -= 20
        if until() or left[0] <= 0:
            loop.quit()

    timer.timeout.connect(look)
    timer.start(20)
    loop.exec()


@dataclass(frozen=True)
class Stage:
    """Where a picture is taken: one scheme, one folder."""

    folder: Path
    scheme: Scheme
    background: Background

    def shoot(self, widget: QWidget, name: str, size: tuple[int, int]) -> None:
        widget.resize(*size)
        wait(80)
        widget.grab().save(str(self.folder / f"{name}-{self.scheme}-{os.environ['QT_SCALE_FACTOR']}x.png"))


def draft(session: FakeSession, *to: str, **fields: object) -> Draft:
    recipients = tuple(Recipient(parse_address(address)) for address in to)
    return replace(session.new_draft(), recipients=recipients, **{"subject": "Follow-up after this morning", "text": TEXT, **fields})  # type: ignore[arg-type]


def doubt(tier: Tier) -> Concern:
    message = f"{TYPO} differs in two letters from {MEANT}, to whom you wrote 12 times."
    return Concern("lookalike", tier, TYPO, message, ("keep", "remove", f"replace:{MEANT}"), MEANT, 0.9)


def compose(
    stage: Stage,
    session: FakeSession,
    message: Draft | None,
    name: str,
    size: tuple[int, int],
    *,
    send: bool = False,
    act: Callable[[ComposeWindow], None] = lambda _: None,
) -> None:
    main = build_window(session, stage.background, stage.scheme, timedelta(seconds=5))
    window = main.compose(message)
    assert isinstance(window, ComposeWindow)
    wait(1500, lambda: window._live.current is not None)
    window.resize(*size)
    if send:
        window.send()
        wait(1500, lambda: window._sheet.is_settled() and (window._sheet.isVisible() or window._form.hold.isVisible()))
    act(window)
    stage.shoot(window, name, size)
    window.deleteLater()
    main.deleteLater()


def compose_states(stage: Stage) -> None:
    wide, narrow = (820, 700), (420, 640)
    session = FakeSession(means=MEANS)
    compose(stage, session, None, "compose-empty", wide)
    compose(stage, session, draft(session, BOB, CAROL), "compose-protected", wide)
    file = Attachment("HbA1c trend 2026.pdf", "application/pdf", bytes(182_000))
    note = Attachment("referral letter.txt", "text/plain", b"x" * 900)
    rich = draft(session, BOB, "patient@home.example", attachments=(file, note))
    rich = replace(
        rich,
        recipients=(*rich.recipients, Recipient(parse_address(CAROL), AddressField.CC), Recipient(parse_address(LONG), AddressField.BCC)),
    )
    compose(stage, session, rich, "compose-full", (900, 860))
    compose(stage, session, rich, "compose-full-narrow", narrow)
    compose(stage, session, draft(session, "team@office.example", subject="Lunch", text="Shall we meet at noon?"), "compose-plain", wide)
    compose(stage, session, draft(session, BOB), "compose-hold", wide, send=True)
    compose(stage, session, draft(session, BOB), "compose-hold-narrow", narrow, send=True)
    bar = FakeSession(means=MEANS, doubts=(doubt(Tier.BAR),))
    compose(stage, bar, draft(bar, TYPO, BOB), "compose-bar", wide)
    compose(stage, bar, draft(bar, TYPO, BOB), "compose-bar-narrow", narrow)
    compose(stage, session, draft(session, BOB), "compose-finding", wide, act=lambda window: window._places.go(1))
    compose(stage, session, draft(session, BOB), "compose-finding-narrow", (340, 640), act=lambda window: window._places.go(1))
    tip = FakeSession(means=MEANS, tips=("Messages with patient data to partners are protected by the hospital’s rules.",))
    compose(stage, tip, draft(tip, BOB), "compose-tip", wide)


def sheet_states(stage: Stage) -> None:
    wide, narrow = (820, 700), (420, 560)
    sheet = FakeSession(
        means=MEANS, doubts=(doubt(Tier.SHEET),), demands=(Demand("outside", DemandKind.CONFIRM, "Patient data leaves the hospital.", ()),)
    )
    compose(stage, sheet, draft(sheet, TYPO, BOB), "sheet-lookalike", wide, send=True)
    compose(stage, sheet, draft(sheet, TYPO, BOB), "sheet-lookalike-narrow", narrow, send=True)
    reason = FakeSession(
        means=MEANS,
        demands=(
            Demand("outside", DemandKind.JUSTIFY, "This clinic has not had patient data from you before.", ("bob@partner.example",), 15),
        ),
    )
    compose(stage, reason, draft(reason, BOB, CAROL), "sheet-reason", wide, send=True)
    tick = FakeSession(means=MEANS, demands=(Demand("outside", DemandKind.ACKNOWLEDGE, "Patient data leaves the hospital.", ()),))
    compose(stage, tick, draft(tick, BOB, CAROL), "sheet-tick", wide, send=True, act=lambda w: w._sheet._form.proof.tick.setChecked(True))
    blocked = FakeSession(means=MEANS, blocks=(Block("press", "Patient data never goes to the press office.", ("press@news.example",)),))
    compose(stage, blocked, draft(blocked, BOB, "press@news.example"), "sheet-blocked", wide, send=True)


def result_and_errors(stage: Stage) -> None:
    session = FakeSession(means=MEANS)
    main = build_window(session, stage.background, stage.scheme, timedelta(0))
    window = main.compose(draft(session, BOB, "patient@home.example"))
    assert isinstance(window, ComposeWindow)
    wait(1500, lambda: window._live.current is not None)
    window.send()
    wait(1500, window._form.resultPage.isVisible)
    stage.shoot(window, "result-partly-held", (820, 700))
    window.deleteLater()
    broken = FakeSession(error=RuntimeError())
    compose(stage, broken, draft(broken, BOB), "error-unchecked", (820, 700))
    nobody = build_window(session, stage.background, stage.scheme).compose(draft(session))
    assert isinstance(nobody, ComposeWindow)
    nobody._form.to.line.setText("bob at partner")
    nobody.send()
    stage.shoot(nobody, "error-address", (820, 700))
    nobody.deleteLater()


def outbox(session: FakeSession) -> None:
    rows = (
        ("Newsletter proofs", State.ACCEPTED, "", BOB),
        ("Appointment on Thursday", State.DEFERRED, "The mail server of imaging.example asks to wait; the next try is at 09:45.", CAROL),
        ("Invoice 2026-114", State.REFUSED, "The mail server says that there is no such mailbox.", "billing@partner.example"),
        (
            "Your lab result of 24 November",
            State.HELD,
            "Held: no way is known that only patient@home.example can open.",
            "Pat Ortiz <patient@home.example>",
        ),
        ("Referral", State.UNKNOWN, "The connection broke after the message was handed over: it may have arrived.", LONG),
    )
    for subject, state, reason, address in rows:
        receipts: tuple[Receipt, ...] = (Receipt(Recipient(parse_address(address)), Method.NONE, state, reason),)
        if state is State.HELD:
            receipts += (Receipt(Recipient(parse_address(BOB)), Method.SMIME, State.ACCEPTED, "Opens in their own mail program"),)
        session.keep(draft(session, address, subject=subject), receipts)


def outbox_states(stage: Stage) -> None:
    wide, narrow = (1180, 740), (420, 700)
    away = ("The central store is away: the audit record waits on this machine and goes later.",)
    for name, session, size in (
        ("outbox-empty", FakeSession(), wide),
        ("outbox", FakeSession(), wide),
        ("outbox-narrow", FakeSession(), narrow),
        ("outbox-offline", FakeSession(notices=away), wide),
    ):
        if name != "outbox-empty":
            outbox(session)
        window = build_window(session, stage.background, stage.scheme)
        window.resize(*size)
        window.show()
        window._form.folders.go_to(Kind.OUTBOX)
        wait(400)
        if name == "outbox":
            window._outbox._form.entries.setFocus()
            QTest.keyClick(window._outbox._form.entries, Qt.Key.Key_Down)
        stage.shoot(window, name, size)
        if name == "outbox-narrow":
            window._outbox._ask_discard()
            stage.shoot(window, "outbox-discard-narrow", size)
        window.deleteLater()


def read_states(stage: Stage) -> None:
    mailbox_states(stage.scheme, stage.background, stage.shoot)


def kept(window: ComposeWindow) -> None:
    window._form.body.insertPlainText("Dear Bob, please find the report attached.\n\n")
    wait(3000, lambda: bool(window._form.savedText.text()))


def draft_states(stage: Stage) -> None:
    wide, narrow = (820, 700), (420, 640)
    session = FakeSession(means=MEANS)
    answer = draft(
        session, BOB, text="\n\nOn 2026-11-24 at 09:30 +0100, Bob Weiss <bob@partner.example> wrote:\n> " + TEXT.replace("\n", "\n> ")
    )
    for name, size in (("draft-saved", wide), ("draft-saved-narrow", narrow)):
        compose(stage, session, answer, name, size, act=kept)
    full = FakeSession(means=MEANS)
    full.drafts.error = StoreFull("The disk with /home/alice/mail is full, nothing was changed: free some space and try again.")
    compose(stage, full, answer, "draft-not-saved", wide, act=kept)

    def closing(window: ComposeWindow) -> None:
        window._form.body.insertPlainText("More.")
        window.close()

    compose(stage, FakeSession(means=MEANS), answer, "draft-closing", wide, act=closing)
    leaving(stage)


def leaving(stage: Stage) -> None:
    session = FakeSession(means=MEANS)
    outbox(session)
    session.drafts.save(draft(session, BOB), writing=True)
    window = build_window(session, stage.background, stage.scheme, timedelta(seconds=5))
    window.show()
    wait(2000, lambda: bool(window._outbox.entries()) and bool(window._form.statusText.text()))
    stage.shoot(window, "left-behind", (1080, 700))
    window.close()
    for name, size in (("leaving", (1080, 700)), ("leaving-narrow", (420, 640))):
        stage.shoot(window, name, size)
    window.deleteLater()


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    make_application()
    background = Background()
    acts: tuple[Callable[[Stage], None], ...] = (
        compose_states,
        sheet_states,
        result_and_errors,
        outbox_states,
        read_states,
        draft_states,
    )
    only = sys.argv[3].split(",") if len(sys.argv) > 3 else list(TONES)
    for scheme in (Scheme(name) for name in only):
        for act in acts:
            act(Stage(folder, scheme, background))
    background.close()


main()
