"""Address lists of strangers, read as far as they can be: an unquoted comma in a name, for one, breaks the grammar and not the address."""

import re
from collections.abc import Sequence

from securemail_desktop.message.address import Address, parse_addresses
from securemail_desktop.message.entity import Field
from securemail_desktop.message.errors import AddressError

_SPEC = re.compile(r"[^\s<>,;:\"()]{1,200}@[^\s<>,;:\"()]{1,250}")


def readable_addresses(fields: Sequence[Field], name: str) -> tuple[tuple[Address, ...], bool]:
    """Return the addresses of all fields of this name, and whether these are all; of a broken list those that can be read by themselves."""
    found: list[Address] = []
    complete = True
    for key, value in fields:
        if key.lower() == name.lower():
            try:
                found += parse_addresses(value)
            except AddressError:
                complete = False
                found += _single(value)
    return tuple(found), complete


def _single(value: str) -> list[Address]:
    found: list[Address] = []
    for spec in _SPEC.findall(value):
        try:
            found += parse_addresses(spec)
        except AddressError:
            continue
    return found
