"""Where an account's servers are. Secrets are not in it: they lie in the encrypted store under the account's name."""

from dataclasses import dataclass
from enum import StrEnum

from securemail_desktop.message.address import Address


class Security(StrEnum):
    """How the connection is encrypted; there is no third way."""

    TLS = "tls"
    STARTTLS = "starttls"


@dataclass(frozen=True, slots=True)
class Server:
    """One server: `host` is the name its certificate must bear; `ca_file` a PEM file of private roots, or empty for the system's trust store.

    `address` is where to connect when it differs from `host` (tests and the demo on loopback), or empty.
    """

    host: str
    port: int
    security: Security
    user: str
    ca_file: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A mail account: who one is there, where mail is handed over, where it is read."""

    name: str
    address: Address
    submission: Server
    mailbox: Server | None = None
