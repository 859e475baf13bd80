from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from securemail_desktop.encryption.errors import KeyRefused
from securemail_desktop.encryption.smime.certificate import Trust, Use, addresses, check, flaw, vouched
from securemail_desktop.encryption.smime.identity import sha256_of
from securemail_desktop.message.address import parse_address
from tests.support.pki import NOW, Issuer, Wish, authority, person, pki

BOB = parse_address("bob@hospital.example")


SHA1 = b"""\
-----BEGIN CERTIFICATE-----
MIIDMjCCAhqgAwIBAgIUPDjyi9c/laW/pEerz15y6PAUF8swDQYJKoZIhvcNAQEF
BQAwDjEMMAoGA1UEAwwDQm9iMB4XDTI2MTEyNDA0MDczMFoXDTM2MTEyMTA0MDcz
MFowDjEMMAoGA1UEAwwDQm9iMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKC
AQEAzc4s11V7UBi9EIQhPc2/i2tedEk5qiN7BZKQtZvOq7y2WicqUFM7+aAk0nY3
dSROwoiFfUzuDTyvv6hLJlJwHSAvgPTDksosuYMF4WxRw0uRIPRmMhWKkW9jCBHc
icNo3g21dGJkHDxH/1BS+Am+po3rxeI31ucf5AacITERjr4hIe2RiyYQ0xDb1U39
wSy1d7yaH/w75/aAXvaJRzYNtL2XqIoXQdR0xUoX7Lfpejgw6xX2prvK6b+XZbYt
DJey5Dhcp7NRIuMFk+Bu8jGB0snBQTqwqsCB2OV9R3zGjrGanNV4DwRc7zWj4ZyI
B4XHWomeoLQdH7qWlszZPM63sQIDAQABo4GHMIGEMB0GA1UdDgQWBBSh4vcoPjT7
49CAKR71GZiL9gcl4DAfBgNVHSMEGDAWgBSh4vcoPjT749CAKR71GZiL9gcl4DAf
BgNVHREEGDAWgRRib2JAaG9zcGl0YWwuZXhhbXBsZTAMBgNVHRMBAf8EAjAAMBMG
A1UdJQQMMAoGCCsGAQUFBwMEMA0GCSqGSIb3DQEBBQUAA4IBAQBdRovXwiW60BcQ
MkUDlFeM7KQKJJdo1TwSGQIzNDXwSjOOOFRzK2YFx21Cy/Q8yBHGAPMpZNnavUQ8
POgh9lwddlC+nsuDiMA1FCaNMu54ThmruBdatSnPBXeFbXjVvVtPKH+FykukVe+S
z2BQFQ8h07kXkvt7XCRPzD6/WZONihWleWsmXqIV2ygip6vPwm77iqOXsrAhVNMc
frwcGZBQ2wosTD/WKUbB7O5kaulRm8lPTBdOf3q46cNT7PMhu+TR1/f+mid9IXmW
uIJJWEYoP/pTRKY1HU6WOE7GMNU4ZQc3n9/gwLMOpSXiWnEfjcrtwrJvvvvNBU77
X0DIbOoI
-----END CERTIFICATE-----
"""


def trust() -> Trust:
    return Trust((pki().root.certificate,), (pki().issuing.certificate,))


def _issuer_from_person() -> Issuer:
    return Issuer(pki().alice.certificate, pki().alice.key)


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        (Wish(), ""),
        (Wish(curve=ec.SECP256R1()), ""),
        (Wish(curve=ec.SECP521R1()), ""),
        (Wish(extended=None), ""),
        (Wish(extended=(ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,)), ""),
        (Wish(address="BOB@Hospital.example"), ""),
        (Wish(first_day=-400, last_day=-10), "expired on"),
        (Wish(first_day=2), "not valid before"),
        (Wish(bits=1024), "too weak"),
        (Wish(curve=ec.SECP192R1()), "too weak"),
        (Wish(extended=(ExtendedKeyUsageOID.SERVER_AUTH,)), "not meant for mail"),
        (Wish(encrypt=False), "not meant to receive protected mail"),
        (Wish(san=False), "belongs to someone else"),
        (Wish(address="bob@hospital.example.evil.example"), "belongs to someone else"),
    ],
)
def test_flaws_for_encryption(wish: Wish, says: str) -> None:
    found = flaw(person(wish, pki().issuing).certificate, BOB, Use.ENCRYPT, NOW)
    assert says in found
    assert bool(found) == bool(says)


