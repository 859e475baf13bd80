"""What outlasts a message: preferences, and decisions that end by themselves."""

from datetime import datetime, timedelta

import pytest

from securemail_desktop.phi.finding import Scan
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.sending.state import Review, Verdict
from securemail_desktop.session.preferences import LASTS, Preferences
from tests.support.fake_session import NOW, FakeDocuments, FakeSession

BOB = "bob@partner.example"
DOUBT = Concern("lookalike", Tier.BAR, BOB, "Why.", ("keep", "remove"))
NEW = Concern("first-contact", Tier.CHIP, BOB, "New.", ("keep",))


def review(*concerns: Concern, phi: bool = False) -> Review:
    session = FakeSession()
    decision = session.review(session.new_draft()).decision
    return Review(session.new_draft(), Scan(phi, 0.0, (), ()), concerns, decision, (), (), Verdict.SEND)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def documents() -> FakeDocuments:
    return FakeDocuments()


def test_preferences_are_kept(documents: FakeDocuments, clock: Clock) -> None:
    Preferences(documents, clock).set("scheme", "dark")
    Preferences(documents, clock).set("other", "x")
    assert Preferences(documents, clock).get("scheme") == "dark"
    assert Preferences(documents, clock).get("never set") == ""


def test_decision_outlasts_the_program_and_ends_after_thirty_days(documents: FakeDocuments, clock: Clock) -> None:
    assert Preferences(documents, clock).decide(review(DOUBT), DOUBT)
    again = Preferences(documents, clock)
    assert again.decided(review(DOUBT), DOUBT) is not None
    clock.now = NOW + LASTS - timedelta(seconds=1)
    assert again.decided(review(DOUBT), DOUBT) is not None
    clock.now = NOW + LASTS
    assert again.decided(review(DOUBT), DOUBT) is None
    assert again.decisions() == ()


@pytest.mark.parametrize(
    ("other", "phi"),
    [
        (Concern("lookalike", Tier.BAR, "bob@partner.example.org", "", ()), False),
        (Concern("odd-one-out", Tier.BAR, BOB, "", ()), False),
        (DOUBT, True),
    ],
)
def test_decision_is_for_one_address_one_check_and_one_kind_of_data(
    documents: FakeDocuments, clock: Clock, other: Concern, *, phi: bool
) -> None:
    preferences = Preferences(documents, clock)
    preferences.decide(review(DOUBT), DOUBT)
    assert preferences.decided(review(other, phi=phi), other) is None


def test_nothing_is_kept_about_patient_data_to_a_new_address(documents: FakeDocuments, clock: Clock) -> None:
    preferences = Preferences(documents, clock)
    assert not preferences.decide(review(DOUBT, NEW, phi=True), DOUBT)
    assert preferences.decide(review(DOUBT, phi=True), DOUBT)
    assert preferences.decided(review(DOUBT, NEW, phi=True), DOUBT) is None


def test_doubt_about_the_whole_message_is_asked_every_time(documents: FakeDocuments, clock: Clock) -> None:
    whole = Concern("bulk", Tier.BAR, "", "Why.", ("keep", "bcc"))
    assert not Preferences(documents, clock).decide(review(whole), whole)


@pytest.mark.parametrize("check", ["greeting", "wrong-patient", "telling-name"])
def test_doubt_about_what_a_text_says_is_asked_of_the_next_text_too(documents: FakeDocuments, clock: Clock, check: str) -> None:
    said = Concern(check, Tier.BAR, BOB, "You greet Tom.", ("keep", "remove"))
    assert not Preferences(documents, clock).decide(review(said), said)


@pytest.mark.parametrize("damaged", ["text", 7, [["too short"]], [["a", "b", True, "no date"]], [None], {"a": 1}])
def test_damaged_decisions_are_none(documents: FakeDocuments, clock: Clock, damaged: object) -> None:
    documents.put("decisions", damaged)
    assert Preferences(documents, clock).decisions() == ()
