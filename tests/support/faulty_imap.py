"""A mailbox server that is right for sign-in, listing, searching and filing, and wrong where a script says so.

The faults are those of `faulty_smtp`; `Drop(taken=True)` at APPEND is the server that has filed the message and dies before its reply.

The script is asked with each command's verb, of UID commands their second word ("GREETING" and "HANDSHAKE" are steps too); `{tag}` in a `Say`
becomes the command's tag.
"""

import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Self

from tests.support.authority import Issued
from tests.support.faulty_smtp import Fault, Hang, Say

Script = Callable[[str], Fault | None]

_RIGHT = {
    "LOGIN": "{tag} OK signed in",
    "NOOP": "{tag} OK done",
    "LIST": '* LIST () "/" "INBOX"\n* LIST (\\Noselect) "/" "Shared"\n* LIST () "/" "Sent"\n{tag} OK listed',
    "EXAMINE": "* 0 EXISTS\n* OK [UIDVALIDITY 1] valid\n{tag} OK [READ-ONLY] there",
    "LOGOUT": "* BYE see you\n{tag} OK done",
}


def on(verb: str, fault: Fault, times: int = -1) -> Script:
    """Return a script with one fault, `times` times (-1: always)."""
    left = [times]

    def script(now: str) -> Fault | None:
        if now != verb or left[0] == 0:
            return None
        left[0] -= 1
        return fault

    return script


class _Gone(Exception):
    """The connection is over."""


class FaultyImap:
    """The server, on a free port of 127.0.0.1; `verbs` are the commands it heard, `filed` the messages of its one folder, Sent."""

    def __init__(
        self,
        certificate: Issued,
        script: Script = lambda _: None,
        *,
        capabilities: str = "IMAP4rev1 STARTTLS AUTH=PLAIN",
        implicit_tls: bool = False,
        newest_tls: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED,
    ) -> None:
        """Keep how to behave; STARTTLS is not offered any more under TLS."""
        self.script = script
        self.verbs: list[str] = []
        self.filed: list[bytes] = []
        self.connections = 0
        self._capabilities = capabilities
        self._implicit_tls = implicit_tls
        self._context = certificate.context(newest_tls)
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
        for connection in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive(), "a connection of the server did not end"

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or every TLS session waits 40 ms for an acknowledgement
            self.connections += 1
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        client = _Client(self, connection)
        with contextlib.suppress(_Gone, OSError, ValueError), contextlib.closing(client):
            client.run(self._implicit_tls)


class _Client:
    def __init__(self, server: FaultyImap, connection: socket.socket) -> None:
        self._server = server
        self._socket = connection
        self._buffer = b""
        self._encrypted = False
        server._open.append(connection)

    def run(self, implicit_tls: bool) -> None:
        if implicit_tls:
            self._encrypt()
        if not self._fault("GREETING", "*"):
            self._send("* OK ready")
        while True:
            line = self._read_line()
            tag = line.partition(" ")[0]
            words = line.upper().split(" ")[1:]
            if not words:
                continue  # DONE
            verb = words[1] if words[0] == "UID" else words[0]
            self._server.verbs.append(verb)
            if verb == "APPEND":
                self._append(tag, line)
            elif verb == "SEARCH":
                self._search(tag, line)
            else:
                self._command(tag, verb)

    def close(self) -> None:
        self._socket.close()

    def _command(self, tag: str, verb: str) -> None:
        if self._fault(verb, tag):
            return
        if verb == "CAPABILITY":
            offered = self._server._capabilities
            self._send(f"* CAPABILITY {offered.replace('STARTTLS ', '') if self._encrypted else offered}\n{tag} OK done")
        elif verb == "STARTTLS":
            self._send(f"{tag} OK begin")
            self._encrypt()
        elif verb == "AUTHENTICATE":
            self._send("+ ")
            self._read_line()
            self._send(f"{tag} OK signed in")
        else:
            self._send(_RIGHT.get(verb, "{tag} BAD what?").replace("{tag}", tag))

    def _append(self, tag: str, line: str) -> None:
        self._send("+ go ahead")
        size = int(line.rpartition("{")[2].rstrip("}"))
        while len(self._buffer) < size + 2:
            self._receive()
        message, self._buffer = self._buffer[:size], self._buffer[size + 2 :]
        fault = self._server.script("APPEND")
        if fault is None or (not isinstance(fault, Say) and fault.taken):
            self._server.filed.append(message)
        if not self._fault("APPEND", tag):
            self._send(f"{tag} OK filed")

    def _search(self, tag: str, line: str) -> None:
        if not self._fault("SEARCH", tag):
            wanted = re.findall(r"<[^>]*>", line)[0].encode()
            hits = (str(n) for n, message in enumerate(self._server.filed, 1) if wanted in message)
            self._send(f"* SEARCH {' '.join(hits)}".rstrip() + f"\n{tag} OK found")

    def _encrypt(self) -> None:
        self._fault("HANDSHAKE", "*")
        self._socket = self._server._context.wrap_socket(self._socket, server_side=True)
        self._server._open.append(self._socket)
        self._encrypted = True
        self._buffer = b""

    def _fault(self, verb: str, tag: str) -> bool:
        fault = self._server.script(verb)
        if fault is None:
            return False
        if isinstance(fault, Hang):
            self._server._ended.wait()
        if not isinstance(fault, Say):
            raise _Gone
        self._send(fault.line.replace("{tag}", tag))
        if fault.hang_up:
            raise _Gone
        return True

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
