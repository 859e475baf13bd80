"""An IMAP session up to the point where folders can be read: RFC 9051 greeting, STARTTLS and sign-in, over IMAPClient.

Rules: no command but CAPABILITY and STARTTLS goes over a line without TLS; a server that offers no STARTTLS, or greets as if one were signed in
already (which would skip it), gets nothing. IMAPClient's log of the dialogue is off: it would hold messages. The answer to one command is bounded.
"""

import contextlib
import imaplib
import re
import selectors
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from imapclient import IMAPClient

from securemail_desktop.accounts import refused
from securemail_desktop.accounts.errors import AccountError, NotThere, NotTrusted, ServerRefused, TooLarge, Unreachable
from securemail_desktop.accounts.line import Line
from securemail_desktop.accounts.protocol import Hop
from securemail_desktop.accounts.settings import Security

MAX_MESSAGE = 100_000_000  # octets
_REST = 10_000_000  # octets: what an answer holds besides
_MAX_LINES = 2_000_000
_NOT_THERE = re.compile(
    r"\[(NONEXISTENT|TRYCREATE)\]|doesn't exist|does not exist|not found|no such mailbox|unknown mailbox", re.IGNORECASE
)
_LATER = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]", re.IGNORECASE)


class _TooMuch(imaplib.IMAP4.abort):
    """The answer to one command is beyond the bounds."""


