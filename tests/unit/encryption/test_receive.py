"""Every case is a message as it arrives at bob, whose ring trusts the clinic's authorities and alice's OpenPGP key."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from securemail_desktop.encryption.entity import leaf, multipart
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.opened import Integrity, Opened, SignatureVerdict
from securemail_desktop.encryption.openpgp.home import GpgHome
from securemail_desktop.encryption.openpgp.protect import Signer
from securemail_desktop.encryption.openpgp.protect import protect as protect_openpgp
from securemail_desktop.encryption.receive import open_message
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.smime.certificate import CheckedCertificate
from securemail_desktop.encryption.smime.identity import Identity
from securemail_desktop.encryption.smime.protect import encrypt, protect, sign
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.transfer import wrapped_base64
from tests.support.keys import MemoryVault, Peer, put
from tests.support.mail import BODY, message, mixed
from tests.support.pki import NOW, Wish, authority, pem, person, pkcs12, pki

ALICE_USER = "Alice <alice@clinic.example>"
BOB_USER = "Bob <bob@hospital.example>"


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    people = Peer(tmp_path_factory.mktemp("people") / "gpg")
    for user in (ALICE_USER, BOB_USER, "Mallory <alice@clinic.example>"):
        people.make_key(user)
    yield people
    people.close()


@pytest.fixture(scope="module")
def bob(tmp_path_factory: pytest.TempPathFactory, people: Peer) -> Iterator[KeyRing]:
    ring = KeyRing(MemoryVault(), tmp_path_factory.mktemp("bob") / "gpg", [pem(pki().root.certificate)])
    put(ring, pkcs12(pki().bob, "pw"), "pw")
    put(ring, people.private(people.fingerprint(BOB_USER)))
    put(ring, people.public(people.fingerprint(ALICE_USER)))
    put(ring, people.public(people.fingerprint("Mallory <alice@clinic.example>")), accept=False)
    yield ring
    ring.close()


def to_bob(entity: bytes) -> bytes:
    return b"".join(encrypt([entity], [CheckedCertificate(pki().bob.certificate, parse_address("bob@hospital.example"))]))


def sealed(signer: Identity | None = None, entity: bytes = BODY) -> bytes:
    recipients = [CheckedCertificate(pki().bob.certificate, parse_address("bob@hospital.example"))]
    return b"".join(protect(entity, recipients, signer or pki().alice))


def pgp(people: Peer, entity: bytes = BODY, user: str = ALICE_USER, *, signed: bool = True) -> bytes:
    arguments = ["--armor", "--encrypt", "-r", people.fingerprint(BOB_USER)] + (
        ["--sign", "-u", people.fingerprint(user)] if signed else []
    )
    armour = people.gpg(*arguments, stdin=entity)
    version = leaf(("Content-Type: application/pgp-encrypted",), b"Version: 1\r\n")
    return multipart(
        'multipart/encrypted; protocol="application/pgp-encrypted"', [version, leaf(("Content-Type: application/octet-stream",), armour)]
    )


def pgp_signed(people: Peer, entity: bytes = BODY, *arguments: str) -> bytes:
    armour = people.gpg("--armor", "--detach-sign", "-u", people.fingerprint(ALICE_USER), *arguments, stdin=entity)
    signature = leaf(("Content-Type: application/pgp-signature",), armour)
    return multipart('multipart/signed; micalg=pgp-sha512; protocol="application/pgp-signature"', [entity, signature])


def opened(entity: bytes, ring: KeyRing, sender: str = "alice@clinic.example", day: int = 0) -> Opened:
    return open_message(message(entity, sender), ring, NOW + timedelta(days=day, minutes=5))


def warned(found: Opened, words: str) -> bool:
    return any(words in warning for warning in found.warnings)


def test_signed_and_encrypted_smime(bob: KeyRing) -> None:
    found = opened(sealed(), bob)
    assert (found.method, found.decrypted, found.signature) == (Method.SMIME, True, SignatureVerdict.VALID)
    assert (found.signer, found.from_matches, found.integrity) == ("alice@clinic.example", True, Integrity.AUTHENTICATED)
    assert [part.text for part in found.parts] == ["Grüße, the canary sings."]
    assert found.warnings == ()


def test_signed_and_encrypted_openpgp(bob: KeyRing, people: Peer) -> None:
    found = opened(pgp(people), bob)
    assert (found.method, found.decrypted, found.signature) == (Method.OPENPGP, True, SignatureVerdict.VALID)
    assert (found.signer, found.from_matches, found.integrity) == ("alice@clinic.example", True, Integrity.AUTHENTICATED)
    assert [part.text for part in found.parts] == ["Grüße, the canary sings."]
    assert found.warnings == ()


def test_what_the_program_protects_with_openpgp_it_reads(bob: KeyRing, people: Peer, tmp_path: Path) -> None:
    home = GpgHome(tmp_path / "gpg")
    home.gpg.import_keys(people.private(people.fingerprint(ALICE_USER)))
    home.gpg.import_keys(people.public(people.fingerprint(BOB_USER)))
    entity = b"".join(protect_openpgp(BODY, [people.fingerprint(BOB_USER)], home, Signer(people.fingerprint(ALICE_USER), "")))
    home.close()
    assert opened(entity, bob).signature is SignatureVerdict.VALID


def test_plain_mail_is_what_it_is(bob: KeyRing) -> None:
    found = opened(BODY, bob)
    assert (found.method, found.decrypted, found.signature) == (Method.NONE, False, SignatureVerdict.NONE)
    assert (found.integrity, found.subject, len(found.parts), found.warnings) == (Integrity.UNAUTHENTICATED, "Hello", 1, ())


def test_line_feeds_of_a_file_do_not_break_a_signature(bob: KeyRing) -> None:
    source = message(sign(BODY, pki().alice)).replace(b"\r\n", b"\n")
    assert open_message(source, bob, NOW + timedelta(minutes=5)).signature is SignatureVerdict.VALID


def test_signed_by_openpgp_only(bob: KeyRing, people: Peer) -> None:
    found = opened(pgp_signed(people), bob)
    assert (found.decrypted, found.signature, found.from_matches) == (False, SignatureVerdict.VALID, True)
    altered = opened(pgp_signed(people).replace(b"sings", b"swims"), bob)
    assert (altered.signature, altered.from_matches) == (SignatureVerdict.INVALID, False)
    assert warned(altered, "altered, or signed by someone else")


def test_a_sha1_signature_by_openpgp_does_not_count(bob: KeyRing, people: Peer) -> None:
    assert opened(pgp_signed(people, BODY, "--digest-algo", "SHA1"), bob).signature is SignatureVerdict.INVALID


def test_an_altered_signed_message(bob: KeyRing) -> None:
    found = opened(sign(BODY, pki().alice).replace(b"sings", b"swims"), bob)
    assert (found.signature, found.from_matches, found.integrity) == (SignatureVerdict.INVALID, False, Integrity.UNAUTHENTICATED)
    assert warned(found, "altered, or signed by someone else")
    assert found.parts[0].text.startswith("Grüße")


@pytest.mark.parametrize(
    ("wish", "day", "says"),
    [
        (Wish("alice@clinic.example", first_day=-9, last_day=-1), 0, "expired on"),
        (Wish("alice@clinic.example", extended=(ExtendedKeyUsageOID.SERVER_AUTH,)), 0, "not meant for mail"),
        (Wish("alice@clinic.example", sign=False), 0, "not meant to sign"),
        (Wish("alice@clinic.example", bits=1024), 0, "too weak"),
        (Wish("alice@clinic.example", san=False), 0, "names no mail address"),
    ],
)
def test_a_signer_whose_certificate_is_no_good(bob: KeyRing, wish: Wish, day: int, says: str) -> None:
    found = opened(sign(BODY, person(wish, pki().issuing)), bob, day=day)
    assert (found.signature, found.from_matches) == (SignatureVerdict.INVALID, False)
    assert warned(found, says)


def test_a_signature_outlives_the_certificate_with_a_note(bob: KeyRing) -> None:
    found = opened(sign(BODY, pki().alice), bob, day=400)
    assert found.signature is SignatureVerdict.VALID
    assert warned(found, "has expired since")


def test_a_signer_of_a_strange_authority(bob: KeyRing) -> None:
    found = opened(sealed(pki().mallory), bob)
    assert (found.decrypted, found.signature, found.integrity) == (True, SignatureVerdict.INVALID, Integrity.UNAUTHENTICATED)
    assert warned(found, "nobody your organisation trusts")


def test_the_message_brings_the_authorities_in_between_but_no_anchor(bob: KeyRing) -> None:
    between = authority("Ward CA", pki().issuing)
    signer = person(Wish("alice@clinic.example"), between)
    chain = (between.certificate, pki().issuing.certificate)
    assert opened(sign(BODY, Identity(signer.certificate, signer.key, chain)), bob).signature is SignatureVerdict.VALID
    strange = (pki().stranger_root.certificate,)
    mallory = Identity(pki().mallory.certificate, pki().mallory.key, strange)
    assert opened(sign(BODY, mallory), bob).signature is SignatureVerdict.INVALID


def test_an_openpgp_signer_whom_nobody_accepted(bob: KeyRing, people: Peer) -> None:
    found = opened(pgp(people, user="Mallory <alice@clinic.example>"), bob)
    assert (found.decrypted, found.signature, found.from_matches) == (True, SignatureVerdict.INVALID, False)
    assert warned(found, "nobody has accepted the signer's key")


@pytest.mark.parametrize(
    "sender",
    [
        "eve@else.example",
        '"alice@clinic.example" <eve@else.example>',
        "alice@clinic.example, eve@else.example",
        "eve@else.example\r\nFrom: alice@clinic.example",
        "alice@clinic.example\r\nFrom: eve@else.example",
        "=?utf-8?q?alice=40clinic.example?= <eve@else.example>",
        "",
        "alice@clinic.example <",
    ],
)
def test_from_must_be_the_signer_and_nobody_else(bob: KeyRing, sender: str) -> None:
    found = opened(sealed(), bob, sender)
    assert (found.signature, found.from_matches) == (SignatureVerdict.VALID, False)
    assert warned(found, "not the one that it says it is from")


def test_a_sender_inside_who_is_not_the_one_outside(bob: KeyRing) -> None:
    inner = BODY.replace(b"charset=utf-8", b'charset=utf-8; hp="cipher"', 1)
    for entity, agrees in ((b"From: alice@clinic.example\r\n" + inner, True), (b"From: chief@clinic.example\r\n" + inner, False)):
        found = opened(sealed(entity=entity), bob)
        assert (found.signature, found.from_matches) == (SignatureVerdict.VALID, agrees)
        assert warned(found, "another than the one outside") is not agrees


def test_a_protected_subject_counts_only_where_its_protection_held(bob: KeyRing) -> None:
    inner = b"Subject: Inside\r\n" + BODY.replace(b"charset=utf-8", b'charset=utf-8; hp="clear"', 1)
    assert opened(sealed(entity=inner), bob).subject == "Inside"
    assert opened(sign(inner, pki().alice), bob).subject == "Inside"
    assert opened(sign(inner, pki().alice).replace(b"sings", b"swims"), bob).subject == "Hello"
    assert opened(inner, bob).subject == "Hello"


def test_encrypted_without_a_signature_is_unauthenticated(bob: KeyRing, people: Peer) -> None:
    found = opened(to_bob(BODY), bob)
    assert (found.decrypted, found.signature, found.integrity) == (True, SignatureVerdict.NONE, Integrity.UNAUTHENTICATED)
    assert warned(found, "nothing shows that it was not changed")
    assert opened(pgp(people, signed=False), bob).integrity is Integrity.AUTHENTICATED  # its integrity protection was checked


def test_a_signature_outside_of_the_encryption_is_partial(bob: KeyRing) -> None:
    found = opened(sign(to_bob(BODY), pki().alice), bob)
    assert (found.decrypted, found.signature, found.from_matches) == (True, SignatureVerdict.PARTIAL, False)
    assert found.integrity is Integrity.UNAUTHENTICATED
    assert warned(found, "outside of the encryption")


def test_triple_wrapped(bob: KeyRing) -> None:
    found = opened(sign(sealed(), pki().alice), bob)
    assert (found.decrypted, found.signature, found.from_matches) == (True, SignatureVerdict.VALID, True)


def test_a_signature_on_a_part_is_partial(bob: KeyRing) -> None:
    found = opened(mixed(sign(BODY, pki().alice), leaf(("Content-Type: text/plain",), b"Pay to this account instead.\r\n")), bob)
    assert (found.signature, found.from_matches, len(found.parts)) == (SignatureVerdict.PARTIAL, False, 2)
    assert warned(found, "covers only a part")


def test_an_encrypted_part_beside_others_stays_closed(bob: KeyRing, people: Peer) -> None:
    for gadget in (sealed(), pgp(people), to_bob(BODY)):
        found = opened(mixed(leaf(("Content-Type: text/html",), b'<img src="http://evil.example/'), gadget), bob)
        assert not found.decrypted
        assert not any("canary" in part.text or b"canary" in part.content for part in found.parts)
        assert warned(found, "is encrypted by itself and is not opened")


def test_an_encrypted_message_inside_an_encrypted_one_stays_closed(bob: KeyRing) -> None:
    found = opened(to_bob(to_bob(BODY)), bob)
    assert not any("canary" in part.text for part in found.parts)
    assert warned(found, "another encrypted message, which is not opened")


def test_a_detached_signature_with_a_content_of_its_own_is_refused(bob: KeyRing) -> None:
    signer = PKCS7SignatureBuilder().set_data(BODY).add_signer(pki().alice.certificate, pki().alice.key, hashes.SHA256())
    builder = signer.add_certificate(pki().issuing.certificate)
    opaque = builder.sign(Encoding.DER, [PKCS7Options.Binary])
    part = leaf(("Content-Type: application/pkcs7-signature", "Content-Transfer-Encoding: base64"), wrapped_base64(opaque))
    found = opened(multipart('multipart/signed; protocol="application/pkcs7-signature"', [BODY, part]), bob)
    assert found.signature is SignatureVerdict.INVALID
    assert warned(found, "content of its own")
    whole = leaf(
        ("Content-Type: application/pkcs7-mime; smime-type=signed-data", "Content-Transfer-Encoding: base64"), wrapped_base64(opaque)
    )
    assert opened(whole, bob).signature is SignatureVerdict.VALID


def test_a_certificate_of_no_known_version_is_refused(bob: KeyRing) -> None:
    version = bytes.fromhex("a003020102")
    signer = PKCS7SignatureBuilder().set_data(BODY).add_signer(pki().alice.certificate, pki().alice.key, hashes.SHA256())
    der = signer.sign(Encoding.DER, [PKCS7Options.DetachedSignature, PKCS7Options.Binary])
    assert version in der
    strange = wrapped_base64(der.replace(version, version[:-1] + b"\x0e"))
    part = leaf(("Content-Type: application/pkcs7-signature", "Content-Transfer-Encoding: base64"), strange)
    found = opened(multipart('multipart/signed; protocol="application/pkcs7-signature"', [BODY, part]), bob)
    assert found.signature is SignatureVerdict.INVALID


def test_a_signed_message_with_a_third_part_is_refused_and_shown(bob: KeyRing) -> None:
    signed = sign(BODY, pki().alice)
    boundary = re.search(rb"boundary=(\w+)", signed)
    assert boundary
    third = b"--" + boundary[1] + b"\r\nContent-Type: text/plain\r\n\r\nPay here.\r\n--" + boundary[1] + b"--\r\n"
    found = opened(signed.replace(b"--" + boundary[1] + b"--\r\n", third), bob)
    assert (found.signature, found.from_matches) == (SignatureVerdict.INVALID, False)
    assert [part.text for part in found.parts if part.content_type == "text/plain"][-1].startswith("Pay here.")


def test_a_message_for_others_shows_nothing(bob: KeyRing, people: Peer) -> None:
    carol = b"".join(encrypt([BODY], [CheckedCertificate(pki().carol.certificate, parse_address("carol@clinic.example"))]))
    stranger = people.make_key("Hal <hal@else.example>")
    armour = people.gpg("--armor", "--encrypt", "-r", stranger, stdin=BODY)
    version = leaf(("Content-Type: application/pgp-encrypted",), b"Version: 1\r\n")
    hal = multipart(
        'multipart/encrypted; protocol="application/pgp-encrypted"', [version, leaf(("Content-Type: application/octet-stream",), armour)]
    )
    for entity in (carol, hal):
        found = opened(entity, bob)
        assert (found.decrypted, found.parts) == (False, ())
        assert warned(found, "not in your key ring")


def test_a_plain_text_behind_an_openpgp_label_is_not_taken_for_decrypted(bob: KeyRing, people: Peer) -> None:
    literal = people.gpg("--armor", "--store", stdin=BODY)
    signed = people.gpg("--armor", "--sign", "-u", people.fingerprint(ALICE_USER), stdin=BODY)
    version = leaf(("Content-Type: application/pgp-encrypted",), b"Version: 1\r\n")
    for armour in (literal, signed):
        parts = [version, leaf(("Content-Type: application/octet-stream",), armour)]
        found = opened(multipart('multipart/encrypted; protocol="application/pgp-encrypted"', parts), bob)
        assert (found.decrypted, found.parts) == (False, ())


def test_openpgp_without_integrity_protection_shows_nothing(bob: KeyRing, people: Peer) -> None:
    arguments = ("--armor", "--encrypt", "--rfc2440", "--cipher-algo", "AES256", "--disable-mdc", "-r", people.fingerprint(BOB_USER))
    armour = people.gpg(*arguments, stdin=BODY)
    assert b"canary" in people.gpg("--decrypt", "--ignore-mdc-error", stdin=armour, check=False)
    version = leaf(("Content-Type: application/pgp-encrypted",), b"Version: 1\r\n")
    parts = [version, leaf(("Content-Type: application/octet-stream",), armour)]
    found = opened(multipart('multipart/encrypted; protocol="application/pgp-encrypted"', parts), bob)
    assert (found.decrypted, found.parts) == (False, ())


SMIME = to_bob(BODY)
SIGNED = sign(BODY, pki().alice)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _flip(content: bytes, position: int, bit: int) -> bytes:
    changed = bytearray(content)
    changed[position % len(content)] ^= 1 << bit
    return bytes(changed)


@QUICK
@given(st.integers(0, 10**6), st.integers(0, 7))
def test_no_change_of_a_signed_message_is_valid_with_another_text(bob: KeyRing, position: int, bit: int) -> None:
    found = open_message(_flip(message(SIGNED), position, bit), bob, NOW + timedelta(minutes=5))
    same = [part.text for part in found.parts] == ["Grüße, the canary sings."]
    assert found.signature is not SignatureVerdict.VALID or same


@QUICK
@given(st.integers(0, 10**6), st.integers(0, 7))
def test_no_change_of_an_encrypted_message_is_authenticated(bob: KeyRing, position: int, bit: int) -> None:
    found = open_message(_flip(message(SMIME), position, bit), bob, NOW + timedelta(minutes=5))
    assert found.integrity is Integrity.UNAUTHENTICATED


@QUICK
@given(st.binary(max_size=300))
def test_hostile_bytes_never_raise(bob: KeyRing, junk: bytes) -> None:
    armour = leaf(
        ("Content-Type: application/pkcs7-mime; smime-type=enveloped-data", "Content-Transfer-Encoding: base64"), wrapped_base64(junk)
    )
    for entity in (junk, armour, b"Content-Type: multipart/signed; protocol=application/pkcs7-signature; boundary=x\r\n\r\n" + junk):
        assert not open_message(message(entity), bob, NOW).decrypted


def inline(armour: bytes, headers: tuple[str, ...] = ("Content-Type: text/plain; charset=utf-8",)) -> bytes:
    return leaf(headers, armour)


def armoured(people: Peer, *arguments: str) -> bytes:
    return people.gpg("--armor", *arguments, "-u", people.fingerprint(ALICE_USER), stdin="Grüße, <b>canary</b>\n".encode())


def test_an_armour_in_the_text_is_opened_and_labelled(bob: KeyRing, people: Peer) -> None:
    armour = armoured(people, "--encrypt", "--sign", "-r", people.fingerprint(BOB_USER))
    found = opened(inline(armour), bob)
    assert (found.method, found.decrypted, found.signature, found.from_matches) == (Method.OPENPGP, True, SignatureVerdict.VALID, True)
    assert [(part.content_type, part.text.strip()) for part in found.parts] == [("text/plain", "Grüße, <b>canary</b>")]
    assert warned(found, "covers the text only")


def test_a_signed_text_is_checked_and_shown_without_its_armour(bob: KeyRing, people: Peer) -> None:
    armour = armoured(people, "--clear-sign")
    found = opened(inline(armour), bob)
    assert (found.method, found.decrypted, found.signature, found.from_matches) == (Method.OPENPGP, False, SignatureVerdict.VALID, True)
    assert [part.text.strip() for part in found.parts] == ["Grüße, <b>canary</b>"]
    altered = opened(inline(armour.replace(b"canary", b"parrot")), bob)
    assert altered.signature is SignatureVerdict.INVALID


@pytest.mark.parametrize("around", ["Pay to this account:\n{}", "{}\nPS: pay to this account", "{}{}"])
def test_an_armour_with_text_around_it_is_not_opened(bob: KeyRing, people: Peer, around: str) -> None:
    for arguments in (("--encrypt", "--sign", "-r", people.fingerprint(BOB_USER)), ("--clear-sign",)):
        armour = armoured(people, *arguments).decode()
        found = opened(inline(around.format(*[armour] * 2).encode()), bob)
        assert (found.method, found.decrypted, found.signature) == (Method.NONE, False, SignatureVerdict.NONE)


def test_an_armour_beside_other_parts_is_not_opened(bob: KeyRing, people: Peer) -> None:
    armour = armoured(people, "--encrypt", "-r", people.fingerprint(BOB_USER))
    found = opened(mixed(inline(armour), BODY), bob)
    assert not found.decrypted
    assert warned(found, "encrypted by itself")


def test_an_armour_for_somebody_else_or_damaged_shows_nothing(bob: KeyRing, people: Peer) -> None:
    armour = armoured(people, "--encrypt", "-r", people.fingerprint("Mallory <alice@clinic.example>"))
    for wrong in (armour, armour[:200] + b"\n-----END PGP MESSAGE-----\n"):
        found = opened(inline(wrong), bob)
        assert (found.decrypted, found.parts) == (False, ())


def test_an_armour_inside_of_an_encryption_is_not_opened(bob: KeyRing, people: Peer) -> None:
    armour = armoured(people, "--encrypt", "-r", people.fingerprint(BOB_USER))
    assert warned(opened(to_bob(inline(armour)), bob), "holds another encrypted message")


def test_headers_inside_of_an_armour_are_text(bob: KeyRing, people: Peer) -> None:
    text = b"Content-Type: text/html\n\n<img src=http://x.example>"
    armour = people.gpg("--armor", "--encrypt", "-r", people.fingerprint(BOB_USER), stdin=text)
    (part,) = opened(inline(armour), bob).parts
    assert (part.content_type, part.text) == ("text/plain", text.decode())


LEGACY = b'Content-Type: text/plain; hp="cipher"; hp-legacy-display="1"\r\nSubject: Real\r\n\r\nSubject: Real\r\n\r\nThe canary sings.\r\n'


def test_a_subject_that_the_text_repeats_for_older_programs_is_shown_once(bob: KeyRing) -> None:
    found = opened(sealed(pki().alice, LEGACY), bob)
    assert (found.subject, found.parts[0].text) == ("Real", "The canary sings.")


def test_nothing_is_left_out_of_a_text_that_is_not_encrypted_or_does_not_say_so(bob: KeyRing) -> None:
    assert opened(LEGACY, bob).parts[0].text.startswith("Subject: Real")
    unmarked = LEGACY.replace(b'; hp-legacy-display="1"', b"")
    assert opened(sealed(pki().alice, unmarked), bob).parts[0].text.startswith("Subject: Real")
