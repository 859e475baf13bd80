"""What a recipient's domain promises of the way to it: mail over verified TLS or not at all (MTA-STS, RFC 8461; DANE for SMTP, RFC 7672).

Rules: a promise binds mail servers that look, and this program is none: it counts only where policy says that one's own submission service enforces
that kind. One that nobody has confirmed for a week does not count any more, nor one whose own time is over.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

_CONFIRMED = timedelta(days=7)
_FRESH = timedelta(days=1)
_FRESH_FAILURE = timedelta(hours=1)
_KIND = "tls-promise"


class Kind(StrEnum):
    """How a domain promises, named as in policies: a rule of its own over HTTPS, or signed DNS."""

    STS = "tls.sts"
    DANE = "tls.dane"


@dataclass(frozen=True, slots=True)
class TlsRules:
    """What policy says of promises: whether domains may be asked at all, and which kinds the submission service enforces, so that they count."""

    look_up: bool = True
    enforced: frozenset[Kind] = frozenset()


@dataclass(frozen=True, slots=True)
class Promise:
    """What was found out of one kind: `held` when the domain promises, until `until` at the latest.

    `confirmed` is when that was last seen, `asked` when somebody last asked: a failure leaves what was known before. `said` is one sentence
    for people. `version` is the id of the domain's rule, empty for DANE.
    """

    kind: Kind
    held: bool
    confirmed: datetime
    until: datetime
    asked: datetime
    said: str
    version: str = ""
    failed: bool = False

    def holds(self, now: datetime) -> bool:
        """Say whether the promise can be relied on now."""
        return self.held and now < min(self.until, self.confirmed + _CONFIRMED)

    def fresh(self, now: datetime) -> bool:
        """Say whether it is so young that asking again is not worth it: an hour after a failure, else a day."""
        return timedelta(0) <= now - self.asked < (_FRESH_FAILURE if self.failed else _FRESH)


@dataclass(frozen=True, slots=True)
class Ways:
    """What is known of the way to recipients, apart from their keys.

    `gateways` maps a domain to the gateway that enforces TLS to it; `inside` are the own domains; `promises` what the recipient's domain promises,
    of which the kinds in `enforced` count.
    """

    gateways: Mapping[str, str] = field(default_factory=dict)
    inside: Collection[str] = ()
    promises: Collection[Promise] = ()
    enforced: frozenset[Kind] = frozenset()


class Documents(Protocol):
    """Where promises lie; `store.vault.Vault` implements it."""

    def put(self, kind: str, name: str, secret: bytes) -> None:
        """Store or replace."""
        ...

    def get(self, kind: str, name: str) -> bytes | None:
        """Return the document or None."""
        ...


class Promises:
    """What was found out before, by domain in A-label form."""

    def __init__(self, documents: Documents) -> None:
        """Keep where it lies."""
        self._documents = documents

    def of(self, domain: str) -> tuple[Promise, ...]:
        """Return what is known of a domain."""
        document = self._documents.get(_KIND, domain)
        return tuple(map(_decoded, json.loads(document))) if document else ()

    def keep(self, domain: str, promises: Collection[Promise]) -> None:
        """Replace what is known of a domain."""
        self._documents.put(_KIND, domain, json.dumps([_encoded(promise) for promise in promises]).encode("utf-8"))


def _encoded(promise: Promise) -> dict[str, object]:
    return {
        "kind": promise.kind.value,
        "held": promise.held,
        "confirmed": promise.confirmed.isoformat(),
        "until": promise.until.isoformat(),
        "asked": promise.asked.isoformat(),
        "said": promise.said,
        "version": promise.version,
        "failed": promise.failed,
    }


def _decoded(row: dict[str, str]) -> Promise:
    confirmed, until, asked = (datetime.fromisoformat(row[name]) for name in ("confirmed", "until", "asked"))
    return Promise(Kind(row["kind"]), bool(row["held"]), confirmed, until, asked, row["said"], row["version"], bool(row["failed"]))
