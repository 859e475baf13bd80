"""A submission server that does what a script says: right by default, wrong at any step, counting what it truly took.

    server = FaultySmtp(certificate, script=at(Step.RCPT, Say("550 5.1.1 no such user")))
    with server: ... server.port ... server.taken[(message_id, address)]

The script is asked at every step with what the client sent; None means that the server behaves. It may be changed between two submissions
(`server.script = ...`). A message counts as taken when the server has its last byte and decides to keep it, whatever it answers afterwards:
`Drop(taken=True)` at CONTENT is the server that has the message and dies before its reply.
"""

import base64
import contextlib
import re
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Self

from tests.support.authority import Issued


class Step(Enum):
    """Where a script may step in. CONTENT is after the final dot; HALF is after the first bytes of the content."""

    GREETING = auto()
    EHLO = auto()
    STARTTLS = auto()
    HANDSHAKE = auto()
    AUTH = auto()
    MAIL = auto()
    RCPT = auto()
    DATA = auto()
    HALF = auto()
    CONTENT = auto()
    RSET = auto()
    QUIT = auto()


@dataclass(frozen=True, slots=True)
class Say:
    """Reply with this line (several when it has line feeds) and go on; `hang_up` closes the connection afterwards."""

    line: str
    hang_up: bool = False


@dataclass(frozen=True, slots=True)
class Drop:
    """Close the connection without a word; at CONTENT, `taken` says whether the message was kept before."""

    taken: bool = False


@dataclass(frozen=True, slots=True)
class Hang:
    """Say nothing more and keep the connection open; at CONTENT, `taken` says whether the message was kept before."""

    taken: bool = False


Fault = Say | Drop | Hang
Script = Callable[[Step, str], Fault | None]


def behave(step: Step, sent: str) -> Fault | None:
    """Return no fault at any step."""
    del step, sent
    return None


def at(step: Step, fault: Fault, containing: str = "", times: int = -1) -> Script:
    """Return a script with one fault: at this step, when the client's line contains the text, `times` times (-1: always)."""
    left = [times]

    def script(now: Step, sent: str) -> Fault | None:
        if now is not step or containing not in sent or left[0] == 0:
            return None
        left[0] -= 1
        return fault

    return script


