"""One mailbox: RFC 5322 addr-spec and display name, RFC 6532 local parts, IDNA 2008 domains."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox, parsed once at the edge.

    `local` is the unquoted local part, `domain` the lower-case A-label form ("xn--..."), `name` the decoded display name.
    """

    local: str
    domain: str
    name: str = ""

    @property
    def spec(self) -> str:
        """Return the addr-spec as SMTP and headers carry it, the local part quoted where RFC 5321 needs it."""
        raise NotImplementedError

    @property
    def key(self) -> str:
        """Return what identifies the mailbox in every mapping of the program: the addr-spec, case-folded, NFC."""
        raise NotImplementedError

    @property
    def display_domain(self) -> str:
        """Return the domain as people write it (U-labels); the A-label where it cannot be decoded."""
        raise NotImplementedError


def parse_address(text: str) -> Address:
    """Parse one mailbox such as `Ana Lopez <ana@clinic.example>`; raise `AddressError` with the reason."""
    raise NotImplementedError


def parse_addresses(text: str) -> tuple[Address, ...]:
    """Parse a header's or a person's list: commas, semicolons, quotes, comments and groups; raise `AddressError`."""
    raise NotImplementedError


def format_address(address: Address) -> str:
    """Return the mailbox as people read it: `Ana Lopez <ana@clinic.example>`, name unencoded, quoted where needed."""
    raise NotImplementedError
