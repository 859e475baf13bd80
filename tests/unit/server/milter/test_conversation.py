"""The milter protocol as a mail server speaks it, and what becomes of a server that does not."""

import asyncio
import logging
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.central.device_signature import FIELD, BodyDigest
from securemail_desktop.server.errors import NotReady
from securemail_desktop.server.milter.conversation import Conversation
from securemail_desktop.server.milter.judge import Refusal, Seen

ALL = 0x1FFFFF
NONE = 0


def packet(letter: bytes, data: bytes = b"") -> bytes:
    return struct.pack("!I", len(data) + 1) + letter + data


def offer(steps: int = ALL, version: int = 6, actions: int = 0x1FF) -> bytes:
    return packet(b"O", struct.pack("!III", version, actions, steps))


MAIL = (
    packet(b"C", b"host\x004\x00\x19192.0.2.1\0")
    + packet(b"D", b"Mi\x004FkXyz\0")
    + packet(b"M", b"<alice@clinic.example>\0")
    + packet(b"R", b"<bob@hospital.example>\0NOTIFY=NEVER\0")
    + packet(b"L", b"Subject\0Result\0")
    + packet(b"L", FIELD.encode() + b"\0v=1\0")
    + packet(b"N")
    + packet(b"B", b"Hello\r\n")
    + packet(b"B", b"\r\nAlice\r\n")
)
END = packet(b"E")
BYE = packet(b"Q")
GO_ON = packet(b"c")
WITHOUT = packet(b"m", b"\0\0\0\1" + FIELD.encode() + b"\0\0")


class Judge:
    """Answers as it is told and keeps what it saw."""

    def __init__(self, answer: Refusal | Exception | None = None) -> None:
        self.answer, self.seen = answer, list[Seen]()

    def __call__(self, seen: Seen) -> Refusal | None:
        self.seen.append(seen)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Writer:
    """Keeps what is written; a `StreamWriter` as far as it is used."""

    def __init__(self) -> None:
        self.content, self.closed = b"", False

    def write(self, content: bytes) -> None:
        self.content += content

    async def drain(self) -> None: ...

    def close(self) -> None:
        self.closed = True


def talk(said: bytes, judge: Judge, *, watching: bool = False) -> bytes:
    async def hold() -> Writer:
        reader, writer = asyncio.StreamReader(), Writer()
        reader.feed_data(said)
        reader.feed_eof()
        await Conversation(judge, watching=watching).hold(reader, writer)  # type: ignore[arg-type]
        return writer

    writer = asyncio.run(hold())
    assert writer.closed
    return writer.content


def answers(said: bytes, judge: Judge, *, watching: bool = False) -> bytes:
    """Return what follows the answer to the offer."""
    content = talk(offer() + said + BYE, judge, watching=watching)
    (length,) = struct.unpack("!I", content[:4])
    return content[4 + length :]


def test_a_message_is_judged_as_a_whole_and_its_signature_taken_away() -> None:
    judge = Judge()
    assert answers(MAIL + END, judge) == WITHOUT + GO_ON
    (seen,) = judge.seen
    assert (seen.client, seen.recipients) == ("192.0.2.1", ("<bob@hospital.example>",))
    assert seen.head == (("Subject", "Result"), (FIELD, "v=1"))
    digest = BodyDigest()
    digest.add(b"Hello\r\n\r\nAlice\r\n")
    assert seen.body == digest.value()


def test_a_refusal_is_the_reply_to_the_message() -> None:
    assert answers(MAIL + END, Judge(Refusal("5.7.1", "only 50% of it"))) == packet(b"y", b"550 5.7.1 only 50%% of it\0")


def test_the_log_names_the_queue_id_of_the_mail_server(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "securemail.milter"):
        answers(MAIL + packet(b"D", b"Ei\x004FkXyz\0{auth_type}\0PLAIN\0") + END, Judge())
        answers(MAIL + END, Judge(Refusal("5.7.1", "no")))
    assert caplog.messages == ["4FkXyz: passed", "4FkXyz: refused: no"]


def test_who_only_watches_refuses_nothing() -> None:
    assert answers(MAIL + END, Judge(Refusal("5.7.1", "no")), watching=True) == WITHOUT + GO_ON


@pytest.mark.parametrize("trouble", [NotReady("no keys"), ValueError("a fault"), RuntimeError("another")])
def test_whatever_goes_wrong_the_message_waits(trouble: Exception) -> None:
    assert answers(MAIL + END, Judge(trouble)) == packet(b"t")
    assert answers(MAIL + END, Judge(trouble), watching=True) == packet(b"t")


def test_nothing_of_one_message_is_left_for_the_next() -> None:
    judge = Judge()
    other = packet(b"M", b"<a@b>\0") + packet(b"R", b"<chen@clinic.example>\0") + packet(b"L", b"Subject\0Other\0") + packet(b"N")
    answers(MAIL + END + other + END, judge)
    answers(MAIL + packet(b"A") + other + END, judge)
    answers(MAIL + packet(b"K") + packet(b"C", b"x\0U") + other + END, judge)
    assert [seen.recipients for seen in judge.seen[1:]] == [("<chen@clinic.example>",)] * 3
    assert [seen.head for seen in judge.seen[1:]] == [(("Subject", "Other"),)] * 3
    assert [seen.client for seen in judge.seen[1:]] == ["192.0.2.1", "192.0.2.1", ""]


def test_a_server_that_waits_for_answers_gets_them() -> None:
    content = talk(offer(NONE) + packet(b"H", b"x\0") + MAIL + packet(b"T") + END + BYE, Judge())
    steps = struct.unpack("!I", content[13:17])[0]
    assert steps == 0
    assert content[17:] == GO_ON * 10 + WITHOUT + GO_ON


def test_a_server_that_would_not_take_the_signature_away_is_not_served() -> None:
    assert talk(offer(actions=0) + MAIL + END, Judge()) == b""
    assert talk(offer(version=2) + MAIL + END, Judge()) == b""


@pytest.mark.parametrize("said", [b"\xff\xff\xff\xff", b"\0\0\0\0", packet(b"?"), packet(b"O", b"x"), b"\0\0\0\5M<", b"\0\0"])
def test_what_is_not_the_protocol_ends_the_connection(said: bytes) -> None:
    assert talk(said, Judge()) == b""


@given(st.binary(max_size=200))
def test_no_octets_break_it(said: bytes) -> None:
    talk(said, Judge())
    talk(offer() + said, Judge())


@given(st.lists(st.builds(packet, st.sampled_from([bytes([letter]) for letter in b"ODCHMRTLNBEAUK"]), st.binary(max_size=20)), max_size=12))
def test_no_packets_break_it(packets: list[bytes]) -> None:
    talk(offer() + b"".join(packets), Judge())
