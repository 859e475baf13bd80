"""A scanning process that misbehaves in the way that its first argument names; it is confined and scans as the real one until a text says `ODD`."""

import os
import sys
import time

from securemail_desktop.phi.finding import Scan
from securemail_desktop.phi.scan import scan
from securemail_desktop.phi.worker import wire
from securemail_desktop.phi.worker.serve import load, serve


def odd(fields: wire.Fields) -> Scan:
    if any("ODD" in text for _, text in fields):
        WAYS[sys.argv[1]]()
    return scan(fields)


def hang() -> None:
    time.sleep(600)


def nap() -> None:
    """Take long enough to be given up some times, and end."""
    if time.monotonic() - BEGAN < 2:
        time.sleep(600)


def spin() -> None:
    while True:
        pass


def die() -> None:
    os.kill(os.getpid(), 9)


def garbage() -> None:
    os.write(1, (9).to_bytes(8, "big") + b"[1, true]")
    time.sleep(600)


def stale() -> None:
    """Answer an earlier question."""
    wire.tell(sys.stdout.buffer, 1, scan([("body", "See you at lunch.")]))
    time.sleep(600)


def fail() -> None:
    raise RecursionError


BEGAN = time.monotonic()
WAYS = {"nap": nap, "hang": hang, "spin": spin, "die": die, "garbage": garbage, "stale": stale, "fail": fail}

if __name__ == "__main__":
    if sys.argv[1] == "never ready":
        time.sleep(600)
    load()
    serve(sys.stdin.buffer, sys.stdout.buffer, odd, lambda _: None)
