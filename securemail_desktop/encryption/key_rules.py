"""What policy says about getting to know keys: whom this program may ask, and what it tells of its own."""

from dataclasses import dataclass

from securemail_desktop.encryption.standing import Mode


@dataclass(frozen=True, slots=True)
class KeyRules:
    """`wkd`, `dns` and `key_server` say who may be asked for a recipient's key: his domain, signed DNS, a server of keys (https, empty for none).

    `directories` are the LDAP servers that may be asked, (domain of the recipient, `ldaps://host[:port]/base`). `announce` tells one's own OpenPGP
    key in a header of what one sends. `revocation` says what follows when an authority cannot be asked whether
    a certificate is still good.
    """

    wkd: bool = True
    dns: bool = True
    key_server: str = ""
    directories: tuple[tuple[str, str], ...] = ()
    announce: bool = True
    revocation: Mode = Mode.SOFT
