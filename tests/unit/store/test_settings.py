import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from securemail_desktop.store.database import Database
from securemail_desktop.store.settings import Settings

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(st.characters(codec="utf-8"))
)
keys = st.text(st.characters(codec="utf-8"))
documents = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=10)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=documents)
def test_documents_come_back_as_they_were(database: Database, document: object) -> None:
    Settings(database).put("x", document)
    assert Settings(database).get("x") == document


def test_unknown_is_none_and_the_last_one_counts(database: Database) -> None:
    kept = Settings(database)
    assert kept.get("accounts") is None
    kept.put("accounts", [1])
    kept.put("accounts", [2])
    assert kept.get("accounts") == [2]


@pytest.mark.parametrize("document", [object(), float("nan"), b"bytes"])
def test_what_is_no_json_is_refused(database: Database, document: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        Settings(database).put("x", document)
    assert Settings(database).get("x") is None
