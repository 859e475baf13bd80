"""New mail appears by itself: as long as the window is unlocked, and again after the server was away."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from securemail_desktop.accounts.errors import ServerRefused, SignInRefused, Unreachable
from securemail_desktop.gui import watch as module
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.main_window import MainWindow
from securemail_desktop.gui.watch import Watch
from tests.gui.conftest import UNDO  # type: ignore[import-not-found]  # pytest puts the checkout on the path
from tests.support.fake_mail import INBOX, FakeMail
from tests.support.fake_session import FakeSession

pytestmark = pytest.mark.slow  # several seconds together

WATCHED = "watch alice"


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REST_MS", 0)
    monkeypatch.setattr(module, "FIRST_MS", 10)


@pytest.fixture
def watching(qtbot: QtBot, background: Background) -> Iterator[tuple[Watch, FakeMail]]:
    mail, owner = FakeMail(), Background()
    watch = Watch(mail, background, owner)
    watch.follow(["alice"])
    yield watch, mail
    watch.stop()
    owner.close()


def test_news_are_told_and_waited_for_again(qtbot: QtBot, watching: tuple[Watch, FakeMail]) -> None:
    watch, mail = watching
    for _ in range(3):
        with qtbot.waitSignal(watch.changed):
            mail.bell.set()
    qtbot.waitUntil(lambda: mail.calls.count(WATCHED) >= 4)


def test_each_account_is_waited_for_once(qtbot: QtBot, watching: tuple[Watch, FakeMail]) -> None:
    watch, mail = watching
    watch.follow(["alice", "ward"])
    watch.follow(["alice", "ward"])
    watch.hurry()
    qtbot.waitUntil(lambda: "watch ward" in mail.calls)
    assert sorted(mail.calls) == ["watch alice", "watch ward"]


def test_what_was_stopped_tells_nothing_and_goes_on_when_it_is_wanted_again(qtbot: QtBot, watching: tuple[Watch, FakeMail]) -> None:
    watch, mail = watching
    qtbot.waitUntil(lambda: mail.calls == [WATCHED])
    watch.stop()
    mail.bell.set()
    watch.follow(["alice"])
    with qtbot.waitSignal(watch.changed):
        qtbot.waitUntil(lambda: mail.calls == [WATCHED, WATCHED])
        mail.bell.set()


def test_a_server_that_is_away_is_tried_again_ever_later(qtbot: QtBot, watching: tuple[Watch, FakeMail]) -> None:
    watch, mail = watching
    qtbot.waitUntil(lambda: WATCHED in mail.calls)
    with qtbot.waitSignal(watch.lost):
        mail.watch_error = Unreachable("The server is away.")
        mail.bell.set()
    qtbot.waitUntil(lambda: watch._pauses["alice"] >= 40)
    mail.watch_error = None
    with qtbot.waitSignal(watch.changed):
        mail.bell.set()
    assert not watch._pauses


@pytest.mark.parametrize("error", [SignInRefused("Look at the password."), ServerRefused("No.")])
def test_who_is_refused_is_not_called_lost(
    qtbot: QtBot, watching: tuple[Watch, FakeMail], error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch, mail = watching
    monkeypatch.setattr(module, "FIRST_MS", 60_000)
    told: list[int] = []
    watch.lost.connect(lambda: told.append(1))
    mail.watch_error = error
    mail.bell.set()
    qtbot.waitUntil(lambda: "alice" in watch._pauses)
    assert not told
    assert watch._timer("alice").isActive() is isinstance(error, ServerRefused)


@pytest.fixture
def window(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> Iterator[MainWindow]:
    session.mail.put(INBOX, "First")
    main = MainWindow(session, look, background, UNDO)
    main.show()
    qtbot.waitUntil(lambda: WATCHED in session.mail.calls and not main._mailbox._looking)
    yield main
    main.deleteLater()


def rows(main: MainWindow) -> int:
    return main._mail.list.table.messages.rowCount()


def arrive(session: FakeSession, subject: str = "By itself") -> None:
    view = session.mail.put(INBOX, subject)
    session.mail.rows[INBOX].remove(view)
    session.mail.arriving.append(view)
    session.mail.bell.set()


def test_new_mail_appears_by_itself(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    with qtbot.waitSignal(window._mailbox.arrived) as arrived:
        arrive(session)
    assert arrived.args == [1]
    qtbot.waitUntil(lambda: rows(window) == 2)


def test_a_locked_window_watches_nothing(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    window._locking.lock()
    qtbot.waitUntil(lambda: session.locked)
    session.mail.calls.clear()
    arrive(session)
    before = window._mailbox._known
    window._mailbox._look()
    window._mailbox.read_folders()
    qtbot.waitUntil(lambda: window._mailbox._known is not before)
    assert session.mail.calls == []
    window._locking._unlock("")
    qtbot.waitUntil(lambda: WATCHED in session.mail.calls and rows(window) == 2)


def test_a_server_that_comes_back_is_seen_by_itself(
    qtbot: QtBot, window: MainWindow, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Unreachable("The mail server does not answer.")
    session.mail.error = session.mail.watch_error = away
    session.mail.bell.set()
    bar = window._mail.list._form.bar
    qtbot.waitUntil(lambda: not bar.isHidden())
    session.mail.error = session.mail.watch_error = None
    arrive(session)
    qtbot.waitUntil(lambda: bar.isHidden() and rows(window) == 2)


def test_a_refused_password_is_not_tried_again_by_the_clock(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    session.mail.error = SignInRefused("The server refused the sign-in: check user name and password.")
    window._mailbox.refresh()
    qtbot.waitUntil(lambda: window._mailbox._hopeless and not window._mailbox._looking)
    session.mail.calls.clear()
    window._mailbox._look()
    assert not window._mailbox._looking
    session.mail.error = None
    window._mailbox.refresh()
    qtbot.waitUntil(lambda: not window._mailbox._hopeless and not window._mailbox._looking)