class Connection(imaplib.IMAP4):
    """imaplib over a line of ours; imaplib itself would keep any number of answers, and make room for whatever size a server announces."""

    _octets = _lines = 0

    def __init__(self, line: Line) -> None:
        self._line = line
        super().__init__(line.server.host, line.server.port)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        del timeout
        return self._line.open()

    def _command(self, name: str, *args: object) -> bytes:
        self._octets = self._lines = 0
        return super()._command(name, *args)  # type: ignore[misc, no-any-return]

    def read(self, size: int) -> bytes:
        """Return as many octets, within the bounds."""
        self._count(size)
        return super().read(size)

    def readline(self) -> bytes:
        """Return the next line, within the bounds."""
        try:
            line = super().readline()
        except imaplib.IMAP4.error as error:
            raise _TooMuch from error
        self._count(len(line))
        return line

    def has_data(self) -> bool:
        """Say whether octets, or the end of the line, can be read without waiting."""
        patience = self.sock.gettimeout()
        self.sock.setblocking(False)
        try:
            self.file.peek(1)  # type: ignore[union-attr]  # typeshed does not say that it is a BufferedReader
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            self.sock.settimeout(patience)
        return True

    def wait(self, seconds: float) -> None:
        """Wait until something comes over the line, or its end."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.sock, selectors.EVENT_READ)
            selector.select(seconds)

    def _count(self, octets: int) -> None:
        self._octets += octets
        self._lines += 1
        if self._octets > MAX_MESSAGE + _REST or self._lines > _MAX_LINES:
            raise _TooMuch


class _Client(IMAPClient):  # type: ignore[misc]
    """IMAPClient over a line of ours, without its log."""

    def __init__(self, line: Line) -> None:
        self._line = line
        super().__init__(line.server.host, line.server.port, ssl=False, timeout=line.timeouts.reply)
        self._imap.debug = 0

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 - IMAPClient's name
        return Connection(self._line)


class ImapSession:
    """One session with a mailbox server, opened anew when the last one ended."""

    def __init__(self, line: Line, password: str) -> None:
        """Keep how to connect and sign in; nothing is connected yet."""
        self._line = line
        self._password = password
        self._client: IMAPClient | None = None

    @contextmanager
    def working(self) -> Iterator[IMAPClient]:
        """Give the signed-in client for one piece of work and translate its errors; raise `AccountError`."""
        if not self._is_alive():
            for _ in self.opening():
                pass
        with self._translated():
            yield self._client

    @contextmanager
    def kept(self) -> Iterator[IMAPClient]:
        """Give the signed-in client as the last piece of work left it, or a new one; raise `AccountError`."""
        if self._client is None:
            for _ in self.opening():
                pass
        with self._translated():
            yield self._client

    def opening(self) -> Iterator[Hop]:
        """Open a new session hop by hop; raise `AccountError` at the first that fails, with the session closed."""
        self.drop()
        try:
            yield from self._hops()
        except AccountError:
            self.drop()
            raise

    def quit(self) -> None:
        """End the session politely."""
        if self._client is not None:
            with contextlib.suppress(AccountError), self._translated():
                self._client.logout()
        self.drop()

    def drop(self) -> None:
        """End the session at once."""
        if self._client is not None:
            with contextlib.suppress(OSError):
                self._client.shutdown()
            self._client = None
        self._line.close()

    def _is_alive(self) -> bool:
        """Say whether the session is open; servers end idle ones."""
        if self._client is not None:
            with contextlib.suppress(AccountError), self._translated():
                self._client.noop()
        return self._client is not None

    def _hops(self) -> Iterator[Hop]:
        server = self._line.server
        with self._translated():
            client = _Client(self._line)
        self._client = client
        yield Hop("connect", f"{server.address or server.host} port {server.port}")
        if server.security is Security.STARTTLS:
            self._start_tls(client)
        yield Hop("TLS", f"{self._line.tls_version}, the certificate is for {server.host}")
        self._sign_in(client)
        yield Hop("sign-in", server.user)

    def _start_tls(self, client: IMAPClient) -> None:
        host = self._line.server.host
        with self._translated():
            offered = client.has_capability("STARTTLS")
        if not offered or client._imap.state != "NONAUTH":  # noqa: SLF001 - IMAPClient does not tell the state
            raise NotTrusted(f"The server {host} offers no encryption (STARTTLS), so nothing was sent: ask your IT.")
        try:
            with self._translated():
                client.starttls(self._line)  # the line stands for the TLS context: it verifies the name of the settings
        except ServerRefused as error:
            raise NotTrusted(f"The server {host} refuses encryption, so nothing was sent: ask your IT.") from error

    def _sign_in(self, client: IMAPClient) -> None:
        assert isinstance(client.socket(), ssl.SSLSocket), "no password without TLS"
        user, host = self._line.server.user, self._line.server.host
        with self._translated():
            offered = {_text(name).upper() for name in client.capabilities()}
        ways = {name.removeprefix("AUTH=") for name in offered if name.startswith("AUTH=")}
        if "PLAIN" not in ways and "LOGINDISABLED" in offered:
            raise refused.no_way(host, ways)
        try:
            with self._translated():
                (client.plain_login if "PLAIN" in ways else client.login)(user, self._password)
        except (ServerRefused, NotThere) as error:
            raise refused.wrong(host, ways, str(error.__cause__)) from error

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except imaplib.IMAP4.error as error:
            if isinstance(error, imaplib.IMAP4.readonly):
                raise ServerRefused(f"The server {self._line.server.host} lets you read this folder but not change it.") from error
            if any(isinstance(each, _TooMuch) for each in (error, error.__context__)):
                self.drop()
                raise TooLarge(f"The server {self._line.server.host} sent more than this program takes at once: ask your IT.") from error
            # IMAPClient tells an end of the line during sign-in as a refused sign-in
            if any(isinstance(each, imaplib.IMAP4.abort) for each in (error, error.__context__)):
                raise self._ended(error) from error
            raise _refusal(self._line.server.host, str(error)) from error
        except OSError as error:
            raise self._ended(error) from error
        except (
            ValueError,
            TypeError,
            LookupError,
            AttributeError,
            AssertionError,
            RecursionError,
        ) as error:  # IMAPClient's parsers trust the server
            self.drop()
            raise ServerRefused(f"The server {self._line.server.host} gave an answer that is not IMAP: ask your IT.") from error

    def _ended(self, error: Exception) -> Unreachable:
        late = any(isinstance(each, TimeoutError) for each in (error, error.__context__))
        explained = self._line.silent() if late else self._line.ended()
        self.drop()
        return explained


def _refusal(host: str, text: str) -> AccountError:
    """Tell apart what the server's answer means; its words are not passed on, they may quote what was asked."""
    if _NOT_THERE.search(text):
        return NotThere(f"The server {host} has no such folder.")
    if _LATER.search(text):
        return Unreachable(f"The server {host} cannot do it now: try again later.")
    return ServerRefused(f"The server {host} refused what was asked of it.")


def _text(capability: bytes | str) -> str:
    return capability.decode("ascii", "replace") if isinstance(capability, bytes) else capability
