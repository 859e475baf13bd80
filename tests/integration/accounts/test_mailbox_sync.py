"""What keeping a copy of a mailbox needs, on Dovecot and on the demo's pymap."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from securemail_desktop.accounts.errors import NotThere, Renumbered
from securemail_desktop.accounts.protocol import Mailbox, Place
from securemail_desktop.message.flags import NO_FLAGS, Flags
from securemail_desktop.message.marks import NO_MARKS, Marks
from tests.support.authority import Authority
from tests.support.mailboxes import HOST, START, MailServer, dovecot_mailbox, letter, pymap_mailbox


@pytest.fixture(scope="module", params=["dovecot", "pymap"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    authority = Authority(tmp_path_factory.mktemp("authority"))
    certificate = authority.issue(HOST, "127.0.0.1")
    folder = tmp_path_factory.mktemp("server")
    with dovecot_mailbox(authority, certificate) if request.param == "dovecot" else pymap_mailbox(authority, certificate, folder) as box:
        yield box


@pytest.fixture
def box(server: MailServer) -> Iterator[Mailbox]:
    with closing(server.open()) as opened:
        yield opened


@pytest.fixture
def place(server: MailServer, box: Mailbox) -> Place:
    """Make a folder with three letters, One, Two and Three."""
    name = f"Work-{uuid4()}"
    server.file(letter("One"), letter("Two"), letter("Three"), folder=name)
    return Place(name, box.state(name).validity)


def subjects(box: Mailbox, folder: str) -> list[str]:
    return [row.subject for row in box.headers(folder, 100)]


def test_the_state_tells_what_is_new(server: MailServer, box: Mailbox, place: Place) -> None:
    before = box.state(place.folder)
    assert (before.count, before.validity) == (3, place.validity)
    assert before.next_uid > max(box.flags(place))
    assert box.new_uids(place, before.next_uid) == []
    server.file(letter("Four"), folder=place.folder)
    after = box.state(place.folder)
    (uid,) = box.new_uids(place, before.next_uid)
    assert (after.count, after.next_uid > uid) == (4, True)
    (row,) = box.rows(place, [uid, uid + 1])
    assert (row.uid, row.subject, row.flags, row.sender) == (uid, "Four", NO_FLAGS, "Bob Meyer <bob@hospital.example>")
    assert row.date.tzinfo
    assert timedelta() < row.date - START < timedelta(days=364)


def test_flags_are_set_cleared_and_told(server: MailServer, box: Mailbox, place: Place) -> None:
    one, two, three = sorted(box.flags(place))
    before = box.state(place.folder)
    box.set_flags(place, [one, two], Flags.SEEN | Flags.FLAGGED, on=True)
    box.set_flags(place, [two, three], Flags.SEEN, on=False)
    assert box.flags(place) == {one: Flags.SEEN | Flags.FLAGGED, two: Flags.FLAGGED, three: NO_FLAGS}
    if before.modseq:
        assert box.changed_flags(place, before.modseq) == {one: Flags.SEEN | Flags.FLAGGED, two: Flags.FLAGGED}
        now = box.state(place.folder).modseq
        assert now > before.modseq
        assert box.changed_flags(place, now) == {}
    box.set_flags(place, [99_999], Flags.SEEN, on=True)


def test_moving_takes_these_messages_and_tells_where_they_went(box: Mailbox, place: Place) -> None:
    one, two, three = sorted(box.flags(place))
    target = f"New-{uuid4()}"
    moved = box.move(place, [one, three], target)
    assert subjects(box, place.folder) == ["Two"]
    assert subjects(box, target) == ["Three", "One"]
    there = box.state(target)
    assert moved.validity == there.validity
    rows = {row.uid: row.subject for row in box.rows(Place(target, there.validity), list(moved.uids.values()))}
    assert {old: rows[new] for old, new in moved.uids.items()} == {one: "One", three: "Three"}
    assert two not in moved.uids


def test_without_move_a_message_is_copied_and_only_that_one_removed(box: Mailbox, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two, _ = sorted(box.flags(place))
    box.set_flags(place, [two], Flags.DELETED, on=True)  # by another program, which may still take it back
    monkeypatch.setattr("imapclient.IMAPClient.has_capability", lambda _, name: name in {"UIDPLUS", "AUTH=PLAIN", "STARTTLS"})
    moved = box.move(place, [one], "Sent")
    assert list(moved.uids) == [one]
    assert sorted(subjects(box, place.folder)) == ["Three", "Two"]
    monkeypatch.setattr("imapclient.IMAPClient.has_capability", lambda _, name: name in {"AUTH=PLAIN", "STARTTLS"})
    box.delete(place, [max(box.flags(place))])
    assert sorted(subjects(box, place.folder)) == ["Three", "Two"]
    assert set(box.flags(place).values()) == {Flags.DELETED}


def test_deleting_takes_only_these(box: Mailbox, place: Place) -> None:
    one, two, three = sorted(box.flags(place))
    box.set_flags(place, [two], Flags.DELETED, on=True)
    box.delete(place, [one])
    assert box.flags(place) == {two: Flags.DELETED, three: NO_FLAGS}


def test_nothing_is_done_in_a_folder_that_was_numbered_anew(box: Mailbox, place: Place) -> None:
    old = Place(place.folder, place.validity + 1)
    uids = sorted(box.flags(place))
    for act in (
        lambda: box.move(old, uids, "Sent"),
        lambda: box.delete(old, uids),
        lambda: box.set_flags(old, uids, Flags.SEEN, on=True),
        lambda: box.fetch(old, uids[0]),
        lambda: box.rows(old, uids),
        lambda: box.flags(old),
        lambda: box.new_uids(old, 1),
    ):
        with pytest.raises(Renumbered, match="numbered the folder"):
            act()
    assert box.flags(place) == dict.fromkeys(uids, NO_FLAGS)


def test_a_folder_that_is_gone_is_said(box: Mailbox) -> None:
    gone = Place("No such folder", 0)
    for act in (
        lambda: box.state(gone.folder),
        lambda: box.rows(gone, [1]),
        lambda: box.delete(gone, [1]),
        lambda: box.move(gone, [1], "Sent"),
    ):
        with pytest.raises(NotThere):
            act()
    with pytest.raises(NotThere):
        box.fetch(Place("INBOX", 0), 999_999)


MANY = "To: " + ",\r\n ".join(f"somebody.{n}@hospital.example" for n in range(10_000)) + "\r\n"
ODD = [
    (
        "ten thousand recipients",
        MANY + "Subject: s\r\nDate: Tue, 24 Nov 2026 09:00:00 +0100\r\n",
        "s",
        datetime(2026, 11, 24, 8, tzinfo=UTC),
    ),
    ("8-bit", "Subject: Pr\u00fcfung\r\nDate: Tue, 24 Nov 2026 09:00:00 +0000\r\n", "Prüfung", datetime(2026, 11, 24, 9, tzinfo=UTC)),
    ("folded", "Subject: a\r\n\tb\r\nDate: Tue,\r\n 24 Nov 2026 09:00:00 +0000\r\n", "a b", datetime(2026, 11, 24, 9, tzinfo=UTC)),
    ("no date", "Subject: s\r\n", "s", None),
    ("no readable date", "Subject: s\r\nDate: yesterday\r\n", "s", None),
    ("no possible date", "Subject: s\r\nDate: Tue, 99 Foo 2026 99:99:99 +9999\r\n", "s", None),
    ("a date far ahead", "Subject: s\r\nDate: Tue, 24 Nov 2099 09:00:00 +0000\r\n", "s", None),
    ("nothing", "X: y\r\n", "", None),
]


@pytest.mark.parametrize(("head", "subject", "date"), [case[1:] for case in ODD], ids=[case[0] for case in ODD])
def test_odd_headers_give_a_row(server: MailServer, box: Mailbox, head: str, subject: str, date: datetime | None) -> None:
    folder = f"Odd-{uuid4()}"
    server.file(head.encode() + b"\r\nbody\r\n", folder=folder)
    (row,) = box.headers(folder, 5)
    assert row.subject == subject
    if date:
        assert row.date == date
    else:
        assert abs((datetime.now(UTC) - row.date).total_seconds()) < 3600
    assert len(row.to) < 10_000


def typed(name: str, content_type: str, body: str) -> bytes:
    return f"From: bob@hospital.example\r\nSubject: {name}\r\nMIME-Version: 1.0\r\nContent-Type: {content_type}\r\n\r\n{body}".encode()


def parts(*bodies: str) -> str:
    return "".join(f"--x\r\n{body}\r\n" for body in bodies) + "--x--\r\n"


WORDS = "Content-Type: text/plain\r\n\r\nHello"
PDF = 'Content-Type: application/pdf\r\nContent-Disposition: attachment;\r\n filename="a.pdf"\r\n\r\n%PDF'
SIGNATURE = "Content-Type: application/pgp-signature\r\n\r\nx"


def test_hints_of_the_inside_come_without_the_message(server: MailServer, box: Mailbox) -> None:
    folder = f"Kinds-{uuid4()}"
    server.file(
        letter("plain"),
        typed("files", "multipart/mixed; boundary=x", parts(WORDS, PDF)),
        typed("no files", "multipart/mixed; boundary=x", parts(WORDS, WORDS)),
        typed("signed", "multipart/signed; boundary=x; protocol=application/pgp-signature", parts(WORDS, SIGNATURE)),
        typed("sealed", "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "AAAA\r\n"),
        folder=folder,
    )
    place = Place(folder, box.state(folder).validity)
    found = {row.subject: row.marks for row in box.rows(place, sorted(box.flags(place)))}
    assert found == {
        "plain": NO_MARKS,
        "files": Marks.ATTACHED,
        "no files": NO_MARKS,
        "signed": Marks.SIGNED,
        "sealed": Marks.ENCRYPTED,
    }


def test_a_forwarded_message_is_told_apart(box: Mailbox, place: Place) -> None:
    one, *_ = sorted(box.flags(place))
    box.set_flags(place, [one], Flags.FORWARDED, on=True)
    assert box.flags(place)[one] in {Flags.FORWARDED, NO_FLAGS}  # pymap keeps no keywords
