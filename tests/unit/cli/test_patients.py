"""`securemail patients`: import, status and removal of the patient list, and what it refuses."""

import io
import json
from pathlib import Path

import pytest

from securemail_desktop.cli.main import run

TABLE = "mrn,given,family\n448213,Xanthe,Quillfeather\n448214,Nerys,Vantongeren\n"


@pytest.fixture
def at(tmp_path: Path) -> list[str]:
    key = tmp_path / "key"
    key.write_bytes(bytes(32))
    key.chmod(0o600)
    return ["--data", str(tmp_path / "data"), "--key-file", str(key)]


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "patients.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_list_is_taken_told_and_removed(at: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["patients", "import", written(tmp_path, TABLE), *at]) == 0
    assert "2 patients are on the list" in capsys.readouterr().out
    assert run(["patients", "status", "--json", *at]) == 0
    assert json.loads(capsys.readouterr().out)["patients"] == 2
    assert run(["patients", "remove", *at]) == 0
    capsys.readouterr()
    assert run(["patients", "status", *at]) == 0
    assert capsys.readouterr().out == "There is no patient list on this device.\n"


def test_one_patient_is_counted_as_one(at: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["patients", "import", written(tmp_path, "mrn\n448213\n"), *at])
    assert capsys.readouterr().out.startswith("1 patient is on the list")


def test_a_list_comes_by_a_pipe(at: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(TABLE.encode())))
    assert run(["patients", "import", "-", *at]) == 0
    assert "2 patients" in capsys.readouterr().out


def test_a_bad_table_leaves_the_list_as_it_was(at: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["patients", "import", written(tmp_path, TABLE), *at])
    assert run(["patients", "import", written(tmp_path, "secret words\n"), *at]) == 2
    said = capsys.readouterr().err
    assert "must name the columns" in said
    assert "secret" not in said
    run(["patients", "status", "--json", *at])
    assert json.loads(capsys.readouterr().out)["patients"] == 2


@pytest.mark.parametrize("content", [b"mrn\n\xff\xfe448213\n", b""])
def test_a_file_that_is_no_text_is_refused(content: bytes, at: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    assert run(["patients", "import", str(path), *at]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_missing_file_is_told(at: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["patients", "import", str(tmp_path / "no.csv"), *at]) == 2
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("below", ["", "tests"])
def test_a_table_in_the_folder_of_any_policy_is_refused(
    below: str, at: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "clinic" / below
    folder.mkdir(parents=True)
    (tmp_path / "clinic" / "policy.yaml").write_text("schema: 1\n", encoding="utf-8")
    assert run(["patients", "import", written(folder, TABLE), *at]) == 2
    assert "keep patients out of it" in capsys.readouterr().err
