"""Certificates and keys in DNS: SMIMEA (RFC 8162), OPENPGPKEY (RFC 7929), CERT (RFC 4398), only where DNSSEC shows that the answer is the domain's.

Rules: of SMIMEA only whole certificates of the person himself (3 0 0) are taken. Names hold the local part as it was written.
"""

import hashlib
from collections.abc import Iterator

from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CERT import CERT
from dns.rdtypes.ANY.OPENPGPKEY import OPENPGPKEY
from dns.rdtypes.ANY.SMIMEA import SMIMEA

from securemail_desktop.encryption.discovery.signed_dns import Resolver, ask
from securemail_desktop.encryption.discovery.source import LARGEST, MOST, Found
from securemail_desktop.encryption.errors import LookUpFailed
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.record import Origin
from securemail_desktop.message.address import Address

_KINDS = {1: Method.SMIME, 3: Method.OPENPGP}  # RFC 4398, 2.1


class Dns:
    """Signed DNS by a resolver on this machine."""

    origin = Origin.DNS
    whom = "the signed DNS of the recipient's domain"

    def __init__(self, resolver: Resolver | None) -> None:
        """Keep the resolver's loopback address and port; None where there is none."""
        self._resolver = resolver

    def look_up(self, address: Address) -> tuple[Found, ...]:
        """Return what the domain has for the address in its three kinds of records."""
        found = [each for name, kind in names(address) for each in self._ask(name, kind)]
        return tuple(f for f in found if len(f.content) <= LARGEST)[:MOST]

    def _ask(self, name: str, kind: RdataType) -> Iterator[Found]:
        answer = ask(self._resolver, name, kind)
        if answer.records and not answer.secure:
            raise LookUpFailed("The recipient's domain does not sign its DNS, or nobody here checks it: what it says proves nothing.")
        yield from (found for record in answer.records if (found := _found(record)) is not None)


def names(address: Address) -> tuple[tuple[str, RdataType], ...]:
    """Return the names and types of records that an address may have."""
    digest = hashlib.sha256(address.local.encode("utf-8")).digest()[:28].hex()
    return (
        (f"{digest}._smimecert.{address.domain}", RdataType.SMIMEA),
        (f"{digest}._openpgpkey.{address.domain}", RdataType.OPENPGPKEY),
        *(
            [(f"{address.local}.{address.domain}", RdataType.CERT)]
            if address.local.replace(".", "").isalnum() and address.local.isascii()
            else []
        ),
    )


def _found(record: Rdata) -> Found | None:
    if isinstance(record, SMIMEA):
        whole = (record.usage, record.selector, record.mtype) == (3, 0, 0)
        return Found(Method.SMIME, record.cert) if whole else None
    if isinstance(record, OPENPGPKEY):
        return Found(Method.OPENPGP, record.key)
    if isinstance(record, CERT) and record.certificate_type in _KINDS:
        return Found(_KINDS[record.certificate_type], record.certificate)
    return None
