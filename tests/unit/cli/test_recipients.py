"""`securemail recipients check`: the stream's protocol, and message files with a history."""

import json
from io import StringIO
from pathlib import Path

import pytest

from securemail_desktop.cli.exit import Exit
from securemail_desktop.cli.main import run

USER = {"type": "user", "addr": "alice@hospital.example", "name": "Alice"}
SENT = {
    "type": "sent",
    "ts": 1767603600,
    "id": "<1@x>",
    "subject": "",
    "body": "",
    "kind": "new",
    "to": [["Bob", "bob@partner.example"]],
    "cc": [],
    "irt": None,
}
DRAFT = {
    "type": "draft",
    "id": "d1",
    "ts": 1767610000,
    "subject": "",
    "body": "",
    "kind": "new",
    "parent": None,
    "to": [["", "bob@partnre.example"]],
    "cc": [],
}


def stream(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *lines: object) -> list[dict[str, object]]:
    text = "".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
    monkeypatch.setattr("sys.stdin", StringIO(text))
    assert run(["recipients", "check", "--jsonl"]) == Exit.DONE
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_draft_is_answered_and_not_learned(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    answers = stream(monkeypatch, capsys, USER, *[SENT | {"id": f"<{i}@x>"} for i in range(5)], DRAFT, DRAFT | {"id": "d2"})
    assert [a["id"] for a in answers] == ["d1", "d2"]
    assert answers[0]["warn"] == [0]
    assert answers[0]["risk"] == answers[1]["risk"]


def test_a_bad_line_is_answered_in_its_place(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = DRAFT | {"id": "d3", "to": [["", "no address"]]}
    answers = stream(monkeypatch, capsys, USER, "{nonsense\n", wrong, {"type": "draft", "id": "d4"}, {"type": "other", "id": "d5"}, DRAFT)
    assert [("error" in a, a["id"]) for a in answers] == [(True, None), (True, "d3"), (True, "d4"), (True, "d5"), (False, "d1")]


def test_the_user_comes_first(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert "user" in str(stream(monkeypatch, capsys, DRAFT)[0]["error"])


def test_no_input_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["recipients", "check"]) == Exit.USAGE
    assert "--jsonl" in capsys.readouterr().err


def test_a_missing_file_is_a_usage_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["recipients", "check", str(tmp_path / "none.eml")]) == Exit.USAGE
    assert "none.eml" in capsys.readouterr().err


def letter(to: str, number: int) -> bytes:
    head = (
        f"From: Alice <alice@hospital.example>\r\nTo: {to}\r\nDate: Mon, 05 Jan 2026 10:00:0{number} +0000\r\nMessage-ID: <{number}@x>\r\n"
    )
    return f"{head}Subject: roster\r\n\r\nhello\r\n".encode()


@pytest.mark.parametrize("kind", ["folder", "maildir", "mbox"])
def test_a_message_file_is_checked_against_a_history(tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    history = tmp_path / "history"
    letters = [letter("Bob <bob@partner.example>", number) for number in range(5)]
    if kind == "mbox":
        history.write_bytes(b"".join(b"From alice Mon Jan  5 10:00:00 2026\n" + part.replace(b"\r\n", b"\n") + b"\n" for part in letters))
    else:
        folder = history / "cur" if kind == "maildir" else history
        for needed in (folder, *((history / "new", history / "tmp") if kind == "maildir" else ())):
            needed.mkdir(parents=True)
        for number, part in enumerate(letters):
            (folder / f"{number}.eml").write_bytes(part)
    draft = tmp_path / "draft.eml"
    draft.write_bytes(letter("bob@partnre.example", 9))
    assert run(["recipients", "check", str(draft), "--json", "--history", str(history)]) == Exit.NO
    worst = json.loads(capsys.readouterr().out)["drafts"][0]["concerns"][0]
    assert worst["choices"] == ["keep", "replace:bob@partner.example", "remove"]


def test_unreadable_history_is_not_answered(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    answers = stream(monkeypatch, capsys, USER, {"type": "recv", "ts": 1767603600, "from": ["", "no address"]}, {"type": "sent"}, DRAFT)
    assert [a["id"] for a in answers] == ["d1"]
