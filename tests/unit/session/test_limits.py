from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from securemail_desktop.policy.load import builtin_policy
from securemail_desktop.session.limits import Limits
from securemail_desktop.session.preferences import Preferences
from tests.support.fake_session import FakeDocuments

POLICY = builtin_policy(())


def limits(undo: int, lock: int, documents: FakeDocuments | None = None) -> Limits:
    preferences = Preferences(documents or FakeDocuments(), lambda: datetime.now(UTC))
    return Limits(lambda: replace(POLICY, undo=undo, lock_after=lock), lambda: preferences)


def test_without_a_choice_the_policy_holds() -> None:
    assert (limits(10, 15).undo, limits(10, 15).lock_after) == (timedelta(seconds=10), timedelta(minutes=15))
    assert limits(0, 0).lock_after == timedelta(0)


@pytest.mark.parametrize(("policy", "chosen", "holds"), [(10, 30, 30), (10, 5, 10), (0, 5, 5), (10, 9999, 120), (10, 0, 10)])
def test_a_user_may_hold_longer_never_shorter(policy: int, chosen: int, holds: int) -> None:
    asked = limits(policy, 0)
    asked.choose_undo(chosen)
    assert asked.undo == timedelta(seconds=holds)


@pytest.mark.parametrize(("policy", "chosen", "locks"), [(15, 5, 5), (15, 60, 15), (0, 60, 60), (0, 0, 0), (15, 0, 15), (0, 9999, 480)])
def test_a_user_may_lock_sooner_never_later(policy: int, chosen: int, locks: int) -> None:
    asked = limits(0, policy)
    asked.choose_lock(chosen)
    assert asked.lock_after == timedelta(minutes=locks)


def test_choices_outlive_the_program_and_give_way_to_a_stricter_policy() -> None:
    documents = FakeDocuments()
    limits(5, 30, documents).choose_lock(20)
    assert limits(5, 30, documents).lock_after == timedelta(minutes=20)
    assert limits(5, 10, documents).lock_after == timedelta(minutes=10)


@pytest.mark.parametrize("damaged", ["", "x", "-5", "1e9", "٣", "9" * 400])
def test_a_damaged_choice_is_none(damaged: str) -> None:
    documents = FakeDocuments()
    documents.put("preferences", {"undo-seconds": damaged, "lock-minutes": damaged})
    assert (limits(10, 15, documents).undo, limits(10, 15, documents).lock_after) == (timedelta(seconds=10), timedelta(minutes=15))
