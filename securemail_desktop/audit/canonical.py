"""Canonical bytes of a record: RFC 8785 (JCS) for the part of JSON that records use.

Keys are ASCII and numbers are integers of at most 53 bits, so sorting by code point and Python's own number format agree with RFC 8785.
Anything else is refused, never rounded. The bytes are signed, stored and sent as they are; nobody serialises them a second time.
"""

import json
from typing import Never

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]

_LARGEST = 2**53 - 1
_DEEPEST = 32


def canonical(value: Json) -> bytes:
    """Return the canonical UTF-8 bytes; raise `ValueError` for floats, wide integers, other keys, lone surrogates and deep nesting."""
    _check(value, _DEEPEST)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def parse_canonical(data: bytes) -> dict[str, Json]:
    """Return the object that the bytes are the canonical form of; raise `ValueError` for any other bytes."""
    try:
        value = json.loads(data, parse_float=_refuse, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - one error for bad bytes
    if canonical(value) != data:
        raise ValueError("not in canonical form")
    return value


def _refuse(_: str) -> Never:
    raise ValueError("a number that is not an integer")


def _check(value: object, depth: int) -> None:
    if depth == 0:
        raise ValueError("nested too deeply")
    match value:
        case None | bool() | str():
            return
        case int():
            if abs(value) > _LARGEST:
                raise ValueError("an integer wider than 53 bits")
        case list():
            for item in value:
                _check(item, depth - 1)
        case dict():
            for key, item in value.items():
                if not (isinstance(key, str) and key.isascii()):
                    raise ValueError("a key that is not ASCII text")
                _check(item, depth - 1)
        case _:
            raise ValueError(f"{type(value).__name__} has no canonical form")
