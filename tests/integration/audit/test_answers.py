"""What the client makes of a server that answers badly."""

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from securemail_desktop.central import client as client_module
from securemail_desktop.central.client import CentralClient
from securemail_desktop.central.errors import Away, CentralError, Refused
from securemail_desktop.central.record import Problem, Signed
from tests.support.tls import TlsFiles, make_tls

pytestmark = pytest.mark.slow
RECORD = Signed("epoch", 1, "rid", b"{}", b"\0" * 64)


class Answering:
    """An HTTPS server that answers every call with the status and body it is told."""

    def __init__(self, tls: TlsFiles) -> None:
        answering = self
        self.status, self.body, self.location = 200, b"", ""
        self.asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                self.do_GET()

            def do_GET(self) -> None:
                answering.asked.append(self.path)
                self.send_response(answering.status)
                self.send_header("content-length", str(len(answering.body)))
                if answering.location:
                    self.send_header("location", answering.location)
                self.end_headers()
                self.wfile.write(answering.body)

            def log_message(self, *_: object) -> None:
                pass

        self.http = HTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls.certificate, tls.key)
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.http.server_port}"
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,))
        self.thread.start()

    def close(self) -> None:
        self.http.shutdown()
        self.thread.join(10)
        self.http.server_close()


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    return make_tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def answering(tls: TlsFiles) -> Iterator[Answering]:
    server = Answering(tls)
    yield server
    server.close()


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b"", Away),
        (200, b"<html>a proxy's page</html>", Away),
        (200, b'{"leaves":[],"checkpoint":""}', Away),
        (200, b'{"leaves":[1,2],"checkpoint":""}', Away),
        (200, b'{"leaves":["x"],"checkpoint":""}', Away),
        (500, b"", Away),
        (503, b'{"problem":"busy","detail":""}', Away),
        (429, b"", Away),
        (302, b"", Refused),
        (404, b"<html></html>", Refused),
        (401, b'{"problem":"not-enrolled","detail":"The device is unknown."}', Refused),
    ],
)
def test_bad_answers_lose_nothing(answering: Answering, tls: TlsFiles, status: int, body: bytes, kind: type[CentralError]) -> None:
    answering.status, answering.body, answering.location = status, body, "https://elsewhere.example/" if status == 302 else ""
    with CentralClient(answering.url, "epoch", "secret", str(tls.root)) as client, pytest.raises(kind):
        client.submit([RECORD])
    assert answering.asked == ["/v1/records"]


def test_a_refusal_carries_what_programs_act_on(answering: Answering, tls: TlsFiles) -> None:
    answering.status, answering.body = 409, b'{"problem":"gap","detail":"GAP: record 5 ...","expected":3,"new-member":1}'
    with CentralClient(answering.url, "epoch", "secret", str(tls.root)) as client, pytest.raises(Refused, match="GAP") as refused:
        client.submit([RECORD])
    assert (refused.value.problem, refused.value.expected) == (Problem.GAP, 3)


def test_an_endless_answer_is_cut(answering: Answering, tls: TlsFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "_MAX_ANSWER", 1000)
    answering.body = b"x" * 1001
    with CentralClient(answering.url, ca_file=str(tls.root)) as client, pytest.raises(Away):
        client.checkpoint()


def test_too_few_proofs_are_no_proof(answering: Answering, tls: TlsFiles) -> None:
    answering.body = b'{"size":2,"proofs":[]}'
    with CentralClient(answering.url, ca_file=str(tls.root)) as client, pytest.raises(Away, match="incomplete"):
        client.inclusion(2, [0])


def test_the_roots_of_the_operating_system_are_the_default(tmp_path: Path) -> None:
    assert type(client_module._context("")).__module__.startswith("truststore")
    assert client_module._context("").minimum_version >= ssl.TLSVersion.TLSv1_2
    assert client_module._context(str(make_tls(tmp_path).root)).verify_mode is ssl.CERT_REQUIRED


def test_unknown_problems_are_still_refusals(answering: Answering, tls: TlsFiles) -> None:
    answering.status, answering.body = 403, b'{"problem":"something-new","detail":"No."}'
    with CentralClient(answering.url, ca_file=str(tls.root)) as client, pytest.raises(Refused, match="HTTP 403"):
        client.checkpoint()
