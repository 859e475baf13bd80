"""Alice's real program on a temporary data folder: key file, account, certificate, policy; her server does what a script says.

    office = Office(folder)                  # made once: certificates, bob's and dora's among them, the clinic's policy
    with FaultySmtp(office.certificate) as server:
        alice = Alice(office, tmp_path, server)
        with alice.session() as session: ...

Recipients: bob and dora have certificates, results@partner-lab.example has a gateway that enforces TLS, chen is inside, peter has nothing.
"""

import base64
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from functools import cached_property
from pathlib import Path
from textwrap import indent

from securemail_desktop.accounts.line import Timeouts
from securemail_desktop.accounts.settings import Account, Security, Server, accounts_document
from securemail_desktop.encryption.importing import import_file
from securemail_desktop.encryption.smime.identity import Identity
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Draft
from securemail_desktop.message.parse import parse_draft
from securemail_desktop.sending.state import Receipt, State
from securemail_desktop.session.session import Session
from securemail_desktop.store.database import Database, store_path
from securemail_desktop.store.settings import Settings
from tests.support.authority import Authority, Issued
from tests.support.faulty_smtp import FaultySmtp
from tests.support.pki import NOW, Wish, key_pem, pem, person, pki

ALICE = parse_address("Alice Nurse <alice@clinic.example>")
BOB, DORA, LAB = "bob@hospital.example", "dora@hospital.example", "results@partner-lab.example"
CHEN, PETER = "chen@clinic.example", "peter@webmail.example"
HOST = "mail.clinic.example"
HASTY = Timeouts(connect=1.0, reply=1.0, final=1.0)  # a busy machine answers later than one would think
CANARY = "Quillonia Vexfeather"
SECRET = f"Patient {CANARY}, MRN 99317742, has potassium 6.1 mmol/L.\n"
POLICY = """\
schema: 1
name: clinic
version: 1
inside: [clinic.example]
gateways: {{partner-lab.example: gateway.clinic.example}}
smime_anchors:
  - |
{anchors}
patient_data:
  outside: {{encrypt: [smime, openpgp, tls, portal], require: transport}}
  inside: {{require: clear}}
rules:
  - id: patient-data-outside
    title: Patient data leaves the clinic only protected
    when: {{phi: true, recipient: {{inside: false}}}}
    then: {{require: transport}}
    text: {{en: "Patient data leaves the clinic only protected."}}
"""


Scene = Callable[..., "Alice"]


class Office:
    """What is made once: the servers' certificate authority, the people's certificates, and alice's data folder as it is before the first message."""

    def __init__(self, folder: Path) -> None:
        self.authority = Authority(folder)
        self.certificate: Issued = self.authority.issue(HOST, "127.0.0.1", "localhost")
        self.pristine = folder / "pristine"
        self.key_file = folder / "alice.key"
        with closing(Session(self.pristine, self.key_file)) as session:
            session.vault.put("password", "clinic", b"secret")
            own = pem(pki().alice.certificate) + key_pem(pki().alice.key)
            for content in (own, pem(pki().issuing.certificate), pem(pki().bob.certificate), pem(self.dora.certificate)):
                import_file(content.encode(), "", True, session.ring, NOW)
            session.settings.put("accounts", accounts_document([]))
            session.remember(parse_address(spec) for spec in (BOB, DORA, LAB, CHEN, PETER))

    @cached_property
    def dora(self) -> Identity:
        return person(Wish(DORA), pki().issuing)

    def write_policy(self, folder: Path, text: str = POLICY) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "policy.yaml").write_text(text.format(anchors=indent(pem(pki().root.certificate), " " * 4)), "utf-8")
        return folder


