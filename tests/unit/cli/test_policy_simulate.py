"""`securemail policy simulate`, `diff` and `new`: what IT sees before a policy changes anything."""

import json
import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest

from securemail_desktop.cli.exit import Exit
from securemail_desktop.cli.main import run
from securemail_desktop.resources import policies_dir
from tests.support.policies import HEAD, policy_folder

BODY = "Patient Maria Lopez, MRN 4471182, has type 2 diabetes. Start metformin 500 mg."
PROTECTS = HEAD + "rules: [{id: lab, title: L, when: {words: cafeteria}, then: {require: transport}}]\n"


def letter(body: str, to: str = "bob@partner.example", day: int = 2) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "alice@clinic.example", to, "Tuesday"
    message["Date"], message["Message-ID"] = f"Mon, {day:02} Nov 2026 09:00:00 +0000", f"<{abs(hash(body))}@clinic.example>"
    message.set_content(body)
    return message.as_bytes()


LETTERS = (letter(BODY), letter("The cafeteria is closed."), letter("See you on Tuesday."), b"no message at all")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "mail" / "sub"
    folder.mkdir(parents=True)
    for number, content in enumerate(LETTERS):
        (folder / f"{number}.eml").write_bytes(content)
    return tmp_path / "mail"


@pytest.fixture
def policies(tmp_path: Path) -> tuple[str, str]:
    return str(policy_folder(tmp_path / "base", HEAD)), str(policy_folder(tmp_path / "candidate", PROTECTS))


def simulate(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, object]]:
    code = run(["policy", "simulate", "--json", *words])
    return code, json.loads(capsys.readouterr().out)