def test_a_certificate_for_encryption_only_cannot_sign() -> None:
    certificate = person(Wish(sign=False), pki().issuing).certificate
    assert flaw(certificate, BOB, Use.ENCRYPT, NOW) == ""
    assert "not meant to sign" in flaw(certificate, BOB, Use.SIGN, NOW)


def test_an_authority_is_nobodys_certificate() -> None:
    assert "authority" in flaw(pki().root.certificate, BOB, Use.ENCRYPT, NOW)


def test_sha1_is_refused() -> None:
    # cryptography does not sign with SHA-1 any more, openssl does: a self-signed RSA-2048 certificate for bob@hospital.example
    certificate = x509.load_pem_x509_certificate(SHA1)
    assert "SHA1, which can be forged" in flaw(certificate, BOB, Use.ENCRYPT, certificate.not_valid_before_utc + timedelta(days=1))


def test_check_passes_what_is_sound_and_vouched_for() -> None:
    assert check(pki().bob.certificate, BOB, Use.ENCRYPT, trust(), NOW).certificate == pki().bob.certificate


@pytest.mark.parametrize(
    "without",
    [Trust(), Trust(anchors=(pki().root.certificate,)), Trust(intermediates=(pki().issuing.certificate,))],
    ids=["nothing", "no authority between", "no anchor"],
)
def test_check_refuses_what_nobody_vouches_for(without: Trust) -> None:
    with pytest.raises(KeyRefused, match=r"nobody your organisation trusts has vouched for bob@hospital\.example's certificate"):
        check(pki().bob.certificate, BOB, Use.ENCRYPT, without, NOW)


def test_acceptance_of_one_certificate_vouches_for_it_alone() -> None:
    alone = Trust(accepted=frozenset({sha256_of(pki().bob.certificate)}))
    assert vouched(pki().bob.certificate, alone, NOW)
    assert not vouched(pki().carol.certificate, alone, NOW)


def test_acceptance_does_not_heal_a_flaw() -> None:
    old = person(Wish(last_day=0, first_day=-9), pki().issuing).certificate
    with pytest.raises(KeyRefused, match="expired"):
        check(old, BOB, Use.ENCRYPT, Trust(accepted=frozenset({sha256_of(old)})), NOW + timedelta(days=1))


def test_an_expired_authority_vouches_for_nobody() -> None:
    assert not vouched(pki().bob.certificate, trust(), NOW + timedelta(days=4000))


@pytest.mark.parametrize("days", [-2, 366, 4000])
def test_a_chain_that_was_found_holds_only_while_all_of_it_does(days: int) -> None:
    known = trust()
    assert vouched(pki().bob.certificate, known, NOW)
    assert vouched(pki().bob.certificate, known, NOW + timedelta(days=300))
    assert not vouched(pki().bob.certificate, known, NOW + timedelta(days=days))


@pytest.mark.parametrize(("permitted", "expected"), [("hospital.example", True), ("elsewhere.example", False)])
def test_name_constraints_of_an_authority_hold(permitted: str, expected: bool) -> None:
    constrained = authority("Constrained CA", pki().root, x509.NameConstraints([x509.RFC822Name(permitted)], None))
    certificate = person(Wish(), constrained).certificate
    assert vouched(certificate, Trust((pki().root.certificate,), (constrained.certificate,)), NOW) is expected


def test_a_person_cannot_vouch_for_others() -> None:
    forged = person(Wish(), _issuer_from_person())
    assert not vouched(forged.certificate, Trust((pki().root.certificate,), (pki().issuing.certificate, pki().alice.certificate)), NOW)


def test_addresses_are_keys_and_skip_what_is_no_mailbox() -> None:
    assert addresses(pki().bob.certificate) == ("bob@hospital.example",)
    assert addresses(pki().root.certificate) == ()