@dataclass(slots=True)
class Taken:
    """One message that the server took: the envelope as it was given, and the bytes without dot-stuffing."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes


@dataclass(slots=True)
class _Transaction:
    sender: str = ""
    recipients: list[str] = field(default_factory=list)


class _Gone(Exception):
    """The connection is over."""


class FaultySmtp:
    """The server, on a free port of 127.0.0.1. `commands` are the client's lines, passwords left out; `taken` counts (Message-ID, RCPT)."""

    def __init__(
        self,
        certificate: Issued,
        script: Script = behave,
        *,
        implicit_tls: bool = False,
        newest_tls: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED,
        extensions: Iterable[str] = ("STARTTLS", "AUTH PLAIN LOGIN", "SIZE 10000000", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"),
        password: str = "secret",
    ) -> None:
        """Keep how to behave; `extensions` that hold AUTH are offered under TLS only, STARTTLS without TLS only."""
        self.script = script
        self.extensions = tuple(extensions)
        self.commands: list[str] = []
        self.messages: list[Taken] = []
        self.taken: Counter[tuple[str, str]] = Counter()
        self.connections = 0
        self._implicit_tls = implicit_tls
        self._context = certificate.context(newest_tls)
        self._password = password
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._ended = threading.Event()
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive(), "a connection of the server did not end"

    @property
    def doubled(self) -> dict[tuple[str, str], int]:
        """Return what was taken more than once, by (Message-ID, RCPT)."""
        return {key: count for key, count in self.taken.items() if count > 1}

    def present(self, certificate: Issued) -> None:
        """Show this certificate from the next connection on."""
        self._context = certificate.context()

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or every TLS session waits 40 ms for an acknowledgement
            self.connections += 1
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        client = _Client(self, connection)
        try:
            client.run(self._implicit_tls)
        except (_Gone, OSError, ValueError):
            pass
        finally:
            client.close()


class _Client:
    def __init__(self, server: FaultySmtp, connection: socket.socket) -> None:
        self._server = server
        self._socket = connection
        self._buffer = bytearray()  # a message of many megabytes grows in it
        self._transaction = _Transaction()
        self._encrypted = False
        server._open.append(connection)

    def run(self, implicit_tls: bool) -> None:
        if implicit_tls:
            self._encrypt()
        self._answer(Step.GREETING, "", "220 mail.clinic.example ESMTP")
        while True:
            verb, space, rest = self._read_line().partition(" ")
            self._server.commands.append(verb.upper() + space + rest)
            self._command(verb.upper() + space + rest)

    def close(self) -> None:
        self._socket.close()

    def _command(self, line: str) -> None:
        verb = line.split(" ", maxsplit=1)[0]
        actions: dict[str, Callable[[str], None]] = {
            "EHLO": self._ehlo,
            "STARTTLS": self._starttls,
            "AUTH": self._auth,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "RSET": self._rset,
            "QUIT": self._quit,
        }
        action = actions.get(verb)
        if action is None:
            self._send("500 5.5.2 what?")
        else:
            action(line)

    def _ehlo(self, line: str) -> None:
        offered = [
            e
            for e in self._server.extensions
            if not (self._encrypted and e == "STARTTLS") and (self._encrypted or not e.startswith("AUTH"))
        ]
        lines = ["mail.clinic.example", *offered]
        self._answer(Step.EHLO, line, "\n".join([*(f"250-{text}" for text in lines[:-1]), f"250 {lines[-1]}"]))

    def _starttls(self, line: str) -> None:
        fault = self._server.script(Step.STARTTLS, line) or Say("220 2.0.0 go ahead")
        self._do(fault)
        if isinstance(fault, Say) and fault.line.startswith("220"):  # whatever is slipped in after it
            self._encrypt()

    def _auth(self, line: str) -> None:
        _, mechanism, *initial = line.split(" ")
        self._server.commands[-1] = f"AUTH {mechanism}"
        if self._fault(Step.AUTH, mechanism):
            return
        if mechanism == "PLAIN":
            given = base64.b64decode(initial[0]).split(b"\0")[2]
        else:
            self._send("334 VXNlcm5hbWU6")
            self._read_line()
            self._send("334 UGFzc3dvcmQ6")
            given = base64.b64decode(self._read_line())
        right = given == self._server._password.encode()
        self._send("235 2.7.0 welcome" if right else "535 5.7.8 wrong")

    def _mail(self, line: str) -> None:
        if self._answer(Step.MAIL, line, "250 2.1.0 ok"):
            self._transaction = _Transaction(_path(line))

    def _rcpt(self, line: str) -> None:
        if self._answer(Step.RCPT, line, "250 2.1.5 ok"):
            self._transaction.recipients.append(_path(line))

    def _rset(self, line: str) -> None:
        if self._answer(Step.RSET, line, "250 2.0.0 ok"):
            self._transaction = _Transaction()

    def _quit(self, line: str) -> None:
        self._answer(Step.QUIT, line, "221 2.0.0 bye")
        raise _Gone

    def _data(self, line: str) -> None:
        if not self._answer(Step.DATA, line, "354 go ahead"):
            return
        content = self._read_content()
        fault = self._server.script(Step.CONTENT, "")
        if fault is None or (not isinstance(fault, Say) and fault.taken) or (isinstance(fault, Say) and fault.line.startswith("2")):
            self._take(content)
        if fault is None:
            self._send(f"250 2.0.0 Ok: queued as Q{len(self._server.messages)}")
        else:
            self._do(fault)

    def _take(self, content: bytes) -> None:
        taken = Taken(self._transaction.sender, tuple(self._transaction.recipients), content)
        self._transaction = _Transaction()
        self._server.messages.append(taken)
        named = re.search(rb"(?im)^message-id:\s*(<[^>]*>)", content)
        for recipient in taken.recipients:
            self._server.taken[named[1].decode() if named else "", recipient] += 1

    def _read_content(self) -> bytes:
        asked = False
        while not (self._buffer.endswith(b"\r\n.\r\n") or self._buffer == b".\r\n"):
            self._receive()
            if not asked:
                asked = True
                self._fault(Step.HALF, "")
        content, self._buffer = bytes(self._buffer), bytearray()
        return re.sub(rb"(?m)^\.", b"", content.removesuffix(b".\r\n"))

    def _encrypt(self) -> None:
        fault = self._server.script(Step.HANDSHAKE, "")
        if fault is not None:
            self._socket.recv(1)  # the client's hello: what came before it would count as a reply
            self._do(fault)
        self._socket = self._server._context.wrap_socket(self._socket, server_side=True)
        self._server._open.append(self._socket)
        self._encrypted = True
        self._buffer = bytearray()  # a message of many megabytes grows in it

    def _answer(self, step: Step, sent: str, line: str) -> bool:
        """Reply as the script says, or right; return whether the server did what was asked."""
        if self._fault(step, sent):
            return False
        self._send(line)
        return True

    def _fault(self, step: Step, sent: str) -> bool:
        fault = self._server.script(step, sent)
        if fault is not None:
            self._do(fault)
        return fault is not None

    def _do(self, fault: Fault) -> None:
        if isinstance(fault, Hang):
            self._server._ended.wait()
        if not isinstance(fault, Say):
            raise _Gone
        self._send(fault.line)
        if fault.hang_up:
            raise _Gone

    def _send(self, line: str) -> None:
        self._socket.sendall("".join(f"{part}\r\n" for part in line.split("\n")).encode())

    def _read_line(self) -> str:
        while b"\r\n" not in self._buffer:
            self._receive()
        line, _, self._buffer = self._buffer.partition(b"\r\n")
        return line.decode()

    def _receive(self) -> None:
        received = self._socket.recv(65536)
        if not received:
            raise _Gone
        self._buffer += received


def _path(line: str) -> str:
    found = re.search(r"<([^>]*)>", line)
    return found[1] if found else ""
