from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from securemail_desktop.message.address import Address
from securemail_desktop.store.contacts import Contacts
from securemail_desktop.store.database import Database

cells = st.text(st.characters(codec="utf-8")) | st.integers() | st.floats(allow_nan=False, allow_infinity=False)


names = st.tuples(st.sampled_from(["message-2", "person-2"]), st.integers(0, 2**40))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.dictionaries(names, st.lists(cells, max_size=4).map(tuple), max_size=4))
def test_index_rows_come_back_by_kind_and_number_with_their_types(
    database: Database, rows: dict[tuple[str, int], tuple[str | int | float, ...]]
) -> None:
    database.execute("DELETE FROM recipient_row")
    contacts = Contacts(database)
    contacts.save_index((*name, *fields) for name, fields in rows.items())
    found = contacts.index()
    assert found == [(*name, *rows[name]) for name in sorted(rows)]
    assert [[type(cell) for cell in row[2:]] for row in found] == [[type(cell) for cell in rows[name]] for name in sorted(rows)]


def test_a_row_of_the_same_name_is_replaced_and_the_others_stay(database: Database) -> None:
    contacts = Contacts(database)
    contacts.save_index([("person-2", 0, "bob"), ("person-2", 1, "carol")])
    contacts.save_index([("person-2", 1, "Carol"), ("person-2", 2, "dora")])
    assert contacts.index() == [("person-2", 0, "bob"), ("person-2", 1, "Carol"), ("person-2", 2, "dora")]
    assert (contacts.index_size("person-2"), contacts.index_size("message-2")) == (3, 0)


def test_a_row_that_cannot_be_kept_leaves_the_old_index(database: Database) -> None:
    contacts = Contacts(database)
    contacts.save_index([("bob", 1)])
    with pytest.raises(TypeError):
        contacts.save_index([("carol", 2), ("dora", 3, object())])  # type: ignore[list-item]
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
