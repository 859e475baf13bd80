import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.accounts.protocol import Submitted
from securemail_desktop.accounts.reply import Reply, parse_reply


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        (250, b"2.0.0 Ok: queued as 4XyZ1A", Reply(250, "2.0.0", "4XyZ1A")),
        (250, b"OK id=1rABcd-0002-Xy", Reply(250, "", "1rABcd-0002-Xy")),
        (250, b"2.6.0 <m@x.example> [InternalId=17179869, Hostname=ex1] Queued mail for delivery", Reply(250, "2.6.0", "17179869")),
        (250, b"ok", Reply(250)),
        (550, b"5.1.1 <bob@x.example>: unknown\n5.1.1 more", Reply(550, "5.1.1")),
        (550, b"5.01.001 padded", Reply(550, "5.1.1")),
        (550, b"2.1.1 codes that disagree", Reply(550)),
        (550, b"no 5.1.1 here", Reply(550)),
        (550, b"5.1.1.1 an address", Reply(550)),
        (450, b"4.2.0 queued as X", Reply(450, "4.2.0")),
        (-1, b"HTTP/1.1 400", Reply(-1)),
        (550, b"\xff\xfe", Reply(550)),
    ],
)
def test_parse(code: int, text: bytes, expected: Reply) -> None:
    assert parse_reply(code, text) == expected


@pytest.mark.parametrize(
    ("code", "state"),
    [(250, Submitted.ACCEPTED), (451, Submitted.DEFERRED), (554, Submitted.REFUSED), (354, Submitted.UNKNOWN), (-1, Submitted.UNKNOWN)],
)
def test_state(code: int, state: Submitted) -> None:
    assert Reply(code).state is state


@pytest.mark.parametrize(
    ("reply", "meaning", "codes"),
    [
        (Reply(550, "5.1.1"), "there is no such mailbox", "550 5.1.1"),
        (Reply(452, "4.2.2"), "the mailbox is full", "452 4.2.2"),
        (Reply(550, "5.7.999"), "its rules do not allow it", "550 5.7.999"),
        (Reply(550), "the mailbox does not take it", "550"),
        (Reply(499), "it asks to try again later", "499"),
        (Reply(599), "it gives no reason", "599"),
        (Reply(-1), "it gives no reason", "no reply code"),
    ],
)
def test_words(reply: Reply, meaning: str, codes: str) -> None:
    assert (reply.meaning, reply.codes) == (meaning, codes)


@given(code=st.integers(-1, 599), text=st.binary())
def test_any_reply_has_words_of_ours_only(code: int, text: bytes) -> None:
    reply = parse_reply(code, text)
    assert reply.meaning
    assert reply.enhanced == "" or reply.enhanced[0] == str(code)[0]
