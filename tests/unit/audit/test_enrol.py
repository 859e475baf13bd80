from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from securemail_desktop.audit.canonical import parse_canonical
from securemail_desktop.audit.device import DEVICE_SETTING, LOCAL, SEALING_KEY, SIGNING_KEY, DeviceError, load_device
from securemail_desktop.audit.enrol import CENTRAL_SECRET, ENROLMENT_SETTING, enrol_device, load_enrolment, open_central
from securemail_desktop.audit.journal import Journal
from securemail_desktop.audit.sealing import unseal
from securemail_desktop.central.enrolment import EnrolmentDamaged
from securemail_desktop.central.errors import Away
from securemail_desktop.central.wire import EnrolAnswer, EnrolRequest
from securemail_desktop.server.services import Services, open_services
from tests.support.audit import fill
from tests.support.central import DirectRegistrar, DirectStore, Documents, Secrets, enrol_directly

URL = "https://central.clinic.example"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    opened = open_services(tmp_path / "server")
    yield opened
    opened.storage.close()


def test_a_device_that_nobody_enrolled_has_keys_of_its_own() -> None:
    settings, vault = Documents(), Secrets()
    device = load_device(settings, vault)
    assert device.organization == LOCAL
    again = load_device(settings, vault)
    assert (again.device, again.epoch, again.sealing_key) == (device.device, device.epoch, device.sealing_key)
    assert again.signing_key.private_bytes_raw() == device.signing_key.private_bytes_raw()
    assert load_enrolment(settings) is None


def test_its_owner_can_open_what_it_sealed(tmp_path: Path) -> None:
    settings, vault = Documents(), Secrets()
    journal = Journal(tmp_path / "journal.db", load_device(settings, vault))
    journal.append("rid-1", "send", {}, {"rcpt": ["bob@partner.example"]})

    sealed = parse_canonical(journal.records()[1].record)["sealed"]
    assert isinstance(sealed, dict)
    assert unseal(str(sealed["hpke"]), vault.kept[SEALING_KEY, LOCAL], "rid-1") == {"rcpt": ["bob@partner.example"]}
    journal.close()


def test_enrolment_is_kept_without_a_secret_in_the_settings(services: Services) -> None:
    settings, vault = Documents(), Secrets()
    load_device(settings, vault)
    token = services.registry.invite("clinic", timedelta(hours=1))
    device = enrol_device(DirectRegistrar(services.registry), URL, "/etc/roots.pem", token, settings, vault)
    assert load_device(settings, vault).epoch == device.epoch
    enrolment = load_enrolment(settings)
    assert enrolment is not None
    assert (enrolment.url, enrolment.ca_file, enrolment.organization) == (URL, "/etc/roots.pem", "clinic")
    kept = repr(settings.kept)
    for secret in (vault.kept[CENTRAL_SECRET, device.epoch].decode(), vault.kept[SIGNING_KEY, device.epoch].hex(), token):
        assert secret not in kept


@dataclass
class LosesAnswers:
    registrar: DirectRegistrar
    losses: int

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        answer = self.registrar.enrol(request)
        self.losses -= 1
        if self.losses >= 0:
            raise Away("The central server does not answer in time.")
        return answer


def test_a_lost_answer_can_be_asked_for_again(services: Services) -> None:
    settings, vault = Documents(), Secrets()
    local = load_device(settings, vault)
    token = services.registry.invite("clinic", timedelta(hours=1))
    registrar = LosesAnswers(DirectRegistrar(services.registry), 1)
    with pytest.raises(Away):
        enrol_device(registrar, URL, "", token, settings, vault)
    assert load_device(settings, vault).epoch == local.epoch
    assert enrol_device(registrar, URL, "", token, settings, vault).organization == "clinic"


def test_local_records_stay_local_and_tied(services: Services, tmp_path: Path) -> None:
    settings, vault = Documents(), Secrets()
    journal = Journal(tmp_path / "journal.db", load_device(settings, vault))
    fill(journal, 2)
    journal.close()
    device, known = enrol_directly(services)
    journal = Journal(tmp_path / "journal.db", device)
    fill(journal, 2, "new")
    assert DirectStore(services, known).submit(journal.unsynced(100)) == [0, 1, 2]
    assert journal.verify().problem == ""
    assert [signed.seq for signed in journal.records()] == [1, 2, 3, 1, 2, 3]
    journal.close()


@pytest.mark.parametrize("damage", [{"epoch": 5}, {"sealing_key": "%%"}, {"organization": None}])
def test_a_damaged_device_is_one_sentence(damage: dict) -> None:
    settings, vault = Documents(), Secrets()
    load_device(settings, vault)
    document = settings.kept[DEVICE_SETTING]
    assert isinstance(document, dict)
    settings.kept[DEVICE_SETTING] = document | damage
    with pytest.raises(DeviceError, match="enrol this device again"):
        load_device(settings, vault)


def test_a_lost_signing_key_is_one_sentence() -> None:
    settings, vault = Documents(), Secrets()
    load_device(settings, vault)
    vault.kept.clear()
    with pytest.raises(DeviceError, match="missing"):
        load_device(settings, vault)


@pytest.mark.parametrize("document", [[], {}, {"url": URL}, {"sealing_key": 5}])
def test_a_damaged_enrolment_is_one_sentence(document: object) -> None:
    with pytest.raises(EnrolmentDamaged, match="enrol it again"):
        load_enrolment(Documents({ENROLMENT_SETTING: document}))


def test_a_lost_secret_is_one_sentence(services: Services) -> None:
    settings, vault = Documents(), Secrets()
    enrol_device(DirectRegistrar(services.registry), URL, "", services.registry.invite("clinic", timedelta(hours=1)), settings, vault)
    enrolment = load_enrolment(settings)
    assert enrolment is not None
    open_central(enrolment, vault).close()
    vault.kept.clear()
    with pytest.raises(EnrolmentDamaged, match="missing"):
        open_central(enrolment, vault)
