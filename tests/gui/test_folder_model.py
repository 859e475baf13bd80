"""The sidebar: order, counts, names."""

from dataclasses import replace

from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from securemail_desktop.gui.folder_list import FolderList
from securemail_desktop.gui.folder_model import Counts, FolderModel, Kind, Place, archive_of, arrange, targets
from securemail_desktop.session.mail_view import FolderView
from tests.support.fake_mail import ARCHIVE, INBOX, FakeMail

FOLDERS = FakeMail().folders()


def names(places: tuple[Place, ...]) -> list[str]:
    return [place.name for place in places]


def test_one_account_has_its_inbox_first() -> None:
    assert names(arrange(FOLDERS, Counts())) == [
        "Inbox",
        "Drafts",
        "Outbox",
        "Sent",
        "Archive",
        "Junk",
        "Trash",
        "Projects/Diabetes study",
    ]


def test_more_accounts_have_headings() -> None:
    other = tuple(replace(folder, id=folder.id + 100, account="ward") for folder in FOLDERS[:1])
    places = arrange((*FOLDERS, *other), Counts())
    assert names(places)[:4] == ["Drafts", "Outbox", "alice", "Inbox"]
    assert names(places)[-2:] == ["ward", "Inbox"]


def test_without_folders_there_is_what_is_on_this_machine() -> None:
    assert names(arrange((), Counts())) == ["Drafts", "Outbox"]


def test_counts_are_spoken() -> None:
    unread = replace(FOLDERS[0], unseen=3)
    places = arrange((unread, *FOLDERS[1:]), Counts(drafts=2, waiting=1))
    assert [place.spoken for place in places[:3]] == ["Inbox, 3 unread", "Drafts, 2 kept", "Outbox: 1 message needs your decision"]
    assert [place.urgent for place in places[:3]] == [False, False, True]


def test_drafts_of_the_server_are_shown_where_there_are_some() -> None:
    drafts = replace(FOLDERS[1], total=2)
    assert "Drafts on the server" in names(arrange((FOLDERS[0], drafts), Counts()))


def test_names_of_folders_are_cleaned(qtbot: QtBot) -> None:
    model = FolderModel()
    model.show((FolderView(9, "alice", "<b>x</b>\u202e", "", 0, 0),), Counts())
    row = model.rowCount() - 1
    assert model.index(row).data() == "<b>x</b>\ufffd"
    assert "<b>" not in model.index(row).data(Qt.ItemDataRole.ToolTipRole)
    ModelTester(None).check(model)


def test_messages_go_to_the_other_folders_of_their_account() -> None:
    other = replace(FOLDERS[0], id=77, account="ward")
    offered = targets(FOLDERS[0], (*FOLDERS, other))
    assert [name for _, name in offered] == ["Sent", "Archive", "Junk", "Trash", "Projects/Diabetes study"]
    assert archive_of(FOLDERS[0], FOLDERS) == ARCHIVE
    assert archive_of(other, (*FOLDERS, other)) == -1


def test_the_place_stays_whatever_the_counts_do(qtbot: QtBot) -> None:
    view = FolderList()
    qtbot.addWidget(view)
    went: list[Place] = []
    view.chosen.connect(went.append)
    view.show_folders(FOLDERS)
    assert [place.name for place in went] == ["Inbox"]
    view.go_to(Kind.OUTBOX)
    view.count(drafts=4, waiting=2)
    view.show_folders((replace(FOLDERS[0], unseen=9), *FOLDERS[1:]))
    assert [place.name for place in went] == ["Inbox", "Outbox"]
    assert view.currentIndex().data() == "Outbox"
    view.go_to(Kind.FOLDER)
    assert went[-1].folder is not None
    assert went[-1].folder.id == INBOX


def test_taking_the_focus_goes_nowhere(qtbot: QtBot) -> None:
    view = FolderList()
    qtbot.addWidget(view)
    went: list[Place] = []
    view.chosen.connect(went.append)
    view.show()
    view.activateWindow()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    assert went == []
    view.show_folders(FOLDERS)
    assert [place.name for place in went] == ["Inbox"]
