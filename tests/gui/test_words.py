"""Sentences for people."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from securemail_desktop.accounts.errors import Unreachable
from securemail_desktop.encryption.method import Method
from securemail_desktop.gui import words
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Draft, Recipient
from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.sending.state import Receipt, State
from tests.support.fake_session import FakeSession

BOB, CAROL = parse_address("Bob <bob@x.example>"), parse_address("carol@x.example")


def draft(session: FakeSession, text: str, *addresses: str) -> Draft:
    return replace(session.new_draft(), text=text, recipients=tuple(Recipient(parse_address(a)) for a in addresses))


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\u202eb", "a\ufffdb"), ("a\x00b", "a\ufffdb"), ("a\u200bb", "a\ufffdb"), ("Ünï 😀\ttab\nline", "Ünï 😀\ttab\nline")],
)
def test_controls_are_made_visible(text: str, shown: str) -> None:
    assert words.visible(text) == shown


def test_tooltip_escapes_markup() -> None:
    assert "<img" not in words.tooltip("<img src='file:///etc/passwd'>")
    assert words.tooltip("") == ""


def test_button_keeps_ampersands() -> None:
    assert words.button("R&D") == "R&&D"


@pytest.mark.parametrize(("items", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_lists(items: list[str], text: str) -> None:
    assert words.listed(items) == text


@pytest.mark.parametrize(("count", "text"), [(1, "1 bytes"), (1500, "1.5 kB"), (2_000_000, "2.0 MB"), (3 * 10**9, "3.0 GB")])
def test_sizes(count: int, text: str) -> None:
    assert words.size(count) == text


def test_moment_is_an_hour_today_and_a_date_before() -> None:
    now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert words.when(now, now) == now.astimezone().strftime("%H:%M")
    assert "2026" in words.when(datetime(2026, 10, 1, tzinfo=UTC), now)


@pytest.mark.parametrize(
    ("means", "label"),
    [
        ({"bob@x.example": Method.SMIME, "carol@x.example": Method.TLS}, "S&end protected"),
        ({"bob@x.example": Method.SMIME, "carol@x.example": Method.NONE}, "S&end 1, hold 1"),
        ({"bob@x.example": Method.SMIME, "carol@x.example": Method.CLEAR}, "S&end"),
        ({"bob@x.example": Method.NONE, "carol@x.example": Method.NONE}, "Hold in Outbox"),
    ],
)
def test_send_button_says_what_it_does(means: dict[str, Method], label: str) -> None:
    session = FakeSession(means=means)
    assert words.send_label(session.review(draft(session, "x", *means))) == label


def test_summary_counts_how_they_go() -> None:
    session = FakeSession(means={"bob@x.example": Method.SMIME, "carol@x.example": Method.NONE})
    assert (
        words.summary(session.review(draft(session, "x", "bob@x.example", "carol@x.example"))) == "1 will wait in the Outbox · 1 protected"
    )
    assert words.summary(session.review(draft(session, "x", "bob@x.example"))) == "Everyone gets a protected copy"
    assert words.summary(session.review(draft(session, "x"))) == ""


def test_result_says_what_became_of_each() -> None:
    receipts = (
        Receipt(Recipient(BOB), Method.SMIME, State.ACCEPTED, ""),
        Receipt(Recipient(CAROL), Method.NONE, State.HELD, "Held: no key."),
    )
    assert words.result(receipts) == "Sent to bob@x.example. Held for carol@x.example: No key."


def test_unknown_errors_are_named_by_kind_only() -> None:
    assert words.failure(Unreachable("The server does not answer.")) == "The server does not answer."
    assert "1234567" not in words.failure(ValueError("MRN 1234567"))


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_words_and_an_icon(state: State) -> None:
    assert words.STATES[state]
    assert words.STATE_ICONS[state]


@pytest.mark.parametrize(
    ("kind", "role", "evidence", "text"),
    [
        (
            IdentifierType.MRN,
            PersonRole.PATIENT,
            "beside its word",
            "A patient’s medical record number: found by the detector “d” (beside its word).",
        ),
        (IdentifierType.IP, PersonRole.UNKNOWN, "", "An IP address: found by the detector “d”."),
    ],
)
def test_findings_are_explained_with_their_detector(kind: IdentifierType, role: PersonRole, evidence: str, text: str) -> None:
    assert words.found(Finding("body", 0, 1, kind, role, "d", 0.9, evidence)) == text


@pytest.mark.parametrize(("text", "shown"), [("a\u2029b", "a b"), ("x" * 30, "x" * 23 + "…"), ("  two  words ", "two words")])
def test_texts_on_buttons_are_short(text: str, shown: str) -> None:
    assert words.short(text) == shown
