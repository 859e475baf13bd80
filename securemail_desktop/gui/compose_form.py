"""The widgets of the compose window, as `ui/desktop/forms/compose.ui` has them."""

from PySide6.QtWidgets import QFrame, QLabel, QListView, QProgressBar, QPushButton, QScrollArea, QStackedWidget, QWidget

from securemail_desktop.gui.body_editor import BodyEditor
from securemail_desktop.gui.fitting_box import FittingBox
from securemail_desktop.gui.fitting_view import FittingView
from securemail_desktop.gui.form import load_form
from securemail_desktop.gui.notice_bar import NoticeBar
from securemail_desktop.gui.recipient_field import RecipientField
from securemail_desktop.gui.subject_line import SubjectLine
from securemail_desktop.resources import ui_dir


class ComposeForm:
    """Addresses, subject, bar, text, attachments; the line with Send; the line of the undo hold; the page of the result."""

    # ruff: noqa: N815 - Designer's object names
    root: QWidget
    pages: QStackedWidget
    editPage: QWidget
    resultPage: QWidget
    writingScroll: QScrollArea
    fromLabel: QLabel
    fromBox: FittingBox
    to: RecipientField
    showCc: QPushButton
    showBcc: QPushButton
    ccLabel: QLabel
    cc: RecipientField
    bccLabel: QLabel
    bcc: RecipientField
    subject: SubjectLine
    bar: NoticeBar
    body: BodyEditor
    attachments: FittingView
    header: QFrame
    footer: QFrame
    verdictIcon: QLabel
    verdictText: QLabel
    savedText: QLabel
    attachButton: QPushButton
    sendButton: QPushButton
    hold: QFrame
    holdProgress: QProgressBar
    holdText: QLabel
    sendNowButton: QPushButton
    undoButton: QPushButton
    resultIcon: QLabel
    resultTitle: QLabel
    resultText: QLabel
    receipts: QListView
    outboxButton: QPushButton
    closeButton: QPushButton


def load_compose(parent: QWidget) -> ComposeForm:
    """Load the form into the parent."""
    file = ui_dir() / "desktop" / "forms" / "compose.ui"
    return load_form(ComposeForm, file, parent, (FittingBox, RecipientField, SubjectLine, NoticeBar, BodyEditor, FittingView))
