"""Layers: what a lower one may change, what is locked, what a user may raise; each refusal is said."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.encryption.method import Level, Method
from securemail_desktop.policy.document import Document
from securemail_desktop.policy.load import load_layers
from securemail_desktop.policy.merge import SETTINGS, Layer, LayerKind, merge
from securemail_desktop.policy.model import Policy
from tests.support.policies import HEAD, policy_folder

ORGANISATION = """
undo: 10
gateways: {partner.example: outbound}
consumer_domains: [gmail.com]
rules:
  - {id: shared, title: Shared, then: {confirm: true}}
  - {id: kept, title: Kept, then: {justify: 10}}
locked: [gateways, rules.kept]
"""


def layered(tmp_path: Path, kind: LayerKind, lower: str, upper: str = ORGANISATION) -> Policy:
    below = policy_folder(tmp_path / "lower", "schema: 1\nname: below\nversion: 7\n" + lower)
    return load_layers([(LayerKind.ORGANISATION, policy_folder(tmp_path / "upper", HEAD + upper)), (kind, below)])


def test_name_and_version_are_the_upper_layers_and_the_digest_is_of_both(tmp_path: Path) -> None:
    one = layered(tmp_path, LayerKind.GROUP, "undo: 5\n").id
    other = layered(tmp_path, LayerKind.GROUP, "undo: 6\n").id
    assert (one.name, one.version) == ("test", 1)
    assert one.sha256 != other.sha256


def test_a_group_adds_to_lists_and_replaces_values(tmp_path: Path) -> None:
    policy = layered(tmp_path, LayerKind.GROUP, "inside: [ward.example]\nundo: 30\nconsumer_domains: [gmx.de]\nurgent_contact: Call\n")
    assert policy.inside == ("clinic.example", "ward.example")
    assert policy.ruleset.lists.webmail == {"gmail.com", "gmx.de"}
    assert (policy.undo, policy.urgent_contact, policy.notices) == (30, "Call", ())


def test_a_group_replaces_a_rule_unless_it_is_locked(tmp_path: Path) -> None:
    policy = layered(
        tmp_path,
        LayerKind.GROUP,
        "rules:\n- {id: shared, title: Ours, mode: off, then: {tip: true}}\n- {id: kept, title: Ours, mode: off, then: {tip: true}}\n",
    )
    assert [(r.id, r.title) for r in policy.ruleset.rules] == [("kept", "Kept"), ("shared", "Ours")]
    assert policy.notices == ("The group policy 'below' sets 'rules.kept', which is locked by an upper layer; that part is ignored.",)


def test_a_locked_key_stays(tmp_path: Path) -> None:
    policy = layered(tmp_path, LayerKind.GROUP, "gateways: {attacker.example: mine}\nundo: 20\n")
    assert policy.gateways == (("partner.example", "outbound"),)
    assert policy.undo == 20
    assert policy.notices == ("The group policy 'below' sets 'gateways', which is locked by an upper layer; that part is ignored.",)


@pytest.mark.parametrize(
    ("lower", "ignored"),
    [
        ("inside: [gmail.com]\n", "inside"),
        ("smime_anchors: []\n", "smime_anchors"),
        ("rules: [{id: mine, title: Mine, then: {encrypt: [tls]}}]\n", "rules.mine"),
        ("rules: [{id: mine, title: Mine, then: {forbid: [smime], confirm: true}}]\n", "rules.mine"),
        ("groups: {g: [x.example]}\n", "groups"),
        ("directory_groups: [d]\n", "directory_groups"),
        ("winner_overrides_others: true\n", "winner_overrides_others"),
        ("urgent_contact: me\n", "urgent_contact"),
        ("rules: [{id: shared, title: Mine, mode: off, then: {tip: true}}]\n", "rules.shared"),
    ],
)
def test_what_is_not_the_users_to_set(tmp_path: Path, lower: str, ignored: str) -> None:
    policy = layered(tmp_path, LayerKind.USER, lower)
    assert len(policy.notices) == 1
    assert f"'{ignored}'" in policy.notices[0]
    assert policy.ruleset.rules == layered(tmp_path / "again", LayerKind.USER, "").ruleset.rules


def test_a_user_may_only_raise(tmp_path: Path) -> None:
    lower = "undo: 3\npatient_data: {outside: {encrypt: [portal, tls]}, inside: {require: message}}\nconsumer_domains: [own.example]\n"
    policy = layered(
        tmp_path, LayerKind.USER, lower, "undo: 10\npatient_data: {outside: {require: message}, inside: {require: transport}}\n"
    )
    assert policy.undo == 10
    assert policy.ruleset.outside_order == (Method.SMIME, Method.OPENPGP, Method.TLS, Method.PORTAL)
    assert (policy.ruleset.outside_minimum, policy.ruleset.inside_minimum) == (Level.MESSAGE, Level.MESSAGE)
    assert "own.example" in policy.ruleset.lists.webmail
    assert policy.notices == (
        "The user policy 'below' sets 'patient_data.outside.encrypt', which is not the user's to set; that part is ignored.",
    )


def test_a_users_stop_does_not_reach_the_organisations_rules(tmp_path: Path) -> None:
    policy = layered(tmp_path, LayerKind.USER, "rules: [{id: mine, title: Mine, priority: 1000, then: {allow: true, stop: true}}]\n")
    assert [(r.id, r.layer) for r in policy.ruleset.rules] == [("kept", 0), ("shared", 0), ("mine", 1)]


def test_a_users_locks_mean_nothing(tmp_path: Path) -> None:
    user = policy_folder(tmp_path / "user", "schema: 1\nname: u\nversion: 1\nundo: 20\nlocked: [undo]\n")
    organisation = policy_folder(tmp_path / "organisation", HEAD)
    group = policy_folder(tmp_path / "group", "schema: 1\nname: g\nversion: 1\nundo: 30\n")
    layers = [(LayerKind.ORGANISATION, organisation), (LayerKind.USER, user), (LayerKind.GROUP, group)]
    assert load_layers(layers).undo == 30


rules = st.lists(st.sampled_from(["a", "b", "c"]), unique=True).map(
    lambda ids: [{"id": i, "title": i, "mode": "off", "then": {"tip": True}} for i in ids]
)
settings = st.fixed_dictionaries(
    {},
    optional={
        "inside": st.lists(st.sampled_from(["a.example", "b.example"]), max_size=2),
        "gateways": st.dictionaries(st.sampled_from(["a.example", "b.example"]), st.sampled_from(["x", "y"])),
        "consumer_domains": st.lists(st.sampled_from(["c.example", "d.example"]), max_size=2),
        "groups": st.dictionaries(st.sampled_from(["g", "h"]), st.just(["a.example"])),
        "undo": st.integers(0, 120),
        "urgent_contact": st.sampled_from(["", "call"]),
        "patient_data": st.sampled_from([{"outside": {"require": "message"}}, {"inside": {"require": "transport"}}, {}]),
        "winner_overrides_others": st.booleans(),
        "rules": rules,
    },
)
locks = st.lists(st.sampled_from([*SETTINGS, "rules", "rules.a"]), unique=True)
lower_layers = st.lists(st.tuples(st.sampled_from([LayerKind.GROUP, LayerKind.USER]), settings, locks), min_size=1, max_size=3)


def document(values: dict[str, object], locked: list[str]) -> Document:
    return Document.model_validate({"schema": 1, "name": "x", "version": 1, "locked": locked, **values})


@given(settings, locks, lower_layers)
def test_a_lower_layer_cannot_undo_a_lock(
    upper: dict[str, object], locked: list[str], lower: list[tuple[LayerKind, dict[str, object], list[str]]]
) -> None:
    top = document(upper, locked)
    merged = merge([Layer(LayerKind.ORGANISATION, top), *(Layer(kind, document(values, more)) for kind, values, more in lower)])
    for key in set(locked) & set(SETTINGS):
        assert getattr(merged.settings, key) == getattr(top, key)
    kept = top.rules if "rules" in locked else [r for r in top.rules if f"rules.{r.id}" in locked]
    assert all(rule in merged.rules[0] for rule in kept)


@given(settings, lower_layers)
def test_a_user_never_loosens(upper: dict[str, object], lower: list[tuple[LayerKind, dict[str, object], list[str]]]) -> None:
    top = document(upper, [])
    users = [Layer(LayerKind.USER, document(values, more)) for _, values, more in lower]
    merged = merge([Layer(LayerKind.ORGANISATION, top), *users])
    kept = ("inside", "gateways", "smime_anchors", "groups", "directory_groups", "urgent_contact", "winner_overrides_others")
    assert all(getattr(merged.settings, key) == getattr(top, key) for key in kept)
    assert merged.settings.undo >= top.undo
    assert set(merged.settings.consumer_domains) >= set(top.consumer_domains)
    assert merged.settings.patient_data.outside.encrypt == top.patient_data.outside.encrypt
    assert merged.rules[0] == top.rules


@pytest.mark.parametrize(("upper", "lower", "minutes"), [(15, 5, 5), (15, 30, 15), (15, 0, 15), (0, 10, 10), (0, 0, 0)])
def test_a_user_may_only_lock_sooner(tmp_path: Path, upper: int, lower: int, minutes: int) -> None:
    policy = layered(tmp_path, LayerKind.USER, f"lock_after: {lower}\n", f"lock_after: {upper}\n")
    assert (policy.lock_after, policy.notices) == (minutes, ())
