"""`securemail protect`: what the send path would put on the wire for these recipients. Exit 1 when one of them cannot be protected so."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from securemail_desktop.cli.exit import Exit, UsageError
from securemail_desktop.cli.ring import open_ring, read_file
from securemail_desktop.encryption.capability import Capability
from securemail_desktop.encryption.discover import capabilities_of
from securemail_desktop.encryption.errors import EncryptionError, KeyRefused, NoGnuPG
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.promise import Ways
from securemail_desktop.encryption.protect import protect_message
from securemail_desktop.encryption.ring import KeyRing, OwnKeys
from securemail_desktop.message.address import Address, parse_address
from securemail_desktop.message.draft import Draft
from securemail_desktop.message.errors import MessageError
from securemail_desktop.message.parse import parse_draft


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("file", type=Path, metavar="FILE.eml", help="message file")
    parser.add_argument("--method", required=True, choices=["smime", "openpgp", "portal"])
    parser.add_argument("--to", required=True, nargs="+", metavar="ADDR", help="who is to open it")
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="OUT.eml")


def run(arguments: argparse.Namespace) -> int:
    """Do it; return the exit code."""
    method = Method(arguments.method)
    if method is Method.PORTAL:
        raise UsageError("the portal is not available yet: choose smime or openpgp.")
    try:
        draft = parse_draft(read_file(arguments.file, "name a message file."))
        recipients = [parse_address(text) for text in arguments.to]
    except MessageError as error:
        raise UsageError(f"{arguments.file}: {error}") from error
    with open_ring(arguments) as ring:
        try:
            protected = _protected(draft, method, recipients, ring)
        except NoGnuPG:
            raise
        except (EncryptionError, MessageError) as error:
            print(f"securemail protect: {error}", file=sys.stderr)
            return Exit.NO
    _write(arguments.output, protected)
    return Exit.DONE


def _protected(draft: Draft, method: Method, recipients: list[Address], ring: KeyRing) -> bytes:
    now = datetime.now(UTC)
    own = ring.own(draft.sender, now)
    keys = dict.fromkeys(_key(address, method, own, ring, now) for address in recipients)
    return b"".join(protect_message(draft, method, tuple(keys), own, ring, now))


def _key(address: Address, method: Method, own: OwnKeys, ring: KeyRing, now: datetime) -> str:
    found = capabilities_of(address, own, ring, Ways(), now)
    usable: list[Capability] = [capability for capability in found.usable if capability.method is method]
    accepted = next((capability.key for capability in usable if capability.accepted), "")
    if accepted:
        return accepted
    reasons = [unusable.reason for unusable in found.unusable if unusable.method is method]
    if usable:
        reasons = [f"nobody has vouched for {address.key}'s key yet"]
    raise KeyRefused(f"{address.key} cannot be reached by {method.value}: {reasons[0] if reasons else 'there is no key for this address'}.")


def _write(path: Path, content: bytes) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except OSError as error:
        raise UsageError(f"{path}: it cannot be written ({error.strerror}): name another file with -o.") from error
