"""What ships in policies/: each policy loads without objection and passes its cases; the schemas are the models'; lists are complete."""

import json
from pathlib import Path

import pytest

from securemail_desktop.phi.ties import HEALTH
from securemail_desktop.policy.lint import lint
from securemail_desktop.policy.load import load_policy
from securemail_desktop.policy.run_cases import run_cases
from securemail_desktop.policy.schema import SCHEMAS, schema_text
from securemail_desktop.policy.words import CONCERNS, HEALTH_CATEGORIES
from securemail_desktop.recipients import (
    added_in_reply,
    bulk,
    display_name,
    first_contact,
    former_address,
    greeting,
    lookalike,
    named_absent,
    odd_one_out,
    open_list,
    organisation,
    other_thread,
    outside,
    outside_together,
    refused,
    sender_identity,
    telling_name,
    webmail,
    wrong_patient,
)
from securemail_desktop.resources import policies_dir
from tests.support.policies import NOW, policy_folder

SHIPPED = sorted(p.parent for p in policies_dir().glob("*/policy.yaml"))


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda p: p.name)
def test_a_shipped_policy_is_sound_and_passes_its_cases(folder: Path) -> None:
    assert lint(folder, NOW) == ()
    results = run_cases(load_policy(folder), folder)
    assert results
    assert [r for r in results if r.differences] == []


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda p: p.name)
def test_every_rule_of_a_shipped_policy_has_a_case_in_which_it_matches(folder: Path) -> None:
    text = "".join(p.read_text("utf-8") for p in (folder / "tests").glob("*.yaml"))
    listed = {name.strip() for part in text.split(" rules: [")[1:] for name in part.partition("]")[0].split(",")}
    assert {r.id for r in load_policy(folder).ruleset.rules} <= listed


def test_the_examples_of_the_documentation_hold(tmp_path: Path) -> None:
    page = (policies_dir().parent / "docs" / "policy.md").read_text("utf-8")
    settings, rule, pair, cases = (part.partition("```")[0] for part in page.split("```yaml\n")[1:])
    named = "  - {id: patient-data-outside, title: T, when: {phi: true, recipient: {inside: false}}, then: {require: transport}}\n"
    paired = "  - id: pair\n    title: P\n" + "".join(f"    {line}\n" for line in pair.splitlines()) + "    then: {audit: low}\n"
    head = settings.replace("rules: []", "")
    folder = policy_folder(tmp_path, head + rule + named + paired)
    (folder / "tests").mkdir()
    (folder / "tests" / "cases.yaml").write_text(cases, encoding="utf-8")
    assert [r.differences for r in run_cases(load_policy(folder), folder)] == [(), ()]


def test_shipped() -> None:
    assert [p.name for p in SHIPPED] == ["exchange-rules", "hipaa-baseline", "hospital", "research", "small-practice", "strict"]


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_is_current(name: str) -> None:
    """Run `securemail policy schema policies/schema` when this fails."""
    assert (policies_dir() / "schema" / name).read_text("utf-8") == schema_text(name)


def test_the_schema_knows_the_words() -> None:
    schema = json.loads(schema_text("policy.schema.json"))
    assert set(schema["required"]) == {"schema", "name", "version"}
    assert {"all", "any", "not", "recipient", "phi"} <= set(schema["$defs"]["Condition"]["properties"])
    assert schema["$defs"]["Condition"]["additionalProperties"] is False
    assert "from" in schema["$defs"]["Rule"]["properties"]


def test_the_words_for_checks_and_categories_are_those_of_their_packages() -> None:
    checks = (added_in_reply, first_contact, greeting, lookalike, odd_one_out, open_list, organisation, outside, webmail)
    checks += (bulk, display_name, named_absent, outside_together, sender_identity, wrong_patient)
    checks += (former_address, other_thread, refused, telling_name)
    assert set(CONCERNS) == {check.NAME for check in checks}
    assert set(HEALTH_CATEGORIES) == set(HEALTH)
