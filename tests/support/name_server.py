"""A DNS server on a free port of 127.0.0.1 that knows the records of one kind of a test, and nothing else."""

import socketserver
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Self

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset

Zone = Mapping[str, Sequence[str]]  # names with their final dot; of each record its text


class NameServer:
    """The server while it is entered; `asked` are the names it was asked for. Where `broken` is set it answers that it cannot."""

    def __init__(self, zone: Zone, kind: str = "SRV") -> None:
        self.broken = False
        server = self
        self.asked: list[str] = []
        asked = self.asked

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                packet, line = self.request
                question = dns.message.from_wire(packet)
                name = str(question.question[0].name).lower()
                asked.append(name)
                line.sendto(_answer(question, zone.get(name, ()), kind, broken=server.broken).to_wire(), self.client_address)

        self._server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def port(self) -> int:
        """Return where it listens."""
        port: int = self._server.server_address[1]
        return port

    @property
    def resolver(self) -> dns.resolver.Resolver:
        """Return a resolver that asks this server only."""
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], self.port
        return resolver

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _answer(question: dns.message.Message, records: Sequence[str], kind: str, *, broken: bool) -> Any:
    answer = dns.message.make_response(question)
    answer.flags |= dns.flags.AA
    if broken:
        answer.set_rcode(dns.rcode.SERVFAIL)
    elif records:
        answer.answer.append(dns.rrset.from_text(question.question[0].name, 60, "IN", kind, *records))
    else:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer
