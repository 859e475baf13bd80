"""The clinic's own mail server: STARTTLS and sign-in are required; mail is passed on to the other domains' servers at once.

To domains of the gateway's list it passes mail on over verified TLS only, as policy says that it does.
"""

import asyncio
import mailbox
import smtplib
import ssl
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from securemail_desktop.demo.mx import Mx
from securemail_desktop.demo.people import INSIDE, MAIL_HOST, PASSWORD
from securemail_desktop.demo.ports import free_port


class SubmissionServer:
    """The clinic's submission service. `gateways` are domains to which TLS is enforced."""

    def __init__(
        self, tls: ssl.SSLContext, roots: Path, servers: Mapping[str, Mx], gateways: frozenset[str], maildirs: Path, user: str
    ) -> None:
        """Prepare the listener."""
        self.port = free_port()
        self._roots = ssl.create_default_context(cafile=str(roots))
        self._servers = servers
        self._gateways = gateways
        self._maildirs = maildirs
        self._user = user
        self._number = 0
        self._tls = tls
        self._controller: Controller | None = None

    def start(self) -> None:
        """Listen; also again after `stop`, on the same port."""
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            tls_context=self._tls,
            require_starttls=True,
            auth_required=True,
            authenticator=self._authenticate,
            server_hostname=MAIL_HOST,
            enable_SMTPUTF8=True,
        )
        self._controller.start()

    def stop(self) -> None:
        """Listen no more."""
        if self._controller is not None:
            self._controller.stop(no_assert=True)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        """Refuse whom nobody knows."""
        domain = address.rpartition("@")[2].lower()
        if domain != INSIDE and domain not in self._servers:
            return f"550 5.1.2 The domain {domain} does not exist"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Pass one message on; a neighbour that is away makes the whole submission temporary."""
        try:
            await asyncio.to_thread(self._pass_on, envelope.mail_from, envelope.rcpt_tos, envelope.content)
        except (OSError, smtplib.SMTPException):
            return "451 4.4.1 The next server cannot be reached"
        self._number += 1
        return f"250 2.0.0 Ok: queued as DEMO{self._number:04}"

    def _authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        good = isinstance(data, LoginPassword) and data.login == self._user.encode() and data.password == PASSWORD.encode()
        return AuthResult(success=good, handled=False)

    def _pass_on(self, sender: str, recipients: list[str], content: bytes) -> None:
        by_domain: dict[str, list[str]] = defaultdict(list)
        for recipient in recipients:
            by_domain[recipient.rpartition("@")[2].lower()].append(recipient)
        for domain, some in by_domain.items():
            if domain == INSIDE:
                self._file(some, content)
            else:
                self._relay(domain, sender, some, content)

    def _relay(self, domain: str, sender: str, recipients: list[str], content: bytes) -> None:
        with smtplib.SMTP("127.0.0.1", self._servers[domain].port, local_hostname=MAIL_HOST, timeout=10) as next_hop:
            next_hop.ehlo()
            if domain in self._gateways:
                # smtplib checks the certificate against the name that it was given; the name is the domain's, the connection is on loopback.
                next_hop._host = f"mx.{domain}"  # type: ignore[attr-defined] # noqa: SLF001
                next_hop.starttls(context=self._roots)
            next_hop.sendmail(sender, recipients, content)

    def _file(self, recipients: list[str], content: bytes) -> None:
        for recipient in recipients:
            folder = self._maildirs / recipient.rpartition("@")[0].lower()
            mailbox.Maildir(folder, create=True).add(content)
