"""What is said of records that do not get to the central store."""

from datetime import UTC, datetime, timedelta

from securemail_desktop.audit.sync import Synced
from securemail_desktop.session.arrears import PATIENCE, Arrears

AWAY = Synced(0, 3, "The central store cannot be reached.", temporary=True)
DONE = Synced(3, 0, "")


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def test_a_store_that_is_away_is_told_of_only_after_a_while() -> None:
    clock = Clock()
    arrears = Arrears(clock)
    arrears.note(AWAY)
    clock.now += PATIENCE - timedelta(seconds=1)
    arrears.note(AWAY)
    assert arrears.notice == ""
    clock.now += timedelta(seconds=1)
    arrears.note(AWAY)
    assert arrears.notice.startswith("3 audit records wait here: the audit server of your organisation has not been reached for a while.")
    assert "tell your IT" in arrears.notice


def test_it_ends_with_the_first_answer_and_begins_anew_later() -> None:
    clock = Clock()
    arrears = Arrears(clock)
    for ended in (AWAY, DONE, AWAY):
        arrears.note(ended)
        clock.now += timedelta(hours=1)
        if ended is DONE:
            assert arrears.notice == ""
    arrears.note(DONE)
    arrears.note(AWAY)
    assert arrears.notice == ""


def test_what_waiting_does_not_settle_is_told_at_once() -> None:
    arrears = Arrears(Clock())
    arrears.note(Synced(0, 1, "The device is unknown."))
    assert arrears.notice == "1 audit record waits here and cannot be handed over; tell your IT: The device is unknown."


def test_a_clock_that_is_set_back_starts_the_wait_anew() -> None:
    clock = Clock()
    arrears = Arrears(clock)
    arrears.note(AWAY)
    clock.now -= timedelta(days=365)
    arrears.note(AWAY)
    clock.now += PATIENCE
    arrears.note(AWAY)
    assert arrears.notice


def test_nothing_is_said_while_nothing_waits() -> None:
    arrears = Arrears(Clock())
    arrears.note(Synced(0, 0, "The central store cannot be reached.", temporary=True))
    assert arrears.notice == ""
