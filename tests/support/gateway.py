"""The organisation's outgoing mail server: a real Postfix with the settings of `installers/server/postfix/`, the filter, and servers that take mail.

with Sink() as outside, Milter(folder, keys, "clinic.example") as milter, Gateway(folder, certificate, routes, [milter.settings]) as gateway: ...
"""

import os
import smtplib
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any, Self, TypeVar

from aiosmtpd.controller import Controller

from securemail_desktop.accounts.line import Timeouts
from securemail_desktop.accounts.settings import Account, Security, Server, accounts_document
from tests.support.alice import ALICE, HOST, Alice, Office
from tests.support.authority import Issued
from tests.support.postfix import SERVICES, PostfixServer
from tests.support.servers import as_root, free_port, wait_for_port

T = TypeVar("T")
SNIPPETS = Path(__file__).parents[2] / "installers" / "server" / "postfix"
_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.clinic.example
mydomain = clinic.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
alias_maps =
alias_database =
local_transport = error:no local
default_transport = error:no route in tests
relay_domains = {domains}
transport_maps = inline:{{ {routes} }}
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_tls_cert_file = {folder}/server.pem
smtpd_tls_key_file = {folder}/server.key
smtpd_tls_security_level = may
smtpd_peername_lookup = no
smtp_host_lookup = native
smtp_dns_support_level = disabled
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
"""
_SMTP = """
{port} inet n - n - - smtpd
smtp unix - - n - - smtp
relay unix - - n - - smtp
pickup unix n - n 60 1 pickup
"""


class Sink:
    """A mail server that takes everything; `arrived` are (recipients, message) in their order. `tls` is None for one without STARTTLS."""

    def __init__(self, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1", port: int = 0) -> None:
        self.port = port or free_port()
        self.arrived: list[tuple[tuple[str, ...], Message]] = []
        self.over_tls: list[bool] = []
        self._controller = Controller(self, hostname=host, port=self.port, tls_context=tls, server_hostname="mx.example")

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop(no_assert=True)

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.over_tls.append(session.ssl is not None)
        self.arrived.append((tuple(sorted(envelope.rcpt_tos)), message_from_bytes(envelope.content)))
        return "250 2.0.0 Ok: queued"

    def wait(self, message_id: str) -> Message:
        """Return the message with this id as soon as it arrives."""
        return until(lambda: next((message for _, message in list(self.arrived) if message["Message-ID"] == message_id), None))

    def recipients(self) -> set[str]:
        return {recipient for recipients, _ in self.arrived for recipient in recipients}


class Milter:
    """The filter in a process of its own, as systemd starts it."""

    def __init__(self, folder: Path, keys: Path, *inside: str, more: Sequence[str] = ()) -> None:
        self._folder, self._port = folder, free_port()
        data = folder / "milter"
        options = [option for domain in inside for option in ("--inside", domain)]
        self._command = [
            *(sys.executable, "-m", "securemail_desktop", "serve", "--role", "milter", "--listen", f"inet:127.0.0.1:{self._port}"),
            *("--keys", str(keys), "--data", str(data), *options, *more),
        ]

    @property
    def settings(self) -> str:
        """Return the lines for main.cf, which are those that are installed."""
        text = (SNIPPETS / "milter.cf").read_text()
        assert "127.0.0.1:8891" in text
        return text.replace("127.0.0.1:8891", f"127.0.0.1:{self._port}")

    def start(self) -> None:
        with (self._folder / "milter.log").open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=dict(os.environ))
        wait_for_port(self._port, self._process, self._folder / "milter.log", seconds=90)

    def stop(self) -> int:
        self._process.terminate()
        return self._process.wait(60)

    def log(self) -> str:
        return (self._folder / "milter.log").read_text()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self.stop()


class Gateway(PostfixServer):
    """The server; `routes` are ports of 127.0.0.1 by domain, `settings` further lines of main.cf, `services` of master.cf."""

    def __init__(
        self, folder: Path, certificate: Issued, routes: Mapping[str, str], settings: Sequence[str] = (), services: str = ""
    ) -> None:
        self.port = free_port()
        table = ", ".join(f"{{ {domain} = {route} }}" for domain, route in routes.items())
        main = _MAIN.format(folder=folder, domains=", ".join(routes), routes=table) + "\n".join(settings)
        super().__init__(folder, certificate, main, _SMTP.format(port=self.port) + services + SERVICES, (self.port,))

    def send(self, message: bytes, *recipients: str, sender: str = "alice@clinic.example") -> tuple[int, str]:
        """Hand a message over as any program does; return the reply that ended it."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as client:
            try:
                client.sendmail(sender, recipients, message)
            except smtplib.SMTPResponseException as error:
                return error.smtp_code, error.smtp_error.decode() if isinstance(error.smtp_error, bytes) else error.smtp_error
            except smtplib.SMTPRecipientsRefused as error:
                return next((code, text.decode()) for code, text in error.recipients.values())
            return 250, ""

    def send_locally(self, message: bytes, *recipients: str) -> None:
        """Hand a message over as a program on the server itself does."""
        command = as_root("/usr/sbin/sendmail", "-C", self._etc, "-f", "root@clinic.example", *recipients)
        subprocess.run(command, input=message.replace(b"\r\n", b"\n"), check=True, capture_output=True, timeout=60)

    def queue(self) -> str:
        """Return what waits, with the reasons."""
        return self._run("/usr/sbin/postqueue", "-c", self._etc, "-j")


def until(found: Callable[[], T | None], seconds: float = 60.0) -> T:
    """Return what is looked for as soon as it is there."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if (value := found()) is not None:
            return value
        time.sleep(0.05)
    raise AssertionError("it did not come")


@dataclass
class _Place:
    """What `Alice` wants of a server."""

    port: int
    taken: list[object] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)


def desk_at(port: int, office: Office, folder: Path, policy: str) -> Alice:
    """Return alice's program with a server on this port, which wants no sign-in."""
    alice = Alice(office, folder, _Place(port))  # type: ignore[arg-type]
    alice.timeouts = Timeouts()  # a real server on a busy machine takes its time
    office.write_policy(alice.policy, policy)
    use_server(alice, port)
    return alice


def use_server(alice: Alice, port: int) -> None:
    """Hand mail over to another server from now on."""
    place = Server(HOST, port, Security.STARTTLS, "", str(alice.office.authority.roots), "127.0.0.1")
    with alice.session() as session:
        session.settings.put("accounts", accounts_document([Account("clinic", ALICE, place)]))
