"""Drafts come back as they were saved, whatever is in them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import Attachment, Draft, Recipient
from securemail_desktop.message.errors import MessageError
from securemail_desktop.sending.errors import NotKeepable
from securemail_desktop.session.drafts import Drafts
from securemail_desktop.store.database import Database, store_path
from securemail_desktop.store.drafts import DraftTable
from securemail_desktop.store.errors import NotKept
from securemail_desktop.store.outbox import EntryRow, OutboxTable
from securemail_desktop.store.queue import Seal, open_queue
from tests.support.send_path import draft_to, to
from tests.unit.message.test_round_trip import drafts as any_draft

pytestmark = pytest.mark.slow  # several seconds together

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
DRAFT = draft_to(*to("bob@partner.example"))


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(store_path(tmp_path / "data"), b"k" * 32)
    yield opened
    opened.close()


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[OutboxTable]:
    opened = open_queue(tmp_path / "data", b"k" * 32)
    yield OutboxTable(opened, Seal(b"k" * 32))
    opened.close()


@pytest.fixture
def drafts(database: Database, outbox: OutboxTable, clock: Clock) -> Drafts:
    return Drafts(DraftTable(database), clock, outbox)


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(any_draft)
def test_any_draft_comes_back_whole_and_dated_now(drafts: Drafts, draft: Draft) -> None:
    drafts.save(draft)
    assert drafts.open(draft.message_id) == replace(draft, date=NOW)
    drafts.discard(draft.message_id)
    assert drafts.all() == ()


def test_the_list_names_recipients_subject_and_time(drafts: Drafts, clock: Clock) -> None:
    bob = Recipient(Address("bob", "x.example", "Bob Weiss"))
    drafts.save(replace(DRAFT, recipients=(bob, *to("carol@x.example")), subject="Result"))
    clock.time += timedelta(seconds=5)
    drafts.save(replace(DRAFT, message_id="<2@x.example>", recipients=(), subject=""))
    newest, oldest = drafts.all()
    assert (newest.id, newest.to, newest.saved) == ("<2@x.example>", "", clock.time)
    assert (oldest.to, oldest.subject, oldest.saved) == ("Bob Weiss, carol@x.example", "Result", NOW)


def test_a_large_file_is_not_in_the_document_that_every_change_writes(drafts: Drafts, database: Database) -> None:
    large = replace(DRAFT, attachments=(Attachment("a.bin", "application/pdf", b"x" * 1_000_000),) * 2)
    drafts.save(large)
    ((size,),) = database.rows("SELECT length(document) FROM draft")
    assert isinstance(size, int)
    assert size < 3000
    assert drafts.open(large.message_id).attachments == large.attachments


def test_a_draft_that_is_gone_says_so(drafts: Drafts) -> None:
    with pytest.raises(NotKept, match="sent or discarded"):
        drafts.open("<none@x.example>")
    drafts.discard("<none@x.example>")


@pytest.mark.parametrize(
    ("draft", "error"),
    [
        (replace(DRAFT, recipients=tuple(Recipient(Address(f"p{n:040}", "x.example")) for n in range(30_000))), NotKeepable),
        (replace(DRAFT, subject="a\0b"), MessageError),
    ],
)
def test_what_cannot_be_kept_leaves_the_former_state(drafts: Drafts, draft: Draft, error: type[Exception]) -> None:
    drafts.save(DRAFT)
    with pytest.raises(error):
        drafts.save(draft)
    assert drafts.open(DRAFT.message_id) == replace(DRAFT, date=NOW)


def test_drafts_left_open_are_told_of_once(drafts: Drafts, database: Database, outbox: OutboxTable, clock: Clock) -> None:
    drafts.save(DRAFT, writing=True)
    after = Drafts(DraftTable(database), clock, outbox)
    assert [after.left_behind(), after.left_behind()] == [1, 0]
    assert len(after.all()) == 1


def test_a_draft_that_the_outbox_has_is_never_seen_again(drafts: Drafts, database: Database, outbox: OutboxTable) -> None:
    drafts.save(DRAFT, writing=True)
    outbox.add(EntryRow("e1", "alice@clinic.example", "{}", "", 1.0, 1.0, 0, (), ()), outbox.bodies("e1"), draft_id=DRAFT.message_id)
    assert DraftTable(database).get(DRAFT.message_id), "a kill right now leaves both"
    assert (drafts.all(), drafts.left_behind()) == ((), 0)
    assert (DraftTable(database).rows(), outbox.spent_drafts()) == ([], [])
    drafts.save(DRAFT)
    assert len(drafts.all()) == 1, "one that is taken back out of the outbox may have the same Message-ID"
