"""The demo organisation's servers go away and come back on the same ports, or take a message and never answer."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from securemail_desktop.demo.mx import Mx
from securemail_desktop.demo.organisation import Organisation
from securemail_desktop.demo.world import World
from securemail_desktop.server.embedded import EmbeddedServer


@contextmanager
def outage(world: World, organisation: Organisation) -> Iterator[None]:
    """Take mailboxes, submission and the central store away for as long as the block runs."""
    organisation.imap.stop()
    organisation.submission.stop()
    organisation.central.stop()
    try:
        yield
    finally:
        organisation.central = EmbeddedServer(world.central, *world.tls("central"), organisation.central.port)
        organisation._stack.callback(organisation.central.stop)
        organisation.submission.start()
        organisation.imap.start()


@contextmanager
def deaf(mx: Mx) -> Iterator[threading.Event]:
    """Let a neighbour take connections and say nothing, so that a message hangs on its way; the event is set when it does."""
    mx.stop()
    reached = threading.Event()
    with socket.create_server(("127.0.0.1", mx.port)) as door:
        threading.Thread(target=_take, args=(door, reached), daemon=True).start()
        yield reached
    mx.start()


@contextmanager
def forgetful(mx: Mx) -> Iterator[threading.Event]:
    """Let a neighbour take messages and keep its answer back until the block ends; the event is set when it has taken one."""
    taken, over = threading.Event(), threading.Event()

    async def take(server: Any, session: Any, envelope: Any) -> str:
        import asyncio

        answer = await Mx.handle_DATA(mx, server, session, envelope)
        taken.set()
        await asyncio.to_thread(over.wait, 30)
        return answer

    mx.handle_DATA = take  # type: ignore[method-assign] # the server asks each object for its handlers
    try:
        yield taken
    finally:
        over.set()
        del mx.handle_DATA


def _take(door: socket.socket, reached: threading.Event) -> None:
    try:
        line, _ = door.accept()
    except OSError:
        return
    reached.set()
    with line:
        line.recv(1)
