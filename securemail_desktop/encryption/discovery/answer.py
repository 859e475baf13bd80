"""What a source said of an address, and the memory of it, so that nobody is asked again and again."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from securemail_desktop.encryption.record import Origin
from securemail_desktop.message.address import Address

_KIND = "key-look-up"


class Outcome(StrEnum):
    """FOUND: a key that is kept now; NOTHING: there is none; UNUSABLE: what there is may not be used; FAILED: no sound answer; OFF: not asked."""

    FOUND = "found"
    NOTHING = "nothing"
    UNUSABLE = "unusable"
    FAILED = "failed"
    OFF = "off"


_FRESH = {Outcome.FOUND: timedelta(days=1), Outcome.NOTHING: timedelta(days=1), Outcome.UNUSABLE: timedelta(days=1)}
_FRESH_FAILURE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """`said` is one sentence for people; `keys` are the names of records (`KeyRecord.name`); `at` is when it was said."""

    origin: Origin
    outcome: Outcome
    said: str
    keys: tuple[str, ...]
    at: datetime

    def fresh(self, now: datetime) -> bool:
        """Say whether it is so young that asking again is not worth it: an hour after a failure, else a day."""
        return timedelta(0) <= now - self.at < _FRESH.get(self.outcome, _FRESH_FAILURE)


class Documents(Protocol):
    """Where answers lie; `store.vault.Vault` implements it."""

    def put(self, kind: str, name: str, secret: bytes) -> None:
        """Store or replace."""
        ...

    def get(self, kind: str, name: str) -> bytes | None:
        """Return the document or None."""
        ...


class Memory:
    """The answers of before, by address."""

    def __init__(self, documents: Documents) -> None:
        """Keep where they lie."""
        self._documents = documents

    def of(self, address: Address) -> dict[Origin, Answer]:
        """Return the last answer of each source."""
        document = self._documents.get(_KIND, address.key)
        return {answer.origin: answer for answer in map(_decoded, json.loads(document) if document else [])}

    def keep(self, address: Address, answers: dict[Origin, Answer]) -> None:
        """Replace what is known for the address."""
        self._documents.put(_KIND, address.key, json.dumps([_encoded(answer) for answer in answers.values()]).encode("utf-8"))


def _encoded(answer: Answer) -> dict[str, object]:
    return {
        "origin": answer.origin.value,
        "outcome": answer.outcome.value,
        "said": answer.said,
        "keys": list(answer.keys),
        "at": answer.at.isoformat(),
    }


def _decoded(row: dict[str, str]) -> Answer:
    return Answer(Origin(row["origin"]), Outcome(row["outcome"]), row["said"], tuple(row["keys"]), datetime.fromisoformat(row["at"]))
