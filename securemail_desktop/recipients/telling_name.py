"""A recipient's display name that tells about a patient: servers on the way read names, whatever protects the message."""

from collections.abc import Iterator, Sequence

from securemail_desktop.message.draft import Draft
from securemail_desktop.message.text.body import FieldText
from securemail_desktop.recipients.concern import Concern, Tier

NAME = "telling-name"
_FIELD = "recipient:"


def check(draft: Draft, texts: Sequence[FieldText]) -> Iterator[Concern]:
    """Yield a concern for each recipient whose name is a text of the message."""
    for text in texts:
        if text.field.startswith(_FIELD):
            address = draft.recipients[int(text.field.removeprefix(_FIELD))].address
            said = f"The name “{text.text}” of {address.spec} tells about a patient, and names are read on the way: it is left out."
            yield Concern(NAME, Tier.BAR, address.key, said, ("keep", f"replace:{address.spec}"), risk=0.5)
