"""Reads changed files of one format for some seconds, confined as the reading process is: python -m tests.support.fuzz FORMAT SECONDS SEED.

A fault of ours shows as an exception, one of a library as a signal, a hang as SIGVTALRM, growth as memory that the limit refuses or the last line
tells. Each case is made from the seed and its number, which is printed before it is read: `case` makes it again.
"""

import bz2
import encodings
import gzip
import lzma
import pkgutil
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from random import Random

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.attachment import attachment_text
from securemail_desktop.message.text.worker.confine import Bounds, confine
from tests.support.archive import tar
from tests.support.dicom import DEFLATED, IMPLICIT, Element, dicom
from tests.support.office import document, package, para, part, picture, word
from tests.support.ole import attached, compound, files, numbers, texts
from tests.support.pdf import Pdf

LONGEST_CASE = 10.0  # seconds of processor time: more is a hang
_MEMORY = 1024 * 1024 * 1024
_LINE = "Maria Lopez, MRN 4711"
_ODD = (
    b"\0",
    b"\xff" * 4,
    b"\x7f\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\x80\0\0\0",
    b"-1",
    b"99999999999",
    b"\0" * 8,
    b"\xfe\xff",
    b"A" * 300,
)
Change = Callable[[bytes], bytes]
Maker = Callable[[Change], bytes]


def _pdf(change: Change) -> bytes:
    made = Pdf()
    made.page("shown", more=made.form_field("MRN", "4711"), packed=False)
    made.page(_LINE, packed=True)
    made.scan("scanned")
    made.info("Title")
    made.bookmark("Chapter")
    made.attach("inner.docx", change(word(para("inside"))))
    return change(made.build())


def _word(change: Change) -> bytes:
    body = change(
        part("<w:body>" + para(_LINE) + picture(10, 10) + "<w:tbl><w:tr><w:tc>" + para("a") + "</w:tc></w:tr></w:tbl></w:body>").encode()
    )
    parts: dict[str, str | bytes] = {
        "word/document.xml": body,
        "word/footnotes.xml": change(part(para("note")).encode()),
        "word/_rels/document.xml.rels": change(b"<R><Relationship TargetMode='External' Target='mailto:m@x.example'/></R>"),
        "ppt/slides/slide1.xml": change(part("<a:tbl><a:tr><a:tc><a:p><a:r><a:t>K</a:t></a:r></a:p></a:tc></a:tr></a:tbl>").encode()),
    }
    return change(document(parts))


def _sheet(change: Change) -> bytes:
    rows = "<row><c t='s'><v>1</v></c><c s='1'><v>25570</v></c><c t='inlineStr'><is><t>x</t></is></c></row>"
    return change(
        document({
            "xl/workbook.xml": change(part("<sheets><sheet name='Results' r:id='r1'/></sheets>").encode()),
            "xl/_rels/workbook.xml.rels": b"<R><Relationship Id='r1' Target='worksheets/sheet1.xml'/></R>",
            "xl/worksheets/sheet1.xml": change(part(rows).encode()),
            "xl/sharedStrings.xml": change(part("<si><t>x</t></si><si><r><t>Maria</t></r></si>").encode()),
            "xl/styles.xml": change(
                part("<numFmts><numFmt numFmtId='165' formatCode='dd/mm'/></numFmts><cellXfs><xf numFmtId='165'/></cellXfs>").encode()
            ),
        })
    )  # fmt: skip


def _open_document(change: Change) -> bytes:
    content = part("<text:h>Letter</text:h><text:p>Maria<text:tab/>4711<text:line-break/>b</text:p>").encode()
    return change(package({"mimetype": "application/vnd.oasis", "content.xml": change(content)}))


def _rtf(change: Change) -> bytes:
    return change(
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 A;}}{\info{\author B}}Maria\par\u321?\uc2\u-3840 ab{\pict\picwgoal9000\pichgoal9000 00ff}\'e9"
        rb"{\v hidden}{\field{\*\fldinst HYPERLINK}{\fldrslt x}}{\*\unknown z}\bin4 abcd{\footnote n}\trowd a\cell b\cell\row}"
    )


def _html(change: Change) -> bytes:
    return b"<html>" + change(
        b"<!doctype html><style>.a{display:none}</style><table><tr><td class=a>Maria<td>4711</table><p hidden>x<ul><li>b</ul><blockquote>q"
        b"<a href='mailto:m@x.example'>&eacute;&#x41;</a><img alt='chart'><!-- c --><select><option>o</select>"
    )


def _text(change: Change) -> bytes:
    return change(f"{_LINE};1970-01-02\r\n".encode() * 3)


def _json(change: Change) -> bytes:
    return change(b'{"name": "Mar\\u0069a", "list": [1, 2, "<a>&#65;</a>"]}')


def _calendar(change: Change) -> bytes:
    return change(
        b"BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:x\r\nEND:VTIMEZONE\r\nSUMMARY;ENCODING=QUOTED-PRINTABLE:Visit of M=\r\n aria=20L\r\n"
        b"DESCRIPTION:a\\nb\\, c\r\nATTACH;ENCODING=BASE64;VALUE=BINARY;FMTTYPE=text/plain:TWFyaWE=\r\n"
        b"X-ALT-DESC;FMTTYPE=text/html:<p>x\r\nEND:VCALENDAR\r\n"
    )


