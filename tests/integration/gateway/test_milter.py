"""A real Postfix with the settings that are installed: mail outside leaves by the program only, mail inside passes, without the filter all waits."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from securemail_desktop.audit.device import Device, save_device
from securemail_desktop.central.device_signature import FIELD, sign
from securemail_desktop.cli.exit import Exit
from securemail_desktop.sending.state import State
from securemail_desktop.server.main import run
from securemail_desktop.server.services import open_services
from tests.support.alice import BOB, CHEN, DORA, LAB, PETER, POLICY, Alice, Office, send, states
from tests.support.central import enrol_directly
from tests.support.gateway import Gateway, Milter, Sink, desk_at, until, use_server
from tests.support.servers import server_folder

pytestmark = pytest.mark.slow

ENFORCED = POLICY + "enforcement: enforced\n"
ONLY_BY_PROGRAM = "5.7.1 mail to the outside leaves only by the organisation's SecureMail program"


@dataclass
class Clinic:
    """The clinic's gateway with its filter, an enrolled device, and where mail arrives."""

    gateway: Gateway
    milter: Milter
    keys: Path
    device: Device
    inside: Sink
    outside: Sink


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> tuple[Device, Path]:
    """An enrolled device, and the central server's folder."""
    data = tmp_path_factory.mktemp("central")
    services = open_services(data)
    device, _ = enrol_directly(services)
    services.storage.close()
    return device, data


