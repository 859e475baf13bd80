import shlex
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from securemail_desktop.audit.event import new_rid
from securemail_desktop.audit.journal import Journal
from securemail_desktop.audit.policy_change import APPLY, PolicyApplied, applied_fields
from securemail_desktop.cli.exit import Exit
from securemail_desktop.server.main import command_line, run
from securemail_desktop.server.milter.device_keys import DeviceKeys, print_keys
from securemail_desktop.server.milter.main import run as run_milter
from securemail_desktop.server.policies import lines, who_has
from securemail_desktop.server.role import role_of
from securemail_desktop.server.services import open_services
from tests.support.audit import edit, fill
from tests.support.central import DirectStore, enrol_directly


def test_a_token_is_printed_and_works_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--data", str(tmp_path / "server"), "--new-token", "clinic"], tmp_path) == Exit.DONE
    token = capsys.readouterr().out.strip()
    assert len(token) == 43
    assert stat.S_IMODE((tmp_path / "server").stat().st_mode) == 0o700
    assert token.encode() not in (tmp_path / "server" / "central.db").read_bytes()


def test_every_log_is_verified_and_the_wrong_record_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    services = open_services(tmp_path / "server")
    device, known = enrol_directly(services)
    services.registry.invite("practice", timedelta(hours=1))
    journal = Journal(tmp_path / "journal.db", device)
    fill(journal, 2)
    DirectStore(services, known).submit(journal.records())
    journal.close()
    services.storage.close()
    assert run(["--data", str(tmp_path / "server"), "--verify"], tmp_path) == Exit.DONE
    assert capsys.readouterr().out == "clinic: 3 records, every one is right\npractice: 0 records, every one is right\n"
    edit(tmp_path / "server" / "central.db", "UPDATE entries SET record = CAST(replace(record, 'mrn', 'xxx') AS BLOB) WHERE seq = 3")
    assert run(["--data", str(tmp_path / "server"), "--verify"], tmp_path) == Exit.NO
    assert f"record 3 of epoch {device.epoch[:8]} (leaf 2) was changed" in capsys.readouterr().out


def test_the_keys_of_an_organisations_devices_are_printed_for_its_gateway(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    services = open_services(tmp_path / "server")
    device, _ = enrol_directly(services)
    enrol_directly(services, "practice")
    services.storage.close()
    assert run(["--data", str(tmp_path / "server"), "--device-keys", "clinic"], tmp_path) == Exit.DONE
    file = tmp_path / "device-keys.json"
    file.write_text(capsys.readouterr().out)
    keys = DeviceKeys(file)
    assert keys.of(device.epoch) == device.signing_key.public_key()
    assert keys.refresh() == 1
    edit(tmp_path / "server" / "central.db", "UPDATE epochs SET revoked = 1")
    assert run(["--data", str(tmp_path / "server"), "--device-keys", "clinic"], tmp_path) == Exit.DONE
    file.write_text(capsys.readouterr().out)
    assert keys.refresh() == 0
    assert run(["--data", str(tmp_path / "server"), "--device-keys", "clinik"], tmp_path) == Exit.USAGE
    assert "There is no organisation clinik here" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong", [["--inside", "a@b"], ["--inside", "clinic.example", "--exempt", "x"], ["--inside", "clinic.example", "--listen", "tcp:1"]]
)
def test_a_filter_that_cannot_start_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: list[str]) -> None:
    (tmp_path / "keys.json").write_text(print_keys("clinic", {}))
    options = ["--role", "milter", "--keys", str(tmp_path / "keys.json"), "--data", str(tmp_path / "data"), *wrong]
    assert role_of(options) == "milter"
    assert run_milter(options) == Exit.USAGE
    assert "wants" in capsys.readouterr().err


def test_which_device_has_which_policy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--data", str(tmp_path / "server"), "--who-has"], tmp_path) == Exit.DONE
    assert capsys.readouterr().out == "no device is enrolled\n"
    services = open_services(tmp_path / "server")
    device, known = enrol_directly(services)
    journal = Journal(tmp_path / "journal.db", device)
    fill(journal, 1)
    for version in (7, 8):
        applied = PolicyApplied("clinic", version, "ab" * 32, "pilot", "cd" * 32, 4, 3, "publish")
        journal.append(new_rid(), APPLY, *applied_fields(applied))
    DirectStore(services, known).submit(journal.records()[:2])
    assert "no signed policy was recorded" in next(lines(who_has(services.storage)))
    DirectStore(services, known).submit(journal.records())
    journal.close()
    services.storage.close()
    assert run(["--data", str(tmp_path / "server"), "--who-has"], tmp_path) == Exit.DONE
    assert capsys.readouterr().out.startswith(f"clinic  {device.device}  pilot  clinic version 8  abababababab  since 2")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--host", "0.0.0.0"], "loopback only"),
        (["--tls-cert", "x.pem"], "belong together"),
        (["--tls-cert", "x.pem", "--tls-key", "y.pem"], "cannot be read"),
        (["--new-token", "No Such Name"], "small letters"),
        (["--database", "postgresql://db/x"], "SQLite only"),
    ],
)
def test_wrong_usage_says_the_way_out(tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str) -> None:
    assert run(["--data", str(tmp_path / "server"), *arguments], tmp_path) == Exit.USAGE
    assert sentence in capsys.readouterr().err


def test_the_systemd_unit_calls_the_command_as_it_is() -> None:
    unit = (Path(__file__).parents[3] / "installers" / "server" / "securemail-central.service").read_text()
    (line,) = [line for line in unit.splitlines() if line.startswith("ExecStart=")]
    program, command, *arguments = shlex.split(line.removeprefix("ExecStart="))
    parsed = command_line(Path("/nowhere")).parse_args(arguments)
    assert (program, command) == ("/opt/securemail/bin/securemail", "serve")
    assert (parsed.role, parsed.host, parsed.port, str(parsed.tls_key)) == ("central", "0.0.0.0", 8443, "%d/tls.key")
