"""Serves an application with uvicorn: HTTPS (TLS >= 1.2), bounded, without access log; plain HTTP on loopback only."""

import asyncio
import socket
import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp
from uvicorn.config import LOGGING_CONFIG

from securemail_desktop.server.errors import NotReady

_MOST_CONNECTIONS = 500
_GRACE_SECONDS = 5
_DRAIN_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Listen:
    """Where to listen (port 0: any free one) and the PEM files for TLS, None for plain HTTP on loopback."""

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None


def bind(listen: Listen) -> socket.socket:
    """Return the listening socket; raise `NotReady`."""
    if listen.certificate is None and not _is_loopback(listen.host):
        raise NotReady("Without a certificate the server listens on loopback only; give --tls-cert and --tls-key.")
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    try:
        return socket.create_server((listen.host, listen.port), family=family)
    except OverflowError as error:
        raise NotReady(f"There is no port {listen.port}; choose one from 1 to 65535.") from error
    except OSError as error:
        raise NotReady(f"Port {listen.port} of {listen.host} cannot be used ({error.strerror}); another program may have it.") from error


def make_server(app: ASGIApp, listen: Listen, *, quiet: bool) -> uvicorn.Server:
    """Return the server; run it with the socket of `bind`. `quiet` leaves the process's logging alone. Raise `NotReady`."""
    config = uvicorn.Config(
        app,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        ssl_certfile=listen.certificate,
        ssl_keyfile=listen.key,
        log_config=None if quiet else LOGGING_CONFIG,
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        raise NotReady("The certificate and its key cannot be read, or do not belong together; check the two PEM files.") from error
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    return uvicorn.Server(config)


async def serve(server: uvicorn.Server, listening: socket.socket) -> None:
    """Serve until the server is told to stop; then cut the connections whose other side does not close them (idle TLS ones never do in time)."""
    await server.serve([listening])
    for connection in list(server.server_state.connections):
        if connection.transport is not None:
            connection.transport.abort()
    await asyncio.sleep(_DRAIN_SECONDS)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