@pytest.fixture(scope="module")
def clinic(office: Office, device: tuple[Device, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    keys = tmp_path_factory.mktemp("keys") / "device-keys.json"
    with pytest.MonkeyPatch.context() as patch:
        printed: list[str] = []
        patch.setattr("builtins.print", lambda text, **_: printed.append(text))
        assert run(["--data", str(device[1]), "--device-keys", "clinic"], device[1]) == Exit.DONE
    keys.write_text("".join(printed))
    with (
        server_folder("gateway") as folder,
        Sink() as inside,
        Sink() as outside,
        Milter(tmp_path_factory.mktemp("milter"), keys, "clinic.example") as milter,
    ):
        away = f"smtp:[127.0.0.1]:{outside.port}"
        routes = {"clinic.example": f"smtp:[127.0.0.1]:{inside.port}"}
        routes |= dict.fromkeys(("hospital.example", "partner-lab.example", "webmail.example"), away)
        with Gateway(folder, office.certificate, routes, [milter.settings]) as gateway:
            yield Clinic(gateway, milter, keys, device[0], inside, outside)


@pytest.fixture
def alice(clinic: Clinic, office: Office, tmp_path: Path) -> Alice:
    """Alice's program, enrolled, with the gateway as its mail server."""
    alice = desk_at(clinic.gateway.port, office, tmp_path, ENFORCED)
    with alice.session() as session:
        save_device(clinic.device, session.settings, session.vault)
    return alice


def plain(message_id: str, to: str, body: str = "Please call.") -> bytes:
    return f"From: alice@clinic.example\r\nTo: {to}\r\nSubject: s\r\nMessage-ID: {message_id}\r\n\r\n{body}\r\n".encode()


def vouched(clinic: Clinic, message_id: str, *recipients: str, days: int = 0) -> bytes:
    message = plain(message_id, recipients[0])
    made = datetime.now(UTC) - timedelta(days=days)
    return sign(message, recipients, clinic.device.epoch, clinic.device.signing_key, made) + message


@contextmanager
def without_milter(clinic: Clinic) -> Iterator[None]:
    assert clinic.milter.stop() == 0
    try:
        yield
    finally:
        clinic.milter.start()


def test_what_the_program_sends_passes_and_nobody_gets_to_see_its_signature(clinic: Clinic, alice: Alice) -> None:
    with alice.session() as session:
        draft = alice.draft(BOB, LAB, CHEN, message_id="<program@clinic.example>", more=f"Bcc: {DORA}\n")
        assert set(states(send(session, draft)).values()) == {State.ACCEPTED}
    until(lambda: {BOB, LAB, DORA} <= clinic.outside.recipients() or None)
    until(lambda: CHEN in clinic.inside.recipients() or None)
    arrived = [
        message for _, message in (*clinic.outside.arrived, *clinic.inside.arrived) if message["Message-ID"] == "<program@clinic.example>"
    ]
    assert len(arrived) >= 4
    assert all(message[FIELD] is None for message in arrived)


def test_what_goes_inside_never_bears_the_signature(alice: Alice, office: Office) -> None:
    """There may be no filter on its way that takes it away, and it could be tried out there who else got the message."""
    with Sink(office.certificate.context()) as bare:
        use_server(alice, bare.port)
        with alice.session() as session:
            send(session, alice.draft(LAB, CHEN, message_id="<bare@clinic.example>"))
    assert {recipients: message[FIELD] is not None for recipients, message in bare.arrived} == {(LAB,): True, (CHEN,): False}


def test_without_the_policy_nothing_is_signed(alice: Alice, office: Office) -> None:
    office.write_policy(alice.policy)
    with Sink(office.certificate.context()) as bare:
        use_server(alice, bare.port)
        with alice.session() as session:
            send(session, alice.draft(LAB, CHEN, message_id="<bare@clinic.example>"))
    assert sorted((recipients, message[FIELD]) for recipients, message in bare.arrived) == [((CHEN,), None), ((LAB,), None)]


def test_an_enrolled_device_is_told_nothing(alice: Alice) -> None:
    with alice.session() as session:
        assert not any("not enrolled" in notice for notice in session.notices)


def test_what_another_program_sends_outside_is_refused(clinic: Clinic) -> None:
    for recipients in ((BOB,), (CHEN, BOB), ("bob%hospital.example@clinic.example",)):
        code, text = clinic.gateway.send(plain("<other@clinic.example>", recipients[0]), *recipients)
        assert code == 550, text
    code, text = clinic.gateway.send(plain("<other@clinic.example>", PETER), PETER)
    assert (code, text) == (550, ONLY_BY_PROGRAM)
    assert PETER not in clinic.outside.recipients()


def test_programs_on_the_server_itself_are_no_exception(clinic: Clinic) -> None:
    clinic.gateway.send_locally(plain("<local@clinic.example>", PETER), PETER)
    notice = until(lambda: next((m for _, m in list(clinic.inside.arrived) if m["To"] == "root@clinic.example"), None))
    assert ONLY_BY_PROGRAM.removeprefix("5.7.1 ") in " ".join(notice.as_string().split())
    assert PETER not in clinic.outside.recipients()


def test_mail_inside_passes_without_a_signature(clinic: Clinic) -> None:
    assert clinic.gateway.send(plain("<inside@clinic.example>", CHEN), CHEN) == (250, "")
    assert clinic.inside.wait("<inside@clinic.example>").get_payload() == "Please call.\r\n"


def test_a_signature_is_for_its_message_its_recipients_its_time_and_once(clinic: Clinic) -> None:
    message = vouched(clinic, "<once@clinic.example>", BOB)
    assert clinic.gateway.send(message, BOB) == (250, "")
    assert clinic.outside.wait("<once@clinic.example>")[FIELD] is None
    again = clinic.gateway.send(message, BOB)
    assert again[0] == 550
    assert "has left already" in again[1]
    fresh = vouched(clinic, "<tampered@clinic.example>", BOB)
    for changed in (fresh.replace(b"Please", b"Never"), fresh.replace(b"Subject: s", b"Subject: t")):
        assert "changed after it was signed" in clinic.gateway.send(changed, BOB)[1]
    assert "other recipients" in clinic.gateway.send(fresh, BOB, PETER)[1]
    assert "another time" in clinic.gateway.send(vouched(clinic, "<old@clinic.example>", BOB, days=6), BOB)[1]
    assert clinic.gateway.send(fresh, BOB) == (250, ""), "what was refused uses nothing up"


def test_without_the_filter_everything_waits_at_its_sender(clinic: Clinic, alice: Alice) -> None:
    with without_milter(clinic):
        assert clinic.gateway.send(plain("<down@clinic.example>", CHEN), CHEN)[0] == 451
        with alice.session() as session:
            assert states(send(session, alice.draft(BOB, message_id="<waits@clinic.example>"))) == {BOB: State.DEFERRED}
    with alice.session() as session:
        session.resume(at_once=True)
        assert not session.outbox()
    assert clinic.outside.wait("<waits@clinic.example>")[FIELD] is None


def test_without_the_keys_mail_outside_waits_and_mail_inside_passes(clinic: Clinic) -> None:
    kept = clinic.keys.read_text()
    clinic.keys.unlink()
    try:
        assert clinic.gateway.send(vouched(clinic, "<keys@clinic.example>", BOB), BOB)[0] == 451
        assert clinic.gateway.send(plain("<keys-inside@clinic.example>", CHEN), CHEN) == (250, "")
    finally:
        clinic.keys.write_text(kept)
    assert clinic.gateway.send(vouched(clinic, "<keys@clinic.example>", BOB), BOB) == (250, "")


def test_a_device_that_was_revoked_may_not_send_any_more(clinic: Clinic) -> None:
    kept = clinic.keys.read_text()
    document = json.loads(kept)
    document["epochs"] = {}
    clinic.keys.write_text(json.dumps(document))
    try:
        assert "not enrolled" in clinic.gateway.send(vouched(clinic, "<revoked@clinic.example>", BOB), BOB)[1]
    finally:
        clinic.keys.write_text(kept)


def test_the_log_names_reasons_and_nobody(clinic: Clinic) -> None:
    clinic.gateway.send(plain("<log@clinic.example>", PETER), PETER)
    log = clinic.milter.log()
    assert "refused: mail to the outside leaves only" in log
    assert "@" not in log
    assert "hospital" not in log
