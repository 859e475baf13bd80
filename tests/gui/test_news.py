"""What is announced after a review: changes only."""

from dataclasses import replace

import pytest

from securemail_desktop.encryption.method import Method
from securemail_desktop.gui.news import news
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Recipient
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.sending.state import Review
from tests.support.fake_session import FakeSession

BOB, CAROL = "bob@x.example", "carol@x.example"


def review(*to: str, text: str = "Hello", means: dict[str, Method] | None = None, doubt: Tier | None = None) -> Review:
    doubts = (Concern("lookalike", doubt, BOB, "Bob looks like Rob.", ("keep",), risk=0.5),) if doubt else ()
    session = FakeSession(means=means or {}, doubts=doubts)
    return session.review(replace(session.new_draft(), text=text, recipients=tuple(Recipient(parse_address(a)) for a in to)))


PHI = "MRN 1234567 biopsy"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (None, review(BOB), ""),
        (review(BOB), review(BOB), ""),
        (review(BOB), review(BOB, CAROL), ""),
        (None, review(BOB, doubt=Tier.CHIP), ""),
        (None, review(BOB, doubt=Tier.BAR), f"{BOB}: Goes as ordinary mail. Bob looks like Rob."),
        (review(BOB, doubt=Tier.BAR), review(BOB, doubt=Tier.BAR), ""),
        (review(BOB), review(BOB, text=PHI), f"{BOB}: Held: no way is known that only they can open."),
        (
            review(BOB, text=PHI, means={BOB: Method.SMIME}),
            review(BOB, means={BOB: Method.TLS}),
            "",
        ),
        (
            review(BOB, CAROL, text=PHI, means={BOB: Method.SMIME}),
            review(BOB, text=PHI, means={BOB: Method.SMIME}),
            "Everyone gets a protected copy.",
        ),
    ],
)
def test_changes_are_said_once(before: Review | None, after: Review, said: str) -> None:
    assert news(before, after) == said


def test_many_changes_are_counted() -> None:
    many = [f"p{n}@x.example" for n in range(6)]
    said = news(review(*many), review(*many, text=PHI))
    assert said.endswith("And 3 more.")
    assert said.count("Held") == 3
