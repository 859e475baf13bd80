"""An enrolled device, as the server knows it once it has shown its secret."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A device in one epoch, and the key that signs its records."""

    organization: str
    device: str
    epoch: str
    public_key: Ed25519PublicKey
