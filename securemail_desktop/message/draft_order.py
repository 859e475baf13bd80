"""A private header of stored drafts: the order that MIME does not keep, because it groups recipients by field and inline images by body."""

import re
from typing import TypeVar

from securemail_desktop.message.content_out import place
from securemail_desktop.message.draft import AddressField, Draft

FIELD = "X-Draft-Order"

_NUMBERS = r"(?:[0-9]{1,5},)*[0-9]{0,5}"
_LISTS = re.compile(rf"recipients=({_NUMBERS}); attachments=({_NUMBERS})")
_Item = TypeVar("_Item")


def write(draft: Draft) -> str:
    """Return the header's value, or nothing where the message's own order is the draft's."""
    fields = list(AddressField)
    recipients = sorted(range(len(draft.recipients)), key=lambda index: fields.index(draft.recipients[index].field))
    attachments = sorted(range(len(draft.attachments)), key=lambda index: place(draft, draft.attachments[index]))
    if recipients == sorted(recipients) and attachments == sorted(attachments):
        return ""
    return f"recipients={','.join(map(str, recipients))}; attachments={','.join(map(str, attachments))}"


def read(value: str) -> tuple[list[int], list[int]]:
    """Return the two orders of a header's value, empty where it says nothing."""
    match = _LISTS.fullmatch(value)
    if not match:
        return [], []
    recipients, attachments = ([int(number) for number in group.split(",") if number] for group in match.groups())
    return recipients, attachments


def restore(items: tuple[_Item, ...], order: list[int]) -> tuple[_Item, ...]:
    """Return the items in the draft's order; as they are where the order does not fit them."""
    if sorted(order) != list(range(len(items))):
        return items
    return tuple(item for _, item in sorted(zip(order, items, strict=True), key=lambda pair: pair[0]))
