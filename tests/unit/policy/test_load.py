"""Policy folders: what they mean, and every way in which one is refused with its place."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.policy.document import Document
from securemail_desktop.policy.errors import PolicyError
from securemail_desktop.policy.load import load_policy
from securemail_desktop.policy.source import read_yaml
from securemail_desktop.policy.validate import validate
from tests.support.policies import HEAD, policy_folder

RULE = "rules:\n  - id: a\n    title: A\n    "


def problems(folder: Path, text: str, **files: str) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        load_policy(policy_folder(folder, text, **files))
    return str(caught.value).splitlines()


def test_settings(tmp_path: Path) -> None:
    text = HEAD + "gateways: {Partner.example: outbound}\nundo: 15\nurgent_contact: Call 555-0100\n"
    policy = load_policy(policy_folder(tmp_path, text))
    assert (policy.id.name, policy.id.version) == ("test", 1)
    assert policy.inside == ("clinic.example",)
    assert policy.gateways == (("partner.example", "outbound"),)
    assert (policy.undo, policy.urgent_contact, policy.notices) == (15, "Call 555-0100", ())


@pytest.mark.parametrize(
    ("wanted", "here", "outdated"),
    [("0.2", "0.1.9", True), ("0.2", "0.2.0", False), ("0.2.0", "0.2", False), ("0.10", "0.9", True), ("1", "0.99.99", True)],
)
def test_an_older_program_is_known_by_its_numbers(tmp_path: Path, wanted: str, here: str, outdated: bool) -> None:
    policy = load_policy(policy_folder(tmp_path, HEAD + f'minimum_version: "{wanted}"\n'))
    assert policy.outdated(here) is outdated


@pytest.mark.parametrize("value", ["0.2", '"0.2 beta"', '"-1"', '""'])
def test_a_version_is_numbers_in_quotes(tmp_path: Path, value: str) -> None:
    found = problems(tmp_path, HEAD + f"minimum_version: {value}\n")
    assert found == ['policy.yaml:5:18: expected a version in quotes, such as "0.10"']


def test_domains_are_a_labels(tmp_path: Path) -> None:
    assert load_policy(policy_folder(tmp_path, HEAD.replace("clinic.example", "Klinik-Köln.example"))).inside == (
        "xn--klinik-kln-lcb.example",
    )


def test_further_files_add_rules_and_lists(tmp_path: Path) -> None:
    main = HEAD + "groups: {one: [a.example]}\nrules: [{id: a, title: A, then: {tip: true}}]\n"
    more = "groups: {two: [b.example]}\nrules: [{id: b, title: B, when: {recipient: {group: [one, two]}}, then: {tip: true}}]\n"
    policy = load_policy(policy_folder(tmp_path, main, more=more))
    assert [r.id for r in policy.ruleset.rules] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "policy.yaml:1:1: expected"),
        ("- a\n", "policy.yaml:1:1: expected"),
        ("schema: 1\nname: x\n", "policy.yaml:1:1: expected the key 'version'"),
        (HEAD.replace("schema: 1", "schema: 2"), "policy.yaml:1:9: unknown value 2; expected one of 1"),
        (HEAD.replace("version: 1", "version: one"), "policy.yaml:3:10: expected a valid integer"),
        (HEAD.replace("version: 1", "version: '1'"), "policy.yaml:3:10: expected a valid integer"),
        (HEAD.replace("version: 1", "version: 0"), "policy.yaml:3:10: expected"),
        (HEAD + "undoo: 5\n", "policy.yaml:5:1: unknown word 'undoo'; did you mean 'undo'?"),
        (HEAD + "undo: 500\n", "policy.yaml:5:7: expected"),
        (HEAD + "retention: 6\n", "policy.yaml:5:1: 'retention' is not yet supported in this version"),
        (HEAD + "inside: [clinic.example]\n", "policy.yaml:5:1: expected each key once: 'inside' is there twice"),
        (HEAD.replace("clinic.example", "'*.example'"), "policy.yaml:4:10: expected a domain such as clinic.example"),
        (HEAD + "groups: {g: [not an address]}\n", "policy.yaml:5:14: expected a domain"),
        (HEAD + "locked: [undoo]\n", "policy.yaml:5:10: unknown key 'undoo'; did you mean 'undo'?"),
        (HEAD + "locked: [rules.b]\nrules: [{id: a, title: A, then: {tip: true}}]\n", "policy.yaml:5:10: unknown key 'rules.b'"),
        (HEAD + "patient_data: {outside: {encrypt: [smime, clear]}}\n", "policy.yaml:5:25: expected methods that protect"),
        (
            HEAD + "patient_data: {outside: {require: clear}}\n",
            "policy.yaml:5:35: unknown value 'clear'; expected one of message, transport",
        ),
        (HEAD + "smime_anchors: [../ca.pem]\n", "policy.yaml:5:17: expected a PEM file within the policy folder"),
        (HEAD + "smime_anchors: [policy.yaml]\n", "policy.yaml:5:17: expected certificates in PEM form"),
        (HEAD + "gateways: {partner.example: [x]}\n", "policy.yaml:5:29: expected"),
        (HEAD + RULE + "then: {tip: true}\n    thenn: {}\n", "policy.yaml:9:5: unknown word 'thenn'; did you mean 'then'?"),
        (HEAD + RULE + "mode: inforce\n    then: {tip: true}\n", "policy.yaml:8:11: unknown value 'inforce'; did you mean 'enforce'?"),
        (
            HEAD + RULE + "when: {recipent: {}}\n    then: {tip: true}\n",
            "policy.yaml:8:12: unknown word 'recipent'; did you mean 'recipient'?",
        ),
        (HEAD + RULE + "when: {all: [{phy: true}]}\n    then: {tip: true}\n", "policy.yaml:8:19: unknown word 'phy'; did you mean 'phi'?"),
        (
            HEAD + RULE + "unless: {not: {sender: {domian: x}}}\n    then: {tip: true}\n",
            "policy.yaml:8:29: unknown word 'domian'; did you mean",
        ),
        (HEAD + RULE + "when: {phi: 'true'}\n    then: {tip: true}\n", "policy.yaml:8:17: expected a valid boolean"),
        (HEAD + RULE + "when: {phi: yes}\n    then: {tip: true}\n", "policy.yaml:8:17: expected a valid boolean"),
        (HEAD + RULE + "when: {score: 0.5}\n    then: {tip: true}\n", "policy.yaml:8:19: expected"),
        (HEAD + RULE + "when: {score: {}}\n    then: {tip: true}\n", "policy.yaml:8:19: expected at_least, at_most or both"),
        (
            HEAD + RULE + "when: {categories: [MRM]}\n    then: {tip: true}\n",
            "policy.yaml:8:25: expected a category of findings, got 'MRM'; did you mean 'MRN'?",
        ),
        (HEAD + RULE + "when: {recipient: {concern: look-alike}}\n    then: {tip: true}\n", "did you mean 'lookalike'?"),
        (
            HEAD + RULE + "when: {recipient: {capability: pgp}}\n    then: {tip: true}\n",
            "policy.yaml:8:36: unknown value 'pgp'; did you mean 'openpgp'?",
        ),
        (HEAD + RULE + "when: {recipient: {group: nurses}}\n    then: {tip: true}\n", "policy.yaml:8:31: unknown group 'nurses'"),
        (
            HEAD + RULE + "when: {pattern: '(a)\\1'}\n    then: {tip: true}\n",
            "policy.yaml:8:21: expected a pattern that runs in linear time",
        ),
        (HEAD + RULE + "when: {pattern: 'a('}\n    then: {tip: true}\n", "policy.yaml:8:21: expected a pattern in RE2 syntax"),
        (HEAD + RULE + "when: {any: []}\n    then: {tip: true}\n", "policy.yaml:8:17: expected at least 1 value here"),
        (HEAD + RULE + "when: {size: {at_least: 5 XB}}\n    then: {tip: true}\n", "policy.yaml:8:29: expected a valid integer"),
        (HEAD + RULE + "when: {label: secret}\n    then: {tip: true}\n", "policy.yaml:8:12: 'label' is not yet supported"),
        (HEAD + RULE + "then: {}\n", "policy.yaml:6:5: expected at least one action under 'then'"),
        (HEAD + RULE + "when: {recipient: {wall: w}}\n    then: {tip: true}\n", "policy.yaml:8:30: unknown wall 'w'"),
        (HEAD + "walls: {w: [a, b]}\n", "policy.yaml:5:13: unknown group 'a'"),
        (HEAD + "walls: {w: [a]}\n", "policy.yaml:5:12: expected at least 2"),
        (HEAD + "partners: {b.example: {name: B, signed: 2026-02-01, until: 2026-01-01}}\n", "policy.yaml:5:23: expected 'until' after"),
        (HEAD + RULE + "when: {recipient: {baa: curent}}\n    then: {tip: true}\n", "unknown value 'curent'; did you mean 'current'?"),
        (HEAD + RULE + "when: {sender: {session_age: 8h}}\n    then: {tip: true}\n", "policy.yaml:8:34: expected"),
        (HEAD + RULE + "then: {notify: it@clinic.example}\n", "policy.yaml:8:12: 'notify' is not yet supported in this version"),
        (HEAD + RULE + "then: {add_header: {Subject: y}}\n", "policy.yaml:8:34: expected text that should match pattern"),
        (HEAD + RULE + "then: {encrypt: [smine]}\n", "policy.yaml:8:22: unknown value 'smine'; did you mean 'smime'?"),
        (HEAD + RULE + "then: {block: false}\n", "policy.yaml:8:19:"),
        (HEAD + RULE + "then: {hold: 8d}\n", "policy.yaml:8:18: expected a hold of 7 days at most"),
        (HEAD + RULE + "then: {hold: soon}\n", "policy.yaml:8:18: expected a valid integer"),
        (HEAD + RULE + "until: 2026\n    then: {tip: true}\n", "policy.yaml:8:12: expected"),
        (
            HEAD + RULE + "from: 2026-02-01\n    until: 2026-01-01\n    then: {tip: true}\n",
            "policy.yaml:6:5: expected 'until' after 'from'",
        ),
        (
            HEAD + "rules:\n  - {id: a, title: A, then: {tip: true}}\n  - {id: a, title: B, then: {tip: true}}\n",
            "policy.yaml:7:10: expected each name once",
        ),
        (HEAD + "rules:\n  - {id: A b, title: A, then: {tip: true}}\n", "policy.yaml:6:10: expected text that should match pattern"),
    ],
)
def test_refused(tmp_path: Path, text: str, problem: str) -> None:
    found = problems(tmp_path, text)
    assert any(line.startswith(problem) or problem in line for line in found), found
    assert all(line.startswith("policy.yaml:") for line in found)


def test_every_problem_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, HEAD + "undoo: 1\nrulez: []\n", extra="inside: [a.example]\n")
    assert [line.partition(" ")[0] for line in found] == ["extra.yaml:1:1:", "policy.yaml:5:1:", "policy.yaml:6:1:"]


def test_a_name_in_two_files_is_refused(tmp_path: Path) -> None:
    rules = "rules: [{id: a, title: A, then: {tip: true}}]\n"
    assert problems(tmp_path, HEAD + rules, zz=rules) == ["zz.yaml:1:14: expected each name once: 'a' is already in policy.yaml"]


@pytest.mark.parametrize(
    ("names", "problem"),
    [((), "policy.yaml:1:1: expected this file"), (("policy.yaml", "more.yml"), "more.yml:1:1: expected the ending .yaml")],
)
def test_folders_that_are_none(tmp_path: Path, names: tuple[str, ...], problem: str) -> None:
    for name in names:
        (tmp_path / name).write_text(HEAD, encoding="utf-8")
    with pytest.raises(PolicyError, match=problem):
        load_policy(tmp_path)
    with pytest.raises(PolicyError, match="expected a policy folder"):
        load_policy(tmp_path / "missing")


def test_the_digest_covers_every_file_and_no_line_ends(tmp_path: Path) -> None:
    first = load_policy(policy_folder(tmp_path / "a", HEAD, more="rules: []\n")).id
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "policy.yaml").write_bytes(HEAD.replace("\n", "\r\n").encode())
    (tmp_path / "b" / "more.yaml").write_bytes(b"rules: []\r\n")
    assert load_policy(tmp_path / "b").id == first
    (tmp_path / "b" / "more.yaml").write_bytes(b"rules: []  # x\r\n")
    assert load_policy(tmp_path / "b").id.sha256 != first.sha256


def test_texts_in_the_users_language(tmp_path: Path) -> None:
    folder = policy_folder(tmp_path, HEAD + RULE + "text: {en: Yes, es: Sí}\n    then: {tip: true}\n")
    texts = [load_policy(folder, language).ruleset.rules[0].text for language in ("es", "es-MX", "de")]
    assert texts == ["Sí", "Sí", "Yes"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["a", "phi", "clear", "", "*.x", "a@b.c"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["rules", "when", "then", "id", "recipient", "all", "not", "block", "text", "groups", "x"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_data_is_a_document_or_a_policy_error(data: object) -> None:
    source = read_yaml("policy.yaml", json.dumps(data).encode())
    with suppress(PolicyError):
        assert validate(Document, source).name
