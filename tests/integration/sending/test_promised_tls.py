"""Patient data to a domain that promises to take mail over TLS only: it goes where policy says that one's own server keeps to such promises."""

from datetime import UTC, datetime, timedelta

import pytest

from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.promise import Kind, Promise, Promises
from securemail_desktop.sending.state import State
from securemail_desktop.session.session import Session
from tests.support.alice import PETER, POLICY, Scene, one_sentence, send, states

ENFORCED = POLICY + "promised_tls: {{enforced: [tls.sts]}}\n"
RULE = 'rules:\n  - {{id: sts, title: x, when: {{recipient: {{capability: tls.sts}}}}, then: {{block: true}}, text: {{en: "No way."}}}}\n'


def promise(session: Session, kind: Kind = Kind.STS, days: int = 0) -> None:
    now = datetime.now(UTC) - timedelta(days=days)
    said = "webmail.example promises to take mail only protected on the way, by a rule of its own"
    Promises(session.vault).keep("webmail.example", [Promise(kind, True, now, now + timedelta(days=90), now, said, "1")])


@pytest.mark.parametrize(
    ("policy", "kind", "days", "method"),
    [
        (ENFORCED, Kind.STS, 0, Method.TLS),
        (POLICY, Kind.STS, 0, Method.NONE),
        (ENFORCED, Kind.DANE, 0, Method.NONE),
        (ENFORCED, Kind.STS, 8, Method.NONE),
    ],
)
def test_a_promise_counts_while_it_is_fresh_and_enforced(scene: Scene, policy: str, kind: Kind, days: int, method: Method) -> None:
    alice = scene()
    alice.office.write_policy(alice.policy, policy)
    with alice.session() as session:
        promise(session, kind, days)
        (outlook,) = session.review(alice.draft(PETER), "cli").outlooks
        assert outlook.method is method, outlook.reason
        one_sentence(f"{outlook.reason}.")
        assert states(send(session, alice.draft(PETER))) == {PETER: State.ACCEPTED if method is Method.TLS else State.HELD}
    assert bool(alice.server.taken) is (method is Method.TLS)


def test_rules_see_the_promises_that_count(scene: Scene) -> None:
    alice = scene()
    alice.office.write_policy(alice.policy, ENFORCED.partition("rules:")[0] + RULE + "promised_tls: {{enforced: [tls.sts]}}\n")
    with alice.session() as session:
        promise(session)
        assert session.review(alice.draft(PETER), "cli").outlooks[0].reason == "No way."


def test_a_message_that_waits_does_not_go_on_an_old_promise(scene: Scene) -> None:
    alice = scene()
    alice.office.write_policy(alice.policy, ENFORCED)
    with alice.session() as session:
        promise(session)
        review = session.review(alice.draft(PETER), "cli")
        promise(session, days=8)
        (receipt,) = session.send(review, {}, "cli")
        assert receipt.state is State.HELD
    assert not alice.server.taken
