"""Files of strangers: their names, what they may do, and where they lie."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.encryption.opened import Part
from securemail_desktop.gui import file_names
from securemail_desktop.gui.private_folder import PrivateFolder, write_file


def part(name: str, kind: str = "application/octet-stream") -> Part:
    return Part(kind, name, b"content")


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\system32\\a.dll", "a.dll"),
        ("invoice\u202efdp.exe", "invoice_fdp.exe"),
        ("a\x00b\nc.txt", "a_b c.txt"),
        (".bashrc", "bashrc"),
        ("con.txt", "_con.txt"),
        ("report.pdf:stream", "report.pdf_stream"),
        ("trailing. . ", "trailing"),
        ("  ", "attachment.pdf"),
        ("<img src=x>.png", "_img src=x_.png"),
        ("e\u0301te\u0301.txt", "été.txt"),
    ],
)
def test_names_are_cleaned(name: str, clean: str) -> None:
    assert file_names.safe_name(part(name, "application/pdf")) == clean


@given(st.text(max_size=300))
def test_no_name_leaves_its_folder(name: str) -> None:
    clean = file_names.safe_name(part(name))
    assert clean
    assert len(clean) <= file_names.LONGEST + 1
    assert Path(clean).name == clean
    assert clean not in {".", ".."}
    assert not set(clean) & set('\\/:*?"<>|\n\x00\u202e')


def test_a_long_name_keeps_its_endings() -> None:
    assert file_names.safe_name(part("a" * 300 + ".pdf.exe")).endswith("….pdf.exe")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("report.pdf", ""),
        ("setup.exe", "It is a program: opening it can change or read everything on this computer."),
        ("report.pdf.EXE", "In spite of its name it is a program (.exe): opening it can change or read everything on this computer."),
        ("letter.docm", "It is a program: opening it can change or read everything on this computer."),
        ("page.html", "It is a web page: opening it can tell its sender that you read it, or imitate a sign-in."),
    ],
)
def test_what_a_file_may_do(name: str, said: str) -> None:
    assert file_names.danger(part(name)) == said


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_opened_files_are_for_this_user_alone_and_wiped_at_the_end(tmp_path: Path) -> None:
    base = tmp_path / "opened"
    folder = PrivateFolder(base)
    first, second = folder.put("a.txt", b"1"), folder.put("a.txt", b"2")
    assert first.read_bytes() + second.read_bytes() == b"12"
    if os.name == "posix":
        assert {mode(base), mode(first.parent), mode(first.parent.parent)} == {0o700}
        assert mode(first) == 0o400
    folder.wipe()
    assert not [path for path in base.rglob("*") if path.is_file() and path.suffix != ".lock"]


def test_what_a_dead_program_left_is_wiped_at_the_start_and_nothing_of_a_living_one(tmp_path: Path) -> None:
    base = tmp_path / "opened"
    living, dead = PrivateFolder(base), PrivateFolder(base)
    shown, left = living.put("a.txt", b"1"), dead.put("b.txt", b"2")
    assert dead._lock is not None
    dead._lock.unlock()
    PrivateFolder(base).wipe_left_over()
    assert shown.exists()
    assert not left.exists()
    living.wipe()
    PrivateFolder(tmp_path / "nowhere").wipe_left_over()


def test_a_file_that_cannot_be_removed_as_it_is_is_made_writable_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = PrivateFolder(tmp_path / "opened")
    path = folder.put("a.txt", b"patient")
    really = os.unlink

    def as_on_windows(name: str, *, dir_fd: int | None = None) -> None:
        if not path.stat().st_mode & stat.S_IWUSR:
            raise PermissionError(13, "Access is denied", name)
        really(name, dir_fd=dir_fd)

    monkeypatch.setattr(os, "unlink", as_on_windows)
    folder.wipe()
    assert not path.exists()


def test_a_saved_file_is_whole_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    write_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert [file.name for file in tmp_path.iterdir()] == ["a.txt"]
    if os.name == "posix":
        assert mode(path) == 0o600
    with pytest.raises(OSError):  # noqa: PT011 - which one depends on the system
        write_file(tmp_path / "nowhere" / "a.txt", b"x")
