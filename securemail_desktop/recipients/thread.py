"""The conversation that a draft answers: who takes part. An unknown parent gives a thread that is not known, and no check may accuse it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thread:
    """`parent` are the keys in the answered message (its author too), `people` those of the whole conversation; keys are `Address.key`."""

    known: bool = False
    author: str = ""
    parent: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()

    @property
    def domains(self) -> frozenset[str]:
        """Return the domains of everyone in the conversation."""
        return frozenset(key.rpartition("@")[2] for key in self.people)
