"""`securemail send` as a script calls it: exit codes of the contract, one JSON document, one clear sentence on the error stream."""

import json
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from securemail_desktop.accounts.settings import accounts_document
from securemail_desktop.cli.exit import Exit
from securemail_desktop.cli.main import run
from securemail_desktop.server.embedded import EmbeddedServer
from securemail_desktop.session.session import Session
from tests.support.alice import ALICE, BOB, CANARY, CHEN, DORA, LAB, PETER, POLICY, SECRET, Alice, Office, Scene, clear, one_sentence
from tests.support.faulty_smtp import Drop, Say, Step, at, behave
from tests.support.pdf import pdf

pytestmark = pytest.mark.slow  # many seconds together

MID = "<m1@clinic.example>"
LOOKALIKE = "bob@hospitall.example"
ASKING = (
    POLICY
    + """\
  - id: ask-why
    title: Patient data to the laboratory needs a reason
    when: {{phi: true, recipient: {{domain: [partner-lab.example]}}}}
    then: {{justify: 12}}
    text: {{en: "Why does the laboratory need it?"}}
"""
)


class Shell:
    """Alice's command line: `sh(file, options...)` returns the exit code; `out` and `err` are what was printed."""

    def __init__(self, alice: Alice, capsys: pytest.CaptureFixture[str]) -> None:
        self.alice, self._capsys = alice, capsys
        self.out = self.err = ""

    def __call__(self, file: Path | str, *options: str) -> int:
        self._capsys.readouterr()
        try:
            code = run(["send", "--data", str(self.alice.data), "--key-file", str(self.alice.key_file), str(file), *options])
        except SystemExit as exit_:  # argparse's own
            code = int(str(exit_.code))
        self.out, self.err = self._capsys.readouterr()
        assert "Traceback" not in self.err
        assert CANARY not in self.err
        return code

    def json(self, file: Path | str, *options: str) -> tuple[int, dict[str, Any]]:
        code = self(file, "--json", *options)
        return code, json.loads(self.out)

    def complaint(self, file: Path | str, *options: str) -> str:
        """Return the one sentence that a call is refused with."""
        assert self(file, *options) == Exit.USAGE
        assert self.out == ""
        [line] = self.err.splitlines()
        assert line.startswith("securemail send: ")
        return line.removeprefix("securemail send: ")


@pytest.fixture
def alice(scene: Scene) -> Alice:
    made: Alice = scene()
    return made


