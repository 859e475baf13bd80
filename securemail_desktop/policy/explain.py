"""Why a decision is what it is: every rule, every question with the value that it saw, and the decision. A real dry run.

Nothing here holds matched text, subject or attachment names; addresses appear.
"""

from dataclasses import dataclass

from securemail_desktop.policy.compile import CompiledRule
from securemail_desktop.policy.decision import Decision, RuleMode
from securemail_desktop.policy.facts import Facts
from securemail_desktop.policy.index import FactsIndex, Truth, index_facts
from securemail_desktop.policy.matching import Outcome, Status, match_rules
from securemail_desktop.policy.model import Policy
from securemail_desktop.policy.resolve import resolve
from securemail_desktop.policy.tree import Answers


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One question of a rule: what was asked, what was seen, and the answer: `yes`, `no`, `unknown`, or `for` some recipients."""

    asked: str
    seen: str
    answer: str
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExplainedRule:
    """One rule, what became of it, for which recipients, and its questions in the order of the policy."""

    id: str
    title: str
    mode: RuleMode
    status: Status
    recipients: tuple[str, ...]
    undecided: tuple[str, ...]
    questions: tuple[AskedQuestion, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The decision, and how it came about."""

    decision: Decision
    rules: tuple[ExplainedRule, ...]


def explain(policy: Policy, facts: Facts) -> Explanation:
    """Return the decision that `evaluate` returns, with every rule and question behind it."""
    index = index_facts(policy.ruleset.lists, facts)
    answers = Answers(policy.ruleset.predicates, index)
    outcomes = list(match_rules(policy.ruleset.rules, answers))
    decision = resolve(policy.id, policy.ruleset, index, outcomes)
    return Explanation(decision, tuple(_rule(o, answers) for o in outcomes))


def _rule(outcome: Outcome, answers: Answers) -> ExplainedRule:
    rule, index = outcome.rule, answers.index
    questions = () if outcome.status in {Status.OFF, Status.NOT_YET, Status.EXPIRED} else _questions(rule, answers)
    matched, undecided = _keys(outcome.matched, index), _keys(outcome.undecided, index)
    return ExplainedRule(rule.id, rule.title, rule.mode, outcome.status, matched, undecided, questions)


def _questions(rule: CompiledRule, answers: Answers) -> tuple[AskedQuestion, ...]:
    return tuple(
        AskedQuestion(leaf.wanted, answers.seen(leaf.number), *_answer(answers[leaf.number], answers.index))
        for leaf in rule.condition.leaves()
    )


def _answer(truth: Truth, index: FactsIndex) -> tuple[str, tuple[str, ...]]:
    if truth.definite == index.everyone:
        return "yes", ()
    if not truth.possible:
        return "no", ()
    return ("for", _keys(truth.definite, index)) if truth.definite else ("unknown", _keys(truth.possible, index))


def _keys(mask: int, index: FactsIndex) -> tuple[str, ...]:
    return tuple(r.key for i, r in enumerate(index.facts.recipients) if mask >> i & 1)
