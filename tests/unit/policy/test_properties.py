"""What holds for every policy: one more rule never loosens, the order of files does not matter, patient data never goes outside in clear."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.encryption.method import LEVELS, Level, Method, Requirement
from securemail_desktop.policy.compile import compile_rules
from securemail_desktop.policy.decision import Decision, PolicyId
from securemail_desktop.policy.document import Document, PatientData, Rule
from securemail_desktop.policy.evaluate import evaluate
from securemail_desktop.policy.facts import AttachmentFacts, Facts
from securemail_desktop.policy.index import Lists
from securemail_desktop.policy.merge import Layer, LayerKind, merge
from securemail_desktop.policy.model import Policy
from tests.support.policies import BOB, COLLEAGUE, PATIENT, facts_of

LISTS = Lists({}, frozenset({"staff"}), frozenset({"gmail.com"}), frozenset())
METHODS = ["smime", "openpgp", "tls", "portal"]
conditions = st.recursive(
    st.sampled_from(
        [
            {"phi": True},
            {"phi": False},
            {"recipient": {"inside": False}},
            {"recipient": {"webmail": True}},
            {"recipient": {"group": "staff"}},
            {"any_recipient": {"field": "bcc"}},
            {"sender": {"group": "staff"}},
            {"score": {"at_least": 0.5}},
            {"attachment": {"unreadable": True}},
            {"words": "biopsy"},
            {},
        ]
    ),
    lambda inner: (
        inner.map(lambda c: {"not": c})
        | st.lists(inner, min_size=1, max_size=2).map(lambda cs: {"all": cs})
        | st.lists(inner, min_size=1, max_size=2).map(lambda cs: {"any": cs})
    ),
    max_leaves=3,
)
restrictive = st.fixed_dictionaries(
    {},
    optional={
        "require": st.sampled_from(["clear", "transport", "message"]),
        "encrypt": st.lists(st.sampled_from(METHODS), min_size=1, max_size=4, unique=True),
        "forbid": st.lists(st.sampled_from([*METHODS, "clear"]), min_size=1, max_size=2, unique=True),
        "block": st.just(True),
        "confirm": st.just(True),
        "justify": st.integers(1, 50),
        "second_approver": st.just(True),
        "hold": st.integers(0, 600),
        "redact": st.sampled_from([True, ["MRN"]]),
        "strip_attachment": st.just({"unreadable": True}),
        "add_recipient": st.just("journal@clinic.example"),
        "tip": st.just(True),
        "audit": st.just("low"),
    },
).filter(bool)
any_action = restrictive | st.sampled_from([{"allow": True}, {"allow": True, "stop": True}, {"encrypt": ["openpgp", "clear"]}])


def rules_of(action: st.SearchStrategy[dict[str, object]]) -> st.SearchStrategy[Rule]:
    return st.builds(
        lambda when, then, priority, on_error, mode: Rule.model_validate(
            {"id": "x", "title": "x", "when": when, "then": then, "priority": priority, "on_error": on_error, "mode": mode}
        ),
        conditions,
        action,
        st.integers(-1, 1),
        st.sampled_from(["hold", "strongest", "block"]),
        st.sampled_from(["enforce", "enforce", "simulate", "off"]),
    )


messages = st.builds(
    lambda recipients, phi, groups, sender_groups, score, text, attachments: facts_of(
        *[replace(r, groups=groups) for r in recipients],
        phi=phi,
        sender_groups=sender_groups,
        score=score,
        text=(("body", text),),
        attachments=attachments,
    ),
    st.lists(st.sampled_from([BOB, COLLEAGUE, PATIENT]), min_size=1, max_size=3, unique=True),
    st.booleans(),
    st.sampled_from([None, frozenset(), frozenset({"staff"})]),
    st.sampled_from([None, frozenset(), frozenset({"staff"})]),
    st.sampled_from([0.0, 0.9, float("nan")]),
    st.sampled_from(["", "a biopsy"]),
    st.sampled_from([(), (AttachmentFacts("a.zip", "zip", "application/zip", 1, unreadable=True),)]),
)


def policy(rules: list[Rule]) -> Policy:
    named = [rule.model_copy(update={"id": f"r{n}"}) for n, rule in enumerate(rules)]
    return policy_of_named(named)


def policy_of_named(rules: list[Rule]) -> Policy:
    ruleset = compile_rules([rules], LISTS, PatientData(), "en", one_answer=False)
    return Policy(PolicyId("p", 1, "0" * 64), ("clinic.example",), (), (), undo=10, lock_after=0, urgent_contact="", ruleset=ruleset)


def as_strict(new: Requirement, old: Requirement) -> bool:
    """Say whether nothing is accepted that was not before; where clear was accepted, everything stronger was."""
    return new.minimum >= old.minimum and (Method.CLEAR in old.order or set(new.order) <= set(old.order))


def not_looser(new: Decision, old: Decision) -> bool:
    requirements = all(as_strict(n.requirement, o.requirement) for n, o in zip(new.recipients, old.recipients, strict=True))
    return (
        requirements
        and set(new.blocks) >= set(old.blocks)
        and set(new.demands) >= set(old.demands)
        and new.hold >= old.hold
        and set(new.changes) >= set(old.changes)
    )


@given(st.lists(rules_of(any_action), max_size=4), rules_of(restrictive), messages)
def test_one_more_restrictive_rule_never_loosens(rules: list[Rule], more: Rule, message: Facts) -> None:
    assert not_looser(evaluate(policy([*rules, more]), message), evaluate(policy(rules), message))


@given(st.lists(rules_of(any_action), max_size=5), st.randoms(use_true_random=False), messages)
def test_the_order_in_files_does_not_matter(rules: list[Rule], random: object, message: Facts) -> None:
    named = [rule.model_copy(update={"id": f"r{n}"}) for n, rule in enumerate(rules)]
    shuffled = list(named)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert evaluate(policy_of_named(named), message) == evaluate(policy_of_named(shuffled), message)


@given(st.lists(rules_of(any_action), max_size=5), messages)
def test_patient_data_never_goes_outside_in_clear_and_never_by_tls_to_a_private_mailbox(rules: list[Rule], message: Facts) -> None:
    for facts, decided in zip(message.recipients, evaluate(policy(rules), message).recipients, strict=True):
        accepted = decided.requirement.order
        assert all(LEVELS[m] >= decided.requirement.minimum for m in accepted)
        if message.phi and not facts.inside:
            assert Method.CLEAR not in accepted
            assert decided.requirement.minimum >= Level.TRANSPORT
        if facts.domain == "gmail.com":
            assert Method.TLS not in accepted


@given(st.lists(rules_of(any_action), max_size=4), messages)
def test_a_rule_that_does_not_enforce_changes_nothing(rules: list[Rule], message: Facts) -> None:
    enforced = [r for r in rules if r.mode == "enforce"]
    with_others = evaluate(policy_of_named([r.model_copy(update={"id": f"r{n}"}) for n, r in enumerate(rules)]), message)
    ids = [n for n, r in enumerate(rules) if r.mode == "enforce"]
    alone = evaluate(policy_of_named([r.model_copy(update={"id": f"r{n}"}) for n, r in zip(ids, enforced, strict=True)]), message)
    assert with_others.recipients == alone.recipients
    assert (with_others.blocks, with_others.demands, with_others.hold) == (alone.blocks, alone.demands, alone.hold)
    assert with_others.hold >= timedelta(0)


def document(rules: list[Rule], **more: object) -> Document:
    return Document.model_validate({"schema": 1, "name": "p", "version": 1, "inside": ["clinic.example"], **more}).model_copy(
        update={"rules": tuple(rules)}
    )


def layered(layers: list[Layer]) -> Policy:
    merged = merge(layers)
    ruleset = compile_rules(merged.rules, LISTS, merged.settings.patient_data, "en", one_answer=False)
    return Policy(PolicyId("p", 1, "0" * 64), ("clinic.example",), (), (), undo=10, lock_after=0, urgent_contact="", ruleset=ruleset)


@given(
    st.lists(rules_of(restrictive), min_size=1, max_size=3),
    st.lists(rules_of(any_action), max_size=4),
    st.sampled_from([LayerKind.GROUP, LayerKind.USER]),
    st.sampled_from([{"outside": {"encrypt": ["portal"]}}, {"inside": {"require": "message"}}, {}]),
    messages,
)
def test_a_lower_layer_never_undoes_a_lock(upper: list[Rule], lower: list[Rule], kind: LayerKind, data: object, message: Facts) -> None:
    named = [rule.model_copy(update={"id": f"r{n}"}) for n, rule in enumerate(upper)]
    taking_over = [rule.model_copy(update={"id": f"r{n}"}) for n, rule in enumerate(lower)]
    organisation = Layer(LayerKind.ORGANISATION, document(named, locked=["patient_data", "rules"]))
    below = Layer(kind, document(taking_over, patient_data=data))
    assert not_looser(evaluate(layered([organisation, below]), message), evaluate(layered([organisation]), message))
