"""What stands around the server goes wrong: policy, keys, GnuPG, the Sent mailbox, the central store, the stored settings."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from securemail_desktop.central.enrolment import Enrolment
from securemail_desktop.sending.errors import NoRecipient, NotWaiting
from securemail_desktop.sending.state import State, Verdict
from securemail_desktop.server.embedded import EmbeddedServer
from tests.support.alice import ALICE, BOB, CHEN, DORA, LAB, PETER, POLICY, Alice, Office, Scene, clear, one_sentence, send, states
from tests.support.faulty_imap import FaultyImap, on
from tests.support.faulty_smtp import Drop, Hang, Say, Step, at, behave
from tests.support.keys import Peer, put
from tests.support.pki import Wish, pem, person, pki
from tests.support.servers import free_port

MID = "<m1@clinic.example>"
ACCEPTED, HELD, DEFERRED = State.ACCEPTED, State.HELD, State.DEFERRED
NO_WAY = "There is no protected way to reach this recipient yet"
BROKEN = "schema: 1\nname: [clinic\n"
WITHOUT_GATEWAY = POLICY.replace("{{partner-lab.example: gateway.clinic.example}}", "{{}}")
SOFT = POLICY.replace("{{partner-lab", "{{hospital.example: gateway.clinic.example, partner-lab").replace(
    "[smime, openpgp, tls, portal]", "[tls]"
)
BLOCKING = (
    POLICY
    + """\
  - id: no-bob
    title: Nothing goes to bob
    when: {{recipient: {{address: [bob@hospital.example]}}}}
    then: {{block: true}}
    text: {{en: "Nothing goes to this address for now: ask the privacy officer."}}