@pytest.fixture
def sh(alice: Alice, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(alice, capsys)


def recipients(document: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {r["address"]: (r["method"], r["state"]) for r in document["recipients"]}


def test_done(sh: Shell, alice: Alice) -> None:
    code, document = sh.json(alice.file(BOB, LAB, CHEN))
    assert code == Exit.DONE
    assert (document["draft"], document["message_id"], document["verdict"]) == ("message.eml", MID, "protected")
    assert recipients(document) == {BOB: ("smime", "accepted"), LAB: ("tls", "accepted"), CHEN: ("tls", "accepted")}
    assert document["audit"]["intent"]
    assert len(document["audit"]["outcomes"]) == 3, "who is inside goes without the gateway's marks, and apart from others by TLS"
    assert document["rules"] == ["patient-data", "patient-data-outside"]
    assert CANARY not in sh.out, "findings are told by their place"
    assert sh.err == ""
    assert alice.server.taken == {(MID, BOB): 1, (MID, LAB): 1, (MID, CHEN): 1}


def with_file(alice: Alice, to: str, content: bytes) -> Path:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = "alice@clinic.example", to, "Report", MID
    mail.set_content("Please find it attached.")
    mail.add_attachment(content, "application", "pdf", filename="report.pdf")
    path = alice.folder / "message.eml"
    path.write_bytes(mail.as_bytes())
    return path


def test_a_patient_in_a_pdf_is_found_and_protected(sh: Shell, alice: Alice) -> None:
    code, document = sh.json(with_file(alice, BOB, pdf("Report", SECRET)))
    assert (code, recipients(document)) == (Exit.DONE, {BOB: ("smime", "accepted")})
    assert {finding["field"] for finding in document["findings"]} == {"attachment:0"}
    assert not any(clear(m.content) for m in alice.server.messages)


def test_a_patient_in_a_pdf_does_not_go_unprotected(sh: Shell, alice: Alice) -> None:
    code, document = sh.json(with_file(alice, PETER, pdf(SECRET)))
    assert (code, recipients(document)) == (Exit.NO, {PETER: ("none", "held")})
    assert not alice.server.messages


def test_a_pdf_without_a_patient_goes_as_ordinary_mail(sh: Shell, alice: Alice) -> None:
    code, document = sh.json(with_file(alice, PETER, pdf("The budget of the canteen")))
    assert (code, recipients(document)) == (Exit.DONE, {PETER: ("clear", "accepted")})


def test_why_a_file_could_not_be_read_is_told(sh: Shell, alice: Alice) -> None:
    sh(with_file(alice, BOB, b"%PDF-1.7 broken"))
    assert "  attachment:0: It is a damaged PDF document, so it could not be read." in sh.out.splitlines()


def test_lines_for_people(sh: Shell, alice: Alice) -> None:
    assert sh(alice.file(BOB)) == Exit.DONE
    first, data, recipient = sh.out.splitlines()
    assert first == "message.eml: protected"
    assert data.startswith("  patient data: ")
    assert recipient == f"  {BOB}: smime, accepted - Protected: opens in their own mail program"


def test_held_for_a_person(sh: Shell, alice: Alice) -> None:
    code, document = sh.json(alice.file(BOB, PETER))
    assert (code, document["verdict"]) == (Exit.NO, "held")
    assert recipients(document) == {BOB: ("smime", "accepted"), PETER: ("none", "held")}


def test_blocked(sh: Shell, alice: Alice) -> None:
    block = POLICY + "  - {{id: no, title: No, when: {{phi: true}}, then: {{block: true}}, text: {{en: Not by mail.}}}}\n"
    alice.office.write_policy(alice.policy, block)
    code, document = sh.json(alice.file(BOB))
    assert (code, document["verdict"]) == (Exit.NO, "blocked")
    assert document["audit"]["intent"] is None
    assert recipients(document) == {BOB: ("none", "held")}
    assert not alice.server.connections


# What the server does, the state in the document, the exit code.
SERVER = [
    (at(Step.RCPT, Say("450 4.2.1 no")), "deferred", Exit.LATER),
    (at(Step.AUTH, Say("535 5.7.8 no")), "deferred", Exit.LATER),
    (at(Step.RCPT, Say("550 5.1.1 no")), "refused", Exit.NO),
    (at(Step.CONTENT, Drop(taken=True)), "unknown", Exit.NO),
]


@pytest.mark.parametrize(("script", "state", "code"), SERVER)
def test_trouble_with_the_server(sh: Shell, alice: Alice, script: Any, state: str, code: Exit) -> None:
    alice.server.script = script
    got, document = sh.json(alice.file(BOB))
    assert (got, document["verdict"]) == (code, "protected")
    assert recipients(document) == {BOB: ("smime", state)}
    one_sentence(document["recipients"][0]["reason"])
    assert not any(clear(m.content) for m in alice.server.messages)


def test_the_same_call_again_after_75_delivers_once(sh: Shell, alice: Alice) -> None:
    alice.server.script = at(Step.RCPT, Say("450 4.2.1 no"))
    assert sh(alice.file(BOB)) == Exit.LATER
    alice.server.script = behave
    code, document = sh.json(alice.file(BOB))
    assert (code, recipients(document)) == (Exit.DONE, {BOB: ("smime", "accepted")})
    assert document["recipients"][0]["reason"] == "Protected: opens in their own mail program"
    assert alice.server.taken == {(MID, BOB): 1}


def test_the_next_call_takes_along_what_waited(sh: Shell, alice: Alice) -> None:
    alice.server.script = at(Step.RCPT, Say("450 4.2.1 no"), times=1)
    assert sh(alice.file(BOB)) == Exit.LATER
    with alice.session() as session:
        session._queue.database.execute("UPDATE outbox SET next_attempt = 0")
    assert sh(alice.file(DORA, message_id="<m2@clinic.example>")) == Exit.DONE
    assert alice.server.taken == {(MID, BOB): 1, ("<m2@clinic.example>", DORA): 1}


def test_dry_run_decides_and_changes_nothing(sh: Shell, alice: Alice) -> None:
    code, document = sh.json(alice.file(BOB, CHEN), "--dry-run")
    assert (code, document["verdict"]) == (Exit.DONE, "protected")
    assert recipients(document) == {BOB: ("smime", None), CHEN: ("tls", None)}
    assert document["audit"] == {"intent": None, "outcomes": [], "synced": False}
    code, document = sh.json(alice.file(PETER), "--dry-run")
    assert (code, document["verdict"], recipients(document)) == (Exit.NO, "held", {PETER: ("none", "held")})
    assert not alice.server.connections
    with alice.session() as session:
        assert session.outbox() == ()
        assert b'"act":"send"' not in b"".join(r.record for r in session.journal.records())


def test_dry_run_of_a_sender_without_account_says_so(sh: Shell, alice: Alice) -> None:
    file = alice.file(CHEN, text="Meeting at nine.\n")
    file.write_bytes(file.read_bytes().replace(ALICE.spec.encode(), b"eve@clinic.example"))
    assert sh(file, "--dry-run") == Exit.DONE
    assert sh.err == "note: No account is set up for eve@clinic.example: add one with `securemail accounts add`.\n"


@pytest.fixture
def asked(sh: Shell, alice: Alice) -> tuple[Path, dict[str, Any]]:
    """A message with a question: the recipient looks like bob, whom alice writes to often."""
    with alice.session() as session:
        for n in range(4):
            _send(session, alice, f"<l{n}@clinic.example>")
    alice.server.taken.clear()
    alice.server.messages.clear()
    file = alice.file(LOOKALIKE)
    code, document = sh.json(file, "--dry-run")
    assert (code, document["verdict"]) == (Exit.NO, "held")
    [question] = [c for c in document["concerns"] if c["tier"] == 1]
    assert {"keep", "remove", f"replace:{BOB}"} <= set(question["choices"])
    return file, question


def _send(session: Session, alice: Alice, message_id: str) -> None:
    session.send(session.review(alice.draft(BOB, message_id=message_id, text="Thank you.\n"), "cli"), {}, "cli")


def test_a_question_without_an_answer_holds(sh: Shell, alice: Alice, asked: tuple[Path, dict[str, Any]]) -> None:
    file, question = asked
    code, document = sh.json(file)
    assert (code, document["verdict"]) == (Exit.NO, "held")
    assert document["recipients"][0]["reason"] == question["message"]
    assert not alice.server.taken


def test_an_answer_delivers_and_nothing_stays_held(sh: Shell, alice: Alice, asked: tuple[Path, dict[str, Any]]) -> None:
    file, question = asked
    assert sh(file) == Exit.NO
    code, document = sh.json(file, "--answer", f"{question['id']}=replace:{BOB}")
    assert (code, recipients(document)) == (Exit.DONE, {BOB: ("smime", "accepted")})
    with alice.session() as session:
        assert session.outbox() == (), "the held first attempt is replaced, not kept beside it"
        assert session.journal.verify().problem == ""
        told = [json.loads(r.record) for r in session.journal.records()][-3:]
        assert [(r["act"], r["out"]) for r in told] == [("discard", "replaced"), ("send", "intent"), ("send", "accepted")]
        assert len({r["msg"]["mid"] for r in told}) == 1
    assert alice.server.taken == {(MID, BOB): 1}


def test_keeping_a_wrong_recipient_still_does_not_send_unprotected(sh: Shell, alice: Alice, asked: tuple[Path, dict[str, Any]]) -> None:
    file, question = asked
    code, document = sh.json(file, "--answer", f"{question['id']}=keep")
    assert (code, recipients(document)) == (Exit.NO, {LOOKALIKE: ("none", "held")})
    assert not alice.server.taken


def test_removing_the_only_recipient(sh: Shell, alice: Alice, asked: tuple[Path, dict[str, Any]]) -> None:
    file, question = asked
    assert sh.complaint(file, "--answer", f"{question['id']}=remove") == f"{file}: The message has no recipient: add one."
    with alice.session() as session:
        assert session.outbox() == ()


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ("c00000000=keep", "no question has the id c00000000; --dry-run --json lists them"),
        ("nonsense", "--answer nonsense: expected ID=CHOICE"),
        ("=keep", "no question has the id ; --dry-run --json lists them"),
        ("{id}=", "--answer {id}=: expected ID=CHOICE"),
        ("{id}=yes", "--answer {id}=yes: the question takes {choices}"),
        ("{id}=replace:mallory@evil.example", "--answer {id}=replace:mallory@evil.example: the question takes {choices}"),
    ],
)
def test_answers_that_make_no_sense(sh: Shell, alice: Alice, asked: tuple[Path, dict[str, Any]], answer: str, complaint: str) -> None:
    file, question = asked
    names = {"id": question["id"], "choices": " or ".join(question["choices"])}
    assert sh.complaint(file, "--answer", answer.format(**names)) == complaint.format(**names)
    assert not alice.server.taken


