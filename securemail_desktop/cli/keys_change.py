"""`securemail keys create|export|publish|accept|revoke|cannot-open`: make, hand out, trust and give up keys."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from securemail_desktop.cli.exit import UsageError
from securemail_desktop.cli.new_file import write_new
from securemail_desktop.cli.secret_file import read_secret
from securemail_desktop.encryption.creating import create_openpgp, create_request
from securemail_desktop.encryption.deciding import accept, cannot_open, revoke
from securemail_desktop.encryption.errors import EncryptionError
from securemail_desktop.encryption.exporting import private_form, public_form
from securemail_desktop.encryption.publishing import directory
from securemail_desktop.encryption.record import KeyRecord
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.message.address import Address, parse_addresses
from securemail_desktop.message.errors import AddressError

_SHORTEST_NAME = 8  # characters of a fingerprint that name a key


def add_arguments(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the commands."""
    create = commands.add_parser("create", help="make a key of your own, or the request for a certificate")
    create.add_argument("address", metavar="ADDRESS", help='whose it is, such as "Alice Moreau <alice@clinic.example>"')
    create.add_argument("--request", type=Path, metavar="FILE.csr", help="S/MIME: write the request for your authority; else OpenPGP")
    export = commands.add_parser("export", help="write a key to a file")
    export.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    export.add_argument("--private", action="store_true", help="with the private part, under the password of --password-file")
    export.add_argument("--password-file", metavar="FILE|-", help="file with the password, - for standard input")
    published = commands.add_parser("publish", help="write your own OpenPGP keys as files for your domain's web server")
    published.add_argument(
        "--wkd", type=Path, required=True, metavar="FOLDER", help="what openpgpkey.DOMAIN serves as /.well-known/openpgpkey"
    )
    accepted = commands.add_parser("accept", help="trust a key whose fingerprint you compared with its owner")
    accepted.add_argument("--fingerprint", metavar="HEX", help="the fingerprint that the owner told you; asked for in a terminal")
    revoked = commands.add_parser("revoke", help="never use a key again; an own one still opens old mail")
    unopened = commands.add_parser("cannot-open", help="its owner cannot open what goes to it: use another way")
    for command in (export, accepted, revoked, unopened):
        command.add_argument("key", metavar="KEY", help="fingerprint or its beginning, or the address")


def change(arguments: argparse.Namespace, ring: KeyRing) -> tuple[KeyRecord, ...]:
    """Do it; return the records concerned. Raise `UsageError`."""
    now = datetime.now(UTC)
    try:
        match arguments.action:
            case "create":
                return _create(arguments, ring, now)
            case "export":
                return _export(arguments, ring)
            case "publish":
                return _publish(arguments.wkd, ring, now)
            case "accept":
                record = _named(arguments.key, ring)
                _compare(arguments.fingerprint or _asked(record), record)
                return (accept(record, ring, now),)
            case "cannot-open":
                record = _named(arguments.key, ring)
                cannot_open(record, ring, now)
                return (ring.named(record.name),)
            case _:
                return (revoke(_named(arguments.key, ring), ring, now),)
    except EncryptionError as error:
        raise UsageError(str(error)) from error


def _create(arguments: argparse.Namespace, ring: KeyRing, now: datetime) -> tuple[KeyRecord, ...]:
    address = _address(arguments.address)
    if arguments.request is None:
        return (create_openpgp(address, ring, now),)
    write_new(arguments.request, create_request(address, ring).encode("ascii"))
    return ()


def _export(arguments: argparse.Namespace, ring: KeyRing) -> tuple[KeyRecord, ...]:
    record = _named(arguments.key, ring)
    if not arguments.private:
        write_new(arguments.output, public_form(record, ring))
        return (record,)
    if not arguments.password_file:
        raise UsageError("a private key is only exported under a password: name a file with it by --password-file.")
    write_new(arguments.output, private_form(record, read_secret(arguments.password_file, "password"), ring))
    return (record,)


def _publish(folder: Path, ring: KeyRing, now: datetime) -> tuple[KeyRecord, ...]:
    """Write what everybody may read, the web server too; files of former keys are replaced, those of colleagues stay."""
    for name, content in directory(ring, now).items():
        path = folder / name
        try:
            for place in [each for each in (path.parent, *path.parent.parents) if not each.exists()][::-1]:
                place.mkdir()
                place.chmod(0o755)
            path.write_bytes(content)
            path.chmod(0o644)
        except OSError as error:
            raise UsageError(f"{path}: it cannot be written ({error.strerror}): name another folder.") from error
        print(path, file=sys.stderr)
    return ()


def _address(text: str) -> Address:
    try:
        (address,) = parse_addresses(text)
    except (AddressError, ValueError) as error:
        raise UsageError(f"{text!r} is not one mail address.") from error
    return address


def _named(text: str, ring: KeyRing) -> KeyRecord:
    """Return the one key that is meant; raise `UsageError`."""
    wanted = _hex(text)
    found = [
        r for r in ring.records() if text.casefold() in r.addresses or (len(wanted) >= _SHORTEST_NAME and _hex(r.key).startswith(wanted))
    ]
    if len(found) != 1:
        raise UsageError(f"{text}: {'no key is named so' if not found else f'{len(found)} keys are named so'}: see securemail keys list.")
    return found[0]


def _asked(record: KeyRecord) -> str:
    if not sys.stdin.isatty():
        raise UsageError("name the fingerprint that the owner told you by --fingerprint.")
    print(f"Ask {', '.join(record.addresses)} by phone or in person for the fingerprint, not by mail.")
    return input("Fingerprint: ")


def _compare(told: str, record: KeyRecord) -> None:
    if _hex(told) != _hex(record.key):
        raise UsageError("the fingerprints differ: the key is somebody else's, or a letter is wrong. Nothing was accepted.")


def _hex(text: str) -> str:
    return "".join(text.split()).replace(":", "").casefold()
