"""A mailbox over IMAP: RFC 9051 and 3501, RFC 6154 special folders, RFC 4315 UIDs; messages are read without being marked as seen."""

from collections.abc import Iterator, Sequence
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32

from imapclient import IMAPClient
from imapclient.imapclient import SEEN

from securemail_desktop.accounts.errors import NotThere
from securemail_desktop.accounts.folder_roles import with_roles
from securemail_desktop.accounts.imap_session import ImapSession
from securemail_desktop.accounts.line import Line, Timeouts
from securemail_desktop.accounts.protocol import Folder, Header, Hop
from securemail_desktop.accounts.settings import Server
from securemail_desktop.message.encoded_word import decode

_PATIENT = Timeouts()
_FIELDS = "BODY.PEEK[HEADER.FIELDS (FROM TO SUBJECT DATE MESSAGE-ID)]"


class ImapMailbox:
    """Reads and files mail on one IMAP server; a `Mailbox` and `Checkable`."""

    def __init__(self, server: Server, password: str, timeouts: Timeouts = _PATIENT) -> None:
        """Keep how to connect."""
        self._line = Line(server, timeouts)
        self._session = ImapSession(self._line, password)

    def folders(self) -> Sequence[Folder]:
        """Return all folders that can hold messages."""
        with self._session.working() as client:
            listed = _list(client)
        return with_roles((attributes, delimiter, name) for attributes, delimiter, name in listed if "\\noselect" not in attributes)

    def headers(self, folder: str, newest: int) -> Sequence[Header]:
        """Return the newest rows of a folder, newest first; raise `NotThere`."""
        with self._session.working() as client:
            count = int(client.select_folder(folder, readonly=True)[b"EXISTS"])
            if not count or newest <= 0:
                return ()
            client.use_uid = False  # the newest are known by position
            try:
                rows = client.fetch(range(max(1, count - newest + 1), count + 1), ["UID", "FLAGS", "RFC822.SIZE", _FIELDS])
            finally:
                client.use_uid = True
            return tuple(_header(rows[position]) for position in sorted(rows, reverse=True))

    def fetch(self, folder: str, uid: int) -> bytes:
        """Return one whole message; raise `NotThere`."""
        with self._session.working() as client:
            client.select_folder(folder, readonly=True)
            content = client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
        if not isinstance(content, bytes):
            raise NotThere(f"The folder {folder} no longer has this message.")
        return content

    def append(self, folder: str, message: bytes, *, seen: bool) -> None:
        """File one message; a missing folder is made."""
        flags = (SEEN,) if seen else ()
        try:
            with self._session.working() as client:
                client.append(folder, message, flags)
        except NotThere:
            with self._session.working() as client:
                client.create_folder(folder)
                client.append(folder, message, flags)

    def find(self, folder: str, message_id: str) -> bool:
        """Say whether the folder holds a message with this Message-ID; a folder that does not exist holds none."""
        try:
            with self._session.working() as client:
                client.select_folder(folder, readonly=True)
                return bool(client.search(["HEADER", "Message-ID", message_id]))
        except NotThere:
            return False

    def check(self) -> Iterator[Hop]:
        """Yield each hop that works; raise the `AccountError` of the first that does not."""
        yield from self._session.opening()
        found = self.folders()
        roles = ", ".join(f"{folder.role} is {folder.name}" for folder in found if folder.role)
        yield Hop("folders", f"{len(found)} ({roles or 'none with a known role'})")
        self._session.quit()

    def interrupt(self) -> None:
        """End whatever is under way, from any thread."""
        self._line.interrupt()

    def close(self) -> None:
        """End the session politely."""
        self._session.quit()


def _list(client: IMAPClient) -> list[tuple[tuple[str, ...], str, str]]:
    pattern = '"*" RETURN (SPECIAL-USE)' if client.has_capability("SPECIAL-USE") else '"*"'
    # IMAPClient has no extended LIST (RFC 5258), and servers need not tell special uses in a plain one
    kind, answer = client._imap._simple_command("LIST", '""', pattern)  # noqa: SLF001
    client._checkok("LIST", kind, answer)  # noqa: SLF001
    rows = client._proc_folder_list(client._imap._untagged_response(kind, answer, "LIST")[1])  # noqa: SLF001
    return [
        (tuple(flag.decode("ascii", "replace").lower() for flag in flags), (mark or b"").decode("ascii"), name)
        for flags, mark, name in rows
    ]


def _header(row: dict[bytes, object]) -> Header:
    # servers name the section as they like: quoted, in their own order
    raw = next((value for key, value in row.items() if key.startswith(b"BODY[HEADER.FIELDS")), b"")
    uid, size, flags = row[b"UID"], row[b"RFC822.SIZE"], row[b"FLAGS"]
    assert isinstance(uid, int)
    assert isinstance(size, int)
    assert isinstance(flags, tuple)
    fields = BytesHeaderParser(policy=compat32).parsebytes(raw if isinstance(raw, bytes) else b"")
    sender, to, subject, date, message_id = (_text(fields, name) for name in ("From", "To", "Subject", "Date", "Message-ID"))
    return Header(uid, sender, to, subject, date, message_id, seen=SEEN in flags, size=size)


def _text(fields: "Message[str, str]", name: str) -> str:
    raw = fields.get(name, "")
    unfolded = "".join(str(raw).splitlines()).strip()
    return decode(unfolded)
