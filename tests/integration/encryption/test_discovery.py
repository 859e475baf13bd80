"""Sources of keys against real servers: an HTTPS server, OpenLDAP, and BIND behind a validating unbound."""

import socket
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from securemail_desktop.encryption.discovery.answer import Memory, Outcome
from securemail_desktop.encryption.discovery.directory import directory
from securemail_desktop.encryption.discovery.dns import Dns
from securemail_desktop.encryption.discovery.https import Https
from securemail_desktop.encryption.discovery.ldap import Ldap
from securemail_desktop.encryption.discovery.looking_up import look_up
from securemail_desktop.encryption.discovery.source import Found
from securemail_desktop.encryption.discovery.vks import Vks
from securemail_desktop.encryption.discovery.wkd import Wkd
from securemail_desktop.encryption.errors import LookUpFailed
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.message.address import parse_address
from tests.support.authority import Authority
from tests.support.directories import KeyServer, SignedDns, Slapd, digest, trusting
from tests.support.keys import MemoryVault, Peer
from tests.support.pki import NOW, pem, pki
from tests.support.servers import server_folder

BOB = parse_address("Bob.Doctor@hospital.example")
NOBODY = parse_address("nobody@hospital.example")
UNSIGNED = parse_address("bob@practice.example")
FORGED = parse_address("dora@forged.example")
ADVANCED = "openpgpkey.hospital.example/.well-known/openpgpkey/hospital.example/hu/"
DIRECT = "hospital.example/.well-known/openpgpkey/hu/"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bytes]:
    """Bob's OpenPGP key, as GnuPG exports it."""
    peer = Peer(tmp_path_factory.mktemp("peer") / "gpg")
    fingerprint = peer.make_key("Bob <bob.doctor@hospital.example>")
    yield peer.gpg("--export", fingerprint)
    peer.close()


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[KeyRing]:
    ring = KeyRing(MemoryVault(), tmp_path / "gpg", [pem(pki().root.certificate)])
    yield ring
    ring.close()


@pytest.fixture
def server(authority: Authority) -> Iterator[KeyServer]:
    names = ("openpgpkey.hospital.example", "hospital.example", "keys.example")
    with KeyServer(authority.issue(*names)) as server:
        yield server


def https(authority: Authority, server: KeyServer, *missing: str) -> Https:
    def reach(host: str) -> tuple[str, int]:
        return ("no-such-host.invalid" if host in missing else "127.0.0.1"), server.port

    return Https(trusting(authority.roots), reach)


def wkd_name(path: str) -> str:
    return f"{path}{hash_of_bob()}?l=Bob.Doctor"


def hash_of_bob() -> str:
    """GnuPG says it too: `gpg-wks-client --print-wkd-hash bob.doctor@hospital.example`."""
    return "ipciwa99o5hm5dfkgbuh5ohmpg6a8w3a"


def test_wkd_asks_the_host_of_its_own_first(authority: Authority, server: KeyServer, key: bytes) -> None:
    server.files[wkd_name(ADVANCED)] = key
    assert Wkd(https(authority, server)).look_up(BOB) == (Found(Method.OPENPGP, key),)
    assert server.asked == [wkd_name(ADVANCED)]


def test_wkd_asks_the_domain_where_that_host_does_not_exist(authority: Authority, server: KeyServer, key: bytes) -> None:
    server.files[wkd_name(DIRECT)] = key
    assert Wkd(https(authority, server, "openpgpkey.hospital.example")).look_up(BOB) == (Found(Method.OPENPGP, key),)


def test_wkd_does_not_ask_the_domain_where_that_host_has_no_key(authority: Authority, server: KeyServer, key: bytes) -> None:
    server.files[wkd_name(DIRECT)] = key
    assert Wkd(https(authority, server)).look_up(BOB) == ()


def test_a_server_with_somebody_elses_certificate_is_not_believed(authority: Authority, key: bytes) -> None:
    with KeyServer(authority.issue("elsewhere.example"), {wkd_name(ADVANCED): key}) as server, pytest.raises(LookUpFailed, match="prove"):
        Wkd(https(authority, server)).look_up(BOB)


def test_a_redirect_an_error_and_a_flood_are_no_answers(authority: Authority, server: KeyServer) -> None:
    server.files[wkd_name(ADVANCED)] = bytes(2 * 1024 * 1024)
    for status, words in ((302, "302"), (500, "500"), (200, "more than it should")):
        server.status = status
        with pytest.raises(LookUpFailed, match=words):
            Wkd(https(authority, server)).look_up(BOB)


def test_a_server_that_sends_an_octet_now_and_then_is_left(authority: Authority, server: KeyServer) -> None:
    server.dripping = True
    with pytest.raises(LookUpFailed, match="does not answer"):
        Wkd(Https(trusting(authority.roots), lambda _: ("127.0.0.1", server.port), seconds=0.5)).look_up(BOB)


