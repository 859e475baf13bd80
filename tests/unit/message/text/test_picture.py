from struct import pack

import pytest

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.attachment import attachment_text
from securemail_desktop.message.text.picture import is_decoration


def png(width, height):
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + pack(">II", width, height) + b"\x08\x02\0\0\0"


def gif(width, height):
    return b"GIF89a" + pack("<HH", width, height) + b"\0\0\0"


def jpeg(width, height):
    app = b"\xff\xe0" + pack(">H", 16) + b"JFIF\0" + bytes(9)
    return b"\xff\xd8" + app + b"\xff\xc0" + pack(">HBHH", 11, 8, height, width) + bytes(4)


@pytest.mark.parametrize("make", [png, gif, jpeg])
@pytest.mark.parametrize(
    ("width", "height", "small"), [(1, 1, True), (400, 80, True), (401, 80, False), (1240, 1754, False), (0, 5, False)]
)
def test_only_small_pictures_within_the_text_are_decoration(make, width, height, small):
    assert is_decoration(Attachment("logo", "image/png", make(width, height), "logo@x.example", inline=True)) is small


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"GIF8", b"\xff\xd8\xff", b"\xff\xd8\xff\xe0\0\0" * 50, b"BM"])
def test_what_declares_no_size_is_not_small(content):
    assert not is_decoration(Attachment("logo", "image/png", content, "logo@x.example", inline=True))


def test_an_attached_picture_is_never_decoration():
    attached = Attachment("scan.png", "image/png", png(10, 10))
    assert not is_decoration(attached)
    assert attachment_text(attached).unreadable


def test_decoration_is_no_unreadable_attachment():
    assert not attachment_text(Attachment("logo.png", "image/png", png(24, 24), "logo@x.example", inline=True)).unreadable
