"""The submission server at its worst, over the real session: nothing leaves unprotected, nothing is lost, the author reads one clear sentence."""

import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from securemail_desktop.sending.state import State
from securemail_desktop.session.session import Session
from tests.support.alice import BOB, CHEN, DORA, HOST, LAB, SECRET, Alice, Office, Scene, clear, one_sentence, send, states
from tests.support.authority import Authority, Issued
from tests.support.faulty_smtp import Drop, Hang, Say, Script, Step, at, behave

MID = "<m1@clinic.example>"
ONCE = {(MID, BOB): 1, (MID, DORA): 1}
GOOD_EXTENSIONS = ("STARTTLS", "AUTH PLAIN LOGIN", "SIZE 10000000", "8BITMIME")
DEFERRED, REFUSED, ACCEPTED, UNKNOWN = State.DEFERRED, State.REFUSED, State.ACCEPTED, State.UNKNOWN


def rows(table: Sequence[tuple[Any, ...]]) -> list[ParameterSet]:
    """The table as pytest wants it; who waits for a server that hangs is slow."""
    return [pytest.param(*row, id=name, marks=[pytest.mark.slow] if name.startswith("hang") else []) for name, *row in table]


def intents_and_outcomes(session: Session) -> list[str]:
    return [str(r.record).split('"out":"')[1].split('"')[0] for r in session.journal.records() if b'"act":"send"' in r.record]


def repair(alice: Alice) -> None:
    alice.server.script = behave
    alice.server.extensions = GOOD_EXTENSIONS
    alice.server.present(alice.office.certificate)


def sent_with(alice: Alice, session: Session, expected: dict[str, State], sentence: str) -> str:
    """Send to bob and dora, look at what the author reads, and return the entry's id."""
    receipts = send(session, alice.draft(BOB, DORA))
    assert states(receipts) == expected
    reasons = {r.reason for r in receipts if r.state is not ACCEPTED}
    assert {one_sentence(reason) for reason in reasons} == {sentence}
    [entry] = session.outbox()
    assert (entry.reason, states(entry.receipts)) == (sentence, expected)
    assert not any(clear(m.content) for m in alice.server.messages)
    return entry.id


# Nothing was begun, or the server asked to come back: after repair, trying again delivers.
TEMPORARY: list[tuple[str, Script, str]] = [
    ("greeting 554", at(Step.GREETING, Say("554 5.3.2 no")),
     f"The server {HOST} takes no connections now: the server takes no mail at the moment (554 5.3.2); try again later."),
    ("starttls refused", at(Step.STARTTLS, Say("454 4.7.0 no")),
     f"The server {HOST} refuses encryption (454 4.7.0), so nothing was sent: ask your IT."),
    ("auth refused", at(Step.AUTH, Say("535 5.7.8 no")),
     f"The server {HOST} refused the sign-in: user name or password are wrong (535 5.7.8); check user name and password."),
    ("auth later", at(Step.AUTH, Say("454 4.7.0 no")), f"The server {HOST} cannot check the sign-in now (454 4.7.0): try again later."),
    ("mail 451", at(Step.MAIL, Say("451 4.3.0 no")),
     "The server did not take the sender: the mail system does not take it (451 4.3.0); it is tried again later."),
    ("rcpt 450", at(Step.RCPT, Say("450 4.2.1 no")),
     "The server did not take the recipient: the mailbox is switched off (450 4.2.1); it is tried again later."),
    ("rcpt 421", at(Step.RCPT, Say("421 4.3.2 no", hang_up=True)),
     f"The server {HOST} ends the session: the server takes no mail at the moment (421 4.3.2); try again later."),
    ("data 451", at(Step.DATA, Say("451 4.3.0 no")),
     "The server did not take the message: the mail system does not take it (451 4.3.0); it is tried again later."),
    ("content 452", at(Step.CONTENT, Say("452 4.3.1 no")),
     "The server did not take the message: the server has no space left (452 4.3.1); it is tried again later."),
    ("drop at greeting", at(Step.GREETING, Drop()), f"The connection to {HOST} ended unexpectedly: try again later."),
    ("drop in the handshake", at(Step.HANDSHAKE, Drop()), f"The connection to {HOST} ended unexpectedly: try again later."),
    ("drop at mail", at(Step.MAIL, Drop()), f"The connection to {HOST} ended unexpectedly: try again later."),
    ("drop at rcpt", at(Step.RCPT, Drop()), f"The connection to {HOST} ended unexpectedly: try again later."),
    ("hang at greeting", at(Step.GREETING, Hang()), f"The server {HOST} did not answer in time: try again later."),
    ("hang in the handshake", at(Step.HANDSHAKE, Hang()), f"The server {HOST} did not answer in time: try again later."),
    ("hang at auth", at(Step.AUTH, Hang()), f"The server {HOST} did not answer in time: try again later."),
    ("hang at rcpt", at(Step.RCPT, Hang()), f"The server {HOST} did not answer in time: try again later."),
]  # fmt: skip


