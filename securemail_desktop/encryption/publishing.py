"""Own OpenPGP keys as the files of a Web Key Directory, for whoever runs the domain's web server (draft-koch-openpgp-webkey-service).

Rules: the layout of the advanced method, `DOMAIN/hu/HASH` with the `policy` file beside it; a file holds the key of one address with the user ids
of that address only, in binary form; a key that was given up stays out where another has taken its place, and else goes out as revoked.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from securemail_desktop.encryption.discovery.wkd import file_name
from securemail_desktop.encryption.errors import NoKey
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.openpgp.key import flaw
from securemail_desktop.encryption.record import KeyRecord, Role
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.message.address import parse_address


def directory(ring: KeyRing, now: datetime) -> Mapping[str, bytes]:
    """Return the files by their path under `.well-known/openpgpkey/`; raise `NoKey` where there is nothing to publish, `NoGnuPG`."""
    files: dict[str, bytes] = {}
    for address, records in _by_address(ring).items():
        owner = parse_address(address)
        if content := b"".join(ring.home().minimal(record.key, address) for record in _told(records, address, ring, now)):
            files[f"{owner.domain}/hu/{file_name(owner)}"] = content
            files[f"{owner.domain}/policy"] = b""
    if not files:
        raise NoKey("You have no OpenPGP key that could be published: make or import one.")
    return files


def _by_address(ring: KeyRing) -> Mapping[str, list[KeyRecord]]:
    found: dict[str, list[KeyRecord]] = defaultdict(list)
    for record in ring.records(Role.OWN):
        for address in record.addresses if record.method is Method.OPENPGP else ():
            found[address].append(record)
    return found


def _told(records: list[KeyRecord], address: str, ring: KeyRing, now: datetime) -> list[KeyRecord]:
    """Return the newest key that can be used, or those that were given up, so that everybody hears of that."""
    owner = parse_address(address)
    keys = [(record, ring.home().key(record.key)) for record in sorted(records, key=lambda r: r.obtained, reverse=True)]
    usable = [record for record, key in keys if key is not None and not record.refused and not flaw(key, owner, now)]
    return usable[:1] or [record for record, key in keys if key is not None and key.revoked]
