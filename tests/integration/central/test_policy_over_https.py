"""Signed policies from a real HTTPS server on loopback: trust, errors, hanging, interrupting, and a server that sends without end."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event

import pytest
from tuf.api.exceptions import DownloadError

from securemail_desktop.central import policy_fetch
from securemail_desktop.central.policy_errors import Reason, SourceAway, SourceRejected
from securemail_desktop.central.policy_fetch import FolderFetcher, HttpsFetcher, open_source
from securemail_desktop.central.policy_source import fetch
from securemail_desktop.central.signed_policy import Subscription
from tests.support.policy_repository import Publisher
from tests.support.tls import TlsFiles, make_tls

pytestmark = pytest.mark.slow


class _Handler(SimpleHTTPRequestHandler):
    hang: Event | None = None
    asked = Event()
    endless = False

    def do_GET(self) -> None:
        self.asked.set()
        if self.hang is not None:
            self.hang.wait(30)
            self.close_connection = True
            return
        if self.endless and "timestamp" in self.path:
            self.send_response(200)
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b" " * 65536)
            except OSError:
                return
        super().do_GET()

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def _serving(folder: Path, tls: TlsFiles, handler: type[_Handler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls.certificate, tls.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join(30)
        server.server_close()


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    publisher = Publisher(tmp_path / "repo")
    publisher.publish(1)
    return publisher


def test_a_policy_and_the_next_one_come_over_https(tmp_path: Path, publisher: Publisher) -> None:
    tls = make_tls(tmp_path / "tls")
    followed = Subscription("pilot", publisher.pin)
    with _serving(publisher.folder.path, tls, _Handler) as url:
        with closing(open_source(url, str(tls.root))) as way:
            first = fetch(followed, {}, way, tmp_path)
        publisher.publish(2)
        with closing(open_source(url, str(tls.root))) as way:
            second = fetch(followed, first.files, way, tmp_path)
    assert (first.release.version, second.release.version) == (1, 2)


def test_a_server_that_is_not_trusted_and_one_that_is_not_there(tmp_path: Path, publisher: Publisher) -> None:
    tls, others = make_tls(tmp_path / "tls"), make_tls(tmp_path / "others")
    with (
        _serving(publisher.folder.path, tls, _Handler) as url,
        closing(open_source(url, str(others.root))) as way,
        pytest.raises(SourceAway),
    ):
        fetch(Subscription("pilot", publisher.pin), {}, way, tmp_path)
    with closing(open_source(url, str(tls.root))) as way, pytest.raises(SourceAway):
        fetch(Subscription("pilot", publisher.pin), {}, way, tmp_path)
    with pytest.raises(SourceAway, match="trusted roots"):
        open_source(url, str(tmp_path / "nowhere.pem"))


def test_a_server_that_sends_without_end_is_cut_off(tmp_path: Path, publisher: Publisher) -> None:
    class Endless(_Handler):
        endless = True

    tls = make_tls(tmp_path / "tls")
    serving = _serving(publisher.folder.path, tls, Endless)
    with serving as url, closing(open_source(url, str(tls.root))) as way, pytest.raises(SourceRejected) as caught:
        fetch(Subscription("pilot", publisher.pin), {}, way, tmp_path)
    assert caught.value.reason is Reason.TAMPERED


def test_a_server_that_hangs_is_interrupted(tmp_path: Path, publisher: Publisher) -> None:
    class Hanging(_Handler):
        hang = Event()
        asked = Event()

    tls = make_tls(tmp_path / "tls")
    with _serving(publisher.folder.path, tls, Hanging) as url:
        way = HttpsFetcher(url, str(tls.root), timeout=60)
        other = threading.Thread(target=lambda: (Hanging.asked.wait(30), way.interrupt()))
        other.start()
        with pytest.raises(SourceAway):
            fetch(Subscription("pilot", publisher.pin), {}, way, tmp_path)
        with pytest.raises(SourceAway):
            fetch(Subscription("pilot", publisher.pin), {}, way, tmp_path)
        other.join(30)
        Hanging.hang.set()
        way.close()


def test_a_share_that_hangs_is_given_up_and_can_be_interrupted(
    tmp_path: Path, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave, entered = Event(), Event()
    content = policy_fetch._content

    def hanging(path: Path, folder: Path) -> object:
        entered.set()
        leave.wait(30)
        return content(path, folder)

    followed = Subscription("pilot", publisher.pin)
    monkeypatch.setattr(policy_fetch, "_content", hanging)
    with pytest.raises(SourceAway):
        fetch(followed, {}, FolderFetcher(publisher.folder.path, seconds=0.05), tmp_path)
    entered.clear()
    way = FolderFetcher(publisher.folder.path, seconds=60)
    other = threading.Thread(target=lambda: (entered.wait(30), way.interrupt()))
    other.start()
    with pytest.raises(SourceAway):
        fetch(followed, {}, way, tmp_path)
    other.join(30)
    leave.set()


def test_a_path_that_leads_out_of_the_share_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text("{}", encoding="utf-8")
    (tmp_path / "share").mkdir()
    for name in ("../secret.json", "/etc/passwd", "%2e%2e/secret.json"):
        with pytest.raises(DownloadError):
            FolderFetcher(tmp_path / "share").file(name, 100)
