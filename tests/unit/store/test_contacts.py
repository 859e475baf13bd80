from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from securemail_desktop.message.address import Address
from securemail_desktop.store.contacts import Contacts
from securemail_desktop.store.database import Database

cells = st.text(st.characters(codec="utf-8")) | st.integers() | st.floats(allow_nan=False, allow_infinity=False)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(cells, max_size=4).map(tuple), max_size=4))
def test_index_rows_come_back_in_order_with_their_types(database: Database, rows: list[tuple[str | int | float, ...]]) -> None:
    contacts = Contacts(database)
    contacts.save_index(rows)
    found = contacts.index()
    assert found == rows
    assert [[type(cell) for cell in row] for row in found] == [[type(cell) for cell in row] for row in rows]


def test_a_row_that_cannot_be_kept_leaves_the_old_index(database: Database) -> None:
    contacts = Contacts(database)
    contacts.save_index([("bob", 1)])
    with pytest.raises(TypeError):
        contacts.save_index([("carol", 2), (object(),)])  # type: ignore[list-item]
    assert contacts.index() == [("bob", 1)]


def test_address_book(database: Database) -> None:
    contacts = Contacts(database)
    bob, carol = Address("bob", "hospital.example", "Bob"), Address("carol", "clinic.example", "Carol")
    contacts.add([carol, bob])
    contacts.add([Address("bob", "hospital.example", "Bob Doctor")])
    assert contacts.addresses() == [Address("bob", "hospital.example", "Bob Doctor"), carol]
    contacts.remove(bob)
    contacts.remove(bob)
    assert contacts.addresses() == [carol]


def test_no_readable_address_in_the_files(database: Database, tmp_path: Path) -> None:
    contacts = Contacts(database)
    contacts.save_index([("canary-bob@hospital.example", 3, 0.5)])
    for file in (tmp_path / "data").iterdir():
        assert b"canary-bob" not in file.read_bytes(), file
