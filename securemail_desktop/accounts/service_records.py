"""Mail servers that a domain names in the DNS: RFC 6186 (SRV records for access and submission), RFC 8314 (TLS from the first byte is preferred).

The DNS is not signed for most: whatever it names is shown to a person before a password goes there, and the certificate must be for that name.
"""

from collections.abc import Sequence

import dns.exception
import dns.resolver
from dns.rdtypes.IN.SRV import SRV

from securemail_desktop.accounts.offer import Offer, is_host
from securemail_desktop.accounts.settings import Security, Server

_SECONDS = 4.0  # for one question
_MAILBOX = (("_imaps._tcp", Security.TLS), ("_imap._tcp", Security.STARTTLS))
_SUBMISSION = (("_submissions._tcp", Security.TLS), ("_submission._tcp", Security.STARTTLS))


def named_in_dns(domain: str, user: str, resolver: dns.resolver.Resolver | None = None) -> Offer:
    """Return what the domain's records name, with `user` to sign in; nothing where there are none or the DNS does not answer."""
    try:
        asked = resolver or dns.resolver.Resolver()
    except dns.exception.DNSException:
        return Offer()
    return Offer(_first(domain, user, _MAILBOX, asked), _first(domain, user, _SUBMISSION, asked))


def _first(domain: str, user: str, services: Sequence[tuple[str, Security]], resolver: dns.resolver.Resolver) -> Server | None:
    for service, security in services:
        place = _target(f"{service}.{domain}.", resolver)
        if place is not None:
            return Server(*place, security, user)
    return None


def _target(name: str, resolver: dns.resolver.Resolver) -> tuple[str, int] | None:
    """Return host and port of the record to try first (RFC 2782); the root as host means that there is no such service."""
    try:
        answer = resolver.resolve(name, "SRV", lifetime=_SECONDS, search=False)
    except (dns.exception.DNSException, OSError):
        return None
    records = sorted((record for record in answer if isinstance(record, SRV)), key=lambda record: (record.priority, -record.weight))
    places = ((record.target.to_text(omit_final_dot=True).lower(), record.port) for record in records)
    return next(((host, port) for host, port in places if port and is_host(host)), None)
