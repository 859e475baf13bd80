"""Nothing is looked up on the way of a message: who may be asked hears nothing of a review and of Send, and is asked while one types only."""

import socket
from collections.abc import Iterator

import pytest

from securemail_desktop.message.address import parse_address
from securemail_desktop.sending.state import State
from tests.support.alice import BOB, DORA, POLICY, Scene, send, states


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server that counts who comes and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def came(listener: socket.socket) -> bool:
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def test_a_review_and_send_ask_nobody(scene: Scene, listener: socket.socket) -> None:
    place = f"127.0.0.1:{listener.getsockname()[1]}"
    asked = f"keys: {{{{key_server: 'https://{place}'}}}}\n"
    alice = scene()
    alice.office.write_policy(alice.policy, POLICY + asked)
    with alice.session() as session:
        draft = alice.draft(BOB, DORA)
        assert session.policy.keys.key_server == f"https://{place}"
        session.review(draft)
        assert set(states(send(session, draft)).values()) == {State.ACCEPTED}
        assert not came(listener)
        session.keys.discover([parse_address("new@hospital.example")])
        assert came(listener)
