"""The keys of enrolled devices in a file, as `securemail serve --device-keys` prints it and the milter reads it, anew whenever it changes."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from securemail_desktop.server.errors import NotReady

_VERSION = 1


def print_keys(organization: str, keys: Mapping[str, bytes]) -> str:
    """Return the file's text; `keys` are raw public keys by epoch."""
    rows = {epoch: b64encode(key).decode("ascii") for epoch, key in sorted(keys.items())}
    return json.dumps({"version": _VERSION, "organization": organization, "epochs": rows}, indent=1)


class DeviceKeys:
    """The keys of a file."""

    def __init__(self, path: Path) -> None:
        """Keep where they lie; nothing is read yet."""
        self._path = path
        self._stamp: tuple[int, int, int] | None = None
        self._keys: dict[str, Ed25519PublicKey] = {}

    def of(self, epoch: str) -> Ed25519PublicKey | None:
        """Return the key of an enrolment, None for one that is unknown or was revoked; raise `NotReady`."""
        self.refresh()
        return self._keys.get(epoch)

    def refresh(self) -> int:
        """Read the file where it has changed and return how many keys it holds; raise `NotReady`, and keep nothing then."""
        try:
            status = self._path.stat()
            stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
            if stamp != self._stamp:
                self._stamp, self._keys = None, {}
                self._keys = _read(self._path.read_bytes())
                self._stamp = stamp
        except OSError as error:
            raise NotReady(f"The file of device keys {self._path} cannot be read: {error.strerror}.") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotReady(
                f"The file of device keys {self._path} is damaged; write it anew with `securemail serve --device-keys`."
            ) from error
        return len(self._keys)


def _read(content: bytes) -> dict[str, Ed25519PublicKey]:
    document = json.loads(content)
    if document["version"] != _VERSION:
        raise ValueError(document["version"])
    return {str(epoch): Ed25519PublicKey.from_public_bytes(b64decode(key, validate=True)) for epoch, key in document["epochs"].items()}
