"""A message on paper: who wrote to whom and when, what is known of it, its text; every page says what it is and how many there are.

It is laid out from the same markup as on the screen, for white paper, and loads nothing. No file is written but where the printer writes one.
"""

from html import escape

from PySide6.QtCore import QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import QFont, QImage, QPainter, QTextDocument
from PySide6.QtPrintSupport import QPrinter

from securemail_desktop.gui import file_names, invitation_words, message_words, verdict_words, words
from securemail_desktop.gui.pictures import PictureReader, nothing
from securemail_desktop.message.address import Address
from securemail_desktop.message.display.html import show_html
from securemail_desktop.message.display.plain import show_plain
from securemail_desktop.message.display.shown import PICTURE, Canvas, Shown
from securemail_desktop.session.mail_view import Reading

DOTS = 96.0  # an inch of the layout
SIZE, SMALL, FOOT = 13, 10, 28.0  # pixels of the layout: text, foot, room for the foot
MARK = "This message came protected. On paper it is not: let nobody else see it."
JOB = "Message"  # names the job to everybody who sees the printer's queue


class _Paper(QTextDocument):
    """It knows the pictures of the message and loads nothing else."""

    def __init__(self, images: dict[str, QImage]) -> None:
        super().__init__()
        self._images = images

    def loadResource(self, _type: int, name: QUrl | str) -> object:  # noqa: N802 - Qt's name
        return self._images.get(name.toString() if isinstance(name, QUrl) else name, nothing())


def print_reading(reading: Reading, printer: QPrinter, *, own: bool = False) -> bool:
    """Print a message; `own` says that it is the author's copy. Return False where the printer takes nothing."""
    printer.setDocName(JOB)
    page = printer.pageRect(QPrinter.Unit.Inch)
    size = QSizeF(page.width() * DOTS, page.height() * DOTS - FOOT)
    document = lay_out(reading, size, own=own)
    painter = QPainter()
    if not painter.begin(printer):
        return False
    scale = printer.logicalDpiX() / DOTS
    painter.scale(scale, scale)
    count = document.pageCount()
    last = min(printer.toPage() or count, count)
    for number in range(max(printer.fromPage(), 1), last + 1):
        if number > max(printer.fromPage(), 1):
            printer.newPage()
        _draw(painter, document, size, number - 1)
        _draw_foot(painter, size, f"Page {number} of {count}", MARK if reading.opened.decrypted else "")
    return painter.end()


def lay_out(reading: Reading, size: QSizeF, *, own: bool = False) -> QTextDocument:
    """Return the message as pages of this size, in pixels of which `DOTS` are an inch."""
    shown = _shown(reading, size.width())
    document = _Paper(_pictures(reading, shown, size))
    font = QFont()
    font.setPixelSize(SIZE)
    document.setDefaultFont(font)
    document.setDocumentMargin(0)
    document.setDefaultStyleSheet("body, td, p, h2 { color: #000000; }")
    document.setHtml(_head(reading, own=own) + shown.markup)
    document.setPageSize(size)
    return document


def _draw(painter: QPainter, document: QTextDocument, size: QSizeF, page: int) -> None:
    painter.save()
    painter.translate(0, -page * size.height())
    room = QRectF(0, page * size.height() + 1, size.width(), size.height() - 2)  # the neighbours of its edges are on other pages
    document.drawContents(painter, room)
    painter.restore()


def _draw_foot(painter: QPainter, size: QSizeF, page: str, mark: str) -> None:
    font = QFont()
    font.setPixelSize(SMALL)
    painter.setFont(font)
    painter.setPen(Qt.GlobalColor.black)
    room = QRectF(0, size.height() + FOOT - 2 * SMALL, size.width(), 2.0 * SMALL)
    painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, page)
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, mark)


def _shown(reading: Reading, width: float) -> Shown:
    canvas = Canvas(width=width, size=float(SIZE), ink=(0, 0, 0))
    if verdict_words.is_locked(reading.opened):
        return Shown("")
    if not reading.html:
        return show_plain(reading.text, canvas)
    names = frozenset(part.content_id.strip("<> ") for part in reading.opened.parts if part.content_id)
    return show_html((reading.html,), reading.text, canvas, names)


def _pictures(reading: Reading, shown: Shown, size: QSizeF) -> dict[str, QImage]:
    parts = {part.content_id.strip("<> "): part for part in reading.opened.parts if part.content_id}
    reader, images = PictureReader(), {}
    for number, picture in enumerate(shown.pictures):
        part = parts.get(picture.content_id)
        image = reader.read(picture.content or (part.content if part else b""))
        if image is not None:
            image.setDevicePixelRatio(max(1.0, image.width() / size.width(), image.height() / (size.height() - FOOT)))
            images[f"{PICTURE}{number}"] = image
    return images


def _head(reading: Reading, *, own: bool) -> str:
    subject = " ".join(words.visible(reading.opened.subject or reading.view.subject).split()) or message_words.NO_SUBJECT
    found = verdict_words.findings(reading.opened, message_words.pretence(reading.sender), own=own)
    rows = [
        ("From", _listed(reading.sender) or f"{words.visible(reading.view.sender)} (no readable address)"),
        ("To", _listed(reading.to)),
        ("Cc", _listed(reading.cc)),
        ("Date", message_words.whole_date(reading.view.date)),
        *(invitation_words.rows(reading.invitation) if reading.invitation else ()),
        ("Attachments", ", ".join(map(file_names.safe_name, reading.files))),
        ("Known of it", found.spoken),
    ]
    lines = "".join(f"<tr><td>{name}&nbsp;&nbsp;</td><td>{escape(text)}</td></tr>" for name, text in rows if text)
    return f"<h2>{escape(subject)}</h2><table>{lines}</table><hr>"


def _listed(addresses: tuple[Address, ...]) -> str:
    return ", ".join(map(message_words.full_name, addresses))
