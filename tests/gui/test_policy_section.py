"""Settings tell which policy holds, from where, who set it and how old it is; asking now shows what came of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from securemail_desktop.gui import policy_words
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.settings_window import SettingsWindow
from securemail_desktop.policy.decision import PolicyId
from securemail_desktop.policy.freshness import Age
from securemail_desktop.policy.model import Policy
from securemail_desktop.session.machine import RING, ROOT, SOURCES, TRUSTED, Following, Origin
from securemail_desktop.session.policy_in_force import InForce
from securemail_desktop.session.policy_updates import PolicyStatus
from tests.support.fake_session import FakeSession

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
POLICY = Policy(PolicyId("hospital", 8, "ab12" * 16), (), (), (), 5, 0, "", given=frozenset({"undo", "partners"}))
FOLLOWS = Following(
    ("https://policy.clinic.example/",),
    "pilot",
    "c" * 64,
    "",
    {SOURCES: Origin.MANAGED, ROOT: Origin.MANAGED, TRUSTED: Origin.MANAGED, RING: Origin.USER},
)
STATUS = PolicyStatus(InForce(POLICY), FOLLOWS, "", NOW, NOW, "https://policy.clinic.example/", how="rollback 6")


@pytest.fixture
def window(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> Iterator[SettingsWindow]:
    session.policy_updates.status = STATUS
    window = SettingsWindow(session, look, background)
    window.show()
    qtbot.waitUntil(window.policy.now.isVisible, timeout=30_000)
    yield window
    window.deleteLater()


def test_every_value_has_its_origin() -> None:
    told = dict(policy_words.rows(STATUS, NOW))
    assert told["Policy"] == "hospital, version 8 (ab12ab12ab12)"
    assert told["Comes from"] == "https://policy.clinic.example/ – set by your organisation"
    assert told["Ring"] == "pilot – chosen on this account"
    assert told["Came as"] == "an older policy, taken back by your organisation"
    assert told["Confirmed"] == NOW.astimezone().strftime("%H:%M")
    assert set(told["Set by it"].split(", ")) == {"held after Send", "partners"}
    assert {"locks", "patient data", "own domains"} <= set(told["Built in"].split(", "))
    assert "winner" not in str(told)


def test_a_policy_of_no_source() -> None:
    assert dict(policy_words.rows(PolicyStatus(InForce(POLICY), None, ""), NOW))["Comes from"] == "This program"
    assert dict(policy_words.rows(PolicyStatus(InForce(POLICY), None, "/etc/x"), NOW))["Comes from"] == "The folder /etc/x"
    assert dict(policy_words.rows(replace(STATUS, heard=None), NOW))["Confirmed"] == "Not yet"


@pytest.mark.parametrize(
    ("status", "tone"),
    [
        (STATUS, ""),
        (replace(STATUS, problem="The source is away."), "caution"),
        (replace(STATUS, in_force=InForce(POLICY, "Old.", Age.TOLD)), "caution"),
        (replace(STATUS, in_force=InForce(POLICY, "Too old.", Age.PROTECTS)), "danger"),
    ],
)
def test_how_bad_it_is(status: PolicyStatus, tone: str) -> None:
    assert policy_words.trouble(status)[1] == tone


def test_asking_now_shows_what_came_of_it(qtbot: QtBot, window: SettingsWindow, session: FakeSession) -> None:
    section = window.policy
    assert not section.told.isVisible()
    qtbot.mouseClick(section.now, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: section.told.text() == "This is the newest policy.", timeout=30_000)
    session.policy_updates.status = replace(
        STATUS, problem="The source of policies cannot be reached; it is asked again.", heard=NOW - timedelta(9)
    )
    qtbot.mouseClick(section.now, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "cannot be reached" in section.told.text(), timeout=30_000)
    assert section.now.isEnabled()


def test_what_a_policy_says_is_plain_text(window: SettingsWindow) -> None:
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in window.policy.findChildren(QLabel))


def test_a_failure_is_said(qtbot: QtBot, window: SettingsWindow, session: FakeSession) -> None:
    def fail() -> PolicyStatus:
        raise OSError("x")

    session.policy_updates.check = fail  # type: ignore[method-assign]
    qtbot.mouseClick(window.policy.now, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(window.policy.now.isEnabled, timeout=30_000)
    assert window.policy.told.isVisible()
