"""One connection of a mail server: collects each message, has it judged at its end, answers. What goes wrong here lets nothing pass."""

import asyncio
import logging
from collections.abc import Callable
from typing import TypeVar

from securemail_desktop.central.device_signature import FIELD, BodyDigest
from securemail_desktop.server.errors import NotReady
from securemail_desktop.server.milter.judge import Refusal, Seen
from securemail_desktop.server.milter.packets import (
    CONTINUE,
    TRY_LATER,
    Command,
    NotMilter,
    Packet,
    answer_offer,
    read,
    refusal,
    without_field,
)

_LOG = logging.getLogger("securemail.milter")
_MOST_FIELDS = 5_000
_MOST_RECIPIENTS = 50_000
T = TypeVar("T")
_UNANSWERED = frozenset({Command.MACROS, Command.ABORT, Command.NEXT})


class Conversation:
    """A connection until it ends; `judge` says why a message may not leave. With `watching` it is only logged what would be refused."""

    def __init__(self, judge: Callable[[Seen], Refusal | None], *, watching: bool = False) -> None:
        """Begin without a message."""
        self._judge, self._watching = judge, watching
        self._silent: frozenset[Command] = frozenset()
        self._client = self._queue_id = ""
        self._forget()

    async def hold(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer until the server closes the connection or says something that cannot be understood."""
        try:
            while (packet := await read(reader)) is not None and packet.command is not Command.QUIT:
                writer.write(self._answer(packet))
                await writer.drain()
        except NotMilter as error:
            _LOG.warning("connection ended: %s", error)
        except ConnectionError:
            _LOG.info("connection lost")
        finally:
            writer.close()

    def _answer(self, packet: Packet) -> bytes:
        if packet.command is Command.NEGOTIATE:
            answer, self._silent = answer_offer(packet.data)
            return answer
        if packet.command is Command.END:
            return self._end(packet.data)
        self._note(packet)
        return b"" if packet.command in self._silent | _UNANSWERED else CONTINUE

    def _note(self, packet: Packet) -> None:
        match packet.command:
            case Command.CONNECT:
                self._client = _ip_of(packet.data)
            case Command.MACROS:
                self._note_macros(packet)
            case Command.MAIL | Command.ABORT | Command.NEXT:
                self._forget()
            case Command.RECIPIENT:
                _bounded(self._recipients, _MOST_RECIPIENTS).append(packet.texts()[0])
            case Command.HEADER:
                name, _, value = packet.data.removesuffix(b"\0").decode("utf-8", "surrogateescape").partition("\0")
                _bounded(self._head, _MOST_FIELDS).append((name, value))
            case Command.BODY:
                self._body.add(packet.data)
            case _:
                pass

    def _note_macros(self, packet: Packet) -> None:
        names = Packet(packet.command, packet.data[1:]).texts()  # before them stands the letter of the command that they belong to
        pairs = dict(zip(names[0::2], names[1::2], strict=False))
        self._queue_id = pairs.get("i", self._queue_id)

    def _end(self, rest: bytes) -> bytes:
        self._body.add(rest)
        seen = Seen(self._client, tuple(self._recipients), tuple(self._head), self._body.value())
        self._forget()
        try:
            refused = self._judge(seen)
        except NotReady as error:
            _LOG.error("%s: later: %s", self._queue_id, error)
            return TRY_LATER
        except Exception:  # noqa: BLE001 - whatever it was, the message stays where it is
            _LOG.exception("%s: later", self._queue_id)
            return TRY_LATER
        _LOG.info("%s: %s", self._queue_id, f"refused: {refused.text}" if refused else "passed")
        if refused and not self._watching:
            return refusal("550", refused.enhanced, refused.text)
        return b"".join(without_field(FIELD, number) for number in range(len(seen.signatures), 0, -1)) + CONTINUE

    def _forget(self) -> None:
        self._recipients: list[str] = []
        self._head: list[tuple[str, str]] = []
        self._body = BodyDigest()


def _bounded(items: list[T], most: int) -> list[T]:
    if len(items) >= most:
        raise NotMilter("more than anybody sends")
    return items


def _ip_of(data: bytes) -> str:
    """Return the IP address of a connect packet: host name, NUL, family, port, address."""
    place = data.partition(b"\0")[2]
    family, address = place[:1], place[3:].rstrip(b"\0").decode("ascii", "replace")
    return address.removeprefix("IPv6:") if family in {b"4", b"6"} else ""
