"""Servers and authors that mean no good: a right row or a clear error, in bounded memory."""

import tracemalloc
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.accounts import imap_session
from securemail_desktop.accounts.errors import AccountError, NotThere, ServerRefused, TooLarge
from securemail_desktop.accounts.imap import ImapMailbox
from securemail_desktop.accounts.imap_rows import headers
from securemail_desktop.accounts.line import Timeouts
from securemail_desktop.accounts.protocol import Folder, FolderState, Moved, Place
from securemail_desktop.accounts.settings import Security, Server
from securemail_desktop.message.flags import NO_FLAGS, Flags
from securemail_desktop.message.marks import NO_MARKS
from tests.support.authority import Authority, Issued
from tests.support.faulty_imap import FaultyImap, Script
from tests.support.faulty_smtp import Fault, Say

INBOX = Place("INBOX", 1)
OPEN = "* 3 EXISTS\n* OK [UIDVALIDITY 1] valid\n* OK [UIDNEXT 9] next\n{tag} OK done"


def answering(**answers: str) -> Script:
    known = {"EXAMINE": OPEN, "SELECT": OPEN, **answers}
    return lambda verb: Say(known[verb] + ("" if "{tag}" in known[verb] else "\n{tag} OK done")) if verb in known else None


@pytest.fixture
def asked(authority: Authority, certificate: Issued) -> Callable[..., object]:
    """Return what a call gives on a server with these answers."""

    def ask(call: Callable[[ImapMailbox], object], capabilities: str = "IMAP4rev1 STARTTLS AUTH=PLAIN", **answers: str) -> object:
        with FaultyImap(certificate, answering(**answers), capabilities=capabilities) as server:
            where = Server("mail.clinic.example", server.port, Security.STARTTLS, "alice", str(authority.roots), "127.0.0.1")
            opened = ImapMailbox(where, "canary", Timeouts(20, 20))
            try:
                return call(opened)
            finally:
                opened.close()

    return ask


def state(box: ImapMailbox) -> FolderState:
    return box.state("INBOX")


def row(fields: str, uid: str = "UID 7", more: str = "FLAGS () RFC822.SIZE 9") -> str:
    return f"* 1 FETCH ({uid} {more} BODY[HEADER.FIELDS (FROM)]<0> {{{len(fields.encode()) + fields.count(chr(10))}}}\n{fields})"


@pytest.mark.parametrize(
    "opening",
    [
        "* 3 EXISTS",
        "* 3 EXISTS\n* OK [UIDVALIDITY 0] x",
        "* 3 EXISTS\n* OK [UIDVALIDITY 99999999999999999999] x",
        "* 3 EXISTS\n* OK [UIDVALIDITY x] x",
        "* OK [UIDVALIDITY 1] x",
    ],
)
def test_a_folder_without_a_numbering_is_not_opened(asked: Callable[..., object], opening: str) -> None:
    with pytest.raises(ServerRefused, match="not IMAP"):
        asked(state, EXAMINE=opening)


def test_numbers_that_cannot_be_are_not_told(asked: Callable[..., object]) -> None:
    opening = "* 3 EXISTS\n* OK [UIDVALIDITY 1] x\n* OK [UIDNEXT 99999999999] x\n* OK [HIGHESTMODSEQ 99999999999999999999] x"
    assert asked(state, EXAMINE=opening) == FolderState(1, 3, 0, 0)


def test_uids_that_cannot_be_are_left_out(asked: Callable[..., object]) -> None:
    answer = "* 1 FETCH (UID 0 FLAGS ())\n* 2 FETCH (UID 99999999999 FLAGS ())\n* 3 FETCH (UID 5 FLAGS (\\SEEN $Junk NIL 7))"
    assert asked(lambda box: box.flags(INBOX), FETCH=answer) == {5: Flags.SEEN}
    assert asked(lambda box: box.new_uids(INBOX, 3), SEARCH="* SEARCH 0 1 2 3 9 9 99999999999") == [3, 9]


def test_an_answer_that_nobody_asked_for_is_not_taken_for_another_message(asked: Callable[..., object]) -> None:
    answer = "\n".join(["* 7 FETCH (FLAGS (\\Deleted))", row("From: a@x.example\n\n"), row("From: b@x.example\n\n", "UID 8"), "* 9 EXISTS"])
    found = asked(lambda box: box.rows(INBOX, [7]), FETCH=answer)
    assert isinstance(found, list)
    (header,) = found
    assert (header.uid, header.sender, header.flags) == (7, "a@x.example", NO_FLAGS)


@pytest.mark.parametrize(
    "answer",
    ["* 1 FETCH", "* 1 FETCH ()))", "* 1 FETCH (UID)", "* x FETCH (UID 1)", "* 1 FETCH (UID x)", "* 1 FETCH 7", "* 1 FETCH (" + "(" * 5000],
)
def test_what_is_no_fetch_response_is_said_or_left_out(asked: Callable[..., object], answer: str) -> None:
    try:
        assert not asked(lambda box: box.rows(INBOX, [7]), FETCH=answer)
    except AccountError as error:
        assert "mail.clinic.example" in str(error)  # noqa: PT017 - both are right


