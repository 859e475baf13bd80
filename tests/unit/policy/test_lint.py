"""Lint: each thing that is probably not meant, and a clean policy."""

from pathlib import Path

import pytest

from securemail_desktop.policy.errors import PolicyError
from securemail_desktop.policy.lint import lint
from tests.support.policies import HEAD, NOW, policy_folder

RULE = "rules:\n  - {id: a, title: A, when: {phi: true}, then: {confirm: true}}\n"


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("rules:\n  - {id: a, title: A, then: {confirm: true}}\n", "policy.yaml:6:10: rule 'a': it has no condition"),
        (
            "rules:\n  - {id: a, title: A, until: 2026-11-01, when: {phi: true}, then: {tip: true}}\n",
            "6:10: rule 'a': it ended on 2026-11-01",
        ),
        (
            "rules:\n  - {id: a, title: A, when: {pattern: 'x*'}, then: {tip: true}}\n",
            "rule 'a': the pattern 'x*' also finds nothing at all",
        ),
        ("rules:\n  - {id: a, title: A, unless: {any: [{pattern: '(|x)'}]}, when: {phi: true}, then: {tip: true}}\n", "the pattern '(|x)'"),
        (
            "rules:\n  - {id: a, title: A, when: {phi: true}, then: {block: true}}\n",
            "rule 'a': it stops the author and has no text for him",
        ),
        ("rules:\n  - {id: a, title: A, when: {phi: true}, unless: {phi: true}, then: {tip: true}}\n", "rule 'a': it never holds"),
        (
            "rules:\n  - {id: s, title: S, priority: 1, then: {stop: true}}\n  - {id: a, title: A, when: {phi: true}, then: {tip: true}}\n",
            "policy.yaml:7:10: rule 'a': it is never reached",
        ),
        (RULE + "locked: [undo]\n", "policy.yaml:7:10: 'undo' is locked and has no value here"),
        (RULE + "locked: [smime_anchors]\n", "policy.yaml:7:10: 'smime_anchors' is locked and has no value here"),
        (
            "rules:\n  - {id: a, title: A, when: {any: [{sender: {role: nurse}}]}, then: {confirm: true}}\n",
            "rule 'a': no part of this version measures sender.role",
        ),
        (
            "rules:\n  - {id: a, title: A, when: {phi: true}, unless: {any_recipient: {capability: wkd}}, then: {confirm: true}}\n",
            "measures the capability wkd",
        ),
        (RULE + "groups:\n  idle: [x.example]\n", "policy.yaml:8:3: the group 'idle' is used by no rule"),
    ],
)
def test_finding(tmp_path: Path, text: str, finding: str) -> None:
    found = [str(p) for p in lint(policy_folder(tmp_path, HEAD + text), NOW)]
    assert any(finding in line for line in found), found


@pytest.mark.parametrize(
    "text",
    [
        RULE,
        "rules:\n  - {id: a, title: A, mode: simulate, when: {sender: {role: nurse}}, then: {confirm: true}}\n",
        "rules:\n  - {id: a, title: A, when: {unknown: sender.role}, then: {confirm: true}}\n",
        "rules:\n  - {id: a, title: A, until: 2026-11-02, when: {phi: true}, then: {tip: true}}\n",
        (
            "rules:\n  - {id: s, title: S, priority: 1, when: {phi: true}, then: {stop: true}}\n"
            "  - {id: a, title: A, when: {phi: true}, then: {tip: true}}\n"
        ),
        "rules:\n  - {id: a, title: A, when: {phi: true}, then: {block: Not like this}}\n",
        RULE + "undo: 5\nlocked: [undo, rules, rules.a]\n",
        "groups:\n  used: [x.example]\nrules:\n  - {id: a, title: A, when: {not: {recipient: {group: used}}}, then: {tip: true}}\n",
    ],
)
def test_nothing_to_object_to(tmp_path: Path, text: str) -> None:
    assert lint(policy_folder(tmp_path, HEAD + text), NOW) == ()


def test_a_policy_that_cannot_be_used_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PolicyError):
        lint(policy_folder(tmp_path, HEAD + "undoo: 1\n"), NOW)
