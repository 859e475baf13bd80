"""A journal that was deleted, cut off or put back to an earlier state is told of, and that stays on record."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from securemail_desktop.audit.anchor import missing, remember, tell_missing
from securemail_desktop.audit.canonical import parse_canonical
from securemail_desktop.audit.journal import Device, Journal, journal_path
from tests.support.audit import fill
from tests.support.fake_session import FakeDocuments


def cut_off(path: Path, _: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM records WHERE seq > 3")
    connection.commit()
    connection.close()


def delete(path: Path, _: Path) -> None:
    path.unlink()


def put_back(path: Path, earlier: Path) -> None:
    shutil.copy(earlier, path)


@pytest.mark.parametrize("harm", [cut_off, delete, put_back])
def test_what_is_missing_is_told_once_and_recorded(tmp_path: Path, device: Device, harm: Callable[[Path, Path], None]) -> None:
    path, documents = journal_path(tmp_path), FakeDocuments()
    journal = Journal(path, device)
    fill(journal, 2)
    journal.close()
    shutil.copy(path, tmp_path / "earlier")
    journal = Journal(path, device)
    journal.append("more-1", "send", {}, {})
    journal.append("more-2", "send", {}, {})
    remember(journal, documents)
    assert missing(journal, documents) == ""
    last = journal.last()
    journal.close()
    harm(path, tmp_path / "earlier")
    journal = Journal(path, device)
    assert journal.verify().problem == "", "the chain alone does not show it"
    assert "missing" in missing(journal, documents)
    assert "Tell your administrator" in tell_missing(journal, documents)
    assert tell_missing(journal, documents) == missing(journal, documents) == ""
    told = parse_canonical(journal.records()[-1].record)
    assert last is not None
    assert (told["act"], told["of"]) == ("journal-missing", {"epoch": last[0], "seq": last[1], "head": last[2]})
    found = journal.verify()
    assert found.problem == ""
    assert any("Records were missing when record" in line for line in found.unproven)
    journal.close()


@pytest.mark.parametrize("damaged", [None, "text", [1, 2, 3], ["a", "b", "c"], []])
def test_what_nobody_remembers_is_not_missed(journal: Journal, damaged: object) -> None:
    documents = FakeDocuments()
    documents.put("journal-anchor", damaged)
    fill(journal, 1)
    assert missing(journal, documents) == ""
    assert tell_missing(journal, documents) == ""
    assert len(journal.records()) == 2
