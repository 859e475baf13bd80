"""NeoMutt on a terminal of its own, with bob's keys in GnuPG and gpgsm behind it. Debian: neomutt, gpgsm."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import PBES, serialize_key_and_certificates

from tests.support.pki import pem, pki

_PASSWORD = "pw"
_PINENTRY = """\
#!/bin/sh
echo OK ready
while read -r line; do
  case "$line" in GETPIN*) echo "D pw"; echo OK ;; BYE*) echo OK; exit ;; *) echo OK ;; esac
done
"""
_SETTINGS = """\
set folder="{folder}"
set record=""
set postponed="{folder}/postponed"
set mbox_type=mbox
set crypt_use_gpgme=yes
set crypt_verify_sig=yes
set crypt_protected_headers_read=yes
set crypt_protected_headers_write=yes
set crypt_autosign=yes
set crypt_autoencrypt=yes
set wait_key=no
set prompt_after=no
set quit=yes
set delete=no
set move=no
set copy=no
set sleep_time=0
set charset="utf-8"
set send_charset="utf-8"
set pager="{folder}/pager"
set sendmail="{folder}/sendmail"
set editor="true"
set abort_unmodified=no
set fast_reply=yes
set realname="Bob"
set from="bob@hospital.example"
set use_from=yes
"""
_MENU = b"Security:"
_SECONDS = 60.0


class Neomutt:
    """Bob's program. `gpg` runs GnuPG in its home."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700)
        self._folder = folder
        self._environment = {
            **os.environ,
            "GNUPGHOME": str(folder),
            "HOME": str(folder),
            "TERM": "xterm",
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
        }
        self._script("pinentry", _PINENTRY)
        self._script("pager", f'#!/bin/sh\ncp "$1" "{folder}/seen"\n')
        self._script("sendmail", f'#!/bin/sh\ncat > "{folder}/outgoing"\n')
        (folder / "gpg-agent.conf").write_text(f"pinentry-program {folder}/pinentry\ns2k-count 1048576\n")
        (folder / "gpgsm.conf").write_text("disable-crl-checks\ndisable-dirmngr\n")
        (folder / "trustlist.txt").write_text(f"{pki().root.certificate.fingerprint(hashes.SHA1()).hex().upper()} S relax\n")
        self._run("gpgsm", "--batch", "--import", stdin="".join(pem(c) for c in self._known()).encode())
        self._import_key(folder / "bob.p12")
        self.gpg("--batch", "--passphrase", "", "--pinentry-mode", "loopback", "--quick-gen-key", "Bob <bob@hospital.example>")
        self.key = self.gpg("--armor", "--export", "bob@hospital.example")

    def gpg(self, *arguments: str, stdin: bytes = b"") -> bytes:
        done = self._run("gpg", "--batch", *arguments, stdin=stdin)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def trust(self, key: bytes, fingerprint: str) -> None:
        """Take somebody's OpenPGP key and use it without asking."""
        self.gpg("--import", stdin=key)
        self.gpg("--import-ownertrust", stdin=f"{fingerprint}:6:\n".encode())

    def show(self, wire: bytes) -> str:
        """Open a mailbox that holds this message and return what is shown of it."""
        mailbox, seen = self._folder / "inbox", self._folder / "seen"
        mailbox.write_bytes(b"From alice@clinic.example Tue Nov 24 10:00:00 2026\n" + wire.replace(b"\r\n", b"\n") + b"\n")
        seen.unlink(missing_ok=True)
        self._configure("")
        said = self._on_a_terminal("-f", str(mailbox), "-e", 'push "<display-message><exit>"')
        assert seen.exists(), said.decode("utf-8", "replace")
        return seen.read_text("utf-8")

    def send(self, subject: str, body: str, *, smime: bool) -> bytes:
        """Write to alice, signed and encrypted; return what goes to the mail server."""
        text, outgoing = self._folder / "body", self._folder / "outgoing"
        text.write_text(body, "utf-8")
        outgoing.unlink(missing_ok=True)
        own = pki().bob.certificate.fingerprint(hashes.SHA1()).hex().upper()
        self._configure(f"set smime_is_default=yes\nset smime_default_key={own}\nset smime_sign_as={own}\n" if smime else "")
        said = self._on_a_terminal("-s", subject, "-i", str(text), "alice@clinic.example", then=b"y")
        assert outgoing.exists(), said.decode("utf-8", "replace")
        return outgoing.read_bytes()

    def close(self) -> None:
        subprocess.run(["gpgconf", "--kill", "all"], check=False, env=self._environment)

    def _known(self) -> tuple[x509.Certificate, ...]:
        return pki().root.certificate, pki().issuing.certificate, pki().alice.certificate

    def _import_key(self, file: Path) -> None:
        # GnuPG 2.2 derives a wrong key from about one salt in fifty (its own PKCS#12 code): a new file has a new salt.
        for _ in range(6):
            old_cipher = PrivateFormat.PKCS12.encryption_builder().key_cert_algorithm(PBES.PBESv1SHA1And3KeyTripleDESCBC)
            content = serialize_key_and_certificates(
                b"bob", pki().bob.key, pki().bob.certificate, None, old_cipher.build(_PASSWORD.encode())
            )
            file.write_bytes(content)
            if (done := self._run("gpgsm", "--batch", "--import", str(file))).returncode == 0:
                return
        raise AssertionError(done.stderr.decode())

    def _run(self, *command: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(command, input=stdin, capture_output=True, check=False, env=self._environment)

    def _script(self, name: str, text: str) -> None:
        (self._folder / name).write_text(text)
        (self._folder / name).chmod(0o700)

    def _configure(self, more: str) -> None:
        (self._folder / "rc").write_text(_SETTINGS.format(folder=self._folder) + more)

    def _on_a_terminal(self, *arguments: str, then: bytes = b"") -> bytes:
        """Run it until it ends; `then` is typed once when its menu for writing is there."""
        terminal, inside = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        command = ["setsid", "--ctty", "neomutt", "-n", "-F", str(self._folder / "rc"), *arguments]
        child = subprocess.Popen(command, stdin=inside, stdout=inside, stderr=inside, env=self._environment)
        os.close(inside)
        said, end = b"", time.monotonic() + _SECONDS
        while time.monotonic() < end:
            if not select.select([terminal], [], [], 0.2)[0]:
                continue
            try:
                piece = os.read(terminal, 65536)
            except OSError:  # its end of the terminal is closed
                break
            said += piece
            if then and _MENU in said:
                os.write(terminal, then)
                then = b""
        os.close(terminal)
        child.kill()
        child.wait(10)
        return said
