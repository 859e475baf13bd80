"""Messages that strangers made to break, freeze or fill whoever opens them, by name. As a program: opens each one under a limit of processor time.

`python hostile_mail.py` writes one JSON line a message: what its reading and its answers hold, or the error. A message that takes more than
`SECONDS` of the processor, or more memory than `MOST` in all, ends the program: the limits do not depend on how busy the machine is.
"""

import base64
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

SECONDS = 12
MOST = 3 * 1024**3
HEAD = b"From: Bob <bob@hospital.example>\r\nTo: alice@clinic.example\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n"
TEXT = b"hello"


def with_fields(*fields: bytes, body: bytes = TEXT) -> bytes:
    return HEAD + b"".join(field + b"\r\n" for field in fields) + b"\r\n" + body


def multipart(part: bytes, count: int, boundary: bytes = b"b") -> bytes:
    body = (b"--" + boundary + b"\r\n" + part + b"\r\n") * count + b"--" + boundary + b"--\r\n"
    return b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n\r\n' + body


def nested(depth: int) -> bytes:
    inner = b"\r\n" + TEXT
    opening = b"".join(b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1) for n in range(depth - 1))
    return HEAD + b"Content-Type: multipart/mixed; boundary=b0\r\n\r\n" + opening + b"--b%d\r\n" % (depth - 1) + inner


def _plain(charset: bytes, body: bytes) -> Callable[[], bytes]:
    return lambda: with_fields(b"Content-Type: text/plain; charset=" + charset, body=body)


def _encoded(encoding: bytes, body: bytes) -> Callable[[], bytes]:
    return lambda: with_fields(b"Content-Transfer-Encoding: " + encoding, body=body)


_LONG = 200_000  # octets of a field that just fits into a header that is read
MESSAGES: Mapping[str, Callable[[], bytes]] = {
    "nested 10 deep": lambda: nested(10),
    "nested 100 deep": lambda: nested(100),
    "nested 5,000 deep": lambda: nested(5_000),
    "messages 5,000 deep": lambda: HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 5_000 + TEXT,
    "100,000 parts": lambda: HEAD + multipart(b"\r\nx", 100_000),
    "a thousand multiparts of a thousand parts": lambda: HEAD + multipart(multipart(b"\r\nx", 1_000, b"c"), 1_000),
    "no boundary": lambda: with_fields(b"Content-Type: multipart/mixed"),
    "a boundary that never comes": lambda: with_fields(b"Content-Type: multipart/mixed; boundary=zz"),
    "a boundary that begins another": lambda: HEAD + multipart(multipart(b"\r\ninner", 1, b"bb") + b"--b\r\n\r\nouter", 1),
    "two types": lambda: with_fields(b"Content-Type: text/plain", b"Content-Type: text/html", body=b"<b>hello"),
    "NULs": lambda: with_fields(b"X-A: \0", body=b"he\0llo"),
    "lines of CR": lambda: HEAD.replace(b"\r\n", b"\r") + b"\r" + TEXT,
    "lines of LF": lambda: with_fields().replace(b"\r\n", b"\n"),
    "a header line of 2 MB": lambda: with_fields(b"X-Long: " + b"x" * 2_000_000),
    "10,000 fields": lambda: with_fields(*(b"X-%d: y" % n for n in range(10_000))),
    "a header of 50 MB": lambda: b"From: bob@hospital.example\r\n" + b"X: y\r\n" * 8_000_000,
    "one line of 50 MB": lambda: b"x" * 50_000_000,
    "two senders": lambda: with_fields(b"From: eve@x.example"),
    "many parameters": lambda: with_fields(b"Content-Type: text/plain" + b"; a=b" * (_LONG // 5)),
    "an open quotation": lambda: with_fields(b'Content-Type: text/plain; x="' + b'\\";' * (_LONG // 3)),
    "a name in 20,000 sections": lambda: with_fields(
        b"Content-Type: text/plain; " + b"; ".join(b"name*%d*=%%41" % n for n in range(14_000))
    ),
    "a name in a charset that does not exist": lambda: with_fields(b"Content-Disposition: attachment; filename*=x-foo'en'%ff%00a"),
    "an 8-bit name": lambda: with_fields('Content-Disposition: attachment; filename="Befund Köhler.txt"'.encode()),
    "encoded words without end": lambda: with_fields(b"Subject: " + b"=?utf-8?q?" * (_LONG // 10)),
    "a sender of parentheses": lambda: with_fields(b"From: " + b"(" * _LONG),
    "a recipient of signs": lambda: with_fields(b"To: " + b"a@" * (_LONG // 2)),
    "a date of numbers": lambda: with_fields(b"Date: " + b"1 " * (_LONG // 2)),
    "an impossible date": lambda: with_fields(b"Date: Mon, 1 Jan 0000 00:00:00 +9999"),
    "base64 that is none": _encoded(b"base64", b"!!! hello ***"),
    "base64 that is all padding": _encoded(b"base64", b"aGk=" * 500_000),
    "broken quoted-printable": _encoded(b"quoted-printable", b"hello=ZZ=\r\n=A" * 100_000),
    "broken uuencode": _encoded(b"x-uuencode", b"begin 644 x\r\nM\x80\x81hello\r\n"),
    "an unknown encoding": _encoded(b"x-foo", TEXT),
    "UTF-7": _plain(b"utf-7", b"hello +ADw-script+AD4-"),
    "UTF-16 of an odd length": _plain(b"utf-16", b"h\0i\0\xd8"),
    "an unknown charset": _plain(b"x-foo", "hello Grüße".encode()),
    "unknown-8bit": _plain(b"unknown-8bit", bytes(range(1, 256))),
    "a lying charset": _plain(b"gb18030", b"hello \xff\xfe\x81"),
    "a codec that is no charset": _plain(b"punycode", b"abc-" * 50_000),
    "flowed lines without end": lambda: with_fields(b"Content-Type: text/plain; format=flowed; delsp=yes", body=b"a \r\n" * 1_000_000),
    "10 MB of quotations": lambda: with_fields(b"", body=b"> hello there, a quoted line\r\n" * 350_000),
    "DER without end": lambda: with_fields(
        b"Content-Type: application/pkcs7-mime", b"Content-Transfer-Encoding: base64", body=base64.encodebytes(b"\x30\x80" * 500_000)
    ),
    "nothing": lambda: b"",
    "blank lines": lambda: b"\r\n\r\n\r\n",
}


def main() -> None:
    from securemail_desktop.encryption.ring import KeyRing
    from tests.support.hostile_look import look
    from tests.support.keys import MemoryVault

    resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))
    with tempfile.TemporaryDirectory() as folder, closing(KeyRing(MemoryVault(), Path(folder, "g"), ())) as ring:
        for name, make in MESSAGES.items():
            source = make()
            resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + SECONDS, resource.RLIM_INFINITY))
            sys.stdout.write(json.dumps({"name": name, **look(source, ring)}) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main()
