"""What directories told of lists, as it is kept."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from securemail_desktop.session.directory_lists import DirectoryLists
from securemail_desktop.store.database import Database
from securemail_desktop.store.settings import Settings

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    with closing(Database(tmp_path / "store.db", b"k" * 32)) as database:
        yield Settings(database)


def test_only_what_is_read_outside_is_an_open_list(settings: Settings) -> None:
    lists = DirectoryLists(settings)
    assert lists.keep("ward@clinic.example", ["bob@partner.example"], NOW)
    assert not lists.keep("bob@clinic.example", [], NOW)
    assert DirectoryLists(settings).open_lists() == {"ward@clinic.example": ("bob@partner.example",)}


def test_asking_again_is_worth_it_after_a_day_and_a_list_may_be_closed(settings: Settings) -> None:
    lists = DirectoryLists(settings)
    lists.keep("ward@clinic.example", ["bob@partner.example"], NOW)
    assert lists.is_fresh("ward@clinic.example", NOW + timedelta(hours=23))
    assert not lists.is_fresh("ward@clinic.example", NOW + timedelta(hours=25))
    assert not lists.is_fresh("ward@clinic.example", NOW - timedelta(hours=1)), "the clock was set back"
    assert not lists.keep("ward@clinic.example", ["bob@partner.example"], NOW + timedelta(days=2))
    assert lists.keep("ward@clinic.example", [], NOW + timedelta(days=3))
    assert lists.open_lists() == {}


def test_people_are_forgotten_and_open_lists_are_not(settings: Settings) -> None:
    lists = DirectoryLists(settings)
    lists.keep("ward@clinic.example", ["bob@partner.example"], NOW)
    lists.keep("bob@clinic.example", [], NOW)
    lists.keep("carol@clinic.example", [], NOW + timedelta(days=30))
    kept = settings.get("directory-lists")
    assert isinstance(kept, dict)
    assert set(kept) == {"ward@clinic.example", "carol@clinic.example"}


@pytest.mark.parametrize("document", [None, [], "x", {"a@b.example": 1}, {"a@b.example": []}, {"a@b.example": ["no day", "c@d.example"]}])
def test_what_is_damaged_says_nothing(settings: Settings, document: object) -> None:
    settings.put("directory-lists", document)
    assert DirectoryLists(settings).open_lists() == {}
    assert not DirectoryLists(settings).is_fresh("a@b.example", NOW)