# The reason's file content (None: no such file), and how the call ends.
REASONS: list[tuple[bytes | None, int]] = [
    (b"Second opinion on the potassium.", Exit.DONE),
    ("Zweitmeinung für Ärzte.".encode(), Exit.DONE),
    (b"short", Exit.NO),
    (b"            ", Exit.NO),
    (b"", Exit.NO),
    (b"\xff\xfe not UTF-8 at all", Exit.USAGE),
    (None, Exit.USAGE),
]


@pytest.mark.parametrize(("content", "code"), REASONS)
def test_a_reason(sh: Shell, alice: Alice, content: bytes | None, code: int) -> None:
    alice.office.write_policy(alice.policy, ASKING)
    file, reason = alice.file(LAB), alice.folder / "reason.txt"
    if content is not None:
        reason.write_bytes(content)
    _, document = sh.json(file, "--dry-run")
    [question] = [c for c in document["concerns"] if c["check"] == "rule:ask-why"]
    assert sh(file, "--answer", f"{question['id']}={question['choices'][0]}", "--reason-file", str(reason)) == code
    if code == Exit.USAGE:
        assert sh.err == f"securemail send: --reason-file {reason}: cannot be read as UTF-8 text\n"
    assert len(alice.server.messages) == (code == Exit.DONE)


