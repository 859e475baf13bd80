"""Interrupted at every step, the same call again: each recipient gets the message once, or it is in doubt or held; the outbox has it once.

The interruption is an exception that nothing catches, raised before and after every durable or outward act, as Ctrl-C may be. What a kill leaves
behind is shown in `test_kill`.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from securemail_desktop.accounts.smtp import SmtpSubmission
from securemail_desktop.audit.journal import Journal
from securemail_desktop.sending.state import State
from securemail_desktop.session.session import Session
from securemail_desktop.store.outbox import OutboxTable
from tests.support.alice import BOB, DORA, LAB, PETER, POLICY, Alice, Scene, clear, send
from tests.support.faulty_smtp import Say, Step, at, behave
from tests.support.keys import put
from tests.support.pki import Wish, pem, person, pki

STEPS = (
    (OutboxTable, ("add", "change", "recorded", "postpone", "remove")),
    (Journal, ("append",)),
    (SmtpSubmission, ("submit",)),
)
EVE = "eve@hospital.example"


class Interrupted(BaseException):
    """What nothing in the program knows."""


class Fuse:
    """Raises at the N-th step; 0 never."""

    def __init__(self, at: int) -> None:
        self.at, self.count = at, 0

    def step(self) -> None:
        self.count += 1
        if self.count == self.at:
            raise Interrupted

    def around(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*args: Any) -> Any:
            self.step()
            result = method(*args)
            self.step()
            return result

        return stepped


def interrupted(at: int, act: Callable[[], object]) -> bool:
    """Do it with a fuse; say whether it was interrupted."""
    fuse = Fuse(at)
    with pytest.MonkeyPatch.context() as patch:
        for owner, names in STEPS:
            for name in names:
                patch.setattr(owner, name, fuse.around(getattr(owner, name)))
        try:
            act()
        except Interrupted:
            return True
    return False


def fresh(session: Session, alice: Alice) -> Callable[[], object]:
    return lambda: send(session, alice.draft(BOB, DORA, LAB, PETER))


def held_before(session: Session, alice: Alice) -> Callable[[], object]:
    """The whole message was held, its reason is gone, the file is sent again."""
    alice.office.write_policy(
        alice.policy, POLICY + "  - {{id: no, title: No, when: {{phi: true}}, then: {{block: true}}, text: {{en: No.}}}}\n"
    )
    session.refresh()
    send(session, alice.draft(BOB, DORA))
    alice.office.write_policy(alice.policy)
    session.refresh()
    return lambda: send(session, alice.draft(BOB, DORA))


def deferred_before(session: Session, alice: Alice) -> Callable[[], object]:
    """Half of it waits, and the file is sent again with one recipient more."""
    alice.server.script = at(Step.RCPT, Say("450 4.2.1 no"), "dora")
    send(session, alice.draft(BOB, DORA))
    alice.server.script = behave
    return lambda: send(session, alice.draft(BOB, DORA, LAB))


def retried(session: Session, alice: Alice) -> Callable[[], object]:
    """One was held for want of a certificate, which is here now."""
    send(session, alice.draft(BOB, EVE))
    put(session.ring, pem(person(Wish(EVE), pki().issuing).certificate))
    session.refresh()
    return lambda: session.retry(session.outbox()[0].id) if session.outbox() else None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("story", "everybody"),
    [(fresh, {BOB, DORA, LAB, PETER}), (held_before, {BOB, DORA}), (deferred_before, {BOB, DORA}), (retried, {BOB, EVE})],
)
def test_interrupted_at_every_step(scene: Scene, story: Callable[[Session, Alice], Callable[[], object]], everybody: set[str]) -> None:
    alice = scene()
    seen: Counter[str] = Counter()
    step, going_on = 0, True
    while going_on:
        step += 1
        alice.start_anew()
        with alice.session() as session:
            going_on = interrupted(step, story(session, alice))
        with alice.session() as session:
            session.resume()
            seen[stands(session, alice, everybody, lost=story is fresh)] += 1
            session.retry(session.outbox()[0].id) if session.outbox() else None
            stands(session, alice, everybody, lost=story is fresh)
        assert not any(clear(m.content) for m in alice.server.messages if LAB not in m.recipients)
    assert step > 12
    assert seen["in doubt"] >= 1
    assert seen["settled"] >= step // 2


def stands(session: Session, alice: Alice, everybody: set[str], *, lost: bool) -> str:
    """Check that each recipient is in the outbox once or has the message once; say how it stands.

    `lost` allows that nothing was begun: then the draft is the author's still.
    """
    assert session.journal.verify().problem == ""
    waiting = [(r.recipient.address.spec, r.state) for e in session.outbox() for r in e.receipts if r.state is not State.ACCEPTED]
    assert max(Counter(who for who, _ in waiting).values(), default=1) == 1, f"twice in the outbox: {waiting}"
    taken = Counter(who for _, who in alice.server.taken.elements())
    assert max(taken.values(), default=1) == 1, f"delivered twice: {taken}"
    states = dict(waiting)
    assert everybody <= {*states, *taken} or (lost and not states and not taken), "lost"
    for who in taken:
        assert states.get(who) in {None, State.UNKNOWN}, f"{who} has it and it would be sent again"
    return "in doubt" if State.UNKNOWN in states.values() else "settled"
