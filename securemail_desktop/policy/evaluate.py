"""Facts to a decision: pure, deterministic, the most restrictive action wins, all matches are recorded."""

from securemail_desktop.policy.decision import Decision
from securemail_desktop.policy.facts import Facts
from securemail_desktop.policy.index import index_facts
from securemail_desktop.policy.matching import acting_rules
from securemail_desktop.policy.model import Policy
from securemail_desktop.policy.resolve import resolve
from securemail_desktop.policy.tree import Answers


def evaluate(policy: Policy, facts: Facts) -> Decision:
    """Return the decision on one message; `facts.now` is aware. A question that cannot be answered is an unknown fact, never an error."""
    index = index_facts(policy.ruleset.lists, facts)
    answers = Answers(policy.ruleset.predicates, index)
    return resolve(policy.id, policy.ruleset, index, list(acting_rules(policy.ruleset, answers)))