def test_what_the_line_for_people_asks_for(sh: Shell, alice: Alice) -> None:
    alice.office.write_policy(alice.policy, ASKING)
    assert sh(alice.file(LAB), "--dry-run") == Exit.NO
    assert "| " not in sh.out
    assert "justify, with a reason of at least 12 letters in --reason-file] Why does the laboratory need it?" in sh.out


def content(head: str, text: str = SECRET) -> bytes:
    return f"{head}\nSubject: x\nMIME-Version: 1.0\n\n{text}".replace("\n", "\r\n").encode()


# The file, and what is said of it. None: no file at all.
FILES: dict[str, tuple[bytes | None, str]] = {
    "empty": (b"", "The file is not a message: it does not begin with header fields."),
    "binary": (bytes(range(256)) * 40, "The file is not a message: it does not begin with header fields."),
    "missing": (None, "No such file or directory"),
    "no From": (content(f"To: {BOB}"), "The message has no From field."),
    "no recipient": (content(f"From: {ALICE.spec}"), "The message has no recipient: add one."),
    "group without members": (content(f"From: {ALICE.spec}\nTo: undisclosed-recipients:;"), "The message has no recipient: add one."),
    "huge header": (content(f"From: {ALICE.spec}\nTo: {BOB}\nX-Long: {'x' * 2_000_000}"), "The header of the message is too large."),
}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("options", [(), ("--dry-run",)], ids=["send", "dry run"])
def test_files_that_cannot_be_sent(sh: Shell, alice: Alice, kind: str, options: tuple[str, ...]) -> None:
    written, complaint = FILES[kind]
    file = alice.folder / f"{kind}.eml"
    if written is not None:
        file.write_bytes(written)
    assert sh.complaint(file, *options) == f"{file}: {complaint}"
    assert not alice.server.connections


def test_a_folder_instead_of_a_file(sh: Shell, alice: Alice) -> None:
    assert sh.complaint(alice.folder) == f"{alice.folder}: Is a directory"


def test_nobodys_account(sh: Shell, alice: Alice) -> None:
    file = alice.folder / "m.eml"
    file.write_bytes(content(f"From: mallory@evil.example\nTo: {BOB}"))
    assert one_sentence(sh.complaint(file)) == "No account is set up for mallory@evil.example: add one with `securemail accounts add`."
    assert not alice.server.connections


@pytest.mark.parametrize("head", [f"To: {BOB}", f"From: mallory@evil.example\nTo: {BOB}"])
def test_an_account_by_its_name(sh: Shell, alice: Alice, head: str) -> None:
    file = alice.folder / "m.eml"
    file.write_bytes(content(head))
    assert sh(file, "--account", "clinic") == Exit.DONE
    assert [(m.sender, m.recipients) for m in alice.server.messages] == [(ALICE.spec, (BOB,))]
    assert sh.complaint(file, "--account", "other") == "there is no account other; `securemail accounts list` shows them"


