"""The view of a stranger's HTML: it loads nothing, goes nowhere, and says what it left out."""

import pytest
from PySide6.QtCore import QBuffer, QPoint, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QImage, QTextDocument
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from securemail_desktop.encryption.opened import Part
from securemail_desktop.gui.html_view import HtmlView
from securemail_desktop.gui.look import Look, Scheme
from securemail_desktop.message.display.link import Link


def png(width: int, height: int) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


@pytest.fixture
def view(qtbot: QtBot, look: Look) -> HtmlView:
    shown = HtmlView(look)
    qtbot.addWidget(shown)
    shown.resize(700, 600)
    shown.show()
    return shown


def test_a_picture_of_the_message_is_shown_and_one_of_the_internet_is_said(view: HtmlView) -> None:
    part = Part("image/png", "logo.png", png(120, 40), content_id="<logo@clinic.example>")
    view.show_message("<img src='cid:logo@clinic.example'><img src='http://evil.example/x.png'>", "", (part,))
    image = view.loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl("image:0"))
    assert isinstance(image, QImage)
    assert (image.width(), image.height()) == (120, 40)
    assert view.notice == "A picture from the internet is not shown."


@pytest.mark.parametrize("name", ["file:///etc/passwd", "http://evil.example/x", "qrc:/x", "image:7", "data:image/png;base64,AAAA", ""])
def test_whatever_is_asked_for_is_one_transparent_pixel(view: HtmlView, name: str) -> None:
    for kind in QTextDocument.ResourceType:
        image = view.loadResource(kind.value, QUrl(name))
        assert isinstance(image, QImage)
        assert (image.width(), image.height(), image.pixelColor(0, 0).alpha()) == (1, 1, 0)


def test_a_link_is_told_and_never_followed(view: HtmlView, qtbot: QtBot) -> None:
    view.show_message("<p>Read <a href='https://evil.example/x'>bank.example</a></p>", "", ())
    with qtbot.waitSignal(view.link_activated) as told:
        view.setFocus()
        qtbot.keyClick(view, Qt.Key.Key_Tab)
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert told.args == [Link("https://evil.example/x", "evil.example", "bank.example")]
    assert "bank.example" in view.toPlainText()
    view.setSource(QUrl("file:///etc/passwd"))
    assert "bank.example" in view.toPlainText()


def test_plain_text_has_links_and_its_lines(view: HtmlView) -> None:
    view.show_message("", "Dear Bob\n\n> see https://clinic.example/a.\nend", ())
    assert view.toPlainText().replace("\u200b", "") == "Dear Bob\n\n> see https://clinic.example/a.\nend"
    view.selectAll()
    assert view.createMimeDataFromSelection().formats() == ["text/plain"]


def test_zoom_changes_every_size(view: HtmlView, qtbot: QtBot) -> None:
    view.show_message("<p style='font-size:20px'>Hello</p>", "", ())
    height = view.document().size().height()
    qtbot.keyClick(view, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert view.zoom == pytest.approx(1.1)
    assert view.document().size().height() > height
    qtbot.keyClick(view, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert view.document().size().height() == height


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_the_menu_copies_the_real_address_of_a_link(view: HtmlView, qtbot: QtBot) -> None:
    view.show_message("<p><a href='https://evil.example/x'>bank.example</a></p>", "", ())
    place = view.cursorRect().center() + QPoint(30, 0)
    assert view.link_at(place) == Link("https://evil.example/x", "evil.example", "bank.example")
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.viewport().mapToGlobal(place))
    view.contextMenuEvent(event)
    menu = view.findChild(QMenu)
    assert menu is not None
    next(action for action in menu.actions() if "address" in action.text()).trigger()
    assert QApplication.clipboard().text() == "https://evil.example/x"
    menu.close()


def test_the_tip_says_where_a_link_really_leads(view: HtmlView, qtbot: QtBot) -> None:
    view.show_message("<p><a href='https://evil.example/x'>bank.example</a></p>", "", ())
    with qtbot.waitSignal(view.link_hovered) as told:
        view.highlighted.emit(QUrl("link:0"))
    assert told.args == ["The text says bank.example, but the link leads to evil.example."]
    for foreign in ("link:7", "link:x", "link:-1", "https://evil.example/", ""):
        view.anchorClicked.emit(QUrl(foreign))  # would raise or emit a link that is none


def test_a_letter_with_grounds_of_its_own_lies_on_light_paper_in_the_dark(view: HtmlView, look: Look) -> None:
    look.apply(Scheme.DARK)
    view.show_message("<p style='color:#222222'>Hello</p>", "", ())
    assert view.grab().toImage().pixelColor(690, 590).lightness() < 60
    view.show_message("<div style='background:#e0f0ff'>Hello</div>", "", ())
    assert view.grab().toImage().pixelColor(690, 590).lightness() > 240
    look.apply(Scheme.LIGHT)


def test_a_narrow_view_lays_the_message_out_anew(view: HtmlView, qtbot: QtBot) -> None:
    view.show_message("<table width=600><tr><td width=300>left and some words<td width=300>right and some words</table>", "", ())
    view.resize(360, 500)
    qtbot.waitUntil(lambda: view.horizontalScrollBar().maximum() == 0)
    assert "left" in view.toPlainText()


def top_line(view: HtmlView) -> str:
    return view.cursorForPosition(QPoint(4, 4)).block().text()


def test_laying_out_anew_keeps_the_place(view: HtmlView) -> None:
    view.show_message("".join(f"<p>line {number}</p>" for number in range(300)), "", ())
    view.document().size()  # Qt lays out only what is seen at first
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    before = top_line(view)
    view.step_zoom(2)
    assert before != "line 0"
    assert top_line(view) == before
    view.show_message("<p>other</p>" * 300, "", ())
    assert bar.value() == 0


def test_a_photograph_is_no_wider_than_the_view(view: HtmlView) -> None:
    view.show_message("<img src='cid:photo'>", "", (Part("image/png", "p.png", png(1500, 300), content_id="photo"),))
    assert view.document().size().width() <= view.viewport().width()
    assert view.horizontalScrollBar().maximum() == 0


@pytest.mark.parametrize("width", [1000, 3000])
def test_a_photograph_uses_every_dot_of_a_fine_screen(view: HtmlView, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setattr(view, "devicePixelRatioF", lambda: 2.0)
    view.show_message("<img src='cid:photo'>", "", (Part("image/png", "p.png", png(width, 300), content_id="photo"),))
    image = view.loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl("image:0"))
    assert isinstance(image, QImage)
    assert image.width() == min(width, 2 * round(image.width() / image.devicePixelRatio()))
    assert image.width() / image.devicePixelRatio() <= view.viewport().width()
