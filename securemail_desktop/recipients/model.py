"""The behaviour model: features weighed by a logistic function. The weights are data (`data/weights.json`, made by tests/training/recipients.py).

A set of weights for each situation: what tells most, membership in the conversation, is not always known.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from math import exp
from typing import Any

from securemail_desktop.recipients.case import Case
from securemail_desktop.recipients.features import Features
from securemail_desktop.recipients.log import is_reply


@dataclass(frozen=True, slots=True)
class Weights:
    """A bias and a weight for each feature that counts; the sum is the log-odds that the recipient is a mistake."""

    bias: float
    by_name: Mapping[str, float]

    def log_odds(self, features: Features) -> float:
        """Return the weighed sum."""
        return self.bias + sum(self.by_name.get(name, 0.0) * value for name, value in features.items())


class Situation(StrEnum):
    """What is known of the conversation decides which weights hold."""

    ANSWER = "answer"
    UNTHREADED = "unthreaded"
    NEW = "new"


def situation(case: Case) -> Situation:
    """Return whether the draft answers a known conversation, one that is not known here, or none."""
    if case.thread.known:
        return Situation.ANSWER
    answers = case.draft.in_reply_to or is_reply(case.draft.subject)
    return Situation.UNTHREADED if answers else Situation.NEW


@cache
def _document() -> dict[str, Any]:
    source = (files("securemail_desktop.recipients") / "data" / "weights.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(source)
    return document


@cache
def weights(which: Situation) -> Weights:
    """Return the shipped weights for a situation."""
    data = _document()[which.value]
    return Weights(data["bias"], data["weights"])


@cache
def thresholds() -> Mapping[str, float]:
    """Return the log-odds that 3 (`bar`) and 1 (`sheet`) of 100 clean drafts reach in mailboxes that were not trained on."""
    return {str(name): float(value) for name, value in _document()["thresholds"].items()}


def probability(log_odds: float) -> float:
    """Return the probability 0..1 of log-odds."""
    return 1 / (1 + exp(-max(-40.0, min(40.0, log_odds))))
