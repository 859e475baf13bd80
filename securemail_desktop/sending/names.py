"""Display names of recipients that say more than a name: `"John Smith diabetic foot" <js@mail.example>`.

No way of protecting a message covers its To and Cc: what a name says can be read by every server on the way. So such a name is a text of the message
like its subject, and never goes out. A name alone is none, or every health word would stand beside a person; nor is what somebody calls himself.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import AddressField, Draft, Recipient
from securemail_desktop.message.text.body import FieldText
from securemail_desktop.message.text.passage import Line, join
from securemail_desktop.phi.finding import IdentifierType, PersonRole, Scan

FIELD = "recipient:"
_IN_NAMES = frozenset({IdentifierType.NAME, IdentifierType.EMAIL, IdentifierType.URL})
_LONGEST_PLAIN, _FEW_DIGITS = 2, 5  # words, digits: fewer than any record number has


def telling_names(
    draft: Draft, scan: Callable[[Sequence[tuple[str, str]]], Scan], calls_himself: Callable[[Address], bool]
) -> tuple[FieldText, ...]:
    """Return the names in To and Cc that hold patient data by themselves; the field is `recipient:N`, N counts the draft's recipients from 0."""
    return tuple(_told(draft, scan, calls_himself))


def without_telling_names(draft: Draft, scan: Scan) -> Draft:
    """Return the draft as it may go on the wire: who has a telling name stands there by his address alone."""
    told = {int(finding.field.removeprefix(FIELD)) for finding in scan.findings if finding.field.startswith(FIELD)}
    return replace(draft, recipients=tuple(_bare(r) if n in told else r for n, r in enumerate(draft.recipients)))


def _told(draft: Draft, scan: Callable[[Sequence[tuple[str, str]]], Scan], calls_himself: Callable[[Address], bool]) -> Iterator[FieldText]:
    for number, recipient in enumerate(draft.recipients):
        address, field = recipient.address, f"{FIELD}{number}"
        if recipient.field is AddressField.BCC or _is_plain(address.name):
            continue
        if _tells(scan([(field, address.name)])) and not calls_himself(address):
            yield FieldText(field, *join([Line(address.name)]))


def _is_plain(name: str) -> bool:
    """Tell whether it looks like a first and a last name, as nearly all do: long lists of them cost nothing then."""
    plain = len(name.split()) <= _LONGEST_PLAIN and sum(map(str.isdigit, name)) <= _FEW_DIGITS
    return plain and (not name or name.istitle())


def _tells(found: Scan) -> bool:
    return found.phi or any(f.role is PersonRole.PATIENT and f.type not in _IN_NAMES for f in found.findings)


def _bare(recipient: Recipient) -> Recipient:
    return replace(recipient, address=replace(recipient.address, name=""))