def test_a_server_that_is_down_fails(authority: Authority, server: KeyServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
    with pytest.raises(LookUpFailed, match="does not answer"):
        Wkd(Https(trusting(authority.roots), lambda _: ("127.0.0.1", port))).look_up(BOB)


def test_a_key_server_is_asked_by_address(authority: Authority, server: KeyServer, key: bytes) -> None:
    server.files["keys.example/vks/v1/by-email/Bob.Doctor%40hospital.example"] = key
    vks = Vks("https://keys.example", https(authority, server))
    assert vks.look_up(BOB) == (Found(Method.OPENPGP, key),)
    assert vks.look_up(NOBODY) == ()


def test_what_was_found_waits_in_the_ring_and_is_not_asked_for_again(
    authority: Authority, server: KeyServer, key: bytes, ring: KeyRing
) -> None:
    server.files[wkd_name(ADVANCED)] = key
    memory, wkd = Memory(MemoryVault()), Wkd(https(authority, server))
    (answer,) = look_up(BOB, [wkd], ring, memory, NOW)
    assert answer.outcome is Outcome.FOUND
    (record,) = ring.records_of(BOB)
    assert not record.accepted
    assert record.evidence == f"found by asking the recipient's own domain (WKD) on {NOW:%Y-%m-%d}"
    assert look_up(BOB, [wkd], ring, memory, NOW) == (answer,)
    assert len(server.asked) == 1


@pytest.fixture(scope="module")
def slapd(authority: Authority) -> Iterator[Slapd]:
    certificate = pki().bob.certificate.public_bytes(Encoding.DER)
    bundle = pkcs7.serialize_certificates([pki().carol.certificate], Encoding.DER)
    people = {
        "bob@hospital.example": {"userCertificate;binary": certificate},
        "carol@clinic.example": {"userSMIMECertificate": bundle},
        "peter@hospital.example": {},
    }
    with server_folder("slapd") as folder, Slapd(folder, authority.issue("127.0.0.1"), people) as slapd:
        yield slapd


@pytest.mark.parametrize("scheme", ["ldaps", "ldap"])
def test_a_directory_gives_the_certificates_of_the_one_who_is_asked_for(authority: Authority, slapd: Slapd, scheme: str) -> None:
    port = slapd.port if scheme == "ldaps" else slapd.plain_port
    ldap = Ldap(directory(f"{scheme}://127.0.0.1:{port}/o=hospital"), trusting(authority.roots))
    assert ldap.look_up(parse_address("bob@hospital.example")) == (Found(Method.SMIME, pki().bob.certificate.public_bytes(Encoding.DER)),)
    assert ldap.look_up(parse_address("carol@clinic.example")) == (Found(Method.SMIME, pki().carol.certificate.public_bytes(Encoding.DER)),)
    assert ldap.look_up(parse_address("peter@hospital.example")) == ()
    assert ldap.look_up(parse_address('"*"@hospital.example')) == ()


def test_a_directory_that_cannot_prove_its_name_is_not_asked(authority: Authority, slapd: Slapd, tmp_path: Path) -> None:
    for url, roots in (
        (f"ldaps://localhost:{slapd.port}/o=hospital", authority.roots),
        (f"ldap://127.0.0.1:{slapd.plain_port}/o=hospital", Authority(tmp_path).roots),
    ):
        with pytest.raises(LookUpFailed, match="cannot prove"):
            Ldap(directory(url), trusting(roots)).look_up(BOB)


def test_a_vouched_certificate_of_a_directory_counts_at_once(authority: Authority, slapd: Slapd, ring: KeyRing) -> None:
    ldap = Ldap(directory(f"ldaps://127.0.0.1:{slapd.port}/o=hospital"), trusting(authority.roots))
    (answer,) = look_up(parse_address("bob@hospital.example"), [ldap], ring, Memory(MemoryVault()), NOW)
    assert answer.outcome is Outcome.FOUND
    (record,) = ring.records_of(parse_address("bob@hospital.example"))
    assert record.evidence == f"found by asking the directory 127.0.0.1 on {NOW:%Y-%m-%d}"


@pytest.fixture(scope="module")
def signed_dns(key: bytes) -> Iterator[SignedDns]:
    certificate = pki().bob.certificate.public_bytes(Encoding.DER)
    bob = digest("Bob.Doctor")
    inside = f"{bob}._smimecert SMIMEA 3 0 0 {certificate.hex()}\n{bob}._openpgpkey OPENPGPKEY {b64encode(key).decode()}"
    other = f"{digest('carol')}._smimecert SMIMEA 1 1 1 {certificate[:32].hex()}\ncarol CERT PKIX 0 0 {b64encode(certificate).decode()}"
    openly = f"{digest('bob')}._openpgpkey OPENPGPKEY {b64encode(key).decode()}"
    forged = f"{digest('dora')}._smimecert SMIMEA 3 0 0 ABCDEF"
    with (
        server_folder("dns") as folder,
        SignedDns(
            folder, {"hospital.example": f"{inside}\n{other}", "forged.example": forged}, {"practice.example": openly}, ("ABCDEF", "ABCDEE")
        ) as dns,
    ):
        yield dns


def test_signed_dns_gives_whole_certificates_and_keys(signed_dns: SignedDns, key: bytes) -> None:
    certificate = pki().bob.certificate.public_bytes(Encoding.DER)
    dns = Dns(signed_dns.resolver)
    assert dns.look_up(BOB) == (Found(Method.SMIME, certificate), Found(Method.OPENPGP, key))
    assert dns.look_up(parse_address("carol@hospital.example")) == (Found(Method.SMIME, certificate),)
    assert dns.look_up(NOBODY) == ()


def test_dns_that_is_not_signed_or_does_not_fit_its_signature_proves_nothing(signed_dns: SignedDns) -> None:
    with pytest.raises(LookUpFailed, match="proves nothing"):
        Dns(signed_dns.resolver).look_up(UNSIGNED)
    with pytest.raises(LookUpFailed, match="not signed as it should be"):
        Dns(signed_dns.resolver).look_up(FORGED)


def test_without_a_resolver_on_this_machine_dns_is_not_asked() -> None:
    with pytest.raises(LookUpFailed, match="No resolver"):
        Dns(None).look_up(BOB)
