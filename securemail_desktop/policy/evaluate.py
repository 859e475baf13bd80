"""Facts to a decision: pure, deterministic, the most restrictive action wins, all matches are recorded."""

from securemail_desktop.policy.decision import Decision
from securemail_desktop.policy.facts import Facts
from securemail_desktop.policy.model import Policy


def evaluate(policy: Policy, facts: Facts) -> Decision:
    """Return the decision on one message."""
    raise NotImplementedError
