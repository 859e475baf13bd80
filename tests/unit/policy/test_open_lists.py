"""Lists of the organisation that outside people read."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.policy.load import load_policy
from securemail_desktop.policy.open_lists import open_lists
from securemail_desktop.policy.run_cases import run_cases

POLICY = """
schema: 1
name: clinic
version: 1
inside: [clinic.example]
lists: {board@clinic.example: [bob@clinic.example, lab.example], team@clinic.example: [bob@clinic.example]}
rules:
  - {id: out, title: T, when: {phi: true, recipient: {inside: false}}, then: {require: message}}
"""
CASES = """
cases:
  - name: patient data to a list that the laboratory reads waits
    message: {from: alice@clinic.example, to: [board@clinic.example], phi: true}
    expect: {verdict: held, rules: [out]}
  - name: patient data to a list of colleagues goes
    message: {from: alice@clinic.example, to: [team@clinic.example], phi: true}
    expect: {verdict: protected, methods: {team@clinic.example: tls}, not_rules: [out]}
"""
INSIDE = ("clinic.example", "hospital.example")
BOARD, TEAM, ALL = "board@clinic.example", "team@clinic.example", "all@clinic.example"


@pytest.mark.parametrize(
    ("lists", "outside"),
    [
        ({BOARD: ("bob@clinic.example", "hospital.example")}, {}),
        ({BOARD: ("bob@clinic.example", "carol@partner.example")}, {BOARD: ("carol@partner.example",)}),
        ({BOARD: ("partner.example",)}, {BOARD: ("partner.example",)}),
        ({BOARD: ("x@sub.clinic.example",)}, {BOARD: ("x@sub.clinic.example",)}),
        (
            {ALL: (BOARD, TEAM), BOARD: ("carol@partner.example",), TEAM: ("bob@clinic.example",)},
            {ALL: ("carol@partner.example",), BOARD: ("carol@partner.example",)},
        ),
        ({ALL: (BOARD,), BOARD: (ALL, "c@p.example")}, {ALL: ("c@p.example",), BOARD: ("c@p.example",)}),
        ({ALL: (ALL,)}, {}),
        ({}, {}),
    ],
)
def test_who_reads_them_outside(lists: dict[str, tuple[str, ...]], outside: dict[str, tuple[str, ...]]) -> None:
    assert open_lists(lists, INSIDE) == outside


@given(st.dictionaries(st.sampled_from("abcd"), st.lists(st.sampled_from(["a", "b", "c", "d", "x@clinic.example", "y@p.example"]))))
def test_a_member_outside_is_found_however_deep(lists: dict[str, list[str]]) -> None:
    found = open_lists(lists, ("clinic.example", *"abcd"))
    for name, members in lists.items():
        if "y@p.example" in members:
            assert found[name] == ("y@p.example",)
        for member in members:
            assert set(found.get(member, ())) <= set(found.get(name, ()))


def test_a_case_of_a_policy_sees_an_open_list_as_outside(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "tests" / "cases.yaml").write_text(CASES, encoding="utf-8")
    assert [r.differences for r in run_cases(load_policy(tmp_path), tmp_path)] == [(), ()]
