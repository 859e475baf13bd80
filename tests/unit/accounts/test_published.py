"""What a domain publishes about its servers, in Mozilla's format, from its own site over HTTPS."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.accounts.offer import Offer
from securemail_desktop.accounts.published import fetched, published, read_configuration
from securemail_desktop.accounts.settings import Security, Server
from securemail_desktop.message.address import parse_address
from tests.support.authority import Authority

ALICE = parse_address("alice@clinic.example")
IMAP = """<incomingServer type="imap"><hostname>imap.%EMAILDOMAIN%</hostname><port>993</port><socketType>SSL</socketType>
<authentication>password-cleartext</authentication><username>%EMAILADDRESS%</username></incomingServer>"""
SMTP = """<outgoingServer type="smtp"><hostname>smtp.clinic.example</hostname><port>587</port><socketType>STARTTLS</socketType>
<authentication>OAuth2</authentication><authentication>password-cleartext</authentication><username>%EMAILLOCALPART%</username></outgoingServer>"""


def configuration(*servers: str) -> bytes:
    return (
        f'<?xml version="1.0"?><clientConfig version="1.1"><emailProvider id="x">{"".join(servers)}</emailProvider></clientConfig>'.encode()
    )


def test_servers_and_user_names_are_read() -> None:
    assert read_configuration(configuration(IMAP, SMTP), ALICE) == Offer(
        Server("imap.clinic.example", 993, Security.TLS, "alice@clinic.example"),
        Server("smtp.clinic.example", 587, Security.STARTTLS, "alice"),
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("SSL", "plain"),
        ("993", "0"),
        ("993", "99999"),
        ("993", "x"),
        ("imap.%EMAILDOMAIN%", "localhost"),
        ("imap.%EMAILDOMAIN%", "a b.example"),
        ("imap.%EMAILDOMAIN%", ""),
        ('type="imap"', 'type="pop3"'),
        ("password-cleartext", "client-IP-address"),
    ],
)
def test_a_server_that_cannot_be_used_safely_is_not_taken_and_the_next_one_is(old: str, new: str) -> None:
    second = IMAP.replace("imap.%EMAILDOMAIN%", "second.clinic.example")
    read = read_configuration(configuration(IMAP.replace(old, new), second), ALICE)
    assert read.mailbox is not None
    assert read.mailbox.host == "second.clinic.example"


def test_servers_that_want_a_browser_are_said_to() -> None:
    assert read_configuration(configuration(IMAP.replace("password-cleartext", "OAuth2")), ALICE) == Offer(browser=True)


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", b"\xff", b'<!DOCTYPE x [<!ENTITY a "b">]>' + configuration(IMAP), configuration(IMAP)[:-5].replace(b">", b"<", 1)],
)
def test_what_is_no_such_file_offers_nothing(content: bytes) -> None:
    assert read_configuration(content, ALICE) == Offer()


@given(st.binary(max_size=200), st.integers(0, 200))
def test_damage_never_breaks_the_reading(noise: bytes, place: int) -> None:
    whole = configuration(IMAP, SMTP)
    read_configuration(whole[:place] + noise + whole[place:], ALICE)


def test_only_the_own_domain_is_asked_its_own_site_first() -> None:
    asked: list[str] = []

    def fetch(url: str, domain: str) -> bytes:
        asked.append(url)
        return b""

    assert published(ALICE, fetch) == Offer()
    assert asked == [
        "https://autoconfig.clinic.example/mail/config-v1.1.xml?emailaddress=alice%40clinic.example",
        "https://clinic.example/.well-known/autoconfig/mail/config-v1.1.xml",
    ]


Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def site(authority: Authority, answer: Answer, name: str = "localhost") -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, *_: object) -> None: ...

    class Quiet(HTTPServer):
        def handle_error(self, *_: object) -> None: ...

    issued = authority.issue(name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(issued.certificate, issued.key)
    server = Quiet(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def say(content: bytes, code: int = 200, place: str = "") -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        if place:
            request.send_header("Location", place)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    return answer


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.roots))


@pytest.mark.usefixtures("trusted")
def test_a_file_comes_over_a_verified_line(authority: Authority) -> None:
    with site(authority, say(b"content")) as port:
        assert fetched(f"https://localhost:{port}/a", "localhost") == b"content"


def test_a_site_whose_certificate_nobody_vouches_for_is_not_believed(authority: Authority) -> None:
    with site(authority, say(b"content")) as port:
        assert fetched(f"https://localhost:{port}/a", "localhost") == b""


@pytest.mark.usefixtures("trusted")
def test_a_certificate_for_another_name_is_not_believed(authority: Authority) -> None:
    with site(authority, say(b"content"), "other.example") as port:
        assert fetched(f"https://localhost:{port}/a", "localhost") == b""


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    "answer",
    [
        say(b"content", 404),
        say(b"x" * 70_000),
        say(b"", 302, "http://localhost/a"),
        say(b"", 302, "https://evil.example/a"),
        say(b"", 302, "https://localhost.evil.example/a"),
        say(b"", 302, "/again"),
    ],
    ids=["missing", "large", "without TLS", "elsewhere", "seems near", "round and round"],
)
def test_what_is_missing_too_large_or_leads_away_is_nothing(authority: Authority, answer: Answer) -> None:
    with site(authority, answer) as port:
        assert fetched(f"https://localhost:{port}/a", "localhost") == b""


@pytest.mark.usefixtures("trusted")
def test_a_redirection_within_the_domain_is_followed(authority: Authority) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        (say(b"content") if request.path == "/b" else say(b"", 301, "/b"))(request)

    with site(authority, answer) as port:
        assert fetched(f"https://localhost:{port}/a", "localhost") == b"content"


def test_a_site_that_is_not_there_is_nothing() -> None:
    assert fetched("https://localhost:1/a", "localhost") == b""
    assert fetched("http://localhost:1/a", "localhost") == b""
