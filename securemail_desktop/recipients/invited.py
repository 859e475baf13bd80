"""Invited: the invitation names people who do not get this message; who gets it reads about them, and they may get it from somebody else."""

from collections.abc import Iterator

from securemail_desktop.message import charset, parameter
from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.calendar import attendees
from securemail_desktop.recipients.case import Case
from securemail_desktop.recipients.concern import Concern, Tier

NAME = "invited"


def check(case: Case) -> Iterator[Concern]:
    """Yield one chip about the people whom an invitation names and who are not among the recipients."""
    named = {a.key: a for file in case.draft.attachments if file.media_type == "text/calendar" for a in attendees(_text(file))}
    keys = frozenset(case.keys)
    others = [address for key, address in named.items() if key not in keys and not case.is_own(key)]
    if others:
        yield Concern(
            NAME, Tier.CHIP, "", f"The invitation also names {_listed(others)}, to whom this message does not go.", ("keep",), risk=0.1
        )


def _text(file: Attachment) -> str:
    declared = parameter.parse(file.content_type)[1].get("charset", "")
    return charset.decode_file(file.content, declared).replace("\r\n", "\n").replace("\r", "\n")


def _listed(addresses: list[Address]) -> str:
    shown = ", ".join(address.spec for address in addresses[:2])
    return f"{shown} and {len(addresses) - 2} more" if len(addresses) > 2 else shown.replace(", ", " and ")
