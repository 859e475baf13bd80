"""The commands of server and device as processes, end to end."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from securemail_desktop.audit.device import load_device
from securemail_desktop.audit.event import new_rid
from securemail_desktop.audit.journal import Journal, journal_path
from securemail_desktop.central.client import CentralClient
from securemail_desktop.central.errors import CentralError
from securemail_desktop.cli.exit import Exit
from securemail_desktop.store.database import Database, store_path
from securemail_desktop.store.secrets import store_key
from securemail_desktop.store.settings import Settings
from securemail_desktop.store.vault import Vault
from tests.support.audit import edit
from tests.support.tls import TlsFiles, make_tls

pytestmark = pytest.mark.slow


def securemail(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "securemail_desktop", *arguments], input=stdin, capture_output=True, text=True, timeout=60, check=False
    )


class Server:
    """`securemail serve` as a process, waited for until it answers."""

    def __init__(self, data: Path, tls: TlsFiles, port: int) -> None:
        files = ("--tls-cert", str(tls.certificate), "--tls-key", str(tls.key))
        command = [sys.executable, "-m", "securemail_desktop", "serve", "--data", str(data), "--port", str(port), *files]
        self.process = subprocess.Popen(
            command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONWARNINGS": "default"}
        )
        self.url = f"https://127.0.0.1:{port}"
        deadline = time.monotonic() + 30
        while not self._answers(tls):
            assert self.process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def _answers(self, tls: TlsFiles) -> bool:
        with CentralClient(self.url, ca_file=str(tls.root)) as client:
            try:
                client.healthy()
            except CentralError:
                return False
            return True

    def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        self.process.communicate(timeout=30)
        return self.process.returncode


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    return make_tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def test_enrol_sync_verify_over_a_killed_server(tmp_path: Path, tls: TlsFiles, port: int) -> None:
    server_data, data = tmp_path / "server", tmp_path / "data"
    token = securemail("serve", "--data", str(server_data), "--new-token", "clinic").stdout
    device = ("--data", str(data), "--key-file", str(tmp_path / "key"))

    def audit(command: str, *arguments: str, stdin: str = "") -> tuple[int, dict]:
        done = securemail("audit", *device, command, "--json", *arguments, stdin=stdin)
        assert "Traceback" not in done.stderr
        return done.returncode, json.loads(done.stdout or "{}")

    server = Server(server_data, tls, port)
    code, enrolled = audit("enrol", server.url, "--token-file", "-", "--ca-file", str(tls.root), stdin=token)
    assert (code, enrolled["organization"]) == (Exit.DONE, "clinic")
    _append(data, tmp_path / "key", 3)
    assert audit("sync") == (Exit.DONE, {"acknowledged": 4, "waiting": 0, "problem": ""})
    assert server.stop(signal.SIGKILL) == -signal.SIGKILL
    _append(data, tmp_path / "key", 2)
    assert audit("sync")[0] == Exit.LATER
    assert audit("verify", "--central")[0] == Exit.UNDECIDED
    server = Server(server_data, tls, port)
    assert audit("sync") == (Exit.DONE, {"acknowledged": 2, "waiting": 0, "problem": ""})
    code, found = audit("verify", "--central")
    assert (code, found["central"]) == (Exit.DONE, {"records": 6, "tree_size": 6, "verified": True, "problem": ""})
    for table in ("records", "acknowledged"):
        edit(journal_path(data), f"DELETE FROM {table} WHERE seq > 4")
    code, found = audit("verify", "--central")
    assert (code, found["problem"], found["central"]["problem"][:35]) == (Exit.NO, "", "FORK: the central log holds record ")
    assert server.stop(signal.SIGTERM) == 0
    assert securemail("serve", "--data", str(server_data), "--verify").returncode == Exit.DONE


def _append(data: Path, key_file: Path, count: int) -> None:
    database = Database(store_path(data), store_key(data, key_file))
    journal = Journal(journal_path(data), load_device(Settings(database), Vault(database)))
    for _ in range(count):
        journal.append(new_rid(), "feedback", {"det": "mrn"}, {})
    journal.close()
    database.close()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_gracefully(tmp_path: Path, tls: TlsFiles, port: int, how: signal.Signals) -> None:
    server = Server(tmp_path / "server", tls, port)
    started = time.monotonic()
    assert server.stop(how) == 0
    assert time.monotonic() - started < 10
