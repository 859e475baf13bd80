"""The central server inside another program, on 127.0.0.1: for the demo organisation and for tests. It runs in a thread of its own."""

import asyncio
import threading
import time
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from securemail_desktop.server.api import create_app
from securemail_desktop.server.errors import NotReady
from securemail_desktop.server.services import open_services
from securemail_desktop.server.serving import Listen, bind, make_server, serve

_START_SECONDS = 15.0
_STOP_SECONDS = 15.0


class EmbeddedServer:
    """A running central server; `stop()` ends it, and a new one on the same folder goes on where it ended."""

    def __init__(self, data: Path, certificate: Path, key: Path, port: int = 0) -> None:
        """Start it with these TLS files (PEM) and return when it answers; raise `NotReady`."""
        listen = Listen("127.0.0.1", port, certificate, key)
        self._services = open_services(data)
        try:
            self._server = make_server(create_app(self._services.registry, self._services.log), listen, quiet=True)
            self._socket = bind(listen)
        except BaseException:
            self._services.storage.close()
            raise
        self._port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._run, name="central-server", daemon=True)
        self._thread.start()
        self._wait()

    @property
    def port(self) -> int:
        """Return the TCP port."""
        return self._port

    @property
    def url(self) -> str:
        """Return the address for devices; the certificate must bear `127.0.0.1`."""
        return f"https://127.0.0.1:{self._port}"

    def invite(self, organization: str) -> str:
        """Return a one-time token that enrols one device, valid for an hour."""
        return self._services.registry.invite(organization, timedelta(hours=1))

    def stop(self) -> None:
        """Answer what is under way, then end; idle connections are cut."""
        self._server.should_exit = True
        deadline = time.monotonic() + _STOP_SECONDS
        while self._server.server_state.tasks and self._thread.is_alive() and time.monotonic() < deadline:
            time.sleep(0.005)
        self._server.force_exit = True
        self._thread.join(_STOP_SECONDS)
        self._socket.close()
        self._services.storage.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def _run(self) -> None:
        asyncio.run(serve(self._server, self._socket))

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                self.stop()
                raise NotReady("The embedded central server did not start.")
            time.sleep(0.005)
