"""The behaviour model's threshold of a mailbox."""

import pytest

from securemail_desktop.recipients.calibrate import MOST, prepare, shift, shift_of, stale
from securemail_desktop.recipients.model import Situation, thresholds, weights
from tests.support.mailbox import Mailbox


def test_a_mailbox_that_is_too_young_is_not_shifted() -> None:
    assert shift_of([9.0] * 29, 1.7, 0.1) == 0.0


@pytest.mark.parametrize(
    ("scores", "expected"), [([0.1] * 150, "quieter"), ([9.0] * 20 + [-5.0] * 130, "louder"), ([-10.0] * 150, "quieter")]
)
def test_the_shift_follows_the_tail_within_bounds(scores: list[float], expected: str) -> None:
    moved = shift_of(scores, 1.7, 0.1)
    assert -MOST <= moved <= MOST
    assert (moved > 0) is (expected == "louder")


def test_sent_messages_are_replayed_once_and_move_nothing_else() -> None:
    box = Mailbox().sent("bob@partner.example", 40)
    rows = list(box.index.rows())
    assert stale(box.index)
    prepare(box.index)
    assert not stale(box.index)
    assert len(box.index.replayed) == 40
    assert list(box.index.rows()) == rows
    assert shift(box.index) <= 0


def test_every_situation_has_weights_and_the_thresholds_are_in_order() -> None:
    assert all(len(weights(which).by_name) > 40 for which in Situation)
    assert thresholds()["bar"] < thresholds()["sheet"]
