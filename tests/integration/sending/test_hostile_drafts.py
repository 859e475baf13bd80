"""Message files made to break `securemail send`: each is refused in one sentence or goes as it reads, and never more than its recipients get it."""

from collections.abc import Callable
from email.parser import BytesHeaderParser
from email.policy import compat32

import pytest

from securemail_desktop.cli.exit import Exit
from securemail_desktop.cli.main import run
from tests.support.alice import ALICE, CHEN, Scene, one_sentence

_FROM = f"From: {ALICE.spec}\r\n".encode()
_HEAD = _FROM + f"To: {CHEN}\r\nMessage-ID: <m1@clinic.example>\r\n".encode()
_TEXT = b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello\r\n"


def _file(name: str) -> bytes:
    part = b"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; " + name.encode() + b"\r\n\r\nx\r\n--b--\r\n"
    return _HEAD + b'Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nHello\r\n' + part


def _nested(depth: int) -> bytes:
    inside = _HEAD + b"Subject: s\r\n" + _TEXT
    for _ in range(depth):
        inside = _HEAD + b"Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n" + inside
    return inside


def _many(count: int) -> bytes:
    people = ",\r\n ".join(f"p{n}@clinic.example" for n in range(count))
    return _FROM + f"Bcc: {people}\r\nSubject: s\r\nMessage-ID: <m1@clinic.example>\r\n".encode() + _TEXT


DRAFTS: dict[str, Callable[[], bytes]] = {
    "an encoded line break in the subject": lambda: _HEAD + b"Subject: =?utf-8?q?a=0D=0ABcc:_eve=40x.example?=\r\n" + _TEXT,
    "a lone carriage return in the subject": lambda: _HEAD + b"Subject: a\rBcc: eve@x.example\r\n" + _TEXT,
    "a NUL in the subject": lambda: _HEAD + b"Subject: a\x00b\r\n" + _TEXT,
    "a subject of 1 MB": lambda: _HEAD + b"Subject: " + b"word " * 200_000 + b"\r\n" + _TEXT,
    "a folded subject of 200 kB": lambda: _HEAD + b"Subject: " + b"word\r\n " * 28_000 + b"\r\n" + _TEXT,
    "an encoded line break in a name": lambda: (
        _FROM + b"To: =?utf-8?q?a=0D=0ABcc:_eve=40x.example?= <" + CHEN.encode() + b">\r\nSubject: s\r\n" + _TEXT
    ),
    "half a character in UTF-8": lambda: _HEAD + b"Subject: \xed\xa0\x80\r\n" + _TEXT,
    "half a character in UTF-7": lambda: _HEAD + b"Subject: =?utf-7?q?+2AA-?=\r\n" + _TEXT,
    "a NUL in the text": lambda: _HEAD + b"Subject: s\r\n" + _TEXT + b"a\x00b\r\n",
    "a charset that is none": lambda: _HEAD + b"Subject: s\r\n" + _TEXT.replace(b"utf-8", b"zlib"),
    "UTF-16 that says it is ASCII": lambda: _HEAD + b"Subject: s\r\n" + _TEXT.replace(b"utf-8", b"us-ascii") + "Héllo".encode("utf-16"),
    "a line break in a file's name": lambda: _file("filename*=utf-8''a%0D%0ABcc:%20eve@x.example"),
    "a path as a file's name": lambda: _file('filename="../../../etc/passwd"'),
    "half a character in a file's name": lambda: _file("filename*=utf-8''%ED%A0%80"),
    "a name in 5,000 sections": lambda: _file("; ".join(f'filename*{n}="x"' for n in range(5_000))),
    "messages nested 29 times": lambda: _nested(29),
    "messages nested 2,000 times": lambda: _nested(2_000),
    "2,000 hidden recipients": lambda: _many(2_000),
    "no recipient": lambda: _FROM + b"Subject: s\r\n" + _TEXT,
    "a recipient that is none": lambda: _FROM + b"To: bob@\r\nSubject: s\r\n" + _TEXT,
    "two senders": lambda: _FROM + _HEAD.replace(b"alice", b"eve") + b"Subject: s\r\n" + _TEXT,
    "nothing": lambda: b"",
    "a boundary that is missing": lambda: _HEAD + b"Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed\r\n\r\nHello\r\n",
    "a Message-ID with a line break": lambda: _FROM + b"To: " + CHEN.encode() + b"\r\nMessage-ID: <a\r\n b@x.example>\r\n" + _TEXT,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", DRAFTS)
def test_it_is_refused_in_a_sentence_or_goes_to_those_whom_it_names(scene: Scene, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    alice = scene()
    file = alice.folder / "hostile.eml"
    file.write_bytes(DRAFTS[name]())
    code = run(["send", "--data", str(alice.data), "--key-file", str(alice.key_file), str(file)])
    complaint = capsys.readouterr().err
    assert "Traceback" not in complaint
    assert code in {Exit.DONE, Exit.NO, Exit.USAGE, Exit.UNDECIDED}
    if code == Exit.USAGE:
        assert one_sentence(complaint.removeprefix(f"securemail send: {file}: ").strip())
    assert not [address for _, address in alice.server.taken if "eve" in address]
    for message in alice.server.messages:
        assert BytesHeaderParser(policy=compat32).parsebytes(message.content)["Bcc"] is None
        assert b"\x00" not in message.content
