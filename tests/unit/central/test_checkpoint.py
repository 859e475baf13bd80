import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from securemail_desktop.central.checkpoint import Checkpoint, CheckpointError, open_checkpoint, sign_checkpoint, verifier_key

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = "securemail-1234/clinic"
VKEY = verifier_key(ORIGIN, KEY.public_key())
CHECKPOINT = Checkpoint(ORIGIN, 20852163, b"\x07" * 32)
NOTE = sign_checkpoint(CHECKPOINT, KEY)


def test_the_note_has_the_lines_of_c2sp() -> None:
    lines = NOTE.split("\n")
    assert lines[:4] == [ORIGIN, "20852163", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=", ""]
    assert lines[4].startswith(f"— {ORIGIN} ")
    assert lines[5:] == [""]
    assert open_checkpoint(NOTE, VKEY) == CHECKPOINT


def test_a_note_of_the_go_implementation_opens() -> None:
    """The example of golang.org/x/mod/sumdb/note: the key id is computed as everybody computes it."""
    name, key_id, _ = ["PeterNeumann", "c74f20a3", "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"]
    from base64 import b64decode

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    typed = b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    assert verifier_key(name, Ed25519PublicKey.from_public_bytes(typed[1:])).split("+")[1] == key_id


def test_witnesses_and_extensions_are_passed_over() -> None:
    other = Ed25519PrivateKey.generate()
    witness = sign_checkpoint(Checkpoint("witness.example", 1, b"\1" * 32), other).split("\n")[-2]
    body, signature = NOTE.rstrip("\n").split("\n\n")
    assert open_checkpoint(f"{body}\n\n{witness}\n{signature}\n", VKEY) == CHECKPOINT


@pytest.mark.parametrize(
    ("note", "why"),
    [
        ("", "no signed note"),
        (NOTE.rstrip("\n"), "no signed note"),
        (NOTE.replace("20852163", "20852164"), "signature is wrong"),
        (NOTE.replace("BwcH", "CwcH", 1), "signature is wrong"),
        (NOTE.replace(f"— {ORIGIN}", "— someone"), "not signed"),
        (NOTE + "x\n", "no signature"),
        (NOTE.replace("— ", "- "), "no signature"),
        (sign_checkpoint(CHECKPOINT, Ed25519PrivateKey.generate()), "not signed"),
        (sign_checkpoint(Checkpoint(ORIGIN, 5, b"short"), KEY), "no SHA-256"),
        (sign_checkpoint(Checkpoint(ORIGIN, -5, b"\1" * 32), KEY), "no number"),
    ],
)
def test_anything_else_is_refused(note: str, why: str) -> None:
    with pytest.raises(CheckpointError, match=why):
        open_checkpoint(note, VKEY)


@pytest.mark.parametrize("vkey", ["", "name", "name+00000000+AQ==", VKEY[:-4] + "AAA=", VKEY.replace("+", "+0", 1)])
def test_a_damaged_verifier_key_is_refused(vkey: str) -> None:
    with pytest.raises(CheckpointError):
        open_checkpoint(NOTE, vkey)


def test_another_logs_checkpoint_is_refused() -> None:
    other = verifier_key("securemail-1234/other", KEY.public_key())
    with pytest.raises(CheckpointError):
        open_checkpoint(NOTE, other)