@pytest.mark.parametrize(("script", "sentence"), rows(TEMPORARY))
def test_trouble_that_ends_is_waited_for_and_delivered_once(scene: Scene, script: Script, sentence: str) -> None:
    alice = scene(script)
    with alice.session() as session:
        entry = sent_with(alice, session, {BOB: DEFERRED, DORA: DEFERRED}, sentence)
        assert not alice.server.taken
        repair(alice)
        receipts = session.retry(entry)
        assert {(r.state, r.reason) for r in receipts} == {(ACCEPTED, "Protected: opens in their own mail program")}
        assert session.outbox() == ()
        assert intents_and_outcomes(session) == ["intent", "deferred", "accepted"]
        assert session.journal.verify().problem == ""
    assert alice.server.taken == ONCE
    assert not any(clear(m.content) for m in alice.server.messages)


def test_stripped_starttls(scene: Scene) -> None:
    alice = scene(extensions=("AUTH PLAIN", "SIZE 10000000"))
    with alice.session() as session:
        entry = sent_with(
            alice,
            session,
            {BOB: DEFERRED, DORA: DEFERRED},
            f"The server {HOST} offers no encryption (STARTTLS), so nothing was sent: ask your IT.",
        )
        assert [c.split(" ")[0] for c in alice.server.commands] == ["EHLO"], "no word of the message or the password before encryption"
        repair(alice)
        session.retry(entry)
    assert alice.server.taken == ONCE


CERTIFICATES = {
    "wrong name": "it was issued for another name",
    "unknown authority": "nobody whom this computer trusts has issued it",
    "expired": "it has expired",
}


def wrong_certificate(kind: str, office: Office, folder: Path) -> Issued:
    if kind == "wrong name":
        return office.authority.issue("evil.example")
    if kind == "expired":
        return office.authority.issue(HOST, expired=True)
    (folder / "other").mkdir()
    return Authority(folder / "other").issue(HOST)


@pytest.mark.parametrize("kind", CERTIFICATES)
def test_wrong_certificate(scene: Scene, office: Office, tmp_path: Path, kind: str) -> None:
    alice = scene(certificate=wrong_certificate(kind, office, tmp_path))
    with alice.session() as session:
        entry = sent_with(
            alice, session, {BOB: DEFERRED, DORA: DEFERRED},
            f"The certificate of {HOST} is not trusted ({CERTIFICATES[kind]}): ask your IT before you send anything.",
        )  # fmt: skip
        assert [c.split(" ")[0] for c in alice.server.commands] == ["EHLO", "STARTTLS"]
        repair(alice)
        session.retry(entry)
    assert alice.server.taken == ONCE


def test_yesterdays_tls(scene: Scene) -> None:
    alice = scene(newest_tls=ssl.TLSVersion.TLSv1_1)
    with alice.session() as session:
        [reason] = {r.reason for r in send(session, alice.draft(BOB, DORA))}
        assert reason == f"The server {HOST} speaks only TLS older than 1.2, which is not safe: ask your IT."
        repair(alice)
        session.retry(session.outbox()[0].id)
    assert alice.server.taken == ONCE


# The server says no for good: the author opens the message, corrects it and sends it again; whoever has it gets no second one.
FINAL: list[tuple[str, Script, dict[str, State], str]] = [
    ("mail 550", at(Step.MAIL, Say("550 5.7.60 no")), {BOB: REFUSED, DORA: REFUSED},
     "The server did not take the sender: you may not send from this address (550 5.7.60); ask your IT."),
    ("rcpt 550 for dora", at(Step.RCPT, Say("550 5.1.1 no"), "dora"), {BOB: ACCEPTED, DORA: REFUSED},
     "The server did not take the recipient: there is no such mailbox (550 5.1.1); check the address."),
    ("data 554", at(Step.DATA, Say("554 5.6.0 no")), {BOB: REFUSED, DORA: REFUSED},
     "The server did not take the message: it does not take this kind of message (554 5.6.0); ask your IT."),
    ("content 554", at(Step.CONTENT, Say("554 5.7.1 no")), {BOB: REFUSED, DORA: REFUSED},
     "The server did not take the message: its rules do not allow it (554 5.7.1); ask your IT."),
]  # fmt: skip


@pytest.mark.parametrize(("script", "expected", "sentence"), rows(FINAL))
def test_what_is_refused_waits_for_its_author(scene: Scene, script: Script, expected: dict[str, State], sentence: str) -> None:
    alice = scene(script)
    with alice.session() as session:
        entry = sent_with(alice, session, expected, sentence)
        repair(alice)
        assert states(session.retry(entry)) == expected, "what was refused for good is not sent again by itself"
        draft = session.reopen(entry)
        assert {r.address.spec for r in draft.recipients} == {who for who, state in expected.items() if state is REFUSED}
        assert set(states(send(session, draft, "window")).values()) == {ACCEPTED}
        assert session.outbox() == ()
        assert session.journal.verify().problem == ""
    assert sorted(who for _, who in alice.server.taken.elements()) == [BOB, DORA]
    assert not alice.server.doubled


