import re
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from securemail_desktop.audit.device import SIGNING_KEY
from securemail_desktop.audit.enrol import enrol_device
from securemail_desktop.central.enrolment import enrol, make_keys
from securemail_desktop.central.record import Problem
from securemail_desktop.central.wire import EnrolRequest
from securemail_desktop.server.errors import Denied, NotReady
from securemail_desktop.server.keys import checkpoint_key
from securemail_desktop.server.services import Services, open_services
from securemail_desktop.server.storage import EPOCHS
from tests.support.central import DirectRegistrar, Documents, Secrets

URL = "https://central.clinic.example"


def invite(services: Services, hours: float = 1) -> str:
    return services.registry.invite("clinic", timedelta(hours=hours))


def test_an_invitation_enrols_one_device(services: Services) -> None:
    token, registrar = invite(services), DirectRegistrar(services.registry)
    settings, vault = Documents(), Secrets()
    device = enrol_device(registrar, URL, "", token, settings, vault)
    assert device.organization == "clinic"
    assert vault.get(SIGNING_KEY, device.epoch) == device.signing_key.private_bytes_raw()
    with pytest.raises(Denied, match="already used by another device"):
        enrol_device(registrar, URL, "", token, Documents(), Secrets())


def test_the_same_request_again_gives_the_same_answer(services: Services) -> None:
    token, registrar, settings, vault = invite(services), DirectRegistrar(services.registry), Documents(), Secrets()
    first = enrol_device(registrar, URL, "", token, settings, vault)
    again = enrol_device(registrar, URL, "", token, settings, vault)
    assert (first.device, first.epoch) == (again.device, again.epoch)


@pytest.mark.parametrize("token", ["", "no-such-token"])
def test_unknown_tokens_are_refused(services: Services, token: str) -> None:
    invite(services)
    with pytest.raises(Denied, match="unknown or has expired"):
        enrol(DirectRegistrar(services.registry), URL, "", token, make_keys())


def test_expired_tokens_are_refused(services: Services) -> None:
    with pytest.raises(Denied, match="unknown or has expired"):
        enrol(DirectRegistrar(services.registry), URL, "", invite(services, hours=-1), make_keys())


@pytest.mark.parametrize("change", ["public_key", "secret_sha256", "signature", "token"])
def test_a_request_that_was_changed_on_its_way_is_refused(services: Services, change: str) -> None:
    class Tampering:
        def enrol(self, request: EnrolRequest) -> object:
            other = {"public_key": "AA==", "secret_sha256": "0" * 64, "signature": "AA==", "token": token2}
            return services.registry.enrol(request.model_copy(update={change: other[change]}))

    token, token2 = invite(services), invite(services)
    with pytest.raises(Denied) as refused:
        enrol(Tampering(), URL, "", token, make_keys())
    assert refused.value.refusal.problem is Problem.BAD_SIGNATURE


def test_a_device_is_known_by_its_secret(services: Services) -> None:
    keys = make_keys()
    enrolment = enrol(DirectRegistrar(services.registry), URL, "", invite(services), keys)
    known = services.registry.authenticate(f"Bearer {enrolment.epoch}.{keys.secret}")
    assert (known.organization, known.device, known.epoch) == ("clinic", enrolment.device, enrolment.epoch)
    for wrong in ("", "Bearer ", f"Bearer {enrolment.epoch}.", f"Bearer {enrolment.epoch}.x{keys.secret}", f"Bearer x.{keys.secret}"):
        with pytest.raises(Denied) as refused:
            services.registry.authenticate(wrong)
        assert refused.value.status == 401


def test_a_revoked_device_is_refused(services: Services) -> None:
    keys = make_keys()
    enrolment = enrol(DirectRegistrar(services.registry), URL, "", invite(services), keys)
    with services.storage.writing() as connection:
        connection.execute(update(EPOCHS).values(revoked=True))
    with pytest.raises(Denied, match="revoked"):
        services.registry.authenticate(f"Bearer {enrolment.epoch}.{keys.secret}")


@pytest.mark.parametrize("name", ["", "local", "Clinic", "a b", "../x", "-a", "a" * 64, "a\n"])
def test_names_of_organisations_are_checked(services: Services, name: str) -> None:
    with pytest.raises(NotReady):
        services.registry.invite(name, timedelta(hours=1))


def test_files_are_private_and_hold_no_token(services: Services, tmp_path: Path) -> None:
    token = invite(services)
    keys = make_keys()
    enrol(DirectRegistrar(services.registry), URL, "", token, keys)
    files = sorted((tmp_path / "server").iterdir())
    assert [path.name for path in files if re.search(r"key|db$", path.name)] == ["central.db", "checkpoint.key", "sealing-clinic.key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "server").stat().st_mode) == 0o700
    for secret in (token.encode(), keys.secret.encode(), keys.signing_key):
        assert not any(secret in path.read_bytes() for path in files)


def test_a_lost_key_stops_the_server(services: Services, tmp_path: Path) -> None:
    invite(services)
    (tmp_path / "server" / "checkpoint.key").rename(tmp_path / "kept")
    with pytest.raises(NotReady, match="bring it back"):
        open_services(tmp_path / "server")
    (tmp_path / "kept").rename(tmp_path / "server" / "checkpoint.key")
    open_services(tmp_path / "server").storage.close()


def test_a_damaged_key_stops_the_server(tmp_path: Path) -> None:
    (tmp_path / "checkpoint.key").write_bytes(b"short")
    with pytest.raises(NotReady, match="damaged"):
        checkpoint_key(tmp_path, may_make=True)


@pytest.mark.parametrize("database", ["nonsense", "postgresql://db/x", "sqlite://"])
def test_other_databases_are_refused_clearly(tmp_path: Path, database: str) -> None:
    with pytest.raises(NotReady, match="sqlite:"):
        open_services(tmp_path, database)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "central.db").write_bytes(b"not a database" * 1000)
    with pytest.raises(NotReady, match="cannot be opened"):
        open_services(tmp_path)


def test_two_organisations_are_apart(services: Services) -> None:
    registrar = DirectRegistrar(services.registry)
    one = enrol(registrar, URL, "", invite(services), make_keys())
    other = enrol(registrar, URL, "", services.registry.invite("practice", timedelta(hours=1)), make_keys())
    assert one.sealing_key != other.sealing_key
    assert one.checkpoint_key != other.checkpoint_key
