"""Scenes of doubts about recipients: each check in the bar or on its chip, and what the sheet asks."""

from collections.abc import Iterator

from PySide6.QtWidgets import QWidget

from securemail_desktop.gui.chip_menu import chip_menu
from securemail_desktop.policy.decision import Block, Demand, DemandKind
from securemail_desktop.recipients.concern import Concern, Tier
from tests.gui.screenshots.people import BOB, CAROL, LONG, MEANS, MEANT, TYPO
from tests.gui.screenshots.stage import COMPOSE, OWN, Scene, Stage, draft, until
from tests.support.fake_session import FakeSession

B, C = "bob@partner.example", "carol@imaging.example"
USE = f"replace:{MEANT}"
LONG_KEY = "m.a.von.hohenstein-wittgenstein@rehabilitation-centre.north-rhine-clinics.example"
CHECKS = (
    Concern(
        "lookalike",
        Tier.BAR,
        TYPO,
        f"You have never written to {TYPO}; you often write to {MEANT} (two letters swapped).",
        ("keep", USE, "remove"),
        MEANT,
        0.9,
    ),
    Concern(
        "display-name", Tier.BAR, B, f"Bob Meyer is the name of {MEANT}, whom you write to; you have never written to {B}.", ("keep", USE)
    ),
    Concern("mixed-scripts", Tier.BAR, B, f"{B} mixes letters of different alphabets, as forged addresses do.", ("keep", "remove")),
    Concern(
        "organisation",
        Tier.BAR,
        B,
        f"{B} is at partner.example; you write to {MEANT} at gmail.example, which has the same name.",
        ("keep", USE, "remove"),
    ),
    Concern("refused", Tier.BAR, B, f"{B} did not take your message of November 3, 2026: there was no such mailbox.", ("keep", "remove")),
    Concern(
        "former-address",
        Tier.BAR,
        B,
        f"Bob Meyer writes from {MEANT} since March 2026, and no longer from {B}.",
        ("keep", USE, "remove"),
        MEANT,
    ),
    Concern(
        "added-in-reply", Tier.BAR, B, f"{B} was not in this conversation, and nobody of partner.example was.", ("keep", "remove"), risk=0.3
    ),
    Concern("first-contact", Tier.CHIP, B, f"You have never written to {B}.", ("keep", "remove"), risk=0.2),
    Concern("webmail", Tier.CHIP, TYPO, f"{TYPO} is a personal mailbox at gmial.example.", ("keep", "remove"), risk=0.02),
    Concern("outside", Tier.CHIP, B, f"{B} is outside your organisation.", ("keep", "remove"), risk=0.01),
    Concern(
        "odd-one-out",
        Tier.BAR,
        LONG_KEY,
        f"{LONG_KEY} never stood with the others in a message; you usually write to Anna Keller <{MEANT}>.",
        ("keep", USE, "remove"),
        MEANT,
        0.4,
    ),
    Concern(
        "wrong-patient",
        Tier.BAR,
        "",
        "Attachment 1 has another record number than your text: is it the same patient?",
        ("keep",),
        risk=0.95,
    ),
    Concern(
        "sender-identity", Tier.BAR, "", "You write from alice@clinic.example; this person knows you as a.moreau@study.example.", ("keep",)
    ),
    Concern("named-absent", Tier.BAR, "", f"You write that Carol gets a copy, but {C} does not.", ("keep",)),
    Concern(
        "other-thread",
        Tier.BAR,
        "",
        "Your answer holds a message of dave@lab.example, who is not in this conversation: is it the right text?",
        ("keep",),
    ),
    Concern("greeting", Tier.BAR, B, f"You greet Anna, but write to {B}; {MEANT} is not among them.", ("keep", USE, "remove"), MEANT),
    Concern("bulk", Tier.BAR, "", f"24 people outside will read each other's addresses, {B} and {C} among them.", ("keep", "bcc")),
    Concern(
        "outside-together", Tier.CHIP, "", f"{B} and {C} are of two organisations that were never in one message of yours.", ("keep", "bcc")
    ),
    Concern("invited", Tier.CHIP, "", f"The invitation also names {C}, to whom this message does not go.", ("keep",)),
    Concern(
        "telling-name",
        Tier.BAR,
        B,
        f"The name “Bob Meyer diabetic foot” of {B} tells about a patient, and names are read on the way: it is left out.",
        ("keep", f"replace:{B}"),
    ),
)
LEAVES, PRESS = "Patient data leaves the hospital.", "Patient data never goes to the press office."


