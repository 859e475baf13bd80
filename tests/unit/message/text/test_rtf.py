"""What an RTF document says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.attachment import attachment_text
from securemail_desktop.message.text.passage import PassageKind
from securemail_desktop.message.text.reading import AttachmentText

HEAD = r"\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Helvetica;}}{\*\generator Word;}{\colortbl;\red0;}"


def read(body: str) -> AttachmentText:
    return attachment_text(Attachment("a.doc", "application/msword", ("{" + HEAD + body + "}").encode("latin-1")))


TEXTS = [
    (r"Maria\par Lopez", ["Maria", "Lopez"]),
    ("Ma\r\nria {\\b Lo}pez", ["Maria Lopez"]),
    (r"MRN\cell 4711\cell\row DOB\cell 1970\row", ["MRN\t4711\t", "DOB\t1970"]),
    (r"Zo\'eb\tab x\~y\_z \{a\\b\}", ["Zoë\tx y-z {a\\b}"]),
    (r"\u321?\u243\'f3d\'9f \uc0\u-10179\u-8704", ["ŁódŸ \U0001f600"]),
    (r"{\header Clinic\par}body{\footnote note}{\*\annotation remark}", ["Clinic", "body", "note", "remark"]),
    (r"{\info{\title Letter}{\author Alice}{\creatim\yr2026}}body", ["Letter", "Author: Alice", "body"]),
    (r"{\shp{\*\shpinst{\sp{\sn a}{\sv 1}}{\shptxt box\par}}}", ["box"]),
    (r"a{\*\unknown hidden from all}b", ["ab"]),
    ("a\\bin5 }}}}}b", ["ab"]),
]


@pytest.mark.parametrize(("body", "lines"), TEXTS)
def test_text(body: str, lines: list[str]) -> None:
    found = read(body)
    assert [line.text for line in found.lines] == lines
    assert found.unreadable == ""


@pytest.mark.parametrize("body", [r"{\v Lopez}", r"\v Lopez\v0", r"{\deleted Lopez}", r"{\field{\*\fldinst Lopez}{\fldrslt }}"])
def test_hidden_text_is_hidden(body: str) -> None:
    kinds = {line.text: line.kind for line in read(body + "shown").lines}
    assert kinds == {"shown": PassageKind.AUTHORED, "Lopez": PassageKind.HIDDEN}


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (r"{\pict\picwgoal9000\pichgoal9000 89504e47}", "Pictures"),
        (r"{\pict 89504e47}", "Pictures"),
        (r"{\pict\picwgoal900\pichgoal900 89504e47}", ""),
        (r"{\object{\*\objdata 0105}}", "Files"),
        (r"{\object{\objdata 0105}}", "Files"),
    ],
)
def test_what_is_not_read_is_said(body: str, word: str) -> None:
    found = read("text" + body)
    assert [line.text for line in found.lines] == ["text"]
    assert word in found.unreadable
    assert bool(found.unreadable) is bool(word)


@given(st.text(alphabet="\\{}*'u0a-1 \n~x;", max_size=60))
def test_any_text_is_read(body: str) -> None:
    assert isinstance(read(body), AttachmentText)