@pytest.mark.parametrize("more", ["FLAGS NIL RFC822.SIZE NIL", "FLAGS 7 RFC822.SIZE (1 2)", 'FLAGS () RFC822.SIZE "x" INTERNALDATE 5'])
def test_values_of_wrong_types_give_a_row_all_the_same(asked: Callable[..., object], more: str) -> None:
    found = asked(lambda box: box.rows(INBOX, [7]), FETCH=row("Subject: s\n\n", more=more))
    assert isinstance(found, list)
    (header,) = found
    assert (header.subject, header.size, header.flags) == ("s", 0, NO_FLAGS)
    assert header.date == datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("* 1 FETCH (UID 7 RFC822.SIZE 100000001)", "larger than 100 MB"),
        ("* 1 FETCH (UID 7 BODY[] {99999999999}\nx", "more than this program takes"),
        ("* 1 FETCH (UID 7 BODY[] " + "x" * 1_000_001, "more than this program takes"),
    ],
)
def test_a_message_beyond_the_bounds_is_refused_before_it_is_kept(asked: Callable[..., object], answer: str, sentence: str) -> None:
    tracemalloc.start()
    with pytest.raises(TooLarge, match=sentence):
        asked(lambda box: box.fetch(INBOX, 7), FETCH=answer)
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()


def test_answers_without_end_are_refused(asked: Callable[..., object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_session, "_MAX_LINES", 1000)
    with pytest.raises(TooLarge, match="more than this program takes"):
        asked(lambda box: box.rows(INBOX, [7]), FETCH="\n".join(["* 1 FETCH (FLAGS ())"] * 2000))


def test_a_message_that_is_gone_is_said(asked: Callable[..., object]) -> None:
    with pytest.raises(NotThere, match="no longer has this message"):
        asked(lambda box: box.fetch(INBOX, 7), FETCH="* 1 FETCH (UID 8 BODY[] {1}\nx)")


@pytest.mark.parametrize(
    "told",
    [
        "",
        "[COPYUID 1 7 8 9]",
        "[COPYUID x 7 8]",
        "[COPYUID 1 1:4294967295 1:4294967295]",
        "[COPYUID 1 8 9]",
        "[COPYUID 1 7 0]",
        "[COPYUID 1 7 8:9]",
    ],
)
def test_what_the_server_says_of_a_move_is_believed_only_where_it_can_be(asked: Callable[..., object], told: str) -> None:
    moved = asked(lambda box: box.move(INBOX, [7], "Sent"), capabilities="IMAP4rev1 STARTTLS AUTH=PLAIN MOVE", MOVE=f"* OK {told} x")
    assert moved == Moved()


def test_a_folder_that_may_only_be_read_is_said(asked: Callable[..., object]) -> None:
    read_only = OPEN.replace("{tag} OK", "{tag} OK [READ-ONLY]")
    with pytest.raises(ServerRefused, match="read this folder but not change"):
        asked(lambda box: box.set_flags(INBOX, [7], Flags.SEEN, on=True), SELECT=read_only)


def test_folders_whose_names_nobody_can_read_are_left_out(asked: Callable[..., object]) -> None:
    names = ["INBOX", "&2AA-", "a&AAo-b", "x" * 2000, "7"]
    listed = "\n".join(f'* LIST () "/" {name}' for name in names)
    assert asked(lambda box: box.folders(), LIST=listed) == (Folder("INBOX", "inbox", ("INBOX",)), Folder("7", "", ("7",)))


PIECES = [b"From: ", b"Date: ", b"\r\n ", b"=?utf-7?q?+2AA-?=", b"\0", b"\xff", b"\r\n"]


@given(st.binary(max_size=2000) | st.lists(st.sampled_from(PIECES)).map(b"".join), st.binary(max_size=60))
def test_any_octets_give_a_row_of_one_line_texts(raw: bytes, received: bytes) -> None:
    response = {b"BODY[HEADER.FIELDS (FROM)]": raw, b"RFC822.SIZE": 1, b"INTERNALDATE": received}
    (header,) = headers({7: response})
    assert header.date.tzinfo
    assert 1970 <= header.date.year < 9999
    assert int(header.date.timestamp()) >= 0
    for text in (header.sender, header.to, header.subject, header.message_id):
        assert not {"\r", "\n", "\0"} & set(text)


def test_a_structure_that_nobody_can_read_costs_only_its_hint(authority: Authority, certificate: Issued) -> None:
    row = "* 1 FETCH (UID 7 RFC822.SIZE 9 FLAGS (){})\n{{tag}} OK done"
    asked = [row.format(" BODYSTRUCTURE " + "(" * 50_000 + ")" * 50_000), row.format("")]

    def script(verb: str) -> Fault | None:
        return Say(asked.pop(0)) if verb == "FETCH" else None

    with FaultyImap(certificate, script) as server:
        where = Server("mail.clinic.example", server.port, Security.STARTTLS, "alice", str(authority.roots), "127.0.0.1")
        with closing(ImapMailbox(where, "canary", Timeouts(20, 20))) as box:
            (found,) = box.rows(Place("INBOX", 1), [7])
            assert (found.uid, found.marks) == (7, NO_MARKS)
    assert not asked
