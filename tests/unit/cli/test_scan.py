import io
import json
import sys
from email.message import EmailMessage

import pytest

from securemail_desktop.cli.main import run
from tests.support.office import package, para, word
from tests.support.ole import compound, numbers, texts
from tests.support.pdf import pdf

RECORD = "Patient Quillonia Vexfeather, MRN 99317742, has potassium 6.1 mmol/L."
PHI = {"id": "a", "subject": "", "body": "Pt Harriet Olsen, K 6.1", "attachments": []}
CLEAN = {"id": "b", "subject": "lunch", "body": "At noon?", "attachments": []}


def answers(monkeypatch, capsys, lines, *options):
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(line + "\n" for line in lines)))
    code = run(["scan", "--jsonl", *options])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_lines_are_answered_in_order(monkeypatch, capsys):
    code, found = answers(monkeypatch, capsys, [json.dumps(PHI), json.dumps(CLEAN)])
    assert code == 0
    assert [(a["id"], a["phi"]) for a in found] == [("a", True), ("b", False)]
    span = next(s for s in found[0]["spans"] if s["type"] == "NAME")
    assert span == {
        "field": "body", "start": 3, "end": 16, "type": "NAME", "role": "patient", "detector": "names", "confidence": 0.9,
    }  # fmt: skip
    assert 0.5 < found[0]["score"] <= 1
    assert found[0]["categories"] == ["NAME", "result"]


def test_fail_on_phi(monkeypatch, capsys):
    assert answers(monkeypatch, capsys, [json.dumps(PHI)], "--fail-on", "phi")[0] == 1
    assert answers(monkeypatch, capsys, [json.dumps(CLEAN)], "--fail-on", "phi")[0] == 0


@pytest.mark.parametrize(
    ("line", "identifier", "words"),
    [
        ("{not json", None, "not JSON"),
        ("[1]", None, "not a JSON object"),
        ('{"id": "x", "body": 4}', "x", "body is not a text"),
        ('{"id": "x", "body": "", "attachments": 4}', "x", "attachments is not a list"),
        ('{"id": "x", "body": "", "attachments": [{"text": 4}]}', "x", "attachment 0 is not a text"),
        ("[" * 100_000, None, "nested too deeply"),
    ],
)
def test_a_bad_line_is_answered_in_its_place(monkeypatch, capsys, line, identifier, words):
    _, found = answers(monkeypatch, capsys, [line, json.dumps(PHI)])
    assert found[0].keys() == {"id", "error"}
    assert found[0]["id"] == identifier
    assert words in found[0]["error"]
    assert found[1]["phi"] is True


def test_offsets_are_code_points(monkeypatch, capsys):
    body = "😀 Pt Harriet Olsen, K 6.1"
    _, found = answers(monkeypatch, capsys, [json.dumps({"id": 1, "subject": "", "body": body})])
    span = next(s for s in found[0]["spans"] if s["type"] == "NAME")
    assert body[span["start"] : span["end"]] == "Harriet Olsen"


def test_nothing_to_scan(capsys):
    assert run(["scan"]) == 2
    assert "message files" in capsys.readouterr().err


def test_a_message_from_standard_input(monkeypatch, capsys):
    letter = b"From: alice@clinic.example\nTo: bob@partner.example\nSubject: x\n\nPatient Maria Lopez, MRN 4471182, has diabetes."
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(letter)))
    assert run(["scan", "-"]) == 0
    assert capsys.readouterr().out.startswith("-: patient data")


def test_a_missing_file(tmp_path, capsys):
    assert run(["scan", str(tmp_path / "none.eml")]) == 2
    assert "none.eml" in capsys.readouterr().err


def message(file: bytes, name: str, body: str = "Please find it attached.") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "alice@clinic.example", "bob@hospital.example", "Report"
    mail.set_content(body)
    mail.add_attachment(file, "application", "octet-stream", filename=name)
    return mail.as_bytes()


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (pdf("Page one", RECORD), "Page one\n" + RECORD),
        (word(para(RECORD)), RECORD),
        (package({"letters/report.docx": word(para(RECORD))}), RECORD),
        (compound({**numbers(32), **texts(_1000=RECORD)}), "\n" + RECORD),
        (package({"old.zip": package({"report.txt": RECORD})}), RECORD),
    ],
)
def test_files_in_messages_are_read_and_their_places_counted_in_their_text(tmp_path, capsys, file, text):
    path = tmp_path / "a.eml"
    path.write_bytes(message(file, "report.bin"))
    assert run(["scan", "--json", "--fail-on", "phi", str(path)]) == 1
    (found,) = json.loads(capsys.readouterr().out)
    assert found["unreadable"] == []
    spans = {span["type"]: text[span["start"] : span["end"]] for span in found["spans"] if span["field"] == "attachment:0"}
    assert spans["MRN"] == "99317742"


def test_files_that_could_not_be_read_are_told(tmp_path, capsys):
    path = tmp_path / "a.eml"
    path.write_bytes(message(b"Rar!...", "scan.rar"))
    assert run(["scan", str(path)]) == 0
    assert "  attachment:0: Archives of this kind are not read: save it anew, as .zip." in capsys.readouterr().out.splitlines()


def test_files_in_an_archive_that_could_not_be_read_are_told(tmp_path, capsys):
    path = tmp_path / "a.eml"
    path.write_bytes(message(package({"scan.png": b"\x89PNG", "a.txt": "The canteen has soup."}), "a.zip"))
    assert run(["scan", "--json", str(path)]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert found["unreadable"] == [{"field": "attachment:0", "reason": "scan.png: The text in pictures is not read."}]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", pdf(RECORD)), ("a.zip", package({"report.docx": word(para(RECORD))})), ("a.txt", RECORD.encode())],
)
def test_a_file_that_is_no_message_is_scanned_as_if_it_were_attached(tmp_path, capsys, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    assert run(["scan", "--json", "--fail-on", "phi", str(path)]) == 1
    (found,) = json.loads(capsys.readouterr().out)
    spans = {span["type"]: RECORD[span["start"] : span["end"]] for span in found["spans"]}
    assert (spans["MRN"], found["unreadable"]) == ("99317742", [])


def test_a_file_that_is_called_a_message_must_be_one(tmp_path, capsys):
    path = tmp_path / "a.eml"
    path.write_bytes(pdf(RECORD))
    assert run(["scan", str(path)]) == 2
    assert "is not a message" in capsys.readouterr().err


def test_scanning_needs_neither_window_nor_network():
    import subprocess

    code = (
        "import sys; from securemail_desktop.cli import scan; import securemail_desktop.phi.scan; "
        "print([m for m in ('PySide6', 'httpx', 'cryptography', 'phonenumbers', 'sqlcipher3') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