def test_what_changes_is_named(corpus: Path, policies: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    base, candidate = policies
    can = ("--can", "partner.example=smime")
    code, found = simulate(capsys, "--base", base, "--candidate", candidate, "--corpus", str(corpus), *can)
    assert code == Exit.DONE
    assert (found["messages"], found["newly_clear_with_findings"]) == (3, 0)
    (changed,) = found["changed"]  # type: ignore[misc]
    assert (changed["name"], changed["shift"]) == ("sub/1.eml", "newly protected")
    assert changed["candidate"]["rules"] == ["lab"]
    assert [u["name"] for u in found["unusable"]] == ["sub/3.eml"]  # type: ignore[attr-defined]


def test_findings_that_would_newly_go_in_clear_are_a_no(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    careful = policy_folder(tmp_path / "a", HEAD + "rules: [{id: n, title: N, when: {categories: NAME}, then: {require: transport}}]\n")
    careless = policy_folder(tmp_path / "b", HEAD)
    (corpus / "sub" / "9.eml").write_bytes(letter("Maria Lopez comes to the party."))
    report = tmp_path / "report.html"
    words = ["--base", str(careful), "--candidate", str(careless), "--corpus", str(corpus), "--report", str(report)]
    code, found = simulate(capsys, *words)
    assert (code, found["newly_clear_with_findings"]) == (Exit.NO, 1)
    page = report.read_text("utf-8")
    assert "sub/9.eml" in page
    assert "NOT SAFE" in page
    assert "Maria" not in page
    assert report.stat().st_mode & 0o077 == 0
    assert run(["policy", "simulate", *words]) == Exit.NO
    assert "NOT SAFE: 1 with findings" in capsys.readouterr().out


def test_one_message_is_said_in_the_singular(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "1.eml").write_bytes(letter("Maria Lopez comes to the party."))
    same = str(policy_folder(tmp_path / "a", HEAD))
    assert run(["policy", "simulate", "--base", same, "--candidate", same, "--corpus", str(tmp_path / "1.eml")]) == Exit.DONE
    assert "\n1 message judged. Nothing" in capsys.readouterr().out


STRANGERS = HEAD + "rules: [{id: first, title: F, when: {recipient: {concern: first-contact}}, then: {confirm: true}}]\n"


@pytest.mark.parametrize(("history", "asked"), [((), ["1.eml"]), (("--history", "old"), [])], ids=["corpus alone", "older mail"])
def test_only_the_first_letter_to_somebody_goes_to_a_stranger(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, history: tuple[str, ...], asked: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder, day in (("old", 1), ("new", 2), ("new", 9), ("new", 16)):
        Path(folder).mkdir(exist_ok=True)
        Path(folder, f"{day // 2}.eml").write_bytes(letter(f"The cafeteria is closed on day {day}.", day=day))
    base, candidate = policy_folder(tmp_path / "base", HEAD), policy_folder(tmp_path / "candidate", STRANGERS)
    _, found = simulate(capsys, "--base", str(base), "--candidate", str(candidate), "--corpus", "new", *history)
    assert [m["name"] for m in found["changed"]] == asked  # type: ignore[attr-defined]


def test_a_date_that_no_calendar_has_stops_nothing(tmp_path: Path, policies: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "mail"
    folder.mkdir()
    (folder / "1.eml").write_bytes(letter(BODY).replace(b" 2026 ", b" 99999999999999 "))
    (folder / "2.eml").write_bytes(letter(BODY, day=3))
    words = ("--base", policies[0], "--candidate", policies[1], "--corpus", str(folder), "--history", str(folder))
    code, found = simulate(capsys, *words)
    assert (code, found["messages"], found["unusable"]) == (Exit.DONE, 2, [])


def test_a_list_that_is_read_outside_counts_as_outside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "a.eml").write_bytes(letter("The cafeteria is closed.", to="board@clinic.example"))
    rule = "rules: [{id: out, title: O, when: {recipient: {inside: false}}, then: {require: transport}}]\n"
    base = policy_folder(tmp_path / "base", HEAD + rule)
    candidate = policy_folder(tmp_path / "candidate", HEAD + "lists: {board@clinic.example: [partner.example]}\n" + rule)
    _, found = simulate(capsys, "--base", str(base), "--candidate", str(candidate), "--corpus", str(tmp_path / "mail"))
    (changed,) = found["changed"]  # type: ignore[misc]
    assert changed["candidate"]["rules"] == ["out"]


@pytest.mark.parametrize("kind", ["mbox", "maildir", "file"])
def test_every_kind_of_corpus(tmp_path: Path, policies: tuple[str, str], capsys: pytest.CaptureFixture[str], kind: str) -> None:
    path = tmp_path / "corpus"
    if kind == "file":
        path.write_bytes(LETTERS[1])
    else:
        box = mailbox.mbox(path) if kind == "mbox" else mailbox.Maildir(path)
        for content in LETTERS[:3]:
            box.add(content)
        box.close()
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    code, found = simulate(capsys, "--base", policies[0], "--candidate", policies[1], "--corpus", str(path))
    assert code == Exit.DONE
    assert found["messages"] == (1 if kind == "file" else 3)
    assert found["shifts"]["newly held"] == 1  # type: ignore[index]
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


@pytest.mark.slow
def test_several_processes_say_the_same_as_one(tmp_path: Path, policies: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(90):
        (tmp_path / f"{number}.eml").write_bytes(LETTERS[number % 4])
    words = ("--base", policies[0], "--candidate", policies[1], "--corpus", str(tmp_path))
    assert simulate(capsys, *words, "--jobs", "2") == simulate(capsys, *words, "--jobs", "1")


def test_nothing_to_try_it_on(tmp_path: Path, policies: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    code, found = simulate(capsys, "--candidate", policies[1], "--corpus", str(tmp_path / "empty"))
    assert (code, found) == (Exit.USAGE, {"error": "there is no message to try the policies on", "problems": []})


def test_unusable_input_is_json_too_where_json_was_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = policy_folder(tmp_path, HEAD + "undoo: 1\n")
    for command in (["lint", str(broken)], ["test", str(broken)], ["diff", str(broken), str(broken)]):
        assert run(["policy", *command, "--json"]) == Exit.USAGE
        printed = capsys.readouterr()
        found = json.loads(printed.out)
        assert printed.err == ""
        assert found["error"] == "the policy cannot be used"
        assert (found["problems"][0]["line"], found["problems"][0]["column"]) == (5, 1)
        assert "did you mean 'undo'" in found["problems"][0]["text"]
    assert run(["policy", "explain", str(tmp_path / "none.eml"), "--json"]) == Exit.USAGE
    assert "none.eml" in json.loads(capsys.readouterr().out)["error"]


def test_diff(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rule = "rules:\n  - {id: a, title: A, when: {phi: true}, then: {justify: 20}}\n"
    old = policy_folder(tmp_path / "old", HEAD + "undo: 10\n" + rule + "  - {id: gone, title: Gone, then: {tip: true}}\n")
    new = policy_folder(tmp_path / "new", HEAD + "undo: 20\n" + rule.replace("20", "30") + "  - {id: b, title: B, then: {tip: true}}\n")
    assert run(["policy", "diff", str(old), str(new)]) == Exit.NO
    expected = ["- rules.gone: Gone", "+ rules.b: B", "~ rules.a.then.justify.at_least: 20 -> 30", "~ undo: 10 -> 20"]
    assert sorted(capsys.readouterr().out.splitlines()) == sorted(expected)
    assert run(["policy", "diff", str(old), str(old)]) == Exit.DONE
    assert capsys.readouterr().out == "no difference\n"


@pytest.mark.parametrize("template", sorted(p.parent.name for p in policies_dir().glob("*/policy.yaml")))
def test_a_new_policy_is_sound_and_passes_its_cases(tmp_path: Path, capsys: pytest.CaptureFixture[str], template: str) -> None:
    folder = tmp_path / "our-clinic"
    assert run(["policy", "new", str(folder), "--from", template]) == Exit.DONE
    assert f"from {template}" in capsys.readouterr().out
    assert run(["policy", "lint", str(folder)]) == Exit.DONE
    assert run(["policy", "test", str(folder)]) == Exit.DONE
    assert "name: our-clinic" in (folder / "policy.yaml").read_text("utf-8")
    for file in folder.rglob("*.yaml"):
        first = file.read_text("utf-8").splitlines()[0]
        assert (file.parent / first.partition("$schema=")[2]).is_file()


def test_a_new_policy_says_what_is_left_to_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "new", str(tmp_path / "a"), "--from", "hospital", "--inside", "clinic.example"]) == Exit.DONE
    told = capsys.readouterr().out
    lines = (tmp_path / "a" / "policy.yaml").read_text("utf-8").splitlines()
    named = dict(line.strip().split(": ", 2)[:2] for line in told.splitlines() if line.strip().startswith("policy.yaml:"))
    assert {"contacts", "gateways", "enforcement"} < set(named.values())
    assert "inside" not in named.values()
    for place, setting in named.items():
        assert lines[int(place.partition(":")[2]) - 1].lstrip("# ").startswith(f"{setting}:")
    assert run(["policy", "new", str(tmp_path / "b"), "--from", "hospital"]) == Exit.DONE
    assert "inside: your mail domains" in capsys.readouterr().out
    assert run(["policy", "new", str(tmp_path / "c"), "--from", "strict", "--inside", "clinic.example"]) == Exit.DONE
    assert "yours to change" not in capsys.readouterr().out


def test_a_new_policy_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "policy.yaml").write_text("mine", encoding="utf-8")
    assert run(["policy", "new", str(tmp_path)]) == Exit.USAGE
    assert "is not empty" in capsys.readouterr().err
    assert (tmp_path / "policy.yaml").read_text("utf-8") == "mine"
