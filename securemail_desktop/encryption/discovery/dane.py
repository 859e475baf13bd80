"""DANE for SMTP (RFC 7672): signed DNS says of every mail server of a domain that it speaks TLS, and how it proves itself.

Rules: the list of servers, their addresses and their TLSA records must all be signed; every server counts, since mail may go to any; of TLSA only
DANE-TA and DANE-EE are usable (RFC 7672, 3.1.3).
"""

from datetime import datetime, timedelta

from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TLSA import TLSA

from securemail_desktop.encryption.discovery.signed_dns import Resolver, ask
from securemail_desktop.encryption.errors import LookUpFailed
from securemail_desktop.encryption.promise import Kind, Promise

_KEPT = timedelta(days=7)
_MOST = 20  # mail servers of a domain


class Dane:
    """Asks signed DNS by a resolver on this machine."""

    kind = Kind.DANE

    def __init__(self, resolver: Resolver | None) -> None:
        """Keep the resolver's loopback address and port; None where there is none."""
        self._resolver = resolver

    def look_up(self, domain: str, before: Promise | None, now: datetime) -> Promise:
        """Return what the domain promises now; blocks; raise `LookUpFailed`, where what was known before still holds."""
        del before
        hosts = self._hosts(domain)
        held = bool(hosts) and all(self._proves_itself(host) for host in hosts)
        said = f"{domain} promises {'to take mail only protected on the way, by' if held else 'nothing by'} its signed DNS"
        return Promise(Kind.DANE, held, now, now + _KEPT, now, said if held else f"{said}.")

    def _hosts(self, domain: str) -> tuple[str, ...]:
        """Return the domain's mail servers, none where nobody vouches for the list or it takes no mail (RFC 5321, 5.1; RFC 7505)."""
        answer = ask(self._resolver, domain, RdataType.MX)
        if not answer.secure:
            return ()
        names = tuple(record.exchange.to_text(omit_final_dot=True).lower() for record in answer.records if isinstance(record, MX))
        if len(names) > _MOST:
            raise LookUpFailed(f"{domain} names more mail servers than anybody has.")
        return () if "." in names else names or (domain,)

    def _proves_itself(self, host: str) -> bool:
        base = self._signed_place(host)
        return bool(base) and any(self._has_usable_record(name) for name in dict.fromkeys((base, host)))

    def _signed_place(self, host: str) -> str:
        """Return the name that the host's address stands under, empty where it has none that is signed (RFC 7672, 2.2.2)."""
        for kind in (RdataType.A, RdataType.AAAA):
            answer = ask(self._resolver, host, kind)
            if not answer.secure:
                return ""
            if answer.records:
                return answer.name
        return ""

    def _has_usable_record(self, name: str) -> bool:
        answer = ask(self._resolver, f"_25._tcp.{name}", RdataType.TLSA)
        return answer.secure and any(map(_usable, answer.records))


def _usable(record: Rdata) -> bool:
    """Say whether mail servers go by it; dnspython has refused one whose digest has the wrong length."""
    return isinstance(record, TLSA) and record.usage in {2, 3} and record.selector in {0, 1} and record.mtype in {0, 1, 2}