def test_a_wrong_call(sh: Shell, alice: Alice) -> None:
    assert sh(alice.file(BOB), "--nonsense") == Exit.USAGE
    assert "unrecognized arguments: --nonsense" in sh.err


def test_a_wrong_key(sh: Shell, alice: Alice, tmp_path: Path) -> None:
    alice.key_file = tmp_path / "other.key"
    alice.key_file.write_text("00" * 32)
    alice.key_file.chmod(0o600)
    assert "The key does not open the store" in one_sentence(sh.complaint(alice.file(BOB)))


def test_no_account_at_all(sh: Shell, alice: Alice) -> None:
    with alice.session() as session:
        session.settings.put("accounts", accounts_document([]))
    assert sh(alice.file(BOB)) == Exit.USAGE
    assert sh.err.splitlines() == [
        "note: No mail account is set up yet: add one with `securemail accounts add`.",
        "securemail send: No account is set up for alice@clinic.example: add one with `securemail accounts add`.",
    ]


def full(of: str) -> Callable[..., None]:
    from securemail_desktop.audit.journal import JournalError
    from securemail_desktop.store.errors import StoreFull

    def fail(*_: object) -> None:
        raise {"store": StoreFull, "journal": JournalError}[of](f"The disk of the {of} is full: free some space and try again.")

    return fail


def test_a_full_store_leaves_the_message_with_its_author(sh: Shell, alice: Alice, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("securemail_desktop.store.outbox.OutboxTable.add", full("store"))
        assert sh(alice.file(BOB), "--json") == Exit.UNDECIDED
    assert sh.err == "securemail send: nothing was sent: The disk of the store is full: free some space and try again.\n"
    assert not alice.server.connections
    assert sh(alice.file(BOB)) == Exit.DONE
    assert alice.server.taken == {(MID, BOB): 1}


def test_a_full_journal_keeps_the_message_in_the_outbox(sh: Shell, alice: Alice, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("securemail_desktop.audit.journal.Journal.append", full("journal"))
        code, document = sh.json(alice.file(BOB))
        assert (code, recipients(document)) == (Exit.LATER, {BOB: ("smime", "deferred")})
        assert document["recipients"][0]["reason"] == "The disk of the journal is full: free some space and try again."
    assert not alice.server.taken
    assert sh(alice.file(BOB)) == Exit.DONE
    assert alice.server.taken == {(MID, BOB): 1}


def test_a_journal_that_breaks_after_the_send_does_not_hide_what_was_sent(sh: Shell, alice: Alice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("securemail_desktop.session.central_link.CentralLink.sync", full("journal"))
    code, document = sh.json(alice.file(BOB))
    assert (code, recipients(document)) == (Exit.DONE, {BOB: ("smime", "accepted")})
    assert document["audit"]["synced"] is False
    assert sh.err == "note: The disk of the journal is full: free some space and try again.\n"


def test_synced_with_the_central_store_or_not(sh: Shell, alice: Alice, office: Office, tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path / "central", office.certificate.certificate, office.certificate.key) as central:
        with alice.session() as session:
            session.central.enrol(central.url, central.invite("clinic"), str(office.authority.roots))
        assert sh.json(alice.file(BOB))[1]["audit"]["synced"] is True
    code, document = sh.json(alice.file(BOB, message_id="<m2@clinic.example>"))
    assert (code, document["audit"]["synced"]) == (Exit.DONE, False)


def test_a_broken_policy_is_noted_and_nothing_goes_unprotected(sh: Shell, alice: Alice) -> None:
    (alice.policy / "policy.yaml").write_text("schema: [")
    code, document = sh.json(alice.file(BOB, LAB))
    assert (code, recipients(document)) == (Exit.NO, {BOB: ("smime", "accepted"), LAB: ("none", "held")})
    assert sh.err.startswith("note: The policy cannot be read, so the built-in strict one is in force; tell your IT: policy.yaml:1:")
    assert not any(clear(m.content) for m in alice.server.messages)


@pytest.mark.parametrize("count", [pytest.param(300, marks=pytest.mark.slow), pytest.param(10_000, marks=pytest.mark.long)])
def test_very_many_recipients(sh: Shell, alice: Alice, count: int) -> None:
    everybody = [f"p{n}@clinic.example" for n in range(count)]
    code, document = sh.json(alice.file(*everybody))
    assert (code, document["verdict"]) == (Exit.DONE, "protected")
    assert set(recipients(document).values()) == {("tls", "accepted")}
    assert alice.server.taken == {(MID, who): 1 for who in everybody}