def _message(change: Change) -> bytes:
    inner = b"Content-Type: text/html; charset=koi8-r\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>=41</p>"
    head = b"From: Bob <b@x.example>\r\nSubject: =?utf-8?q?L=C3=B3pez?=\r\nContent-Type: multipart/mixed; boundary=b\r\n"
    head += b"\r\n--b\r\n\r\nbody\r\n--b\r\n"
    return change(head + inner + b"\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ny\r\n--b--\r\n")


def _msg(change: Change) -> bytes:
    rtf = bytes.fromhex("2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0")
    inner = {**numbers(24), **texts(_0037="inner"), "__substg1.0_10130102": change(b"<p>Maria</p>")}
    attachments = files(attached(_3701=change(_LINE.encode() * 300), _3707="b.txt"), attached(_3701=inner, _3001="inner"))
    body = {**texts(_0037="Results", _1000=_LINE), "__substg1.0_0E04001E": change(b"Bob"), "__substg1.0_10090102": change(rtf)}
    return change(compound({**numbers(32, _3FFD=1252, _0039=134 * 10**15), **body, **attachments}))


def _zip(change: Change) -> bytes:
    inner = package({"a.txt": change(_LINE.encode()), "b/": b""})
    return change(package({"c.zip": change(inner), "d.docx": change(word(para(_LINE))), "e.rtf": _rtf(change), "f.csv": _LINE * 50}))


def _tar(change: Change) -> bytes:
    return change(tar({"a.txt": change(_LINE.encode()), "x/" * 80 + "b": b"b"}, 2, comment="note") + tar({"c" * 120: b"c"}))


def _compressed(change: Change) -> bytes:
    pack = (gzip.compress, bz2.compress, lzma.compress)[len(change(b"abc" * 9)) % 3]
    return change(pack(change(tar({"a.txt": _LINE.encode()}))))


def _dicom(change: Change) -> bytes:
    report = Element(0x0040A730, "SQ", [[Element(0x0040A160, "UT", "text")], [Element(0x00100010, "PN", "Lopez^Maria=x")]], open_ended=True)
    syntax = (DEFLATED, IMPLICIT, "1.2.840.10008.1.2.1")[len(change(b"abc" * 9)) % 3]
    return change(dicom(Element(0x00080005, "CS", "ISO_IR 100"), report, Element(0x00091001, "UN", change(b"x" * 20)), syntax=syntax))


def _finder(change: Change) -> bytes:
    return b"\0\0\0\1Bud1" + change(b"\0\0\x10\0" + "Lopez.pdf".encode("utf-16-be") + b"Ilocblob")


FORMATS: dict[str, tuple[str, Maker]] = {
    "pdf": ("a.pdf", _pdf), "word": ("a.docx", _word), "sheet": ("a.xlsx", _sheet), "odt": ("a.odt", _open_document), "rtf": ("a.rtf", _rtf),
    "html": ("a.html", _html), "text": ("a.csv", _text), "json": ("a.json", _json), "calendar": ("a.ics", _calendar), "eml": ("a.eml", _message),
    "msg": ("a.msg", _msg), "zip": ("a.zip", _zip), "tar": ("a.tar", _tar), "compressed": ("a.gz", _compressed), "dicom": ("a.dcm", _dicom),
    "finder": (".DS_Store", _finder),
}  # fmt: skip


def case(name: str, seed: int, number: int) -> Attachment:
    """Return one case of a format."""
    filename, make = FORMATS[name]
    random = Random(f"{seed}:{number}")
    return Attachment(filename, "application/octet-stream", make(lambda content: _changed(content, random)))


def _changed(content: bytes, random: Random) -> bytes:
    """Return the content as it is, one time in three, or with a few changes."""
    for _ in range(random.choice((0, 1, 1, 2, 4, 9)) if random.random() < 0.67 else 0):
        start = random.randrange(len(content) + 1)
        end = min(len(content), start + random.choice((0, 1, 1, 2, 4, 8, 64)))
        new = random.choice(
            (
                b"",
                random.randbytes(random.choice((1, 2, 4))),
                random.choice(_ODD),
                content[start:end] * random.choice((2, 40)),
                _piece(content, random),
            )
        )
        content = content[:start] + new + content[end:]
    return content[: random.randrange(len(content) + 1)] if random.random() < 0.05 else content


def _piece(content: bytes, random: Random) -> bytes:
    start = random.randrange(len(content) + 1)
    return content[start : start + random.choice((2, 16, 200))]


def main(name: str, seconds: float, seed: int) -> int:
    """Read cases until the time is over; print how many and the most memory in MiB."""
    for module in pkgutil.iter_modules(encodings.__path__):
        with suppress(ImportError):
            import_module(f"encodings.{module.name}")
    case(name, seed, 0)
    status = Path("/proc/self/status").open(encoding="ascii")  # noqa: SIM115 - opened before no file can be, and read at the end
    confine(Bounds(int(4 * seconds + 60), _MEMORY))
    end, number = time.process_time() + seconds, 0
    while time.process_time() < end:
        number += 1
        _say(str(number))
        attachment = case(name, seed, number)
        signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST_CASE)
        attachment_text(attachment)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    # Not what getrusage says: that counts from before this program was begun, when the process was still a copy of pytest's.
    most = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    _say(f"{number} cases, {most // 1024} MiB")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3])))
