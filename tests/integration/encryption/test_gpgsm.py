"""GnuPG's own S/MIME program, which reads less than openssl: it opens and verifies what we send."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import PBES, serialize_key_and_certificates

from securemail_desktop.encryption.entity import parse_entity, split_multipart
from securemail_desktop.encryption.smime.certificate import CheckedCertificate
from securemail_desktop.encryption.smime.protect import protect
from securemail_desktop.message.address import parse_address
from tests.support.mail import BODY
from tests.support.pki import pem, pki

pytestmark = pytest.mark.slow


class Gpgsm:
    """Bob's gpgsm, which trusts the clinic's root."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700)
        self.environment = {**os.environ, "GNUPGHOME": str(folder)}
        fingerprint = pki().root.certificate.fingerprint(hashes.SHA1()).hex().upper()
        (folder / "trustlist.txt").write_text(f"{fingerprint} S relax\n")
        (folder / "gpgsm.conf").write_text("disable-crl-checks\ndisable-dirmngr\n")
        self("--import", stdin="".join(pem(c.certificate) for c in (pki().root, pki().issuing)).encode())
        self._import_key(folder / "bob.p12")

    def _import_key(self, file: Path) -> None:
        # GnuPG 2.2 derives a wrong key from about one salt in fifty (its own PKCS#12 code): a new file has a new salt.
        for _ in range(6):
            old_cipher = PrivateFormat.PKCS12.encryption_builder().key_cert_algorithm(PBES.PBESv1SHA1And3KeyTripleDESCBC).build(b"pw")
            file.write_bytes(serialize_key_and_certificates(b"bob", pki().bob.key, pki().bob.certificate, None, old_cipher))
            if (done := self._run("--passphrase-fd", "0", "--import", str(file), stdin=b"pw\n")).returncode == 0:
                return
        raise AssertionError(done.stderr.decode())

    def _run(self, *arguments: str, stdin: bytes) -> subprocess.CompletedProcess[bytes]:
        command = ["gpgsm", "--batch", "--status-fd", "2", "--pinentry-mode", "loopback", *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, check=False, env=self.environment)

    def __call__(self, *arguments: str, stdin: bytes) -> bytes:
        done = self._run(*arguments, stdin=stdin)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout + (done.stderr if "--verify" in arguments else b"")


@pytest.fixture
def gpgsm(tmp_path: Path) -> Iterator[Gpgsm]:
    gpgsm = Gpgsm(tmp_path / "gpgsm")
    yield gpgsm
    subprocess.run(["gpgconf", "--kill", "all"], check=False, env=gpgsm.environment)


def test_gpgsm_opens_and_verifies(gpgsm: Gpgsm, tmp_path: Path) -> None:
    recipients = [CheckedCertificate(pki().bob.certificate, parse_address("bob@hospital.example"))]
    wire = parse_entity(b"".join(protect(BODY, recipients, pki().alice)))
    signed = parse_entity(gpgsm("--passphrase-fd", "0", "--decrypt", stdin=b"pw\n" + wire.content()))
    content, signature = split_multipart(signed)
    (tmp_path / "content").write_bytes(content)
    (tmp_path / "signature").write_bytes(parse_entity(signature).content())
    assert content == BODY
    assert b"GOODSIG" in gpgsm("--verify", str(tmp_path / "signature"), str(tmp_path / "content"), stdin=b"")
