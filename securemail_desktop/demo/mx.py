"""The other organisations' mail servers: one listener a domain, which counts what arrives by (Message-ID, recipient).

What arrives is kept as message files, so that a newcomer can look at what really went over the wire.
"""

import ssl
from collections import Counter
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from securemail_desktop.demo.ports import free_port


class Mx:
    """One domain's server. `arrived` counts by (Message-ID, recipient); `over_tls` says whether every message came over TLS."""

    def __init__(self, domain: str, folder: Path, tls: ssl.SSLContext | None) -> None:
        """Prepare the listener; `tls` is None for a server that offers no STARTTLS."""
        self.domain = domain
        self.port = free_port()
        self.arrived: Counter[tuple[str, str]] = Counter()
        self.over_tls = True
        self._folder = folder / domain
        self._tls = tls
        self._controller: Controller | None = None

    def start(self) -> None:
        """Listen; also again after `stop`, on the same port."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, tls_context=self._tls, server_hostname=f"mx.{self.domain}"
        )
        self._controller.start()

    def stop(self) -> None:
        """Listen no more."""
        if self._controller is not None:
            self._controller.stop(no_assert=True)

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take one message."""
        message_id = str(message_from_bytes(envelope.content, policy=SMTP)["Message-ID"])
        self.over_tls = self.over_tls and session.ssl is not None
        for recipient in envelope.rcpt_tos:
            self.arrived[message_id, recipient.casefold()] += 1
        number = sum(1 for _ in self._folder.iterdir()) + 1
        file = self._folder / f"{number:04}.eml"
        file.touch(mode=0o600)
        file.write_bytes(envelope.content)
        return f"250 2.0.0 Ok: queued as MX{number:04}"
