"""An end for one HTTP exchange as a whole: a server that sends an octet now and then would keep any time-out between reads from running off."""

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Timer

SECONDS = 10.0
_CONNECTED = frozenset({"connection.connect_tcp.complete", "connection.start_tls.complete", "proxy.start_tls.complete"})


@contextmanager
def deadline(seconds: float = SECONDS) -> Iterator[Callable[[str, Mapping[str, object]], None]]:
    """Give what httpcore takes as its extension `trace`: it notes the socket, which is shut when the time is over."""
    sockets: list[socket.socket] = []

    def keep(event: str, info: Mapping[str, object]) -> None:
        extra = getattr(info.get("return_value"), "get_extra_info", None)
        if event in _CONNECTED and extra is not None:
            sockets.append(extra("socket"))

    def cut() -> None:
        for each in sockets[-1:]:
            with suppress(OSError):
                socket.socket.shutdown(each, socket.SHUT_RDWR)  # SSLSocket's own would take the TLS state from under the reader

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield keep
    finally:
        timer.cancel()
