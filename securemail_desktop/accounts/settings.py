"""Where an account's servers are, and how that is written as a JSON document and on a command line.

Secrets are not in it: they lie in the encrypted store under the account's name, as ("password", name).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from securemail_desktop.accounts.errors import SettingsBroken
from securemail_desktop.message.address import Address
from securemail_desktop.message.errors import AddressError

_BROKEN = "The stored list of accounts cannot be read: add the accounts anew."


class Security(StrEnum):
    """How the connection is encrypted; there is no third way."""

    TLS = "tls"
    STARTTLS = "starttls"


@dataclass(frozen=True, slots=True)
class Server:
    """One server: `host` is the name its certificate must bear; `ca_file` a PEM file of private roots, or empty for the system's trust store.

    `address` is where to connect when it differs from `host` (tests and the demo on loopback), or empty. An empty `user` means that the
    submission server wants no sign-in.
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


def accounts_document(accounts: Sequence[Account]) -> list[dict[str, object]]:
    """Return the accounts as a JSON document, the default one first."""
    return [
        {
            "name": account.name,
            "address": {"local": account.address.local, "domain": account.address.domain, "name": account.address.name},
            "submission": _server_document(account.submission),
            "mailbox": None if account.mailbox is None else _server_document(account.mailbox),
        }
        for account in accounts
    ]


def read_accounts(document: object | None) -> tuple[Account, ...]:
    """Return the accounts of a document that `accounts_document` made, none for None; raise `SettingsBroken`."""
    if document is None:
        return ()
    if not isinstance(document, list):
        raise SettingsBroken(_BROKEN)
    return tuple(_read_account(entry) for entry in document)


def parse_server(text: str, user: str, ca_file: str = "", address: str = "") -> Server:
    """Return the server of `HOST:PORT[/starttls|/tls]`, TLS from the first byte by default; raise `SettingsBroken` with the remedy."""
    place, _, kind = text.partition("/")
    host, _, port = place.rpartition(":")
    if kind.lower() not in {"", *Security}:
        raise SettingsBroken(f"'{text}' ends in '/{kind}': it must be /starttls, /tls or nothing (TLS).")
    if not host or not port.isascii() or not port.isdecimal() or not 0 < int(port) < 65536:
        raise SettingsBroken(f"'{text}' is not HOST:PORT, such as mail.clinic.example:465 or mail.clinic.example:587/starttls.")
    return Server(host.strip("[]").lower(), int(port), Security(kind.lower() or Security.TLS), user, ca_file, address)


def _server_document(server: Server) -> dict[str, object]:
    return {
        "host": server.host,
        "port": server.port,
        "security": server.security.value,
        "user": server.user,
        "ca_file": server.ca_file,
        "address": server.address,
    }


def _read_account(entry: object) -> Account:
    fields = _object(entry)
    mailbox = fields.get("mailbox")
    return Account(
        _text(fields, "name"),
        _read_address(fields.get("address")),
        _read_server(fields.get("submission")),
        None if mailbox is None else _read_server(mailbox),
    )


def _read_address(entry: object) -> Address:
    fields = _object(entry)
    try:
        return Address(_text(fields, "local"), _text(fields, "domain"), _text(fields, "name"))
    except AddressError as error:
        raise SettingsBroken(_BROKEN) from error


def _read_server(entry: object) -> Server:
    fields = _object(entry)
    port, security = fields.get("port"), _text(fields, "security")
    if type(port) is not int or not 0 < port < 65536 or security not in set(Security):
        raise SettingsBroken(_BROKEN)
    return Server(
        _text(fields, "host"), port, Security(security), _text(fields, "user"), _text(fields, "ca_file"), _text(fields, "address")
    )


def _object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise SettingsBroken(_BROKEN)
    return value


def _text(fields: dict[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise SettingsBroken(_BROKEN)
    return value
