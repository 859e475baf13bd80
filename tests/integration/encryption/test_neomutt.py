"""NeoMutt reads what we send, protected subject, signature and all, and we read what it sends."""

from collections.abc import Iterator

import pytest

from securemail_desktop.encryption.creating import create_openpgp
from securemail_desktop.encryption.exporting import public_form
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.opened import SignatureVerdict
from securemail_desktop.encryption.protect import protect_message
from securemail_desktop.encryption.receive import open_message
from securemail_desktop.encryption.ring import KeyRing
from tests.integration.encryption.test_peers import ALICE, DRAFT, NOON
from tests.support.keys import MemoryVault, put
from tests.support.neomutt import Neomutt
from tests.support.pki import NOW, pem, pkcs12, pki
from tests.support.servers import server_folder


@pytest.fixture(scope="module")
def bob() -> Iterator[Neomutt]:
    with server_folder("neomutt") as folder:
        neomutt = Neomutt(folder / "h")
        yield neomutt
        neomutt.close()


@pytest.fixture(scope="module")
def alice(tmp_path_factory: pytest.TempPathFactory, bob: Neomutt) -> Iterator[KeyRing]:
    ring = KeyRing(MemoryVault(), tmp_path_factory.mktemp("alice") / "gpg", [pem(pki().root.certificate)])
    put(ring, pkcs12(pki().alice, "pw"), "pw")
    put(ring, pem(pki().issuing.certificate) + pem(pki().bob.certificate), accept=False)
    put(ring, bob.key)
    own = create_openpgp(ALICE, ring, NOW)
    bob.trust(public_form(own, ring), own.key)
    yield ring
    ring.close()


def key_of_bob(alice: KeyRing, method: Method) -> str:
    return next(r.key for r in alice.records() if r.method is method and r.addresses == ("bob@hospital.example",))


@pytest.mark.parametrize("method", [Method.SMIME, Method.OPENPGP])
def test_neomutt_shows_what_we_send(alice: KeyRing, bob: Neomutt, method: Method) -> None:
    wire = protect_message(DRAFT, method, (key_of_bob(alice, method),), alice.own(ALICE, NOON), alice, NOON, announce=True)
    shown = bob.show(b"".join(wire))
    assert "Good signature from" in shown
    assert "\nSubject: Grüße: Befund\n" in shown
    assert "Größe 1,80 m — the canary sings.\n.\nFrom the ward" in shown
    assert "Бefund.bin" in shown or "Attachment #2" in shown


@pytest.mark.parametrize("smime", [True, False], ids=["S/MIME", "OpenPGP"])
def test_we_read_what_neomutt_sends(alice: KeyRing, bob: Neomutt, smime: bool) -> None:
    wire = bob.send("Grüße: Antwort", "Körper, the canary sings.\n", smime=smime)
    assert b"Antwort" not in wire
    found = open_message(wire, alice, NOON)
    assert (found.decrypted, found.signature, found.from_matches) == (True, SignatureVerdict.VALID, True)
    assert (found.subject, found.parts[0].text.strip()) == ("Grüße: Antwort", "Körper, the canary sings.")
