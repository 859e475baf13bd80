"""Protecting 1 MB for ten recipients, beside `openssl cms` and `gpg` doing the same in the same run: `encryption.py [MB] [RUNS]`.

Each signs and encrypts; both are warm: the best of RUNS counts, alternating, so that a busy moment meets both.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.protect import protect_message
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.smime.identity import sha256_of
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.compose import draft_bytes
from securemail_desktop.message.draft import Attachment
from tests.support.keys import MemoryVault, Peer, put
from tests.support.pki import NOW, Wish, key_pem, make_key, pem, person, pkcs12, pki
from tests.support.send_path import draft_to, to

RECIPIENTS = 10
ALICE = parse_address("alice@clinic.example")


class Bench:
    """Alice's ring, and the same keys for the tools."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder, self.peer = folder, Peer(folder / "peer")
        self.ring = KeyRing(MemoryVault(), folder / "gpg", [pem(pki().root.certificate)])
        self.draft = replace(
            draft_to(*to("bob@hospital.example")), attachments=(Attachment("scan.bin", "application/pdf", os.urandom(size)),)
        )
        (folder / "message").write_bytes(draft_bytes(self.draft))
        self.keys = {Method.SMIME: self._certificates(), Method.OPENPGP: self._openpgp()}

    def ours(self, method: Method) -> None:
        for _ in protect_message(self.draft, method, self.keys[method], self.ring.own(ALICE, NOW), self.ring, NOW):
            pass

    def openssl(self) -> None:
        sign = ["openssl", "cms", "-sign", "-in", "message", "-signer", "alice.pem", "-inkey", "alice.key", "-out", "signed"]
        seal = ["openssl", "cms", "-encrypt", "-aes-256-cbc", "-in", "signed", "-out", "sealed"]
        for command in (sign, [*seal, *(f"p{n}.pem" for n in range(RECIPIENTS))]):
            subprocess.run(command, cwd=self.folder, check=True, capture_output=True)

    def gpg(self) -> None:
        wanted = [argument for key in self.keys[Method.OPENPGP] for argument in ("-r", key)]
        self.peer.gpg("--yes", "--armor", "--sign", "--encrypt", *wanted, "-o", str(self.folder / "x.asc"), str(self.folder / "message"))

    def close(self) -> None:
        self.ring.close()
        self.peer.close()

    def _certificates(self) -> tuple[str, ...]:
        people = [person(Wish(f"p{n}@hospital.example"), pki().issuing, make_key()) for n in range(RECIPIENTS)]
        put(self.ring, pkcs12(pki().alice, "pw"), "pw")
        put(self.ring, "".join(pem(each.certificate) for each in (pki().issuing, *people)), accept=False)
        for n, each in enumerate(people):
            (self.folder / f"p{n}.pem").write_text(pem(each.certificate))
        (self.folder / "alice.pem").write_text(pem(pki().alice.certificate))
        (self.folder / "alice.key").write_text(key_pem(pki().alice.key))
        return tuple(sha256_of(each.certificate) for each in people)

    def _openpgp(self) -> tuple[str, ...]:
        mine = self.peer.make_key("Alice <alice@clinic.example>")
        people = tuple(self.peer.make_key(f"P{n} <p{n}@hospital.example>") for n in range(RECIPIENTS))
        put(self.ring, self.peer.private(mine))
        put(self.ring, self.peer.gpg("--armor", "--export"))
        return people


def best(acts: Mapping[str, Callable[[], None]], runs: int) -> Mapping[str, float]:
    """Return the shortest time of each in seconds; the first run warms and does not count."""
    taken: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(runs + 1):
        for name, act in acts.items():
            begun = time.perf_counter()
            act()
            taken[name].append(time.perf_counter() - begun)
    return {name: min(times[1:]) for name, times in taken.items()}


def main(arguments: Sequence[str]) -> None:
    size, runs = int(float(arguments[0]) * 1e6) if arguments else 1_000_000, int(arguments[1]) if arguments[1:] else 15
    with tempfile.TemporaryDirectory(prefix="sm-") as folder:
        bench = Bench(Path(folder), size)
        pairs: dict[str, dict[str, Callable[[], None]]] = {
            "S/MIME": {"ours": lambda: bench.ours(Method.SMIME), "tool": bench.openssl},
            "OpenPGP": {"ours": lambda: bench.ours(Method.OPENPGP), "tool": bench.gpg},
        }
        for name, acts in pairs.items():
            found = best(acts, runs)
            ours, tool = found["ours"], found["tool"]
            print(f"{name:<8} {ours * 1000:7.1f} ms, the tool {tool * 1000:7.1f} ms: {ours / tool:.2f} times (<= 1.5)")
        bench.close()


if __name__ == "__main__":
    main(sys.argv[1:])
