"""`securemail serve --role milter`: the gateway's filter, until SIGTERM."""

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from ipaddress import ip_network
from pathlib import Path

from securemail_desktop.message.address import parse_address
from securemail_desktop.message.errors import AddressError
from securemail_desktop.server.errors import NotReady
from securemail_desktop.server.milter.conversation import Conversation
from securemail_desktop.server.milter.device_keys import DeviceKeys
from securemail_desktop.server.milter.judge import Judge, Network, Refusal, Rules, Seen
from securemail_desktop.server.milter.passed import Passed

_DONE, _USAGE = 0, 2


def run(arguments: list[str]) -> int:
    """Filter until SIGTERM or Ctrl-C; return the exit code."""
    options = command_line().parse_args(arguments)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
    try:
        rules = Rules(frozenset(map(_domain, options.inside)), tuple(map(_network, options.exempt)))
        keys = DeviceKeys(options.keys)
        logging.getLogger("securemail.milter").info("%d device keys", keys.refresh())
        options.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with closing(Passed(options.data / "passed.db")) as passed:
            judge = Judge(rules, keys, passed, lambda: datetime.now(UTC))
            asyncio.run(serve(options.listen, judge.refusal, watching=options.watch_only))
    except NotReady as error:
        sys.stderr.write(f"securemail serve: {error}\n")
        return _USAGE
    return _DONE


def command_line() -> argparse.ArgumentParser:
    """Return the parser of the command's arguments."""
    parser = argparse.ArgumentParser(prog="securemail serve --role milter", description="lets mail out only with a device's signature")
    parser.add_argument("--role", choices=["milter"], default="milter", help=argparse.SUPPRESS)
    parser.add_argument("--listen", default="inet:127.0.0.1:8891", help="inet:ADDRESS:PORT (default: inet:127.0.0.1:8891)")
    parser.add_argument(
        "--keys", type=Path, required=True, help="file that `securemail serve --device-keys` printed; read anew when it changes"
    )
    parser.add_argument("--inside", action="append", required=True, metavar="DOMAIN", help="a domain of yours; once for each")
    parser.add_argument(
        "--exempt", action="append", default=[], metavar="NETWORK", help="clients that need no signature, such as 192.0.2.7"
    )
    parser.add_argument("--data", type=Path, required=True, help="folder for the record of what has passed")
    parser.add_argument("--watch-only", action="store_true", help="refuse nothing, log what would be refused")
    return parser


async def serve(listen: str, judge: Callable[[Seen], Refusal | None], *, watching: bool = False) -> None:
    """Listen until SIGTERM or SIGINT; raise `NotReady`."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    server = await _listening(listen, partial(_hold, judge, watching))
    async with server:
        await ended.wait()


async def _hold(
    judge: Callable[[Seen], Refusal | None], watching: bool, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    await Conversation(judge, watching=watching).hold(reader, writer)


async def _listening(listen: str, hold: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> asyncio.Server:
    kind, _, place = listen.partition(":")
    host, _, port = place.rpartition(":")
    try:
        if kind == "inet" and host and port.isdecimal():
            return await asyncio.start_server(hold, host.strip("[]"), int(port))
    except (OSError, OverflowError) as error:
        raise NotReady(f"The filter cannot listen at {listen}: {error}.") from error
    raise NotReady(f"--listen wants inet:ADDRESS:PORT, not '{listen}'.")


def _domain(text: str) -> str:
    try:
        return parse_address(f"x@{text}").domain
    except AddressError as error:
        raise NotReady(f"--inside wants a domain such as clinic.example, not '{text}'.") from error


def _network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise NotReady(f"--exempt wants an address or a network such as 192.0.2.0/24, not '{text}'.") from error
