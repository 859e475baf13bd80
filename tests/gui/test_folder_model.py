"""The sidebar: order, counts, names."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from securemail_desktop.gui.folder_list import FolderList
from securemail_desktop.gui.folder_model import Counts, FolderModel, Kind, Place, archive_of, arrange, targets
from securemail_desktop.gui.look import Look
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
        "Projects",
        "Diabetes study",
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


def test_what_waits_for_the_server_is_counted_and_not_urgent() -> None:
    (_, alone), (_, both) = (arrange((), Counts(going=1)), arrange((), Counts(waiting=1, going=2)))
    assert (alone.count, alone.urgent, alone.spoken) == (1, False, "Outbox: 1 message waits for the server")
    assert (both.count, both.urgent) == (3, True)
    assert both.spoken == "Outbox: 1 message needs your decision, 2 messages wait for the server"


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
    assert [name for _, name in offered] == ["Sent", "Archive", "Junk", "Trash", "Projects / Diabetes study"]
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
    view.count_drafts(4)
    view.count_outbox(2, 1)
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


def folder(number: int, name: str, role: str = "", unseen: int = 0) -> FolderView:
    return FolderView(number, "alice", name, role, 9, unseen, tuple(name.split("/")))


NESTED = (
    folder(1, "INBOX", "inbox", unseen=1),
    folder(2, "INBOX/Ward 7", unseen=2),
    folder(3, "[Gmail]/Sent Mail", "sent"),
    folder(4, "[Gmail]/Starred"),
    folder(5, "Archive", "archive"),
    folder(6, "Archive/2025"),
    folder(7, "Archive/2025/July", unseen=4),
    folder(8, "apples"),
    folder(9, "Zebra/a/b"),
)


def shape(places: tuple[Place, ...]) -> list[str]:
    return [f"{'  ' * place.depth}{place.name}{ {None: '', True: ' -', False: ' +'}[place.is_open] }" for place in places]


def test_folders_stand_in_each_other_and_those_with_a_role_first_and_outermost() -> None:
    assert shape(arrange(NESTED, Counts())) == [
        "Inbox -",
        "  Ward 7",
        "Drafts",
        "Outbox",
        "Sent",
        "Archive -",
        "  2025 -",
        "    July",
        "[Gmail] -",
        "  Starred",
        "apples",
        "Zebra -",
        "  a -",
        "    b",
    ]


def test_a_closed_folder_counts_what_is_unread_inside() -> None:
    places = arrange(NESTED, Counts(), {"alice/INBOX", "alice/Archive"})
    assert shape(places)[:5] == ["Inbox +", "Drafts", "Outbox", "Sent", "Archive +"]
    assert [place.spoken for place in (places[0], places[4])] == ["Inbox, 3 unread, closed", "Archive, 4 unread, closed"]
    assert "July, 4 unread, in 2025" in [place.spoken for place in arrange(NESTED, Counts())]


def test_two_folders_that_read_alike_are_both_shown() -> None:
    twins = (folder(1, "INBOX", "inbox"), replace(folder(2, "a//b"), path=("a", "b")), replace(folder(3, "a/b"), path=("a", "b")))
    assert len([place for place in arrange(twins, Counts()) if place.folder]) == 3


@given(st.lists(st.lists(st.sampled_from(["a", "b", "C", "INBOX"]), min_size=1, max_size=5), unique_by=tuple), st.booleans())
def test_every_folder_is_shown_once_below_what_it_is_in(paths: list[list[str]], closed: bool) -> None:
    folders = tuple(folder(n, "/".join(path), "inbox" if path == ["INBOX"] else "") for n, path in enumerate(paths))
    places = [place for place in arrange(folders, Counts(), {"alice/a"} if closed else ()) if place.kind in {Kind.FOLDER, Kind.GROUP}]
    shown = [place.folder.id for place in places if place.folder]
    hidden = [f.id for f in folders if closed and f.path[0] == "a" and len(f.path) > 1]
    assert sorted(shown) == sorted({f.id for f in folders} - set(hidden))
    for before, place in pairwise(places):
        assert place.depth <= before.depth + 1


@pytest.fixture
def view(qtbot: QtBot, look: Look) -> FolderList:
    shown = FolderList()
    qtbot.addWidget(shown)
    shown.set_up(look)
    shown.resize(220, 700)
    shown.show_folders(NESTED)
    shown.show()
    shown.setFocus()
    return shown


def at(view: FolderList) -> str:
    return str(view.currentIndex().data())


def go(view: FolderList, name: str) -> None:
    row = next(row for row in range(view.places.rowCount()) if view.places.index(row).data() == name)
    view.setCurrentIndex(view.places.index(row))


def press(view: FolderList, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(view, key)


def test_the_arrows_open_close_and_go_in_and_out(view: FolderList) -> None:
    folded: list[frozenset[str]] = []
    view.folded.connect(folded.append)
    go(view, "July")
    press(view, Qt.Key.Key_Left, Qt.Key.Key_Left)
    assert (at(view), folded) == ("2025", [frozenset({"alice/Archive/2025"})])
    press(view, Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert (at(view), folded[-1]) == ("July", frozenset())
    press(view, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Left)
    assert at(view) == "Archive"


def test_a_name_around_folders_leads_nowhere_and_stays_current(view: FolderList) -> None:
    went: list[Place] = []
    view.chosen.connect(went.append)
    go(view, "[Gmail]")
    press(view, Qt.Key.Key_Left)
    view.show_folders((replace(NESTED[0], unseen=5), *NESTED[1:]))
    assert (at(view), went) == ("[Gmail]", [])
    press(view, Qt.Key.Key_Return)
    assert "Starred" in shape(tuple(filter(None, map(view.places.place, range(view.places.rowCount())))))[-5].strip()


def test_closing_around_the_open_folder_goes_to_what_is_closed_or_stays_where_that_is_no_folder(view: FolderList) -> None:
    went: list[str] = []
    view.chosen.connect(lambda place: went.append(place.name))
    go(view, "July")
    view.close_folders(["alice/Archive"])
    assert (at(view), went) == ("Archive", ["July", "Archive"])
    go(view, "Starred")
    view.close_folders(["alice/[Gmail]"])
    assert (at(view), went) == ("[Gmail]", ["July", "Archive", "Starred"])
    view.count_drafts(3)
    assert at(view) == "[Gmail]"


def test_a_press_on_the_arrow_opens_and_closes(view: FolderList) -> None:
    row = next(row for row in range(view.places.rowCount()) if view.places.index(row).data() == "Archive")
    rect = view.visualRect(view.places.index(row))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(rect.left() + 7, rect.center().y()))
    place = view.places.place(row)
    assert place is not None
    assert (place.is_open, at(view)) == (False, "Inbox")
