"""How long one decision takes: `policy.py [RULES] [RECIPIENTS]`, rules of an organisation's kinds, a message of 2 kB.

The floor is a set operation for each rule and recipient in plain Python, as an evaluation without shared questions would need.
"""

import random
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from securemail_desktop.policy.compile import compile_rules
from securemail_desktop.policy.decision import PolicyId
from securemail_desktop.policy.document import PatientData, Rule
from securemail_desktop.policy.evaluate import evaluate
from securemail_desktop.policy.facts import Facts, RecipientFacts
from securemail_desktop.policy.index import Lists
from securemail_desktop.policy.model import Policy

TEXT = "Patient Maria Lopez, MRN 99317742, potassium 6.1 mmol/L; please call the ward about the dose of furosemide. " * 20
WORDS = ("biopsy", "methadone", "lab result", "invoice", "psychotherapy notes", "furosemide", "study", "trial", "payroll", "genome")
CONDITIONS = (
    lambda r: {"phi": True, "recipient": {"inside": False}},
    lambda r: {"recipient": {"domain": [f"d{r.randrange(200)}.example" for _ in range(3)]}},
    lambda r: {"phi": True, "recipient": {"group": f"g{r.randrange(40)}"}, "outside_domains": {"at_least": r.randrange(2, 9)}},
    lambda r: {"words": r.sample(WORDS, 3), "recipient": {"inside": False, "webmail": True}},
    lambda r: {"any_recipient": {"address": f"p{r.randrange(500)}@d1.example"}, "size": {"at_least": r.randrange(10**6)}},
    lambda r: {"categories": r.sample(["MRN", "SSN", "NAME", "drug", "lab"], 2), "not": {"recipient": {"domain": "*.example"}}},
    lambda r: {"recipient": {"concern": "first-contact", "capability": "smime"}, "score": {"at_least": r.randrange(100) / 100}},
    lambda r: {"attachment": {"extension": r.choice(["pdf", "exe", "zip"])}, "sender": {"domain": "clinic.example"}},
)
ACTIONS = ({"require": "transport"}, {"confirm": True}, {"tip": True}, {"audit": "low"}, {"encrypt": ["smime", "tls"]}, {"justify": 20})


def policy_of(count: int, source: random.Random) -> Policy:
    rules = [
        Rule.model_validate(
            {
                "id": f"r{n}",
                "title": f"Rule {n}",
                "priority": source.randrange(5),
                "when": CONDITIONS[n % len(CONDITIONS)](source),
                "then": source.choice(ACTIONS),
            }
        )
        for n in range(count)
    ]
    groups = {f"d{n}.example": frozenset({f"g{n % 40}"}) for n in range(200)}
    lists = Lists(groups, frozenset(), frozenset({"d7.example"}), frozenset())
    ruleset = compile_rules([rules], lists, PatientData(), "en", one_answer=False)
    return Policy(PolicyId("p", 1, "0" * 64), ("clinic.example",), (), (), undo=10, lock_after=0, urgent_contact="", ruleset=ruleset)


def message(count: int, source: random.Random, *, phi: bool) -> Facts:
    people = tuple(
        RecipientFacts(f"p{n}@d{source.randrange(200)}.example", f"d{source.randrange(200)}.example", "to", inside=n % 5 == 0)
        for n in range(count)
    )
    return Facts(
        "alice@clinic.example",
        "clinic.example",
        people,
        phi=phi,
        score=0.9 if phi else 0.1,
        now=datetime.now(UTC),
        counts={"MRN": 1, "NAME": 1, "drug": 20} if phi else {"NAME": 1},
        text=(("subject", "Result"), ("body", TEXT)),
    )


def main(rules: int, recipients: int) -> None:
    source = random.Random(7)
    policy = policy_of(rules, source)
    print(f"{rules} rules, {len(policy.ruleset.predicates)} questions, {recipients} recipients; processor time")
    for name, phi in (("ordinary", False), ("patient data", True)):
        report(name, policy, [message(recipients, source, phi=phi) for _ in range(200)], rules)
    print("target: 1,000 rules and 50 recipients p95 < 5 ms")


def report(name: str, policy: Policy, messages: list[Facts], rules: int) -> None:
    spent, matches = [], 0
    for facts in messages:
        began = time.process_time()
        matches += len(evaluate(policy, facts).matches)
        spent.append(1000 * (time.process_time() - began))
    began = time.process_time()
    wanted, domains = frozenset({"d1.example", "d2.example"}), [r.domain for r in messages[0].recipients]
    sum(d in wanted for _ in range(rules) for d in domains)
    floor = 1000 * (time.process_time() - began)
    spent.sort()
    middle, most = statistics.median(spent), spent[int(0.95 * len(spent))]
    print(f"{name:<13} {matches / len(messages):4.0f} rules match: p50 {middle:5.2f} ms  p95 {most:5.2f} ms  floor {floor:.2f} ms")


if __name__ == "__main__":
    main(*(int(a) for a in (sys.argv[1:] + ["1000", "50"][len(sys.argv) - 1 :])))
