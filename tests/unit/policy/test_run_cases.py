"""Cases beside the rules: what passes, what each difference says, and files that cannot be read."""

from pathlib import Path

import pytest

from securemail_desktop.policy.errors import PolicyError
from securemail_desktop.policy.load import load_policy
from securemail_desktop.policy.run_cases import CaseResult, run_cases
from tests.support.policies import HEAD, policy_folder

RULES = """
gateways: {partner.example: outbound}
rules:
  - {id: ask, title: Ask, when: {subject_is: x}, then: {confirm: true}}
  - {id: wait, title: Wait, when: {recipient: {domain: slow.example}}, then: {hold: 1m}}
  - {id: never, title: Never, when: {any_recipient: {domain: bad.example}}, then: {block: true}}
""".replace("{subject_is: x}", "{words: {any: please ask, in: subject}}")


def run(tmp_path: Path, case: str) -> tuple[CaseResult, ...]:
    folder = policy_folder(tmp_path, HEAD + RULES)
    (folder / "tests").mkdir()
    (folder / "tests" / "a.yaml").write_text(f"cases:\n  - name: one\n{case}", encoding="utf-8")
    return run_cases(load_policy(folder), folder)


@pytest.mark.parametrize(
    ("message", "expect"),
    [
        ("to: [bob@other.example], phi: false", "verdict: send, methods: {bob@other.example: clear}, asks: [], hold: 0"),
        ("to: [bob@other.example], phi: true", "verdict: held, methods: {bob@other.example: none}"),
        ("to: [bob@partner.example], phi: true", "verdict: protected, methods: {bob@partner.example: tls}"),
        ("to: [bob@clinic.example], phi: true", "verdict: protected, methods: {bob@clinic.example: tls}"),
        ("to: [bob@ward.clinic.example], phi: true", "verdict: protected"),
        ("to: [bob@other.example], phi: true, capabilities: {bob@other.example: [openpgp]}", "verdict: protected"),
        ("to: [bob@other.example], phi: false, subject: Please ask", "verdict: held, asks: [confirm], rules: [ask]"),
        ("bcc: [bob@slow.example], phi: false", "verdict: send, hold: 60, rules: [wait], not_rules: [ask, never]"),
        ("cc: [bob@bad.example], phi: false", "verdict: blocked, rules: [never]"),
        ("phi: false", "verdict: held"),
        ("to: [bob@other.example], body: 'Patient Maria Lopez, MRN 4471182, has type 2 diabetes.'", "verdict: held"),
        ("to: [bob@other.example], body: See you at lunch.", "verdict: send"),
    ],
)
def test_passes(tmp_path: Path, message: str, expect: str) -> None:
    assert run(tmp_path, f"    message: {{from: alice@clinic.example, {message}}}\n    expect: {{{expect}}}\n") == (
        CaseResult("tests/a.yaml", "one", ()),
    )


@pytest.mark.parametrize(
    ("expect", "difference"),
    [
        ("verdict: send", "verdict: expected send, got held"),
        ("verdict: held, methods: {bob@other.example: smime}", "method for bob@other.example: expected smime, got none"),
        ("verdict: held, methods: {carol@other.example: smime}", "method for carol@other.example: expected smime, got no such recipient"),
        ("verdict: held, rules: [never]", "rule never: expected to match, did not"),
        ("verdict: held, not_rules: [patient-data]", "rule patient-data: expected not to match, did"),
        ("verdict: held, asks: [confirm]", "asks: expected confirm, got nothing"),
        ("verdict: held, hold: 5", "hold: expected 5 s, got 0 s"),
    ],
)
def test_differences(tmp_path: Path, expect: str, difference: str) -> None:
    case = f"    message: {{from: alice@clinic.example, to: [bob@other.example], phi: true}}\n    expect: {{{expect}}}\n"
    assert run(tmp_path, case)[0].differences == (difference,)


def test_a_file_that_cannot_be_read_names_its_place(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        run(tmp_path, "    message: {from: alice}\n    expect: {verdict: sent}\n")
    assert str(caught.value).splitlines() == [
        "tests/a.yaml:3:21: expected an address such as alice@clinic.example, got 'alice'",
        "tests/a.yaml:4:23: unknown value 'sent'; did you mean 'send'?",
    ]
