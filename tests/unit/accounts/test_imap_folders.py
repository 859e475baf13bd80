"""The list of folders of servers as they are: levels, namespaces, names in modified UTF-7, counts, and what must be left out."""

from contextlib import closing

import pytest

from securemail_desktop.accounts.errors import ServerRefused
from securemail_desktop.accounts.imap import ImapMailbox
from securemail_desktop.accounts.line import Timeouts
from securemail_desktop.accounts.protocol import Folder
from securemail_desktop.accounts.settings import Security, Server
from tests.support.authority import Authority, Issued
from tests.support.faulty_imap import FaultyImap
from tests.support.faulty_smtp import Fault, Say

PLAIN = "IMAP4rev1 STARTTLS AUTH=PLAIN"


@pytest.fixture
def listed(authority: Authority, certificate: Issued):  # type: ignore[no-untyped-def]
    """Return what a server with these lines in answer to LIST is said to have."""

    def ask(lines: str, capabilities: str = PLAIN, namespace: str = '(("" "/")) NIL NIL') -> tuple[Folder, ...]:
        answers = {"LIST": f"{lines}\n{{tag}} OK listed", "NAMESPACE": f"* NAMESPACE {namespace}\n{{tag}} OK done"}

        def script(verb: str) -> Fault | None:
            return Say(answers[verb]) if verb in answers else None

        with FaultyImap(certificate, script, capabilities=capabilities) as server:
            where = Server("mail.clinic.example", server.port, Security.STARTTLS, "alice", str(authority.roots), "127.0.0.1")
            with closing(ImapMailbox(where, "canary", Timeouts(20, 20))) as box:
                return tuple(box.folders())

    return ask


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ('* LIST () "/" "Projects/Diabetes study"', ("Projects", "Diabetes study")),
        ('* LIST () "." Projects.2026.July', ("Projects", "2026", "July")),
        ('* LIST () "\\\\" "Projects\\\\2026"', ("Projects", "2026")),
        ('* LIST () "|" "A/B|C"', ("A/B", "C")),
        ("* LIST () NIL Flat/Name", ("Flat/Name",)),
        ('* LIST () "/" inbox/Work', ("INBOX", "Work")),
        ('* LIST () "/" "Entw&APw-rfe/&ZeVnLIqe-"', ("Entwürfe", "日本語")),
        ('* LIST () "/" "Q&-A"', ("Q&A",)),
        ('* LIST () "/" "/odd//"', ("odd",)),
    ],
)
def test_names_and_levels(listed, line: str, path: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    (folder,) = listed(line)
    assert folder.path == path


def test_a_prefix_that_all_own_folders_have_is_not_read(listed) -> None:  # type: ignore[no-untyped-def]
    lines = '* LIST () "." INBOX\n* LIST () "." INBOX.Sent\n* LIST () "." INBOX.Work.Old\n* LIST () "." shared.Ward'
    found = listed(lines, f"{PLAIN} NAMESPACE", '(("INBOX." ".")) NIL (("shared." "."))')
    assert [folder.path for folder in found] == [("INBOX",), ("Sent",), ("Work", "Old"), ("shared", "Ward")]
    assert [folder.role for folder in found] == ["inbox", "sent", "", ""]


@pytest.mark.parametrize("namespace", ["NIL NIL NIL", '(("" NIL)) NIL NIL'])
def test_a_server_without_own_namespace_or_levels_has_no_prefix(listed, namespace: str) -> None:  # type: ignore[no-untyped-def]
    (folder,) = listed('* LIST () "/" "A/B"', f"{PLAIN} NAMESPACE", namespace)
    assert folder.path == ("A", "B")


def test_what_holds_no_messages_or_cannot_be_named_again_is_left_out(listed) -> None:  # type: ignore[no-untyped-def]
    lines = "\n".join(
        f'* LIST ({attributes}) "/" "{name}"'
        for attributes, name in (
            ("\\Noselect", "Projects"),
            ("\\NonExistent", "Gone"),
            ("\\noSELECT \\HasChildren", "[Gmail]"),
            ("", "broken &&& name"),
            ("", "half &2AA- pair"),
            ("", "written &AGE- otherwise"),
            ("", "kept"),
        )
    )
    assert [folder.name for folder in listed(lines)] == ["kept"]


def test_counts_come_with_the_list_where_the_server_can(listed) -> None:  # type: ignore[no-untyped-def]
    lines = (
        '* LIST () "/" INBOX\n* STATUS INBOX (MESSAGES 3 UNSEEN 2 UIDNEXT 9)\n* LIST () "/" "Entw&APw-rfe"\n'
        '* STATUS "Entw&APw-rfe" (UNSEEN 0 UIDNEXT 5 MESSAGES 4 X 7)\n* LIST () "/" Odd\n* STATUS Odd (MESSAGES -3 UNSEEN x)\n'
        '* LIST () "/" Untold'
    )
    found = listed(lines, f"{PLAIN} LIST-EXTENDED LIST-STATUS SPECIAL-USE")
    assert [(folder.count, folder.unseen, folder.next_uid) for folder in found] == [(3, 2, 9), (4, 0, 5), (-1, -1, 0), (-1, -1, 0)]


@pytest.mark.parametrize("line", ['* LIST () "/"', '* LIST x "/" INBOX', '* LIST () "/" INBOX more'])
def test_what_is_no_list_is_refused(listed, line: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ServerRefused):
        listed(line)
