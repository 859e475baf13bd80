"""Waiting until something happens in the inbox: IDLE (RFC 2177), or a question now and then where a server cannot tell by itself.

The folder stays open between two waits, so that the server tells at the next one what happened meanwhile. A computer that slept has a line that only
looks alive: it is given up.
"""

import time
from collections.abc import Callable
from typing import Any

from imapclient import IMAPClient

from securemail_desktop.accounts.imap_session import Connection

INBOX = "INBOX"
_NEWS = frozenset({"EXISTS", "EXPUNGE", "VANISHED", "FETCH"})
_ROUND = 240.0  # seconds of one IDLE: RFC 2177 allows 29 minutes, but routers forget a silent line earlier
_ASKING = 30.0  # seconds between two questions
_SLICE = 5.0  # seconds until the waiting looks whether it is still wanted
_SLEPT = 30.0  # seconds by which the clock is ahead of a wait after a sleep


def begin(client: IMAPClient) -> None:
    """Open the inbox; what happens from now on is told."""
    client.select_folder(INBOX, readonly=True)
    client._imap.untagged_responses.clear()  # noqa: SLF001 - what was there already is no news


def wait(client: IMAPClient, wanted: Callable[[], bool]) -> bool:
    """Wait some minutes at most, while it is wanted, and say whether anything happened; raise `OSError` for a line that slept."""
    connection: Connection = client._imap  # noqa: SLF001 - IMAPClient's own waiting loses what comes in pieces
    if client.has_capability("IDLE"):
        tag = _idle(client)
        _stay(connection, _ROUND, wanted)
        connection.send(b"DONE\r\n")
        client._consume_until_tagged_response(tag, "IDLE")  # noqa: SLF001
    else:
        _stay(connection, _ASKING, wanted)
        client.noop()
    found = _NEWS & connection.untagged_responses.keys()
    connection.untagged_responses.clear()
    return bool(found)


def _idle(client: IMAPClient) -> Any:
    """Begin to idle and return the command's tag; what the server tells before it says so is kept."""
    connection = client._imap  # noqa: SLF001 - the same line as in `wait`
    tag = connection._command("IDLE")  # noqa: SLF001
    while connection._get_response() is not None:  # noqa: SLF001
        if connection.tagged_commands[tag]:
            client._checkok("IDLE", *connection.tagged_commands.pop(tag))  # noqa: SLF001
            raise ValueError("IDLE ended before it began")
    return tag


def _stay(connection: Connection, seconds: float, wanted: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while wanted() and not connection.has_data():
        left = end - time.monotonic()
        if left <= 0:
            return
        before = time.time()
        connection.wait(min(left, _SLICE))
        if time.time() - before > _SLICE + _SLEPT:
            raise ConnectionAbortedError
