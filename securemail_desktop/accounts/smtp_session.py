"""An SMTP session up to the point where mail can be handed over: RFC 5321 greeting, RFC 3207 STARTTLS, RFC 4954 AUTH, RFC 6409 submission.

Rules: no command but EHLO and STARTTLS goes over a line without TLS; a server that does not offer STARTTLS gets nothing; what it said before TLS
is forgotten. The name given in EHLO is the same on every machine: it must not tell the host. The final reply is awaited for RFC 5321's 10 minutes.
"""

import base64
import contextlib
import smtplib
import ssl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from securemail_desktop.accounts import refused
from securemail_desktop.accounts.errors import AccountError, NotTrusted, SignInRefused, Unreachable
from securemail_desktop.accounts.line import Line
from securemail_desktop.accounts.protocol import Hop
from securemail_desktop.accounts.reply import Reply, parse_reply
from securemail_desktop.accounts.settings import Security

_HELLO = "[127.0.0.1]"
_REMEDIES = {
    "5.7.9": "make an app password in the settings of your account there, or ask your IT",
    "5.7.30": "ask your IT, because this program cannot sign in through a browser yet",
}
_PIPELINED = 100  # commands that are on their way together: few enough for any buffer


class SmtpSession:
    """One session with a submission server, opened anew when the last one ended."""

    def __init__(self, line: Line, password: str) -> None:
        """Keep how to connect and sign in; nothing is connected yet."""
        self._line = line
        self._password = password
        self._client: smtplib.SMTP | None = None

    def ready(self) -> None:
        """Open the session, or begin a new transaction in the open one; raise `AccountError`."""
        if self._client is not None:
            with contextlib.suppress(AccountError):
                if self.command("RSET").positive:
                    return
        for _ in self.opening():
            pass

    def opening(self) -> Iterator[Hop]:
        """Open a new session hop by hop; raise `AccountError` at the first that fails, with the session closed."""
        self.drop()
        try:
            yield from self._hops()
        except AccountError:
            self.drop()
            raise

    def offer(self, extension: str) -> str | None:
        """Return the parameters of an extension that the server offers, None when it does not offer it."""
        return self._open.esmtp_features.get(extension.lower())

    def allow_international(self) -> None:
        """Send the next commands in UTF-8 (RFC 6531)."""
        self._open.command_encoding = "utf-8"

    def command(self, text: str) -> Reply:
        """Send one command and return its reply; raise `Unreachable` when the line ends, also after a 421."""
        with self._translated():
            self._open.putcmd(text)
        return self._answer()

    def commands(self, texts: Sequence[str]) -> Iterator[Reply]:
        """Send commands that do not wait for each other and yield their replies in order; raise as `command` does.

        Where the server offers PIPELINING (RFC 2920) a hundred of them share one journey.
        """
        together = _PIPELINED if self.offer("PIPELINING") is not None else 1
        for start in range(0, len(texts), together):
            batch = texts[start : start + together]
            with self._translated():
                self._open.send("".join(f"{text}\r\n" for text in batch))
            for _ in batch:
                yield self._answer()

    def _answer(self) -> Reply:
        reply = self._read()
        if reply.code == 421:
            self.drop()
            raise Unreachable(
                f"The server {self._line.server.host} ends the session: {reply.meaning} ({reply.codes}); try again later.",
                reply.code,
                reply.enhanced,
            )
        return reply

    def data(self, content: Iterable[bytes]) -> Reply | None:
        """Hand over dot-stuffed content with its end, each part in one write; return the reply.

        None when the line ended without one or what came was none. Raise `Unreachable` when not even the DATA command could be written.
        """
        with self._translated():
            self._open.putcmd("DATA")
        try:
            go_ahead = self._read()
            if go_ahead.code // 100 not in {3, 4, 5}:
                raise self._line.ended()
            reply = self._send(content) if go_ahead.code == 354 else go_ahead
        except AccountError:
            return None
        if reply.code == 421 or reply.code < 200:
            self.drop()
        return reply

    def quit(self) -> None:
        """End the session politely."""
        if self._client is not None:
            with contextlib.suppress(AccountError):
                self.command("QUIT")
        self.drop()

    def drop(self) -> None:
        """End the session at once."""
        if self._client is not None:
            self._client.close()
            self._client = None
        self._line.close()

    @property
    def _open(self) -> smtplib.SMTP:
        if self._client is None:
            raise self._line.ended()
        return self._client

    def _hops(self) -> Iterator[Hop]:
        server = self._line.server
        client = smtplib.SMTP(local_hostname=_HELLO)
        client.sock = self._line.open()
        self._client = client
        yield Hop("connect", f"{server.address or server.host} port {server.port}")
        self._expect_greeting()
        self._say_hello()
        if server.security is Security.STARTTLS:
            self._start_tls(client)
        yield Hop("TLS", f"{self._line.tls_version}, the certificate is for {server.host}")
        if server.user:
            self._sign_in(server.user)
            yield Hop("sign-in", server.user)

    def _expect_greeting(self) -> None:
        self._insist(self._read(), "takes no connections now")

    def _say_hello(self) -> None:
        with self._translated():
            code, text = self._open.ehlo()
        self._insist(parse_reply(code, text), "does not speak ESMTP")

    def _insist(self, reply: Reply, complaint: str) -> None:
        if not reply.positive:
            raise Unreachable(
                f"The server {self._line.server.host} {complaint}: {reply.meaning} ({reply.codes}); try again later.",
                max(reply.code, 0),
                reply.enhanced,
            )

    def _start_tls(self, client: smtplib.SMTP) -> None:
        host = self._line.server.host
        if self.offer("STARTTLS") is None:
            raise NotTrusted(f"The server {host} offers no encryption (STARTTLS), so nothing was sent: ask your IT.")
        reply = self.command("STARTTLS")
        if reply.code != 220:
            raise NotTrusted(
                f"The server {host} refuses encryption ({reply.codes}), so nothing was sent: ask your IT.", reply.code, reply.enhanced
            )
        assert client.sock is not None
        client.file = None  # with whatever was slipped in before TLS
        client.sock = self._line.wrap_socket(client.sock)
        self._say_hello()

    def _sign_in(self, user: str) -> None:
        assert isinstance(self._open.sock, ssl.SSLSocket), "no password without TLS"
        offered = (self.offer("AUTH") or "").upper().split()
        if "PLAIN" in offered:
            reply = self.command("AUTH PLAIN " + _base64(f"\0{user}\0{self._password}"))
        elif "LOGIN" in offered:
            reply = self._auth_login(user)
        else:
            raise refused.no_way(self._line.server.host, offered)
        if reply.code != 235:
            raise _refused_sign_in(self._line.server.host, reply)

    def _auth_login(self, user: str) -> Reply:
        reply = self.command("AUTH LOGIN")
        for secret in (user, self._password):
            if reply.code != 334:
                break
            reply = self.command(_base64(secret))
        return reply

    def _send(self, content: Iterable[bytes]) -> Reply:
        connection = self._open.sock
        assert connection is not None
        try:
            for part in content:
                connection.sendall(part)
        except OSError as error:
            reply = self._read()  # a server that objects in the middle says so before it hangs up
            if reply.code // 100 in {4, 5}:
                return reply
            raise self._line.ended() from error
        connection.settimeout(self._line.timeouts.final)
        reply = self._read()
        connection.settimeout(self._line.timeouts.reply)
        return reply

    def _read(self) -> Reply:
        with self._translated():
            return parse_reply(*self._open.getreply())

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:  # smtplib's errors are among them
            late = isinstance(error.__context__, TimeoutError) or isinstance(error, TimeoutError)
            explained = self._line.silent() if late else self._line.ended()
            self.drop()
            raise explained from error


def _refused_sign_in(host: str, reply: Reply) -> AccountError:
    if reply.code // 100 == 4:
        return Unreachable(f"The server {host} cannot check the sign-in now ({reply.codes}): try again later.", reply.code, reply.enhanced)
    remedy = _REMEDIES.get(reply.enhanced, "check user name and password")
    return SignInRefused(
        f"The server {host} refused the sign-in: {reply.meaning} ({reply.codes}); {remedy}.",
        max(reply.code, 0),
        reply.enhanced,
    )


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
