"""A real HTTPS server on loopback and the real client."""

import socket
import ssl
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from securemail_desktop.audit.central_check import verify_central
from securemail_desktop.audit.device import load_device
from securemail_desktop.audit.enrol import enrol_device, load_enrolment, open_central
from securemail_desktop.audit.journal import Journal
from securemail_desktop.audit.sync import Synced, sync
from securemail_desktop.central.client import CentralClient
from securemail_desktop.central.errors import Away, NotTrusted, Refused
from securemail_desktop.central.record import Problem
from securemail_desktop.server.embedded import EmbeddedServer
from securemail_desktop.server.errors import NotReady
from tests.support.audit import fill
from tests.support.central import Documents, Secrets
from tests.support.tls import TlsFiles, make_tls

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    return make_tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def server(tmp_path: Path, tls: TlsFiles) -> Iterator[EmbeddedServer]:
    with EmbeddedServer(tmp_path / "server", tls.certificate, tls.key) as running:
        yield running


def enrolled(server: EmbeddedServer, tls: TlsFiles) -> tuple[Documents, Secrets]:
    settings, vault = Documents(), Secrets()
    with CentralClient(server.url, ca_file=str(tls.root)) as client:
        enrol_device(client, server.url, str(tls.root), server.invite("clinic"), settings, vault)
    return settings, vault


def connect(settings: Documents, vault: Secrets) -> tuple[CentralClient, str]:
    enrolment = load_enrolment(settings)
    assert enrolment is not None
    return open_central(enrolment, vault), enrolment.checkpoint_key


def test_from_enrolment_to_a_verified_log_over_a_restart(server: EmbeddedServer, tls: TlsFiles, tmp_path: Path) -> None:
    settings, vault = enrolled(server, tls)
    with closing(Journal(tmp_path / "journal.db", load_device(settings, vault))) as journal:
        fill(journal, 20)
        client, key = connect(settings, vault)
        with client:
            client.healthy()
            assert sync(journal, client) == Synced(21, 0, "")
            assert verify_central(journal, client, key).tree_size == 21
            server.stop()
            fill(journal, 3, "away")
            synced = sync(journal, client)
            assert (synced.waiting, synced.temporary) == (3, True)
        with EmbeddedServer(tmp_path / "server", tls.certificate, tls.key, server.port):
            client, key = connect(settings, vault)
            with client:
                assert sync(journal, client) == Synced(3, 0, "")
                found = verify_central(journal, client, key)
                assert (found.records, found.tree_size, found.verified) == (24, 24, True)
    assert stat.S_IMODE((tmp_path / "server" / "central.db").stat().st_mode) == 0o600


def test_a_certificate_of_another_root_is_not_trusted(server: EmbeddedServer, tmp_path: Path) -> None:
    other = make_tls(tmp_path / "other")
    for ca_file in (str(other.root), ""):
        with CentralClient(server.url, ca_file=ca_file) as client, pytest.raises(NotTrusted, match="not trusted"):
            client.healthy()


@pytest.mark.parametrize("wrong", [{"address": "127.0.0.2"}, {"days": -1}])
def test_a_wrong_name_and_an_expired_certificate_are_not_trusted(tmp_path: Path, wrong: dict) -> None:
    files = make_tls(tmp_path / "tls", **wrong)
    with (
        EmbeddedServer(tmp_path / "server", files.certificate, files.key) as running,
        CentralClient(running.url, ca_file=str(files.root)) as client,
        pytest.raises(NotTrusted),
    ):
        client.healthy()


def test_tls_1_1_is_refused_by_the_server(server: EmbeddedServer, tls: TlsFiles) -> None:
    context = ssl.create_default_context(cafile=str(tls.root))
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as plain, pytest.raises(ssl.SSLError):
        context.wrap_socket(plain, server_hostname="127.0.0.1")


def test_tls_1_1_is_refused_by_the_client(tls: TlsFiles) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls.certificate, tls.key)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_handshake, args=(listening, context))
        thread.start()
        with CentralClient(f"https://127.0.0.1:{listening.getsockname()[1]}", ca_file=str(tls.root)) as client, pytest.raises(NotTrusted):
            client.healthy()
        thread.join(10)


