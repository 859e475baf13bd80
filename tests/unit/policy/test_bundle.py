"""A policy as one document: what goes in comes out, and nothing that leads elsewhere does."""

import json
from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.policy.bundle import files_of, objections, pack, unpack, with_rule_off, with_version
from securemail_desktop.policy.differences import differences
from securemail_desktop.policy.folder import read_contents
from securemail_desktop.policy.load import PolicyError, load_contents, load_policy
from securemail_desktop.resources import policies_dir
from tests.support.policies import HEAD, NOW, policy_folder

RULE = "rules:\n  - id: a  # the comment stays\n    title: A\n    when: {phi: true}\n    then: {tip: true}\n"
CASES = (
    "cases: [{name: n, message: {from: a@clinic.example, to: [b@clinic.example], phi: true}, expect: {verdict: protected, rules: [a]}}]\n"
)


@pytest.mark.parametrize("name", ["hospital", "strict", "small-practice", "research", "hipaa-baseline"])
def test_a_shipped_policy_survives_the_journey_with_its_digest(name: str) -> None:
    folder = policies_dir() / name
    files = unpack(pack(files_of(folder)))
    assert load_contents(files).id == load_policy(folder).id
    assert objections(files, NOW) == ()


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}\.yaml", fullmatch=True), st.binary(max_size=50), max_size=5))
def test_what_goes_in_comes_out(files: dict[str, bytes]) -> None:
    assert unpack(pack(files)) == files
    assert pack(dict(reversed(files.items()))) == pack(files)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_policy_or_an_error(content: bytes) -> None:
    with pytest.raises(PolicyError):
        unpack(content)


@pytest.mark.parametrize("name", ["../policy.yaml", "/etc/passwd", "a/../../b", "..", "", "C:x", "a\\b", "a\0b"])
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    document = {"format": "securemail-policy-1", "files": {name: b64encode(b"x").decode()}}
    with pytest.raises(PolicyError):
        unpack(json.dumps(document).encode())


def test_failed_and_missing_cases_and_findings_of_lint_are_objections(tmp_path: Path) -> None:
    folder = policy_folder(tmp_path, HEAD + RULE)
    assert objections(files_of(folder), NOW) == ("tests/: it has no cases; write one into tests/cases.yaml",)
    (folder / "tests").mkdir()
    (folder / "tests" / "c.yaml").write_text(CASES.replace("rules: [a]", "not_rules: [a]"), encoding="utf-8")
    assert [o.partition(": ")[0] for o in objections(files_of(folder), NOW)] == ["tests/c.yaml"]
    (folder / "tests" / "c.yaml").write_text(CASES, encoding="utf-8")
    assert objections(files_of(folder), NOW) == ()
    (folder / "policy.yaml").write_text(HEAD + RULE.replace("when: {phi: true}", "when: {}"), encoding="utf-8")
    assert [o.partition(": ")[0] for o in objections(files_of(folder), NOW)] == ["policy.yaml:6:9"]


def test_another_version_is_the_same_policy(tmp_path: Path) -> None:
    files = files_of(policy_folder(tmp_path, HEAD + RULE))
    later = with_version(files, 12)
    assert load_contents(later).id.version == 12
    assert load_contents(with_version(later, 1)).id == load_contents(files).id
    with pytest.raises(PolicyError, match="on a line of its own"):
        with_version({"policy.yaml": b"{schema: 1, name: a, version: 1}"}, 2)


def test_a_rule_is_switched_off_and_the_rest_of_the_file_stays(tmp_path: Path) -> None:
    files = files_of(policy_folder(tmp_path, HEAD, more=RULE))
    off = with_rule_off(files, "a")
    assert off["policy.yaml"] == files["policy.yaml"]
    assert b"# the comment stays" in off["more.yaml"]
    assert [(d.path, d.new) for d in differences(read_contents(files), read_contents(off))] == [("rules.a.mode", "off")]
    assert load_contents(off).id.sha256 != load_contents(files).id.sha256
    with pytest.raises(PolicyError, match="got 'b'"):
        with_rule_off(files, "b")
