"""The rows of a folder: pages on demand, and every change worked in so that views stay on their messages."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from securemail_desktop.gui.message_model import MESSAGE_ROLE, PAGE, PAGES_KEPT, MessageModel
from securemail_desktop.message.marks import Marks
from securemail_desktop.session.mail_view import Listing, MessageView
from tests.support.fake_mail import NOW


def view(number: int) -> MessageView:
    return MessageView(number, 1, "Bob <bob@lab.example>", "alice@clinic.example", f"Message {number}", NOW, True, False, False, 1)


def page(ids: list[int], offset: int = 0) -> Listing:
    return Listing(tuple(view(number) for number in ids[offset : offset + PAGE]), len(ids))


def serve(model: MessageModel, ids: list[int]) -> None:
    """Answer like a store that holds these."""
    model.wanted.connect(lambda offset: model.take(offset, page(ids, offset)))


def shown(model: MessageModel) -> list[int]:
    return [row.id for n in range(model.rowCount()) if (row := model.index(n).data(MESSAGE_ROLE)) is not None]


def test_pages_are_fetched_when_they_are_looked_at(qtbot: QtBot) -> None:
    model, asked = MessageModel(), []
    model.wanted.connect(asked.append)
    ids = list(range(1000, 0, -1))
    model.start("inbox", page(ids))
    assert model.rowCount() == 1000
    assert model.index(50).data() == "Message 950"
    assert asked == []
    assert model.index(730).data() == ""
    assert model.index(731).data(Qt.ItemDataRole.AccessibleTextRole) == "Loading."
    assert asked == [700]
    model.take(700, page(ids, 700))
    assert model.index(730).data() == "Message 270"


def test_a_long_way_through_a_large_folder_does_not_fill_the_memory(qtbot: QtBot) -> None:
    model, ids = MessageModel(), list(range(100_000, 0, -1))
    model.start("inbox", page(ids))
    serve(model, ids)
    for row in range(0, 100_000, 50):
        model.index(row).data()
    assert len(model._rows) <= PAGE * (PAGES_KEPT + 1)
    assert model.index(99_999).data() == "Message 1"
    model.index(0).data()
    assert model.index(0).data() == "Message 100000"


@given(before=st.lists(st.integers(1, 40), unique=True, max_size=30), after=st.lists(st.integers(1, 40), unique=True, max_size=30))
def test_any_change_ends_in_the_new_rows(before: list[int], after: list[int]) -> None:
    before, after = sorted(before, reverse=True), sorted(after, reverse=True)
    model = MessageModel()
    model.start("inbox", page(before))
    kept = {number: QPersistentModelIndex(model.index(row)) for row, number in enumerate(before)}
    model.take(0, page(after))
    assert shown(model) == after
    for number in set(before) & set(after):
        if kept[number].isValid():
            assert kept[number].row() == after.index(number)


def test_a_view_stays_on_its_message_when_mail_comes_and_goes(qtbot: QtBot) -> None:
    model, ids = MessageModel(), list(range(500, 0, -1))
    model.start("inbox", page(ids))
    tester = ModelTester(None)
    tester.check(model)
    current = QPersistentModelIndex(model.index(20))
    new = [503, 502, 501, *(number for number in ids if number not in {499, 495, 3})]
    model.take(0, page(new))
    assert current.row() == new.index(480)
    assert model.rowCount() == len(new)
    serve(model, new)
    for row in range(len(new)):
        model.index(row).data()
    assert shown(model) == new


def test_a_page_of_another_state_of_the_folder_is_not_believed(qtbot: QtBot) -> None:
    model, asked = MessageModel(), []
    ids = list(range(500, 0, -1))
    model.start("inbox", page(ids))
    model.wanted.connect(asked.append)
    model.take(200, page([501, *ids], 200))
    assert asked == [0]
    assert model.message(200) is None


def test_flags_and_removal_are_shown_at_once(qtbot: QtBot) -> None:
    model = MessageModel()
    model.start("inbox", Listing((replace(view(3), seen=False), view(2), view(1)), 3))
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole).startswith("Unread. From Bob. Message 3.")
    model.set_flags([3, 77], seen=True, flagged=True)
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole).startswith("Flagged. From Bob.")
    model.remove([3, 1, 77])
    assert shown(model) == [2]


@pytest.mark.parametrize("role", ["sent", "inbox"])
def test_rows_name_the_other_side(qtbot: QtBot, role: str) -> None:
    model = MessageModel()
    model.start(role, page([1]))
    spoken = model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("To alice@clinic.example" if role == "sent" else "From Bob")


def test_a_subject_found_inside_is_shown_at_once(qtbot: QtBot) -> None:
    model = MessageModel()
    model.start("inbox", Listing((replace(view(3), subject="[...]"), view(2)), 2))
    with qtbot.waitSignal(model.dataChanged):
        model.reveal(replace(view(3), subject="Potassium", marks=Marks.ATTACHED))
    assert (model.message(0).subject, model.message(0).marks) == ("Potassium", Marks.ATTACHED)
    model.reveal(replace(view(99), subject="Nobody's"))
    assert [model.message(row).subject for row in (0, 1)] == ["Potassium", view(2).subject]
