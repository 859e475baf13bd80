"""A message on paper: all of it, who and when and what is known of it; protected mail asks; nothing is fetched or left behind."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import QSizeF, Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.opened import Integrity, Opened, Part, SignatureVerdict
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.look import Look, Scheme
from securemail_desktop.gui.main_window import MainWindow
from securemail_desktop.gui.printout import JOB, MARK, lay_out, print_reading
from securemail_desktop.message.address import parse_address
from securemail_desktop.session.mail_view import MessageView, Reading
from tests.gui.conftest import UNDO  # type: ignore[import-not-found]  # pytest puts the checkout on the path
from tests.support.fake_mail import INBOX, Content
from tests.support.fake_session import FakeSession

PAGE = QSizeF(700, 1000)
VIEW = MessageView(
    1, 1, "Bob <bob@lab.example>", "alice@clinic.example", "Lab result", datetime(2026, 11, 24, 9, 30, tzinfo=UTC), *[False] * 3, 9
)
PLAIN = Opened(Method.NONE, False, SignatureVerdict.NONE, "", False, Integrity.UNAUTHENTICATED, "Lab <b>result</b>", (), ())
SIGNED = replace(
    PLAIN, method=Method.SMIME, decrypted=True, signature=SignatureVerdict.VALID, signer="bob@lab.example", from_matches=True,
    integrity=Integrity.AUTHENTICATED,
)  # fmt: skip


def reading(opened: Opened = PLAIN, text: str = "Her HbA1c is 7.1 %.", html: str = "", files: tuple[Part, ...] = ()) -> Reading:
    bob, alice = parse_address("Bob Weiss <bob@lab.example>"), parse_address("alice@clinic.example")
    return Reading(VIEW, opened, (bob,), (alice,), (), text, html, files)


def printed(shown: Reading, file: Path) -> list[str]:
    """Return the text of each page without its spaces, which a PDF tells by places only."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(file))
    assert print_reading(shown, printer)
    assert printer.docName() == JOB
    with pypdfium2.PdfDocument(file) as document:
        return [bare(page.get_textpage().get_text_bounded()) for page in document]


def bare(text: str) -> str:
    return "".join(text.split())


def test_a_plain_message_is_printed_with_who_when_and_what_is_known(look: Look, tmp_path: Path) -> None:
    (page,) = printed(reading(files=(Part("application/pdf", "result.pdf", b"x"),)), tmp_path / "out.pdf")
    for text in (
        "Lab <b>result</b>", "Bob Weiss <bob@lab.example>", "alice@clinic.example", "24 November 2026", "result.pdf",
        "Ordinary mail", "Her HbA1c is 7.1 %.", "Page 1 of 1",
    ):  # fmt: skip
        assert bare(text) in page
    assert bare(MARK) not in page


def test_a_protected_message_is_marked_on_every_page(look: Look, tmp_path: Path) -> None:
    pages = printed(reading(SIGNED, "\n".join(f"line {n} end" for n in range(200))), tmp_path / "out.pdf")
    assert len(pages) > 1
    assert all(bare(MARK) in page and f"Page{n}of{len(pages)}" in page for n, page in enumerate(pages, 1))
    assert bare("Signed by bob@lab.example, the sender.") in pages[0]
    text = "".join(pages)
    assert all(f"line{n}end" in text for n in range(200)), "no line is lost between two pages"


def test_a_layout_is_printed_dark_on_white_in_every_scheme(look: Look, tmp_path: Path) -> None:
    look.apply(Scheme.DARK)
    html = "<table><tr><td>Her <b>HbA1c</b></td></tr></table><img src='http://evil.example/x.png'><img src='file:///etc/passwd'>"
    (page,) = printed(reading(html=html), tmp_path / "out.pdf")
    assert "HerHbA1c" in page
    with pypdfium2.PdfDocument(tmp_path / "out.pdf") as document:
        pixels = bytes(document[0].render(scale=0.5).buffer)
    assert pixels.count(0xFF) > len(pixels) * 0.8
    assert min(pixels) < 100


def test_paper_loads_nothing_from_outside(look: Look) -> None:
    document = lay_out(reading(html="<p>x</p>"), PAGE)
    image = document.resource(QTextDocument.ResourceType.ImageResource.value, QUrl("file:///etc/hostname"))
    assert image.width() == 1


def test_what_could_not_be_opened_prints_only_that(look: Look, tmp_path: Path) -> None:
    locked = replace(PLAIN, method=Method.SMIME, warnings=("This message is encrypted for keys that are not in your key ring.",))
    (page,) = printed(reading(locked, "ciphertext"), tmp_path / "out.pdf")
    assert "Couldnotbeopened" in page
    assert "ciphertext" not in page


@pytest.fixture
def window(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> Iterator[MainWindow]:
    session.mail.put(INBOX, "Protected", Content("secret", "", SIGNED))
    session.mail.put(INBOX, "Plain", Content("open"))
    main = MainWindow(session, look, background, UNDO)
    main.show()
    main.activateWindow()
    qtbot.waitUntil(lambda: main._mail.list.table.messages.rowCount() == 2 and not main._mailbox._looking)
    yield main
    main.deleteLater()


def ask_to_print(qtbot: QtBot, window: MainWindow, row: int) -> list[QPrinter]:
    chosen: list[QPrinter] = []
    window._mail.printing.choose = chosen.append
    table = window._mail.list.table
    table.go_to(row)
    view = table.current
    assert view is not None
    qtbot.waitUntil(lambda: window._mail.pane.reading is not None and window._mail.pane.reading.view.id == view.id)
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    return chosen


def test_ordinary_mail_goes_to_the_dialog_at_once(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    (printer,) = ask_to_print(qtbot, window, 0)
    printer.setOutputFileName(str(tmp_path / "out.pdf"))
    window._mail.printing.finish(printer)
    assert (tmp_path / "out.pdf").stat().st_size > 0
    assert window._form.statusText.text() == "Handed over to the printer."


def test_protected_mail_asks_and_return_prints_nothing(qtbot: QtBot, window: MainWindow) -> None:
    chosen = ask_to_print(qtbot, window, 1)
    sheet = window._mail.printing._sheet
    qtbot.waitUntil(sheet.is_settled)
    assert sheet.isVisible()
    QTest.keyClick(window.focusWidget() or sheet, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not sheet.isVisible())
    assert not chosen
    assert window._mail.printing._wanted is None


def test_protected_mail_is_printed_when_that_is_confirmed(qtbot: QtBot, window: MainWindow) -> None:
    chosen = ask_to_print(qtbot, window, 1)
    window._mail.printing._sheet.chosen.emit(None)
    assert len(chosen) == 1


def test_a_lock_prints_nothing_any_more(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    (printer,) = ask_to_print(qtbot, window, 0)
    window._mail.forget()
    printer.setOutputFileName(str(tmp_path / "out.pdf"))
    window._mail.printing.finish(printer)
    assert not (tmp_path / "out.pdf").exists()
