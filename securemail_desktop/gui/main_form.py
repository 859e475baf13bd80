"""The widgets of the main window's form."""

from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QStackedWidget, QWidget

from securemail_desktop.gui.folder_list import FolderList
from securemail_desktop.gui.notice_bar import NoticeBar


class MainForm:
    """The widgets of `main.ui`."""

    # ruff: noqa: N815 - Designer's object names
    root: QWidget
    sidebar: QFrame
    newButton: QPushButton
    folders: FolderList
    settingsButton: QPushButton
    account: QLabel
    lockButton: QPushButton
    content: QWidget
    held: NoticeBar
    backRow: QFrame
    backButton: QPushButton
    pages: QStackedWidget
    status: QFrame
    statusIcon: QLabel
    statusText: QLabel
    statusButton: QPushButton
