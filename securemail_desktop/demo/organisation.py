"""The demo organisation's servers on loopback: submission, mailboxes, the other domains' mail servers, the central server."""

import ssl
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from securemail_desktop.demo.imap import ImapServer
from securemail_desktop.demo.mx import Mx
from securemail_desktop.demo.people import ALICE, PARTNER, outside_domains
from securemail_desktop.demo.submission import SubmissionServer
from securemail_desktop.demo.world import World
from securemail_desktop.server.embedded import EmbeddedServer


class Organisation:
    """All servers of the demo, running; ends them when it is left."""

    def __init__(self, world: World) -> None:
        """Start everything; raise `RuntimeError` or `OSError` when a server cannot be started, with none left running."""
        self._stack = ExitStack()
        try:
            self._start(world)
        except BaseException:
            self._stack.close()
            raise

    def _start(self, world: World) -> None:
        self.imap = ImapServer(world.maildirs, *world.tls("mail"), world.folder / "world" / "imap.log")
        self.imap.start()
        self._stack.callback(self.imap.stop)
        self.servers = {domain: Mx(domain, world.delivered, _server_tls(world.tls("mx"))) for domain in outside_domains()}
        for mx in self.servers.values():
            mx.start()
            self._stack.callback(mx.stop)
        self.submission = SubmissionServer(
            _server_tls(world.tls("mail")), world.roots, self.servers, frozenset({PARTNER}), world.maildirs, ALICE.address.spec
        )
        self.submission.start()
        self._stack.callback(self.submission.stop)
        self.central = self._stack.enter_context(EmbeddedServer(world.central, *world.tls("central")))

    @property
    def arrived(self) -> Counter[tuple[str, str]]:
        """Return how often each (Message-ID, recipient) arrived outside."""
        return sum((mx.arrived for mx in self.servers.values()), Counter())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.close()


def _server_tls(files: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(*files)
    return context
