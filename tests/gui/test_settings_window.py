"""Settings: what is fixed is said to be, a decision about a recipient can be taken back, and the help is the user guide."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from securemail_desktop.gui.appearance import wants_notices
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.decision_words import DOUBTS, sentence
from securemail_desktop.gui.help_window import HelpWindow
from securemail_desktop.gui.look import Look, Scheme
from securemail_desktop.gui.main_window import MainWindow
from securemail_desktop.gui.settings_window import NONE, SettingsWindow
from securemail_desktop.policy.decision import Enforcement
from securemail_desktop.resources import user_guide
from securemail_desktop.session.preferences import LASTS, Decision, Preferences
from securemail_desktop.store.errors import StoreFull
from tests.gui.conftest import UNDO  # type: ignore[import-not-found]  # pytest puts the checkout on the path
from tests.support.fake_limits import FakeLimits
from tests.support.fake_session import NOW, FakeDocuments, FakeSession

BOB, CAROL = "bob@partner.example", "carol@imaging.example"


@pytest.fixture
def session() -> FakeSession:
    documents = FakeDocuments()
    until = (NOW + LASTS).isoformat()
    documents.put("decisions", [["lookalike", BOB, True, until], ["outside", CAROL, False, until]])
    return FakeSession(
        preferences=Preferences(documents, lambda: NOW), limits=FakeLimits(lock_after=timedelta(minutes=15), longest_lock=15)
    )


@pytest.fixture
def settings(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> Iterator[SettingsWindow]:
    window = SettingsWindow(session, look, background)
    window.show()
    yield window
    if isValid(window):
        window.deleteLater()


def rows(settings: SettingsWindow) -> list[str]:
    return [settings.decisions.item(row).text() for row in range(settings.decisions.count())]


def test_a_decision_says_who_what_and_until_when(settings: SettingsWindow) -> None:
    assert rows(settings) == [
        "bob@partner.example looks like another address · mail with patient data · until 24 December 2026",
        "carol@imaging.example is outside your organisation · mail without patient data · until 24 December 2026",
    ]


def test_one_decision_is_taken_back_by_key_and_asked_again(qtbot: QtBot, settings: SettingsWindow, session: FakeSession) -> None:
    settings.activateWindow()
    settings.decisions.setFocus()
    QTest.keyClick(settings.decisions, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: settings.decisions.count() == 1)
    assert [d.recipient for d in session.preferences.decisions()] == [CAROL]
    assert settings.told.text() == "You will be asked about it again."


def test_all_decisions_are_taken_back_at_once(qtbot: QtBot, settings: SettingsWindow, session: FakeSession) -> None:
    settings.all_again.click()
    qtbot.waitUntil(lambda: not session.preferences.decisions())
    qtbot.waitUntil(settings.decisions.isHidden)
    assert session.calls == ["revoke 2"]
    assert settings.told.text() == NONE


def test_what_could_not_be_taken_back_holds_and_is_said(qtbot: QtBot, settings: SettingsWindow, session: FakeSession) -> None:
    session.error = StoreFull("The disk is full: free some space and try again.")
    settings.again.click()
    qtbot.waitUntil(lambda: settings.told.text().startswith("Nothing was changed."))
    assert len(session.preferences.decisions()) == 2
    assert settings.decisions.count() == 2


def test_whom_to_ask_is_shown_in_the_organisations_words(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> None:
    session.policy = replace(session.policy, contacts=(("privacy_officer", "Dana Reed, <b>4711</b>"), ("helpdesk", "Ward 3")))
    window = SettingsWindow(session, look, background)
    qtbot.addWidget(window)
    texts = [label.text() for label in window.findChildren(QLabel)]
    assert texts[texts.index("Privacy officer") + 1] == "Dana Reed, <b>4711</b>"
    assert "Help desk" in texts
    assert "Security" not in texts


def choices(box: QComboBox) -> list[str]:
    return [box.itemText(row) for row in range(box.count())]


def test_the_times_are_shown_within_what_the_organisation_allows(settings: SettingsWindow) -> None:
    limits = settings.limits
    assert limits.lock_bound.text() == "Your organisation allows at most 15 minutes."
    assert limits.hold_bound.text() == "Your organisation holds at least 5 seconds."
    assert choices(limits.lock) == [f"After {n}" for n in ("1 minute", "2 minutes", "5 minutes", "10 minutes", "15 minutes")]
    assert choices(limits.hold)[0] == "For 5 seconds"
    assert (limits.lock.currentText(), limits.hold.currentText()) == ("After 15 minutes", "For 5 seconds")


def test_a_time_is_chosen_and_kept(qtbot: QtBot, settings: SettingsWindow, session: FakeSession) -> None:
    limits = settings.limits
    limits.lock.setCurrentIndex(1)
    with qtbot.waitSignal(settings.limits_changed):
        limits.lock.activated.emit(1)
    limits.hold.setCurrentIndex(3)
    limits.hold.activated.emit(3)
    assert (session.limits.lock_after, session.limits.undo) == (timedelta(minutes=2), timedelta(seconds=30))
    assert (limits.lock.currentText(), limits.hold.currentText()) == ("After 2 minutes", "For 30 seconds")


def test_without_a_bound_of_the_organisation_the_window_need_not_lock(qtbot: QtBot, look: Look, background: Background) -> None:
    session = FakeSession(limits=FakeLimits(undo=timedelta(0), shortest_undo=0))
    window = SettingsWindow(session, look, background)
    qtbot.addWidget(window)
    assert (window.limits.lock.currentText(), window.limits.hold.currentText()) == ("Only by Ctrl+L", "Not held")
    assert window.limits.lock_bound.isHidden()
    assert window.limits.hold_bound.isHidden()


def test_a_time_that_could_not_be_kept_is_shown_as_it_is(settings: SettingsWindow, session: FakeSession) -> None:
    session.limits.error = StoreFull("The disk is full: free some space and try again.")
    settings.limits.lock.setCurrentIndex(0)
    settings.limits.lock.activated.emit(0)
    assert settings.told.text().startswith("Nothing was changed.")
    assert settings.limits.lock.currentText() == "After 15 minutes"


def test_a_wheel_over_a_choice_scrolls_the_page_and_changes_nothing(settings: SettingsWindow) -> None:
    box = settings.limits.lock
    before, middle = box.currentIndex(), QPointF(box.rect().center())
    event = QWheelEvent(
        middle,
        box.mapToGlobal(middle),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(box, event)
    assert box.currentIndex() == before
    assert not event.isAccepted()


def test_notices_are_switched_off_and_on(settings: SettingsWindow, session: FakeSession) -> None:
    assert settings.notices.isChecked()
    settings.notices.click()
    assert not wants_notices(session.preferences)
    settings.notices.click()
    assert wants_notices(session.preferences)


@pytest.mark.parametrize(
    ("declared", "end"),
    [
        (Enforcement.ADVISORY, "other programs or devices is not checked."),
        (Enforcement.RECORDED, "finds mail from other programs or devices afterwards."),
        (Enforcement.ENFORCED, "lets no mail out that was not checked."),
    ],
)
def test_what_stands_behind_the_rules_is_claimed_as_far_as_it_is_declared(
    declared: Enforcement, end: str, qtbot: QtBot, session: FakeSession, look: Look, background: Background
) -> None:
    session.policy = replace(session.policy, enforcement=declared)
    window = SettingsWindow(session, look, background)
    qtbot.addWidget(window)
    texts = [label.text() for label in window.findChildren(QLabel)]
    assert texts[texts.index("Rules") + 1].endswith(end)


def test_a_scheme_is_chosen(qtbot: QtBot, settings: SettingsWindow) -> None:
    settings.schemes.setCurrentIndex(settings.schemes.findText("Dark"))
    with qtbot.waitSignal(settings.scheme_chosen) as caught:
        settings.schemes.activated.emit(settings.schemes.currentIndex())
    assert caught.args == [Scheme.DARK]


def test_a_strangers_address_stays_text() -> None:
    shown = sentence(Decision("unknown-check", "<b>x</b>\u202e@evil.example", phi=False, until=NOW))
    assert "\u202e" not in shown
    assert "<b>x</b>" in shown
    assert "was doubted" in shown


def test_every_doubt_that_may_be_kept_has_words() -> None:
    sources = (Path(sentence.__code__.co_filename).parents[1] / "recipients").glob("*.py")
    names = {match[1] for file in sources for match in re.finditer(r'^NAME = "(.+)"', file.read_text(), re.MULTILINE)}
    assert set(DOUBTS) <= names


@pytest.mark.qt_log_ignore("does not support raise")
def test_a_lock_closes_settings_and_help(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> None:
    main = MainWindow(session, look, background, UNDO)
    main.show()
    main._appearance.settings_wanted.emit()
    main._appearance.help_wanted.emit()
    windows = [main._satellites.settings.window, main._satellites.help.window]
    assert all(window is not None and window.isVisible() for window in windows)
    main._appearance.settings_wanted.emit()
    assert main._satellites.settings.window is windows[0]
    main._locking.lock()
    qtbot.waitUntil(lambda: not any(window is not None and isValid(window) and window.isVisible() for window in windows))
    main.deleteLater()


def test_the_help_is_the_user_guide_without_its_pictures(qtbot: QtBot, look: Look) -> None:
    window = HelpWindow(look)
    qtbot.addWidget(window)
    shown = window.text.toPlainText()
    guide = user_guide().read_text("utf-8")
    for key in re.findall(r"^\| ((?:Ctrl|F\d|Shift|Del|Escape)[^|]*) \|", guide, re.MULTILINE):
        assert key in shown
    assert "SecureMail Desktop" in shown
    assert "\ufffc" not in shown
