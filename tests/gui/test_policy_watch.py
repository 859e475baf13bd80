"""The newest policy is asked for at the start, again after an interval, once at a time; a policy that changed reviews what is written."""

from dataclasses import replace

from pytestqt.qtbot import QtBot

from securemail_desktop.gui import policy_watch
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.policy_watch import PolicyWatch
from securemail_desktop.policy.decision import PolicyId
from tests.support.fake_session import FakeSession


def test_it_asks_again_after_the_interval_and_tells_of_another_policy(qtbot: QtBot, session: FakeSession, background: Background) -> None:
    assert policy_watch.POLL_MS <= 15 * 60_000  # what an emergency may take
    watch = PolicyWatch(session, background, background)
    changed: list[None] = []
    watch.changed.connect(lambda: changed.append(None))
    with qtbot.waitSignal(watch.checked, timeout=30_000):
        watch.ask()
    assert (session.policy_updates.asked, changed) == (1, [])
    session.policy = replace(session.policy, id=PolicyId("fake", 2, "1" * 64))
    watch._again.setInterval(1)
    with qtbot.waitSignal(watch.changed, timeout=30_000):
        watch._again.start()
    watch._again.stop()
    assert session.policy_updates.asked >= 2


def test_a_failure_is_no_end(qtbot: QtBot, session: FakeSession, background: Background) -> None:
    watch = PolicyWatch(session, background, background)

    def fail() -> None:
        raise OSError("away")

    session.policy_updates.check = fail  # type: ignore[assignment,method-assign]
    for _ in range(2):
        with qtbot.waitSignal(watch.checked, timeout=30_000):
            watch.ask()
