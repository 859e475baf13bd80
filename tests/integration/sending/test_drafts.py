"""A kept draft on its way: out of the outbox and back, sent, held, refused by a full disk."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.parse import parse_draft
from securemail_desktop.sending.errors import NotWaiting
from securemail_desktop.sending.state import State
from securemail_desktop.session.mail import Mail
from securemail_desktop.session.people import People
from securemail_desktop.store.errors import StoreError
from securemail_desktop.store.outbox import OutboxTable
from tests.support.alice import BOB, LAB, PETER, Scene, send
from tests.support.small_disk import small_disk

MID = "<m1@clinic.example>"


def test_a_sent_draft_leaves_and_a_held_one_goes_over_to_the_outbox(scene: Scene) -> None:
    alice = scene()
    for to, waiting in ((BOB, 0), (PETER, 1)):
        with alice.session() as session:
            draft = alice.draft(to, message_id=f"<{to}>")
            session.drafts.save(draft, writing=True)
            send(session, draft)
            assert session.drafts.all() == ()
            assert len(session.outbox()) == waiting


def test_what_the_outbox_could_not_take_is_still_a_draft(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreError("The disk is full.")

    alice = scene()
    monkeypatch.setattr(OutboxTable, "add", full)
    with alice.session() as session:
        session.drafts.save(alice.draft(BOB))
        with pytest.raises(StoreError):
            send(session, alice.draft(BOB))
        assert [draft.id for draft in session.drafts.all()] == [MID]


def test_a_held_message_is_changed_kept_over_a_restart_and_takes_its_former_place(scene: Scene) -> None:
    alice = scene()
    with alice.session() as session:
        send(session, alice.draft(PETER))
        (entry,) = session.outbox()
        changed = replace(session.reopen(entry.id), text="Changed. MRN 99317742, potassium 6.1 mmol/L.")
        session.drafts.save(changed, writing=True)
    with alice.session() as session:
        assert session.drafts.left_behind() == 1
        again = session.reopen(entry.id)
        assert again.text == changed.text
        send(session, replace(again, recipients=alice.draft(BOB).recipients))
        assert (session.outbox(), session.drafts.all()) == ((), ())
    assert dict(alice.server.taken) == {(MID, BOB): 1}


def test_a_message_held_in_part_is_linked_although_its_draft_has_another_name(scene: Scene) -> None:
    alice = scene()
    with alice.session() as session:
        send(session, alice.draft(LAB, PETER))
        (entry,) = session.outbox()
        draft = session.reopen(entry.id)
        assert draft.message_id != MID
        session.drafts.save(draft)
    with alice.session() as session:
        draft = session.drafts.open(draft.message_id)
        receipts = send(session, replace(draft, recipients=alice.draft(BOB).recipients))
        assert [r.state for r in receipts] == [State.ACCEPTED]
        assert (session.outbox(), session.drafts.all()) == ((), ())


def test_a_held_message_that_is_opened_twice_is_one_draft(scene: Scene) -> None:
    alice = scene()
    with alice.session() as session:
        send(session, alice.draft(LAB, PETER))
        (entry,) = session.outbox()
        first, second = session.reopen(entry.id), session.reopen(entry.id)
        assert first.message_id == second.message_id != MID


@pytest.mark.parametrize("broken", ["learn_sent", "sent"])
def test_what_goes_wrong_after_a_message_went_does_not_make_it_look_unsent(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    alice = scene()
    monkeypatch.setattr(People if broken == "learn_sent" else Mail, broken, Mock(side_effect=IndexError("a mistake of ours")))
    with alice.session() as session:
        assert [r.state for r in send(session, alice.draft(BOB))] == [State.ACCEPTED]
    assert dict(alice.server.taken) == {(MID, BOB): 1}


def test_a_draft_whose_message_left_the_outbox_meanwhile_is_not_sent_unasked(scene: Scene) -> None:
    alice = scene()
    with alice.session() as session:
        send(session, alice.draft(PETER))
        (entry,) = session.outbox()
        draft = session.reopen(entry.id)
        session.drafts.save(draft, writing=True)
        session.discard(entry.id)  # or it was tried again, and went
        with pytest.raises(NotWaiting, match="sent or given up in the Outbox meanwhile"):
            send(session, replace(draft, recipients=alice.draft(BOB).recipients))
        assert not alice.server.taken
        send(session, replace(draft, recipients=alice.draft(BOB).recipients))
    assert dict(alice.server.taken) == {(MID, BOB): 1}


@pytest.mark.parametrize(("channel", "is_now"), [("window", True), ("cli", False)])
def test_the_date_is_that_of_sending_unless_a_message_file_has_one(scene: Scene, channel: str, is_now: bool) -> None:
    alice = scene()
    written = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    with alice.session() as session:
        send(session, replace(alice.draft(BOB), date=written), channel)
        (message,) = alice.server.messages
        assert (parse_draft(message.content).date - written > timedelta(days=1)) is is_now


def test_discarding_the_changed_draft_leaves_the_held_message(scene: Scene) -> None:
    alice = scene()
    with alice.session() as session:
        send(session, alice.draft(PETER))
        (entry,) = session.outbox()
        draft = session.reopen(entry.id)
        session.drafts.save(replace(draft, text="Changed."))
        session.drafts.discard(draft.message_id)
        assert session.reopen(entry.id).text == draft.text
        assert len(session.outbox()) == 1


def test_a_full_disk_keeps_the_former_state_and_says_so(scene: Scene, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        if disk is None:
            pytest.skip("only the superuser can mount a small disk")
        alice = scene()
        with alice.session():
            pass  # everything that is written once is there
        alice.data = Path(shutil.move(alice.data, disk.folder / "data"))
        with alice.session() as session:
            draft = alice.draft(BOB)
            session.drafts.save(draft, writing=True)
            disk.fill(200_000)
            large = replace(draft, text="Changed.", attachments=(Attachment("scan.pdf", "application/pdf", bytes(1_000_000)),))
            with pytest.raises(StoreError, match="free some space"):
                session.drafts.save(large, writing=True)
            assert session.drafts.open(draft.message_id).text == draft.text
            disk.free()
            session.drafts.save(large, writing=True)
            assert session.drafts.open(draft.message_id).attachments == large.attachments
