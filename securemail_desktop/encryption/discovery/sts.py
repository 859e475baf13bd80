"""MTA-STS (RFC 8461): a domain's own rule, fetched over HTTPS, that mail comes over verified TLS or not at all.

Rules: one TXT record says that there is a rule and which; the rule comes from `mta-sts.DOMAIN` only, without redirects; of fields that stand twice
the first counts. What was fetched before holds for its own time when the domain falls silent, so that nobody can take a promise away by silence.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import dns.exception
import dns.resolver
from dns.rdtypes.ANY.TXT import TXT

from securemail_desktop.encryption.discovery.https import Https
from securemail_desktop.encryption.errors import LookUpFailed
from securemail_desktop.encryption.promise import Kind, Promise

_SECONDS = 4.0  # for one question
_LARGEST = 64 * 1024  # octets, RFC 8461, 3.3
_LONGEST = 31_557_600  # seconds, RFC 8461, 3.2
_RECORD = re.compile(r"v=STSv1[ \t]*;[ \t]*id[ \t]*=[ \t]*(?P<id>[0-9A-Za-z]{1,32})[ \t]*(;.*)?")
_MODES = frozenset({"enforce", "testing", "none"})
_HOST = re.compile(r"(\*\.)?[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*")


@dataclass(frozen=True, slots=True)
class Rule:
    """A domain's rule: `mode` enforce, testing or none; `hosts` the patterns of its mail servers; `seconds` how long it holds."""

    mode: str
    hosts: tuple[str, ...]
    seconds: int


class TextRecords(Protocol):
    """Asks DNS for TXT records."""

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the text of each record, none where there are none; raise `LookUpFailed`."""
        ...


class SystemDns:
    """The system's resolvers, or another one."""

    def __init__(self, resolver: dns.resolver.Resolver | None = None) -> None:
        """Keep the resolver; the system's is read at the first question."""
        self._resolver = resolver

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the text of each record. Blocks."""
        try:
            answer = (self._resolver or dns.resolver.Resolver()).resolve(f"{name}.", "TXT", lifetime=_SECONDS, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.DNSException, OSError) as error:
            raise LookUpFailed("DNS does not answer.") from error
        return tuple(b"".join(record.strings).decode("utf-8", "replace") for record in answer if isinstance(record, TXT))


class Sts:
    """Asks domains for their rule."""

    kind = Kind.STS

    def __init__(self, dns: TextRecords, https: Https) -> None:
        """Keep how to ask and fetch."""
        self._dns, self._https = dns, https

    def look_up(self, domain: str, before: Promise | None, now: datetime) -> Promise:
        """Return what the domain promises now; blocks; raise `LookUpFailed`, where what was known before still holds."""
        version = record_id(self._dns.texts(f"_mta-sts.{domain}"))
        current = before if before is not None and now < before.until else None
        if not version:
            if current is not None and current.held:
                raise LookUpFailed(f"{domain} names its rule no more; until it ends it holds.")
            return Promise(Kind.STS, False, now, now, now, f"{domain} makes no promise by a rule of its own.")
        if current is not None and current.version == version:
            return replace(current, confirmed=now, asked=now, failed=False)
        return _promise(domain, version, self._fetch(domain), now)

    def _fetch(self, domain: str) -> Rule:
        content = self._https.get(f"https://mta-sts.{domain}/.well-known/mta-sts.txt", _LARGEST, "text/plain")
        rule = parse_rule(content or b"")
        if rule is None:
            raise LookUpFailed(f"The rule of {domain} cannot be read.")
        return rule


def record_id(texts: tuple[str, ...]) -> str:
    """Return the id of the one record that says there is a rule, empty where there is none, or more than one."""
    records = [text for text in texts if text.startswith("v=STSv1")]
    match = _RECORD.fullmatch(records[0].strip()) if len(records) == 1 else None
    return match["id"] if match else ""


def parse_rule(content: bytes) -> Rule | None:
    """Return the rule of a file, None where it is none."""
    fields: dict[str, list[str]] = {}
    for line in content.decode("utf-8", "replace").splitlines():
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip(), []).append(value.strip())
    version, mode, seconds = (fields.get(name, [""])[0] for name in ("version", "mode", "max_age"))
    hosts = tuple(fields.get("mx", ()))
    if version != "STSv1" or mode not in _MODES or not (seconds.isascii() and seconds.isdecimal() and len(seconds) <= 10):
        return None
    if (not hosts and mode != "none") or not all(_HOST.fullmatch(host) for host in hosts):
        return None
    return Rule(mode, hosts, min(int(seconds), _LONGEST))


def _promise(domain: str, version: str, rule: Rule, now: datetime) -> Promise:
    held = rule.mode == "enforce"
    said = f"{domain} promises to take mail only protected on the way, by a rule of its own"
    if not held:
        said = f"{domain} only tries out a rule of its own." if rule.mode == "testing" else f"{domain} has given up its rule."
    return Promise(Kind.STS, held, now, now + timedelta(seconds=rule.seconds), now, said, version)
