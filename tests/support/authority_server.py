"""An authority that takes certificates back: its lists by HTTP, and `openssl ocsp` as its responder. Certificates name both places."""

import subprocess
import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from securemail_desktop.encryption.smime.identity import Identity
from tests.support.pki import NOW, Issuer, key_pem, make_key, pem


class AuthorityServer:
    """Serves `issuer`'s list at `/list.crl` (empty: nothing is there), and OCSP, while it `answers`, by openssl with the index in `folder`."""

    def __init__(self, folder: Path, issuer: Issuer) -> None:
        self.folder, self.issuer = folder, issuer
        self.list, self.answers = b"", False
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        (folder / "ca.pem").write_text(pem(issuer.certificate))
        responder = self._responder()
        (folder / "responder.pem").write_text(key_pem(responder.key) + pem(responder.certificate))
        (folder / "index.txt").touch()

    def person(self, address: str, *, ocsp: bool = True, crl: bool = True) -> Identity:
        """A certificate of the authority for somebody."""
        key = make_key(bits=2048)
        builder = self._builder(address, key.public_key()).add_extension(
            x509.SubjectAlternativeName([x509.RFC822Name(address)]), critical=False
        )
        if ocsp:
            place = x509.UniformResourceIdentifier(f"http://127.0.0.1:{self.port}/")
            access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, place)
            builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
        if crl:
            name = x509.UniformResourceIdentifier(f"http://127.0.0.1:{self.port}/list.crl")
            point = x509.DistributionPoint([name], None, None, None)
            builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        identity = Identity(builder.sign(self.issuer.key, hashes.SHA256()), key)
        self._note(identity.certificate, "V", "")
        return identity

    def revoke(self, certificate: x509.Certificate) -> None:
        """Take it back by OCSP; `publish` does so by list."""
        self._note(certificate, "R", f"{NOW - timedelta(days=1):%y%m%d%H%M%SZ}")

    def publish(self, *revoked: x509.Certificate, until: timedelta = timedelta(days=1), issuer: Issuer | None = None) -> None:
        """Serve a list that holds these."""
        signer = issuer or self.issuer
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.issuer.certificate.subject)
        builder = builder.last_update(NOW - timedelta(days=2)).next_update(NOW + until)
        for certificate in revoked:
            entry = (
                x509.RevokedCertificateBuilder().serial_number(certificate.serial_number).revocation_date(NOW - timedelta(days=1)).build()
            )
            builder = builder.add_revoked_certificate(entry)
        self.list = builder.sign(signer.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def answer(self, request: bytes) -> bytes:
        """Let openssl answer a request after its index."""
        (self.folder / "request.der").write_bytes(request)
        files = ["-index", "index.txt", "-CA", "ca.pem", "-rsigner", "responder.pem", "-reqin", "request.der", "-respout", "response.der"]
        subprocess.run(["openssl", "ocsp", *files, "-ndays", "1"], cwd=self.folder, check=True, capture_output=True)
        return (self.folder / "response.der").read_bytes()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _responder(self) -> Identity:
        key = make_key(bits=2048)
        builder = self._builder("responder", key.public_key(), ExtendedKeyUsageOID.OCSP_SIGNING)
        return Identity(builder.sign(self.issuer.key, hashes.SHA256()), key)

    def _builder(
        self, name: str, key: object, use: x509.ObjectIdentifier = ExtendedKeyUsageOID.EMAIL_PROTECTION
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
            .issuer_name(self.issuer.certificate.subject)
            .public_key(key)  # type: ignore[arg-type]  # any kind of key
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - timedelta(days=3))
            .not_valid_after(NOW + timedelta(days=300))
            .add_extension(x509.ExtendedKeyUsage([use]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.issuer.key.public_key()), critical=False)
        )

    def _note(self, certificate: x509.Certificate, state: str, when: str) -> None:
        """Write a line of openssl's index: state, end, time of revocation, serial number, file, subject."""
        file = self.folder / "index.txt"
        serial = f"{certificate.serial_number:X}"
        serial = serial if len(serial) % 2 == 0 else f"0{serial}"
        others = [line for line in file.read_text().splitlines() if f"\t{serial}\t" not in line] if file.exists() else []
        end: datetime = certificate.not_valid_after_utc
        line = "\t".join([state, f"{end:%y%m%d%H%M%SZ}", when, serial, "unknown", f"/CN={serial}"])
        file.write_text("\n".join([*others, line]) + "\n")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.reply(server.list)

            def do_POST(self) -> None:
                request = self.rfile.read(int(self.headers["Content-Length"]))
                self.reply(server.answer(request) if server.answers else b"")

            def reply(self, content: bytes) -> None:
                self.send_response(200 if content else 404)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
                pass

        return Handler
