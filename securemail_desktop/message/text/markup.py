"""XML of strangers' files as a stream of events (XML 1.0 by Expat): no tree, and no document type, hence no entities and nothing from elsewhere."""

from collections.abc import Mapping
from typing import Protocol
from xml.parsers import expat

_PIECE = 256 * 1024  # octets


class MarkupBroken(Exception):
    """The XML is damaged, or has a document type, which ISO/IEC 29500-2 forbids in documents."""


class Handler(Protocol):
    """Takes the events; names are without their prefix. `is_full` when it needs no more of them."""

    @property
    def is_full(self) -> bool:
        """Tell whether the rest may be left out."""
        ...

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take the beginning of an element."""
        ...

    def end(self, name: str) -> None:
        """Take its end."""
        ...

    def data(self, text: str) -> None:
        """Take text."""
        ...


def parse(content: bytes, handler: Handler) -> None:
    """Give the events of a document to the handler; raise `MarkupBroken`, after the events before the damage."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: handler.start(
        _local(name), {_local(key): value for key, value in attributes.items()}
    )
    parser.EndElementHandler = lambda name: handler.end(_local(name))
    parser.CharacterDataHandler = handler.data
    parser.StartDoctypeDeclHandler = _refuse
    try:
        for start in range(0, len(content), _PIECE):
            parser.Parse(content[start : start + _PIECE], False)
            if handler.is_full:
                return
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:  # the latter two: encodings that Python has not
        raise MarkupBroken from error


def _refuse(*_: object) -> None:
    raise MarkupBroken


def _local(name: str) -> str:
    return name.rpartition(":")[2]
