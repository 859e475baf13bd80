"""`securemail serve`: the central server; `--new-token` invites a device, `--verify` checks all logs offline."""

import argparse
import asyncio
import signal
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Never

from securemail_desktop.cli.exit import Exit, UsageError

if TYPE_CHECKING:
    from securemail_desktop.server.services import Services


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--role", choices=["central"], default="central", help="what it serves")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: loopback)")
    parser.add_argument("--port", type=int, default=8443, help="TCP port (default: 8443)")
    parser.add_argument("--tls-cert", type=Path, default=None, help="PEM file of the certificate and its chain; needed except on loopback")
    parser.add_argument("--tls-key", type=Path, default=None, help="PEM file of the certificate's key")
    parser.add_argument(
        "--database", default="", help="database address, e.g. sqlite:////var/lib/securemail/central.db (default: in --data)"
    )
    parser.add_argument("--new-token", metavar="ORGANIZATION", default="", help="print a one-time token that enrols one device, and end")
    parser.add_argument("--valid-hours", type=float, default=72.0, help="how long a new token is valid (default: 72)")
    parser.add_argument("--verify", action="store_true", help="check every record and log in the database, and end; 1 when one is wrong")


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C, or do the one thing asked for; return the exit code."""
    try:
        from securemail_desktop.server.errors import NotReady
        from securemail_desktop.server.services import open_services
    except ImportError as error:
        raise UsageError("the server's packages are missing; install them with: pip install 'securemail-desktop[server]'") from error
    try:
        services = open_services(arguments.data, arguments.database)
        with closing(services.storage):
            return _do(arguments, services)
    except NotReady as error:
        raise UsageError(str(error)) from error


def _do(arguments: argparse.Namespace, services: "Services") -> int:
    if arguments.new_token:
        print(services.registry.invite(arguments.new_token, timedelta(hours=arguments.valid_hours)))
        return Exit.DONE
    if arguments.verify:
        return _verify(services)
    return _serve(arguments, services)


def _verify(services: "Services") -> int:
    from securemail_desktop.server.verify import verify_logs

    problems = 0
    for log in verify_logs(services.storage):
        print(f"{log.organization}: {log.records} records, {log.problem or 'every one is right'}")
        problems += bool(log.problem)
    return Exit.NO if problems else Exit.DONE


def _serve(arguments: argparse.Namespace, services: "Services") -> int:
    from securemail_desktop.server.api import create_app
    from securemail_desktop.server.serving import Listen, bind, make_server, serve

    if (arguments.tls_cert is None) != (arguments.tls_key is None):
        raise UsageError("--tls-cert and --tls-key belong together: give both or none")
    listen = Listen(arguments.host, arguments.port, arguments.tls_cert, arguments.tls_key)
    server = make_server(create_app(services.registry, services.log), listen, quiet=False)
    signal.signal(signal.SIGTERM, _interrupt)  # uvicorn stops gracefully, then raises the signal again
    with closing(bind(listen)) as listening:
        try:
            asyncio.run(serve(server, listening))
        except KeyboardInterrupt:
            return Exit.DONE
    return Exit.DONE


def _interrupt(*_: object) -> Never:
    raise KeyboardInterrupt