"""
)


def break_policy(alice: Alice, how: str) -> None:
    if how == "broken":
        (alice.policy / "policy.yaml").write_text(BROKEN)
    elif how == "empty":
        (alice.policy / "policy.yaml").write_bytes(b"")
    elif how == "binary":
        (alice.policy / "policy.yaml").write_bytes(bytes(range(256)))
    elif how == "no file":
        (alice.policy / "policy.yaml").unlink()
    else:
        shutil.rmtree(alice.policy)


HOW = ("broken", "empty", "binary", "no file", "no folder")


@pytest.mark.parametrize("how", HOW)
def test_a_policy_that_breaks_while_it_runs_leaves_the_last_good_one(scene: Scene, how: str) -> None:
    alice = scene()
    with alice.session() as session:
        break_policy(alice, how)
        session.refresh()
        [notice] = session.notices
        assert notice.startswith("The policy cannot be read, so the last good one stays in force; tell your IT: ")
        assert "policy" in notice.partition("IT: ")[2], "which file or folder"
        assert states(send(session, alice.draft(BOB, LAB, PETER))) == {BOB: ACCEPTED, LAB: ACCEPTED, PETER: HELD}
    with alice.session() as session:
        assert session.policy.id.name == "clinic", "also after a restart"
        shutil.rmtree(alice.policy, ignore_errors=True)
        alice.office.write_policy(alice.policy)
        session.refresh()
        assert session.notices == ()
    assert not any(clear(m.content) for m in alice.server.messages if BOB in m.recipients)


@pytest.mark.parametrize("how", HOW)
def test_a_policy_that_was_never_good_leaves_the_strict_one(scene: Scene, how: str) -> None:
    alice = scene()
    break_policy(alice, how)
    with alice.session() as session:
        [notice] = session.notices
        assert notice.startswith("The policy cannot be read, so the built-in strict one is in force; tell your IT: ")
        assert session.policy.id.name == "strict"
        receipts = send(session, alice.draft(BOB, LAB))
        assert states(receipts) == {BOB: ACCEPTED, LAB: HELD}
        assert not any(clear(m.content) for m in alice.server.messages)
        shutil.rmtree(alice.policy, ignore_errors=True)
        alice.office.write_policy(alice.policy)
        session.refresh()
        [entry] = session.outbox()
        assert states(session.retry(entry.id)) == {BOB: ACCEPTED, LAB: ACCEPTED}
        assert session.outbox() == ()
    assert sorted(who for _, who in alice.server.taken.elements()) == [BOB, LAB]


def test_a_last_good_policy_that_cannot_be_unpacked_leaves_the_strict_one(scene: Scene) -> None:
    alice = scene()
    with alice.session() as session:
        for kept in ({"policy.yaml": "%%%"}, {"policy.yaml": 1}, ["policy.yaml"], {"a/../../../policy.yaml": "eA=="}):
            session.settings.put("last-good-policy", kept)
            break_policy(alice, "broken")
            session.refresh()
            assert session.policy.id.name == "strict"
            assert "built-in strict one" in session.notices[0]
    assert not (alice.folder / "policy.yaml").exists()


def test_a_policy_that_asks_for_more_holds_what_still_waits(scene: Scene) -> None:
    alice = scene(at(Step.RCPT, Say("450 4.2.1 no")))
    with alice.session() as session:
        assert states(send(session, alice.draft(BOB, LAB))) == {BOB: DEFERRED, LAB: DEFERRED}
        alice.office.write_policy(alice.policy, WITHOUT_GATEWAY)
        session.refresh()
        alice.server.script = behave
        [entry] = session.outbox()
        receipts = session.retry(entry.id)
        assert {r.recipient.address.spec: (r.state, r.reason) for r in receipts}[LAB] == (HELD, NO_WAY)
        assert alice.server.taken == {(MID, BOB): 1}
        assert not any(clear(m.content) for m in alice.server.messages)
        alice.office.write_policy(alice.policy)
        session.refresh()
        assert states(session.retry(entry.id)) == {BOB: ACCEPTED, LAB: ACCEPTED}
        assert session.outbox() == ()
        assert session.journal.verify().problem == ""
    assert sorted(who for _, who in alice.server.taken.elements()) == [BOB, LAB]


def test_a_policy_that_softens_after_the_review_lets_nothing_go_weaker(scene: Scene) -> None:
    alice = scene()
    with alice.session() as session:
        review = session.review(alice.draft(BOB), "cli")
        assert review.verdict is Verdict.PROTECTED
        alice.office.write_policy(alice.policy, SOFT)
        session.refresh()
        [receipt] = session.send(review, {}, "cli")
        assert receipt.state is HELD
        assert (
            one_sentence(receipt.reason) == f"{BOB} can no longer be reached as safely as when the message was checked: open it to decide."
        )
        [again] = session.retry(session.outbox()[0].id)
        assert again.state is HELD
        assert again.reason == f"{BOB} could get it only with less protection than when it was checked: open it to decide."
        assert not alice.server.connections
        alice.office.write_policy(alice.policy)
        session.refresh()
        assert states(session.retry(session.outbox()[0].id)) == {BOB: ACCEPTED}
    assert alice.server.taken == {(MID, BOB): 1}
    assert not any(clear(m.content) for m in alice.server.messages)


@pytest.mark.parametrize("when", ["before it is sent", "while it waits"])
def test_a_policy_that_blocks_after_the_review(scene: Scene, when: str) -> None:
    alice = scene(at(Step.RCPT, Say("450 4.2.1 no")) if when == "while it waits" else behave)
    with alice.session() as session:
        review = session.review(alice.draft(BOB), "cli")
        if when == "while it waits":
            session.send(review, {}, "cli")
        alice.server.script = behave
        alice.office.write_policy(alice.policy, BLOCKING)
        session.refresh()
        [receipt] = session.send(review, {}, "cli")
        assert (receipt.state, one_sentence(receipt.reason)) == (HELD, "Nothing goes to this address for now: ask the privacy officer.")
        assert not alice.server.taken


def test_a_certificate_that_expires_between_review_and_delivery(scene: Scene) -> None:
    alice = scene()
    with alice.session() as session:
        review = session.review(alice.draft(BOB, DORA), "cli")
        assert review.verdict is Verdict.PROTECTED
    with alice.session(later=timedelta(days=366)) as session:
        receipts = session.send(review, {}, "cli")
        assert {r.state for r in receipts} == {HELD}
        assert all(
            re.fullmatch(r"Cannot be protected: \S+@hospital.example's certificate expired on \d{4}-\d\d-\d\d", r.reason) for r in receipts
        )
        assert not alice.server.connections


def test_a_recipients_certificate_that_expires_holds_his_copy_until_there_is_a_new_one(scene: Scene, office: Office) -> None:
    alice = scene()
    with alice.session() as session:
        for identity in (person(Wish("eve@hospital.example", last_day=10), pki().issuing),):
            put(session.ring, pem(identity.certificate))
        review = session.review(alice.draft(BOB, "eve@hospital.example"), "cli")
        assert review.verdict is Verdict.PROTECTED
    with alice.session(later=timedelta(days=11)) as session:
        receipts = session.send(review, {}, "cli")
        assert states(receipts) == {BOB: ACCEPTED, "eve@hospital.example": HELD}
        assert receipts[1].reason.startswith("Cannot be protected: ")
        assert "expired" in receipts[1].reason
        [entry] = session.outbox()
        assert session.retry(entry.id)[1].state is HELD
        put(session.ring, pem(person(Wish("eve@hospital.example"), pki().issuing).certificate))
        assert states(session.retry(entry.id)) == {BOB: ACCEPTED, "eve@hospital.example": ACCEPTED}
        assert session.outbox() == ()
    assert [m.recipients for m in alice.server.messages] == [(BOB,), ("eve@hospital.example",)]
    assert not any(clear(m.content) for m in alice.server.messages)


def test_an_own_key_that_is_gone_holds_the_message(scene: Scene) -> None:
    alice = scene()
    with alice.session() as session:
        [name] = session.vault.names("smime-key")
        key = session.vault.get("smime-key", name)
        session.vault.remove("smime-key", name)
    with alice.session() as session:
        receipts = send(session, alice.draft(BOB, CHEN))
        assert states(receipts) == {BOB: HELD, CHEN: ACCEPTED}
        assert receipts[0].reason == "Cannot be protected: you have no certificate of your own that could sign the message"
        session.vault.put("smime-key", name, key or b"")
        session.retry(session.outbox()[0].id)
        assert session.outbox() == ()
    assert [m.recipients for m in alice.server.messages] == [(CHEN,), (BOB,)]


@pytest.fixture
def carol(tmp_path: Path) -> Iterator[Peer]:
    peer = Peer(tmp_path / "peer")
    for user in ("Carol <carol@practice.example>", ALICE.spec):
        peer.make_key(user)
    yield peer
    peer.close()


@pytest.mark.slow
def test_gnupg_that_is_missing(scene: Scene, carol: Peer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    alice = scene()
    with alice.session() as session:
        put(session.ring, carol.private(carol.fingerprint(ALICE.spec)))
        put(session.ring, carol.public(carol.fingerprint("Carol <carol@practice.example>")))
        review = session.review(alice.draft(BOB, "carol@practice.example"), "cli")
        assert review.verdict is Verdict.PROTECTED
    with monkeypatch.context() as patch:
        (tmp_path / "bin").mkdir()
        patch.setenv("PATH", str(tmp_path / "bin"))
        with alice.session() as session:
            receipts = session.send(review, {}, "cli")
            assert states(receipts) == {BOB: ACCEPTED, "carol@practice.example": HELD}
            assert one_sentence(receipts[1].reason) == (
                "Cannot be protected: GnuPG is not installed or does not start: install the package gnupg."
            )
    with alice.session() as session:
        [entry] = session.outbox()
        assert set(states(session.retry(entry.id)).values()) == {ACCEPTED}
        assert session.outbox() == ()
    assert [m.recipients for m in alice.server.messages] == [(BOB,), ("carol@practice.example",)]
    assert not any(clear(m.content) for m in alice.server.messages)


# At which command the mailbox fails, and how.
AWAY = {
    "sign-in": on("AUTHENTICATE", Say("{tag} NO no")),
    "sign-in dropped": on("AUTHENTICATE", Drop()),
    "search": on("SEARCH", Say("{tag} NO no")),
    "full": on("APPEND", Say("{tag} NO [OVERQUOTA] no")),
    "dropped": on("APPEND", Drop()),
    "dropped after filing": on("APPEND", Drop(taken=True)),
    "hangs": on("APPEND", Hang()),
}


@pytest.mark.parametrize("how", [pytest.param(how, marks=[pytest.mark.slow] if how == "hangs" else []) for how in AWAY])
def test_the_sent_mailbox_away(scene: Scene, office: Office, how: str) -> None:
    with FaultyImap(office.certificate, AWAY[how]) as imap:
        alice = scene(imap_port=imap.port)
        with alice.session() as session:
            assert states(send(session, alice.draft(BOB))) == {BOB: ACCEPTED}
            [entry] = session.outbox()
            assert (entry.state, entry.reason) == (ACCEPTED, "Delivered; your copy waits to be filed in Sent.")
            assert not entry.needs_author
            imap.script = lambda _: None
            session.resume()
            assert session.outbox() == ()
    assert alice.server.taken == {(MID, BOB): 1}
    assert len(imap.filed) == 1
    assert not clear(imap.filed[0]), "the copy in Sent is for her eyes only"


def test_no_sent_mailbox_at_all(scene: Scene) -> None:
    alice = scene(imap_port=free_port())
    with alice.session() as session:
        assert states(send(session, alice.draft(BOB))) == {BOB: ACCEPTED}
        session.resume()
        session.retry(session.outbox()[0].id)
        assert session.outbox()[0].state is ACCEPTED
    assert alice.server.taken == {(MID, BOB): 1}


@contextmanager
def central(office: Office, folder: Path, port: int = 0) -> Iterator[EmbeddedServer]:
    with EmbeddedServer(folder / "central", office.certificate.certificate, office.certificate.key, port) as server:
        yield server


@pytest.mark.slow
def test_the_central_store_away(scene: Scene, office: Office, tmp_path: Path) -> None:
    alice = scene()
    with alice.session() as session:
        with central(office, tmp_path) as server:
            session.central.enrol(server.url, server.invite("clinic"), str(office.authority.roots))
            assert session.central.sync().problem == ""
        assert states(send(session, alice.draft(BOB))) == {BOB: ACCEPTED}
        synced = session.central.sync()
        assert (synced.waiting, synced.temporary) == (3, True)
        assert one_sentence(synced.problem.replace(";", ",").rstrip(".") + ".") == (
            "The central server cannot be reached, the records stay here and are sent later."
        )
        session.resume()
        with central(office, tmp_path, server.port):
            assert session.central.sync().waiting == 0
            verified = session.central.verify()
            assert (verified.verified, verified.records) == (True, 3)
    assert alice.server.taken == {(MID, BOB): 1}


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"url": 1}, "The stored enrolment of this device is damaged; enrol it again."),
        ("roots", "The file of trusted roots for the central server cannot be read: /nowhere.pem"),
    ],
)
def test_a_damaged_enrolment_does_not_stop_mail(scene: Scene, document: object, sentence: str) -> None:
    alice = scene()
    with alice.session() as session:
        if document == "roots":
            enrolment = Enrolment("https://127.0.0.1:1", "/nowhere.pem", "o", "d", "e", b"k" * 32, "kid", "key")
            session.vault.put("central-secret", "e", b"secret")
            session.settings.put("enrolment", {**_document(enrolment)})
        else:
            session.settings.put("enrolment", document)
        assert states(send(session, alice.draft(BOB))) == {BOB: ACCEPTED}
        assert session.central.sync().problem == sentence
        session.resume()


def _document(enrolment: Enrolment) -> dict[str, str]:
    from securemail_desktop.central.enrolment import enrolment_document

    return enrolment_document(enrolment)


def test_a_broken_list_of_accounts_is_said_and_the_outbox_is_still_there(scene: Scene) -> None:
    alice = scene(at(Step.RCPT, Say("450 4.2.1 no")))
    with alice.session() as session:
        send(session, alice.draft(BOB))
        good = session.settings.get("accounts")
        session.settings.put("accounts", {"nonsense": 1})
    with alice.session() as session:
        assert session.notices == ("The stored list of accounts cannot be read: add the accounts anew.",)
        assert len(session.outbox()) == 1
        session.resume()
        session.settings.put("accounts", good)
    alice.server.script = behave
    with alice.session() as session:
        session.retry(session.outbox()[0].id)
    assert alice.server.taken == {(MID, BOB): 1}


def test_waiting_is_as_long_as_promised(scene: Scene) -> None:
    """After a minute, five, fifteen ...; after five days the author decides."""
    alice = scene(at(Step.RCPT, Say("450 4.2.1 no")))
    with alice.session() as session:
        send(session, alice.draft(BOB))
    heard = len(alice.server.commands)
    for later, attempts in ((timedelta(seconds=50), 1), (timedelta(seconds=70), 2), (timedelta(minutes=5), 2), (timedelta(minutes=7), 3)):
        with alice.session(later) as session:
            session.resume()
        assert sum(c.startswith("RCPT") for c in alice.server.commands) == attempts
    assert len(alice.server.commands) > heard
    with alice.session(timedelta(days=6)) as session:
        session.resume()
        [entry] = session.outbox()
        assert (entry.state, entry.needs_author) == (HELD, True)
        alice.server.script = behave
        assert states(session.retry(entry.id)) == {BOB: ACCEPTED}
        assert session.outbox() == ()
    assert [who for _, who in alice.server.taken.elements()] == [BOB]


def test_nobody_to_send_to(scene: Scene) -> None:
    alice = scene()
    with alice.session() as session:
        with pytest.raises(NoRecipient) as raised:
            send(session, alice.draft("undisclosed-recipients:;"))
        assert one_sentence(str(raised.value)) == "The message has no recipient: add one."
        assert session.outbox() == ()


def test_what_is_not_in_the_outbox_any_more(scene: Scene) -> None:
    alice = scene(at(Step.RCPT, Say("450 4.2.1 no")))
    with alice.session() as session:
        with pytest.raises(NotWaiting) as raised:
            session.reopen("gone")
        assert one_sentence(str(raised.value)) == "This message is not in the outbox any more."
        send(session, alice.draft(BOB))
        with pytest.raises(NotWaiting) as raised:
            session.reopen(session.outbox()[0].id)
        assert one_sentence(str(raised.value)) == "This message is under way: there is nothing in it to decide."
        assert session.retry("gone") == ()