def _handshake(listening: socket.socket, context: ssl.SSLContext) -> None:
    connection, _ = listening.accept()
    with connection:
        try:
            context.wrap_socket(connection, server_side=True).close()
        except OSError:
            return


def test_plain_http_is_never_spoken() -> None:
    for url in ("http://127.0.0.1:1", "central.clinic.example", ""):
        with pytest.raises(NotTrusted, match="https"):
            CentralClient(url)


def test_unreadable_roots_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "roots.pem").write_text("nonsense")
    for name in ("roots.pem", "missing.pem"):
        with pytest.raises(NotTrusted, match=name):
            CentralClient("https://127.0.0.1:1", ca_file=str(tmp_path / name))


def test_nobody_there_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with CentralClient(f"https://127.0.0.1:{port}") as client, pytest.raises(Away, match="cannot be reached"):
        client.healthy()


def test_silence_is_away(tls: TlsFiles) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"https://127.0.0.1:{listening.getsockname()[1]}"
        with CentralClient(url, ca_file=str(tls.root), timeout=0.3) as client, pytest.raises(Away, match="in time"):
            client.healthy()


class SilentAfterHandshake:
    """A server that reads a request and never answers."""

    def __init__(self, tls: TlsFiles) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls.certificate, tls.key)
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self.listening.getsockname()[1]}"
        self.asked = threading.Event()
        self.thread = threading.Thread(target=self._serve, args=(context,))
        self.thread.start()

    def _serve(self, context: ssl.SSLContext) -> None:
        connection, _ = self.listening.accept()
        with context.wrap_socket(connection, server_side=True) as secured:
            secured.recv(65536)
            self.asked.set()
            try:
                while secured.recv(65536):
                    pass
            except OSError:
                return

    def close(self) -> None:
        self.thread.join(10)
        self.listening.close()


def test_a_call_can_be_interrupted_from_another_thread(tls: TlsFiles) -> None:
    with closing(SilentAfterHandshake(tls)) as silent, CentralClient(silent.url, ca_file=str(tls.root), timeout=60) as client:
        started = time.monotonic()
        stopper = threading.Thread(target=lambda: (silent.asked.wait(10), client.interrupt()))
        stopper.start()
        with pytest.raises(Away, match="interrupted"):
            client.healthy()
        assert time.monotonic() - started < 5
        stopper.join()
        with pytest.raises(Away, match="interrupted"):
            client.healthy()


def test_an_unknown_device_is_refused(server: EmbeddedServer, tls: TlsFiles) -> None:
    with CentralClient(server.url, "epoch", "secret", str(tls.root)) as client, pytest.raises(Refused) as refused:
        client.checkpoint()
    assert refused.value.problem is Problem.NOT_ENROLLED


def test_proofs_beyond_the_log_are_refused(server: EmbeddedServer, tls: TlsFiles) -> None:
    client, _ = connect(*enrolled(server, tls))
    with client:
        for ask in (lambda: client.inclusion(5, [0]), lambda: client.consistency(1, 5)):
            with pytest.raises(Refused) as refused:
                ask()
            assert refused.value.problem is Problem.NO_SUCH_TREE


def test_two_devices_write_at_once(server: EmbeddedServer, tls: TlsFiles, tmp_path: Path) -> None:
    results: list[Synced] = []

    def work(number: int) -> None:
        settings, vault = enrolled(server, tls)
        with closing(Journal(tmp_path / f"{number}.db", load_device(settings, vault))) as journal:
            client, key = connect(settings, vault)
            with client:
                for step in range(5):
                    fill(journal, 3, f"step-{step}")
                    results.append(sync(journal, client))
                assert verify_central(journal, client, key).verified

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == 20
    assert {result.problem for result in results} == {""}


def test_files_that_are_no_certificate_are_one_sentence(tmp_path: Path, tls: TlsFiles) -> None:
    with pytest.raises(NotReady, match="certificate"):
        EmbeddedServer(tmp_path / "server", tls.key, tls.key)


def test_a_port_that_is_taken_is_one_sentence(server: EmbeddedServer, tmp_path: Path, tls: TlsFiles) -> None:
    with pytest.raises(NotReady, match="another program"):
        EmbeddedServer(tmp_path / "second", tls.certificate, tls.key, server.port)
