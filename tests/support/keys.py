"""A key ring in memory for tests, and a peer's own GnuPG."""

import os
import subprocess
from pathlib import Path

from securemail_desktop.encryption.importing import import_file
from securemail_desktop.encryption.record import KeyRecord
from securemail_desktop.encryption.ring import KeyRing
from tests.support.pki import NOW


class MemoryVault:
    """`store.vault.Vault` without a file."""

    def __init__(self) -> None:
        self.secrets: dict[tuple[str, str], bytes] = {}

    def put(self, kind: str, name: str, secret: bytes) -> None:
        self.secrets[kind, name] = secret

    def get(self, kind: str, name: str) -> bytes | None:
        return self.secrets.get((kind, name))

    def names(self, kind: str) -> list[str]:
        return sorted(name for found, name in self.secrets if found == kind)

    def remove(self, kind: str, name: str) -> None:
        self.secrets.pop((kind, name), None)


def put(ring: KeyRing, content: bytes | str, password: str = "", accept: bool = True) -> tuple[KeyRecord, ...]:
    """Import a file's content now."""
    return import_file(content.encode() if isinstance(content, str) else content, password, accept, ring, NOW)


class Peer:
    """Another person's GnuPG, driven as a person would."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "gpg-agent.conf").write_text("s2k-count 1048576\n")
        self.folder = folder
        self.environment = {**os.environ, "GNUPGHOME": str(folder)}

    def gpg(self, *arguments: str, stdin: bytes = b"", password: str = "", check: bool = True) -> bytes:
        command = [
            "gpg",
            "--batch",
            "--quiet",
            "--pinentry-mode",
            "loopback",
            "--passphrase",
            password,
            "--trust-model",
            "always",
            *arguments,
        ]
        return subprocess.run(command, input=stdin, capture_output=True, check=check, env=self.environment).stdout

    def make_key(self, user: str, algorithm: str = "ed25519/cv25519", expires: str = "1y", password: str = "") -> str:
        """Make a key with a part for encryption; return its fingerprint."""
        primary, _, sub = algorithm.partition("/")
        self.gpg("--quick-gen-key", user, primary, "sign", expires, password=password)
        fingerprint = self.fingerprint(user)
        if sub:
            self.gpg("--quick-add-key", fingerprint, sub, "encr", expires, password=password)
        return fingerprint

    def fingerprint(self, user: str) -> str:
        lines = self.gpg("--list-keys", "--with-colons", f"={user}").decode().splitlines()
        return next(line.split(":")[9] for line in lines if line.startswith("fpr"))

    def public(self, fingerprint: str) -> bytes:
        return self.gpg("--armor", "--export", fingerprint)

    def private(self, fingerprint: str, password: str = "") -> bytes:
        return self.gpg("--armor", "--export-secret-keys", fingerprint, password=password)

    def close(self) -> None:
        subprocess.run(["gpgconf", "--kill", "all"], check=False, env=self.environment)
