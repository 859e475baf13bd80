"""`securemail policy`: exit codes, what is printed, and what goes wrong in one sentence."""

import json
from email.message import EmailMessage
from pathlib import Path

import pytest

from securemail_desktop.cli.exit import Exit
from securemail_desktop.cli.main import run
from securemail_desktop.policy.schema import SCHEMAS
from securemail_desktop.resources import policies_dir
from tests.support.policies import HEAD, policy_folder

STRICT = str(policies_dir() / "strict")
BODY = "Patient Maria Lopez, MRN 4471182, has type 2 diabetes. Start metformin 500 mg."


@pytest.fixture
def message(tmp_path: Path) -> Path:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Cc"] = "alice@clinic.example", "bob@partner.example", "carol@clinic.example"
    letter["Subject"], letter["Date"] = "Result of Ms Lopez", "Mon, 02 Nov 2026 09:00:00 +0000"
    letter.set_content(BODY)
    path = tmp_path / "letter.eml"
    path.write_bytes(letter.as_bytes())
    return path


def test_lint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "lint", STRICT]) == Exit.DONE
    assert capsys.readouterr().out == "nothing to object to\n"
    folder = policy_folder(tmp_path, HEAD + "rules: [{id: a, title: A, then: {tip: true}}]\n")
    assert run(["policy", "lint", str(folder)]) == Exit.NO
    assert capsys.readouterr().out.startswith("policy.yaml:5:14: rule 'a': it has no condition")
    assert run(["policy", "lint", str(folder), "--json"]) == Exit.NO
    assert json.loads(capsys.readouterr().out)["findings"][0] | {"text": ""} == {"file": "policy.yaml", "line": 5, "column": 14, "text": ""}


@pytest.mark.parametrize("command", [["lint"], ["test"], ["explain", "MESSAGE", "--policy"]])
def test_a_policy_that_cannot_be_used(tmp_path: Path, message: Path, capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    folder = policy_folder(tmp_path / "p", HEAD + "undoo: 1\n")
    words = [str(message) if w == "MESSAGE" else w for w in command]
    assert run(["policy", *words, str(folder)]) == Exit.USAGE
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "policy.yaml:5:1: unknown word 'undoo'; did you mean 'undo'?" in printed.err


def test_cases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "test", STRICT]) == Exit.DONE
    assert capsys.readouterr().out.endswith("9 of 9 cases passed\n")
    folder = policy_folder(tmp_path, HEAD)
    assert run(["policy", "test", str(folder)]) == Exit.USAGE
    assert "holds no cases" in capsys.readouterr().err
    (folder / "tests").mkdir()
    case = "cases: [{name: n, message: {from: a@clinic.example, to: [b@x.example], phi: true}, expect: {verdict: send}}]\n"
    (folder / "tests" / "a.yaml").write_text(case, encoding="utf-8")
    assert run(["policy", "test", str(folder)]) == Exit.NO
    assert "FAILED  tests/a.yaml: n\n        verdict: expected send, got held\n0 of 1 cases passed" in capsys.readouterr().out
    assert run(["policy", "test", str(folder), "--json"]) == Exit.NO
    assert json.loads(capsys.readouterr().out) == {
        "cases": [{"file": "tests/a.yaml", "name": "n", "passed": False, "differences": ["verdict: expected send, got held"]}],
        "failed": 1,
    }


def test_explain_for_programs(message: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "policy",
        "explain",
        str(message),
        "--policy",
        STRICT,
        "--inside",
        "clinic.example",
        "--can",
        "bob@partner.example=smime",
        "--json",
    ]
    assert run(words) == Exit.DONE
    document = json.loads(capsys.readouterr().out)
    assert document["policy"]["name"] == "strict"
    assert document["facts"]["phi"] is True
    assert [(r["address"], r["method"], r["verdict"]) for r in document["recipients"]] == [
        ("bob@partner.example", "smime", "protected"),
        ("carol@clinic.example", "tls", "protected"),
    ]
    rule = next(r for r in document["rules"] if r["id"] == "patient-data-outside")
    assert (rule["status"], rule["recipients"]) == ("matched", ["bob@partner.example"])
    assert {q["asked"]: q["answer"] for q in rule["questions"]} == {"recipient.inside is false": "for", "phi is true": "yes"}
    assert document["verdict"] == "protected"


def test_explain_for_people_holds_no_patient_data(message: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "explain", str(message), "--inside", "clinic.example"]) == Exit.DONE
    printed = capsys.readouterr().out
    assert "patient-data-outside [enforce]: matched for bob@partner.example" in printed
    assert "bob@partner.example: held, none (accepted: smime, openpgp, tls, portal)" in printed
    assert printed.endswith("verdict: held\n")
    assert not any(word in printed for word in ("Lopez", "4471182", "metformin"))


def test_explain_with_a_data_folder_knows_its_keys_and_policy(tmp_path: Path, message: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["policy", "--data", str(tmp_path / "data"), "--key-file", str(tmp_path / "key"), "explain", str(message), "--json"]
    assert run(words) == Exit.DONE
    document = json.loads(capsys.readouterr().out)
    assert document["policy"]["name"] == "strict"
    assert [r["verdict"] for r in document["recipients"]] == ["held", "held"]
    assert run([*words, "--inside", "clinic.example"]) == Exit.DONE
    assert [r["method"] for r in json.loads(capsys.readouterr().out)["recipients"]] == ["none", "tls"]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--can", "bob"], "--can wants ADDRESS=METHOD"),
        (["--can", "bob@partner.example=magic"], "--can wants ADDRESS=METHOD"),
        (["--inside", "no domain"], "--inside wants a domain"),
    ],
)
def test_explain_says_what_is_wrong(message: Path, capsys: pytest.CaptureFixture[str], options: list[str], problem: str) -> None:
    assert run(["policy", "explain", str(message), *options]) == Exit.USAGE
    assert problem in capsys.readouterr().err


def test_explain_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "explain", str(tmp_path / "missing.eml")]) == Exit.USAGE
    assert "missing.eml" in capsys.readouterr().err


def test_schema(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "schema", str(tmp_path / "schemas")]) == Exit.DONE
    assert {p.name for p in (tmp_path / "schemas").iterdir()} == set(SCHEMAS)
    (tmp_path / "file").write_text("")
    assert run(["policy", "schema", str(tmp_path / "file")]) == Exit.USAGE
    assert "cannot be written" in capsys.readouterr().err
