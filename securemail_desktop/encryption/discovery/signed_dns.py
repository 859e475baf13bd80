"""One question to a validating resolver on this very machine, whose AD flag says that the answer is the domain's (RFC 4035, 3.2.3).

From elsewhere the flag proves nothing: it can be put in on the way.
"""

from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.resolver
from dns.rdata import Rdata
from dns.rdatatype import CNAME, RdataType
from dns.rrset import RRset

from securemail_desktop.encryption.errors import LookUpFailed

_SECONDS = 3.0
_LONGEST_CHAIN = 8
Resolver = tuple[str, int]
"""Loopback address and port."""


@dataclass(frozen=True, slots=True)
class Signed:
    """The records that an answer holds, whether its signatures were checked, and the name that the question led to (RFC 1034, 3.6.2)."""

    records: tuple[Rdata, ...]
    secure: bool
    name: str


def resolver_here() -> Resolver | None:
    """Return the machine's resolver where it runs on the machine itself, or None."""
    with suppress(dns.exception.DNSException, OSError, ValueError, IndexError):
        system = dns.resolver.Resolver()
        first = str(system.nameservers[0])
        if ip_address(first).is_loopback:
            return first, system.port
    return None


def ask(resolver: Resolver | None, name: str, kind: RdataType) -> Signed:
    """Return what there is under a name, nothing where the name does not exist or cannot. Blocks. Raise `LookUpFailed`."""
    if resolver is None:
        raise LookUpFailed("No resolver on this machine checks the signatures of DNS.")
    where, port = resolver
    try:
        query = dns.message.make_query(name, kind, use_edns=0, ednsflags=dns.flags.DO, payload=1232)
        query.flags |= dns.flags.AD
        response, _ = dns.query.udp_with_fallback(query, where, _SECONDS, port)
    except dns.name.LabelTooLong:
        return Signed((), False, name)
    except (dns.exception.DNSException, OSError, EOFError) as error:
        raise LookUpFailed("The resolver on this machine does not answer, or not as it should.") from error
    if response.rcode() not in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}:
        raise LookUpFailed("The answer of DNS is not signed as it should be, or there is none.")
    records = tuple(rdata for rrset in response.answer if rrset.rdtype == kind for rdata in rrset)
    return Signed(records, bool(response.flags & dns.flags.AD), _led_to(name, response.answer))


def _led_to(name: str, answer: list[RRset]) -> str:
    aliases = {rrset.name: rrset[0] for rrset in answer if rrset.rdtype == CNAME}
    current = dns.name.from_text(name)
    for _ in range(_LONGEST_CHAIN):
        alias = aliases.get(current)
        if alias is None:
            break
        current = alias.target
    return current.to_text(omit_final_dot=True).lower()
