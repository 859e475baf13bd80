"""A key ring in memory for the window's tests: honest about what it does, broken where a test says so."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from securemail_desktop.encryption.errors import NotImportable
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.record import Role
from securemail_desktop.message.address import Address
from securemail_desktop.session.keys import KeyView
from securemail_desktop.session.recovery import Kept, Safety

NOW = datetime.now(UTC)
WAITS = "it waits for acceptance"


def view(
    key: str = "smime:ab",
    *addresses: str,
    role: Role = Role.OTHER,
    method: Method = Method.SMIME,
    reason: str = "",
    days: int = 400,
    refused: bool = False,
    differs: bool = False,
    evidence: str = "",
) -> KeyView:
    """A key of bob's, or as asked for."""
    fingerprint = ("AB12CD34" * 8)[: 64 if method is Method.SMIME else 40]
    owners = addresses or ("bob@hospital.example",)
    return KeyView(key, method, role, owners, fingerprint, reason, reason == WAITS, refused, NOW + timedelta(days=days), differs, evidence)


@dataclass
class FakeKeys:
    """`keys` are there; a file is imported with its `password` only, as a key that waits."""

    keys: list[KeyView] = field(default_factory=list)
    password: str = ""
    calls: list[str] = field(default_factory=list)
    news: bool = False  # what the next look-up says
    safe: Kept = field(default_factory=lambda: Kept(Safety.NONE))
    error: Exception | None = None

    def all(self) -> tuple[KeyView, ...]:
        self._called("all")
        return tuple(self.keys)

    def kept(self) -> Kept:
        self._called("kept")
        return self.safe

    def import_file(self, content: bytes, password: str) -> tuple[KeyView, ...]:
        self._called("import")
        if password != self.password:
            raise NotImportable("The private key needs its password, or has none.")
        self.keys.append(view(f"openpgp:{len(self.keys)}", method=Method.OPENPGP, reason=WAITS))
        return (self.keys[-1],)

    def create(self, address: Address) -> KeyView:
        self._called("create")
        self.keys.insert(0, view("openpgp:mine", address.key, role=Role.OWN, method=Method.OPENPGP))
        return self.keys[0]

    def cannot_open(self, key: str) -> bool:
        self._called(f"cannot open {key}")
        return True

    def discover(self, addresses: Sequence[Address]) -> bool:
        self._called("discover " + " ".join(address.key for address in addresses))
        found, self.news = self.news, False
        return found

    def confirm(self) -> bool:
        self._called("confirm")
        return False

    def request(self, address: Address) -> bytes:
        self._called("request")
        return b"-----BEGIN CERTIFICATE REQUEST-----"

    def public(self, key: str) -> bytes:
        self._called(f"public {key}")
        return b"public"

    def backup(self, key: str, password: str) -> bytes:
        self._called(f"backup {key}")
        return f"sealed with {len(password)} characters".encode()

    def accept(self, key: str) -> None:
        self._called(f"accept {key}")
        self._change(key, replace(self._key(key), reason="", waits=False, refused=False))

    def give_up(self, key: str) -> None:
        self._called(f"give up {key}")
        self._change(key, replace(self._key(key), reason="given up by you", refused=True))

    def _key(self, key: str) -> KeyView:
        return next(found for found in self.keys if found.id == key)

    def _change(self, key: str, changed: KeyView) -> None:
        self.keys = [changed if found.id == key else found for found in self.keys]

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if self.error:
            raise self.error