class Alice:
    """Her program, its data in `folder / "data"`, its policy in `folder / "policy"`."""

    def __init__(self, office: Office, folder: Path, server: FaultySmtp, imap_port: int = 0) -> None:
        self.office, self.server = office, server
        self.data, self.key_file, self.folder = folder / "data", office.key_file, folder
        self.policy = folder / "policy"
        self.timeouts = HASTY
        self._imap_port = imap_port
        self.start_anew()

    def start_anew(self) -> None:
        """Forget everything that was sent, here and on the server."""
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.copytree(self.office.pristine, self.data)
        self.office.write_policy(self.policy)
        with self._settings() as settings:
            settings.put("accounts", accounts_document([self.account(self._imap_port)]))
            settings.put("policy-folder", str(self.policy))
        self.server.taken.clear()
        self.server.messages.clear()

    def account(self, imap_port: int = 0) -> Account:
        return Account("clinic", ALICE, self._place(self.server.port), self._place(imap_port) if imap_port else None)

    @contextmanager
    def session(self, later: timedelta = timedelta()) -> Iterator[Session]:
        """Start her program; `later` lets its clock go fast."""
        with closing(Session(self.data, self.key_file, self.timeouts, lambda: datetime.now(UTC) + later)) as session:
            yield session

    def file(
        self, *to: str, name: str = "message.eml", message_id: str = "<m1@clinic.example>", text: str = SECRET, more: str = ""
    ) -> Path:
        """Write a message file."""
        path = self.folder / name
        path.write_bytes(self._bytes(to, message_id, text, more))
        return path

    def _bytes(self, to: tuple[str, ...], message_id: str, text: str, more: str) -> bytes:
        head = f"From: {ALICE.spec}\nTo: {', '.join(to)}\n{more}Subject: Result\nMessage-ID: {message_id}\nMIME-Version: 1.0\n"
        return f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}".replace("\n", "\r\n").encode()

    def draft(self, *to: str, message_id: str = "<m1@clinic.example>", text: str = SECRET, more: str = "") -> Draft:
        return parse_draft(self._bytes(to, message_id, text, more))

    @contextmanager
    def _settings(self) -> Iterator[Settings]:
        with closing(Database(store_path(self.data), bytes.fromhex(self.key_file.read_text().strip()))) as database:
            yield Settings(database)

    def _place(self, port: int) -> Server:
        return Server(HOST, port, Security.STARTTLS, ALICE.spec, str(self.office.authority.roots), "127.0.0.1")


def send(session: Session, draft: Draft, channel: str = "cli") -> tuple[Receipt, ...]:
    """Review and send at once, without answers."""
    return session.send(session.review(draft, channel), {}, channel)


def states(receipts: Iterable[Receipt]) -> dict[str, State]:
    """Return where each recipient stands."""
    return {r.recipient.address.spec: r.state for r in receipts}


def clear(content: bytes) -> bool:
    """Say whether the canary can be read in the bytes: as they are, or in any decoded part."""
    parts = [part.get_payload(decode=True) or b"" for part in message_from_bytes(content, policy=default).walk() if not part.is_multipart()]
    needles = (CANARY.encode(), base64.b64encode(CANARY.encode())[:-4])
    return any(needle in text for text in (content, *parts) for needle in needles if isinstance(text, bytes))


_JARGON = re.compile(r"Traceback|errno|\bNone\b|\w(Error|Exception)\b|\b(IMAP|SMTP|SQL\w*|socket|S/MIME|CMS|X\.509|PGP)\b|[{}<>\[\]\\]")
_FOR_IT = re.compile(r" \([^)]*\)")  # codes that people read out to their IT stand in brackets


def one_sentence(text: str) -> str:
    """Return the text, which must be one sentence for people: it begins large or with an address, ends once, and holds no word of the machinery."""
    assert re.fullmatch(r"([A-Z]|\S+@)[^\n]{10,280}\.", text), text
    assert not re.search(r"[.!?] [A-Z]", text), f"more than one sentence: {text}"
    assert not _JARGON.search(_FOR_IT.sub("", text)), f"jargon: {text}"
    assert CANARY not in text
    return text