def scenes() -> Iterator[Scene]:
    """Yield all of them."""
    for concern in CHECKS:
        yield Scene(f"doubt-{concern.check}", lambda stage, c=concern: _doubted(stage, c), COMPOSE)  # type: ignore[misc]
    yield Scene("doubt-several", lambda stage: _doubted(stage, *CHECKS), COMPOSE)
    yield Scene("doubt-chip-menu", _menu, OWN)
    for name in _questions():
        yield Scene(name, lambda stage, name=name: _asked(stage, _questions()[name]), COMPOSE)  # type: ignore[misc]
    yield Scene("sheet-ticked", _ticked, COMPOSE)


def _doubted(stage: Stage, *concerns: Concern) -> QWidget:
    session = FakeSession(means=MEANS, doubts=concerns)
    return stage.compose(session, draft(session, TYPO, BOB, LONG))


def _asked(stage: Stage, session: FakeSession) -> QWidget:
    return stage.asked(session, draft(session, TYPO, BOB, LONG))


def _menu(stage: Stage) -> QWidget:
    session = FakeSession(means=MEANS, doubts=CHECKS[:1])
    window = stage.compose(session, draft(session, TYPO, BOB))
    menu = chip_menu(window._form.to._model.chip(0), lambda *_: None, lambda: None, lambda: None, window)
    menu.popup(window.pos())
    return menu


def _sheet(concern: Concern, risk: float) -> Concern:
    return Concern(concern.check, Tier.SHEET, concern.recipient, concern.message, concern.choices, concern.suggestion, risk)


def _questions() -> dict[str, FakeSession]:
    confirm = Demand("outside", DemandKind.CONFIRM, LEAVES, ())
    first, wrong = CHECKS[0], next(c for c in CHECKS if c.check == "wrong-patient")
    return {
        "sheet-lookalike": FakeSession(means=MEANS, doubts=(_sheet(first, 0.9),), demands=(confirm,)),
        "sheet-lookalike-likely": FakeSession(means=MEANS, doubts=(_sheet(first, 0.3),)),
        "sheet-wrong-patient": FakeSession(means=MEANS, doubts=(_sheet(wrong, 0.95),)),
        "sheet-confirm": FakeSession(means=MEANS, demands=(confirm,)),
        "sheet-acknowledge": FakeSession(means=MEANS, demands=(Demand("outside", DemandKind.ACKNOWLEDGE, LEAVES, ()),)),
        "sheet-reason": FakeSession(means=MEANS, demands=(Demand("new", DemandKind.JUSTIFY, "This clinic is new to you.", (B,), 15),)),
        "sheet-long-address": FakeSession(means=MEANS, demands=(Demand("new", DemandKind.ACKNOWLEDGE, LEAVES, (LONG_KEY,)),)),
        "sheet-blocked": FakeSession(means=MEANS, blocks=(Block("press", PRESS, (B,)),)),
        "sheet-blocked-all": FakeSession(means=MEANS, blocks=(Block("press", PRESS, ()),)),
    }


def _ticked(stage: Stage) -> QWidget:
    session = FakeSession(means=MEANS, demands=(Demand("outside", DemandKind.ACKNOWLEDGE, LEAVES, ()),))
    window = stage.asked(session, draft(session, BOB, CAROL))
    window._sheet._form.proof.tick.setChecked(True)
    until(lambda: all(button.isEnabled() for button in window._sheet._unsafe()))
    return window
