"""One mailbox: RFC 5322 addr-spec and display name, RFC 6532 local parts, IDNA 2008 domains (RFC 5891, UTS 46 mapping), RFC 5321 literals.

An `Address` that exists is safe to print into a header: it holds no control character, no line break, no half of a surrogate pair.
"""

import ipaddress
import re
import unicodedata
from dataclasses import dataclass, field

import idna

from securemail_desktop.message.errors import AddressError
from securemail_desktop.message.mailbox_list import Mailbox, read

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_DOMAIN = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*|\[[0-9a-z:.]+\]")
_ATEXT = r"[^\s\x00-\x1f\x7f-\x9f<>@,;:.()\[\]\\\"]"
_DOT_ATOM = re.compile(rf"{_ATEXT}+(?:\.{_ATEXT}+)*")
_PLAIN = re.compile(r"([a-zA-Z0-9_+-]{1,30}(?:\.[a-zA-Z0-9_+-]{1,30}){0,3})@([a-zA-Z0-9]{1,30}(?:[.-][a-zA-Z0-9]{1,30}){1,3})")
_PHRASE = re.compile(rf"{_ATEXT}+(?: {_ATEXT}+)*")
_MAX_OCTETS = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets; longer local parts than 64 octets are common (VERP)


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox, parsed once at the edge.

    `local` is the unquoted local part, `domain` the lower-case A-label form ("xn--..."), `name` the decoded display name. `key` is what
    identifies the mailbox in every mapping of the program: the addr-spec, case-folded, NFC.
    """

    local: str
    domain: str
    name: str = ""
    key: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.local or _UNSAFE.search(self.local) or _UNSAFE.search(self.name):
            raise AddressError("An address must not be empty or hold a control character.")
        if not _DOMAIN.fullmatch(self.domain):
            raise AddressError("The domain of an address holds a character that no domain has.")
        object.__setattr__(self, "key", _key(self.spec))  # made once: long lists ask for it again and again

    @property
    def spec(self) -> str:
        """Return the addr-spec as SMTP and headers carry it, the local part quoted where RFC 5321 needs it.

        It is not ASCII where the local part is not: such a mailbox takes mail only by SMTPUTF8 (RFC 6531).
        """
        return f"{self.local if _DOT_ATOM.fullmatch(self.local) else _quote(self.local)}@{self.domain}"

    @property
    def display_domain(self) -> str:
        """Return the domain as people write it (U-labels); the A-label where it cannot be decoded."""
        return ".".join(map(_u_label, self.domain.split("."))) if "xn--" in self.domain else self.domain


def parse_address(text: str) -> Address:
    """Parse one mailbox such as `Ana Lopez <ana@clinic.example>`; raise `AddressError` with the reason."""
    if plain := _PLAIN.fullmatch(text):  # what is stored by the thousand needs no grammar
        return Address(plain[1], plain[2].lower())
    addresses = parse_addresses(text)
    if len(addresses) != 1:
        raise AddressError("Several addresses stand where one is expected." if addresses else "There is no address.")
    return addresses[0]


def parse_addresses(text: str) -> tuple[Address, ...]:
    """Parse a header's or a person's list: commas, semicolons, quotes, comments and groups; raise `AddressError`.

    Encoded words are decoded in names, outside quotation marks (RFC 2047, 5). A list of nothing, or of empty groups, is empty.
    """
    return tuple(_address(mailbox, number) for number, mailbox in enumerate(read(text), 1))


def format_address(address: Address) -> str:
    """Return the mailbox as people read it: `Ana Lopez <ana@clinic.example>`, name unencoded, quoted where needed."""
    if not address.name:
        return address.spec
    plain = _PHRASE.fullmatch(address.name) and "=?" not in address.name
    return f"{address.name if plain else _quote(address.name)} <{address.spec}>"


def _key(spec: str) -> str:
    return spec.lower() if spec.isascii() else unicodedata.normalize("NFC", unicodedata.normalize("NFD", spec).casefold())


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _address(mailbox: Mailbox, number: int) -> Address:
    address = Address(unicodedata.normalize("NFC", mailbox.local), _domain(mailbox.domain, number), mailbox.name)
    if len(address.spec.encode()) > _MAX_OCTETS:
        raise AddressError(f"Address {number} is longer than {_MAX_OCTETS} octets.")
    return address


def _domain(text: str, number: int) -> str:
    if text.startswith("["):
        return _literal(text, number)
    domain = text.lower() if text.isascii() else _a_labels(text, number)
    if not _DOMAIN.fullmatch(domain) or len(domain) > 253 or any(len(label) > 63 for label in domain.split(".")):
        raise AddressError(f"The domain of address {number} is not a domain name.")
    return domain


def _literal(text: str, number: int) -> str:
    try:
        ipaddress.ip_address(re.sub(r"(?i)^ipv6:(?=.*:)", "", text[1:-1]))
    except ValueError as error:
        raise AddressError(f"The brackets of address {number} hold no IP address.") from error
    return text.lower()


def _a_labels(text: str, number: int) -> str:
    try:
        return idna.encode(text, uts46=True).decode("ascii")
    except UnicodeError as error:
        raise AddressError(f"The domain of address {number} is not an internationalised domain name.") from error


def _u_label(label: str) -> str:
    try:
        return idna.ulabel(label)
    except UnicodeError:
        return label
