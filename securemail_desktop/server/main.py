"""`securemail serve`: the central server; `--new-token` invites a device, `--verify` checks all logs offline."""

import argparse
import asyncio
import signal
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Never

from securemail_desktop.server.api import create_app
from securemail_desktop.server.errors import NotReady
from securemail_desktop.server.milter.device_keys import print_keys
from securemail_desktop.server.policies import lines, who_has
from securemail_desktop.server.services import Services, open_services
from securemail_desktop.server.serving import Listen, bind, make_server, serve
from securemail_desktop.server.verify import verify_logs

# Exit codes of the contract: done, the answer is no, usage.
_DONE, _NO, _USAGE = 0, 1, 2
_LONGEST_HOURS = 24 * 90


def run(arguments: list[str], data: Path) -> int:
    """Serve until SIGTERM or Ctrl-C, or do the one thing asked for; return the exit code. `data` is the folder when none is named."""
    options = command_line(data).parse_args(arguments)
    try:
        services = open_services(options.data, options.database)
        with closing(services.storage):
            return _do(options, services)
    except NotReady as error:
        sys.stderr.write(f"securemail serve: {error}\n")
        return _USAGE


def command_line(data: Path) -> argparse.ArgumentParser:
    """Return the parser of the command's arguments."""
    parser = argparse.ArgumentParser(prog="securemail serve", description="the central server")
    parser.add_argument("--data", type=Path, default=data, help="folder of the server's keys and, by default, its database")
    parser.add_argument("--key-file", type=Path, default=None, help=argparse.SUPPRESS)  # on every command; the server opens no store
    parser.add_argument(
        "--role", choices=["central", "milter"], default="central", help="what it serves (milter: see `--role milter --help`)"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: loopback)")
    parser.add_argument("--port", type=int, default=8443, help="TCP port (default: 8443)")
    parser.add_argument("--tls-cert", type=Path, default=None, help="PEM file of the certificate and its chain; needed except on loopback")
    parser.add_argument("--tls-key", type=Path, default=None, help="PEM file of the certificate's key")
    parser.add_argument(
        "--database", default="", help="database address, e.g. sqlite:////var/lib/securemail/central.db (default: in --data)"
    )
    parser.add_argument("--new-token", metavar="ORGANIZATION", default=None, help="print a one-time token that enrols one device, and end")
    parser.add_argument("--valid-hours", type=float, default=72.0, help="how long a new token is valid (default: 72)")
    parser.add_argument("--verify", action="store_true", help="check every record and log in the database, and end; 1 when one is wrong")
    parser.add_argument("--device-keys", metavar="ORGANIZATION", default=None, help="print the keys of its devices for the milter, and end")
    parser.add_argument("--who-has", action="store_true", help="print which signed policy each device recorded last, and end")
    return parser


def _do(arguments: argparse.Namespace, services: Services) -> int:
    if arguments.new_token is not None:
        if not 0 < arguments.valid_hours <= _LONGEST_HOURS:
            raise NotReady(f"A token is valid for more than 0 and at most {_LONGEST_HOURS} hours.")
        print(services.registry.invite(arguments.new_token, timedelta(hours=arguments.valid_hours)))
        return _DONE
    if arguments.device_keys is not None:
        print(print_keys(arguments.device_keys, services.registry.device_keys(arguments.device_keys)))
        return _DONE
    if arguments.verify:
        return _verify(services)
    if arguments.who_has:
        print("\n".join(lines(who_has(services.storage))) or "no device is enrolled")
        return _DONE
    return _serve(arguments, services)


def _verify(services: Services) -> int:
    problems = 0
    for log in verify_logs(services.storage):
        print(f"{log.organization}: {log.records} records, {log.problem or 'every one is right'}")
        problems += bool(log.problem)
    return _NO if problems else _DONE


def _serve(arguments: argparse.Namespace, services: Services) -> int:
    if (arguments.tls_cert is None) != (arguments.tls_key is None):
        raise NotReady("--tls-cert and --tls-key belong together: give both or none")
    listen = Listen(arguments.host, arguments.port, arguments.tls_cert, arguments.tls_key)
    server = make_server(create_app(services.registry, services.log), listen, quiet=False)
    signal.signal(signal.SIGTERM, _interrupt)  # uvicorn stops gracefully, then raises the signal again
    with closing(bind(listen)) as listening:
        try:
            asyncio.run(serve(server, listening))
        except KeyboardInterrupt:
            return _DONE
    return _DONE


def _interrupt(*_: object) -> Never:
    raise KeyboardInterrupt
