"""Which sources of keys and promises may be asked for an address, after the policy, and why others are not. Imported at the first look-up only."""

from collections.abc import Collection
from dataclasses import dataclass

from securemail_desktop.encryption.discovery.answer import Answer
from securemail_desktop.encryption.discovery.dane import Dane
from securemail_desktop.encryption.discovery.directory import directory
from securemail_desktop.encryption.discovery.dns import Dns
from securemail_desktop.encryption.discovery.https import Https
from securemail_desktop.encryption.discovery.ldap import Ldap
from securemail_desktop.encryption.discovery.promising import PromiseSource
from securemail_desktop.encryption.discovery.signed_dns import resolver_here
from securemail_desktop.encryption.discovery.source import Source
from securemail_desktop.encryption.discovery.sts import Sts, SystemDns
from securemail_desktop.encryption.discovery.vks import Vks
from securemail_desktop.encryption.discovery.wkd import Wkd
from securemail_desktop.encryption.key_rules import KeyRules
from securemail_desktop.encryption.promise import TlsRules
from securemail_desktop.encryption.record import Origin
from securemail_desktop.message.address import Address

_NOT_PUBLIC = frozenset(
    {"alt", "arpa", "example", "internal", "invalid", "local", "localhost", "onion", "test"}
)  # RFC 6761, 6762, 7686, 9476
_POLICY = "Your organisation does not let this program ask there."
_INSIDE = "Mail within your organisation goes by its own transport."
_NO_PLACE = "This domain is not one of the internet."
_NO_DIRECTORY = "No directory is named for this domain."


@dataclass(frozen=True, slots=True)
class Plan:
    """The sources to ask, the worthiest first, and those that are off with the reason."""

    sources: tuple[Source, ...]
    off: tuple[tuple[Origin, str], ...]


def plan(address: Address, rules: KeyRules, inside: Collection[str]) -> Plan:
    """Return whom to ask for the address; nothing is connected yet."""
    reasons = {
        Origin.LDAP: "" if address.domain in dict(rules.directories) else _NO_DIRECTORY,
        Origin.WKD: _away(address, inside) or ("" if rules.wkd else _POLICY),
        Origin.VKS: _inside(address, inside) or ("" if rules.key_server else _POLICY),
        Origin.DNS: _away(address, inside) or ("" if rules.dns else _POLICY),
    }
    asked = [origin for origin, reason in reasons.items() if not reason]
    return Plan(tuple(_source(origin, address, rules) for origin in asked), tuple((o, reason) for o, reason in reasons.items() if reason))


def promise_sources(address: Address, rules: TlsRules, inside: Collection[str]) -> tuple[PromiseSource, ...]:
    """Return whom to ask what the address's domain promises of the way to it: nobody where policy switches it off."""
    if not rules.look_up or _away(address, inside):
        return ()
    resolver = resolver_here()
    return (Sts(SystemDns(), Https()), *((Dane(resolver),) if resolver is not None else ()))


def in_order(answers: Collection[Answer]) -> tuple[Answer, ...]:
    """Return answers with that of the worthiest source first."""
    ranks = list(Origin)
    return tuple(sorted(answers, key=lambda answer: ranks.index(answer.origin)))


def _source(origin: Origin, address: Address, rules: KeyRules) -> Source:
    match origin:
        case Origin.LDAP:
            return Ldap(directory(dict(rules.directories)[address.domain]))
        case Origin.VKS:
            return Vks(rules.key_server, Https())
        case Origin.DNS:
            return Dns(resolver_here())
        case _:
            return Wkd(Https())


def _inside(address: Address, inside: Collection[str]) -> str:
    return _INSIDE if address.domain in inside else ""


def _away(address: Address, inside: Collection[str]) -> str:
    labels = address.domain.split(".")
    public = len(labels) > 1 and labels[-1] not in _NOT_PUBLIC and "[" not in address.domain
    return _inside(address, inside) or ("" if public else _NO_PLACE)