def test_one_of_two_has_to_wait(scene: Scene) -> None:
    alice = scene(at(Step.RCPT, Say("450 4.2.1 no"), "dora"))
    with alice.session() as session:
        entry = sent_with(
            alice, session, {BOB: ACCEPTED, DORA: DEFERRED},
            "The server did not take the recipient: the mailbox is switched off (450 4.2.1); it is tried again later.",
        )  # fmt: skip
        repair(alice)
        session.resume()
        assert alice.server.taken == {(MID, BOB): 1}, "it is not due yet"
        session.retry(entry)
        assert session.outbox() == ()
    assert alice.server.taken == ONCE


# Nobody can know whether the server has it: count of what it truly took, which is never more than one before the author decides.
IN_DOUBT: list[tuple[str, Script, int]] = [
    ("drop after DATA", at(Step.DATA, Drop()), 0),
    ("drop in the content", at(Step.HALF, Drop()), 0),
    ("drop after the content, not taken", at(Step.CONTENT, Drop()), 0),
    ("drop after the content, taken", at(Step.CONTENT, Drop(taken=True)), 1),
    ("hang after DATA", at(Step.DATA, Hang()), 0),
    ("hang after the content, not taken", at(Step.CONTENT, Hang()), 0),
    ("hang after the content, taken", at(Step.CONTENT, Hang(taken=True)), 1),
    ("nonsense after the content", at(Step.CONTENT, Say("what?")), 0),
]
DOUBT = "The connection ended before the server answered, so it is not known whether it took the message: ask the recipient before you send it again."


@pytest.mark.parametrize(("script", "taken"), rows(IN_DOUBT))
def test_what_is_in_doubt_is_never_sent_again_by_itself(scene: Scene, script: Script, taken: int) -> None:
    alice = scene(script)
    with alice.session() as session:
        entry = sent_with(alice, session, {BOB: UNKNOWN, DORA: UNKNOWN}, DOUBT)
        repair(alice)
        session.resume()
        assert states(session.retry(entry)) == {BOB: UNKNOWN, DORA: UNKNOWN}
        assert states(send(session, alice.draft(BOB, DORA))) == {BOB: UNKNOWN, DORA: UNKNOWN}, "nor by sending the same file again"
        assert alice.server.taken == ({(MID, BOB): taken, (MID, DORA): taken} if taken else {})
        receipts = session.send_again(entry)
        assert {(r.state, r.reason) for r in receipts} == {(ACCEPTED, "Protected: opens in their own mail program")}
        assert session.outbox() == ()
        assert intents_and_outcomes(session)[:2] == ["intent", "unknown"]
        assert session.journal.verify().problem == ""
    assert alice.server.taken == {(MID, BOB): taken + 1, (MID, DORA): taken + 1}
    assert not any(clear(m.content) for m in alice.server.messages)


def test_after_a_restart_the_outbox_goes_on(scene: Scene) -> None:
    alice = scene(at(Step.RCPT, Say("450 4.2.1 no")))
    with alice.session() as session:
        sent_with(alice, session, {BOB: DEFERRED, DORA: DEFERRED}, TEMPORARY[5][2])
    repair(alice)
    with alice.session() as session:
        [entry] = session.outbox()
        session.retry(entry.id)
        assert session.outbox() == ()
    assert alice.server.taken == ONCE


def test_the_same_file_sent_again_goes_on_instead_of_doubling(scene: Scene) -> None:
    alice = scene(at(Step.RCPT, Say("450 4.2.1 no"), "dora"))
    with alice.session() as session:
        send(session, alice.draft(BOB, DORA))
        repair(alice)
        receipts = send(session, alice.draft(BOB, DORA, LAB))
        assert states(receipts) == {BOB: ACCEPTED, DORA: ACCEPTED, LAB: ACCEPTED}
        assert session.outbox() == ()
    assert alice.server.taken == {**ONCE, (MID, LAB): 1}


def test_a_mailbox_that_is_named_several_times_gets_one_copy(scene: Scene) -> None:
    alice = scene()
    with alice.session() as session:
        receipts = send(session, alice.draft(BOB, "BOB@Hospital.Example", more=f"Cc: {BOB}, {CHEN}\nBcc: {BOB}, {CHEN}\n"))
        assert states(receipts) == {BOB: ACCEPTED, CHEN: ACCEPTED}
    assert alice.server.taken == {(MID, BOB): 1, (MID, CHEN): 1}


def test_clear_text_goes_where_policy_lets_the_way_protect_it_and_nowhere_else(scene: Scene) -> None:
    """The search for clear text would find some: what goes by the gateway is not encrypted itself."""
    alice = scene()
    with alice.session() as session:
        send(session, alice.draft(BOB, LAB, text=SECRET))
    assert {m.recipients: clear(m.content) for m in alice.server.messages} == {(BOB,): False, (LAB,): True}
