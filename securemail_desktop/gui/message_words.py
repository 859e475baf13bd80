"""How people, dates and messages are named in the list and above the text. Pure; no Qt.

In a list a name may stand for its address, for the address stands above the text; a name that looks like an address never does.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from securemail_desktop.gui import words
from securemail_desktop.message.address import Address, parse_addresses
from securemail_desktop.message.errors import AddressError
from securemail_desktop.message.marks import Marks
from securemail_desktop.session.mail_view import MessageView

NO_SUBJECT, NOBODY = "(no subject)", "(nobody)"
WRITTEN_BY_US = frozenset({"sent", "drafts"})  # the roles of folders whose rows name the recipient
_AT_SIGNS = "@\uff20\ufe6b"


@lru_cache(maxsize=4096)
def people(header: str) -> str:
    """Return the people of a decoded address header in short, as a row of the list names them."""
    try:
        addresses = parse_addresses(header)
    except AddressError:
        return words.visible(header) or NOBODY
    return ", ".join(short_name(address) for address in addresses) or words.visible(header) or NOBODY


def short_name(address: Address) -> str:
    """Return the name, or the address where there is no name or one that looks like an address."""
    return words.spec(address) if not address.name.strip() or is_posing(address) else words.visible(address.name)


def is_posing(address: Address) -> bool:
    """Tell whether the display name looks like an address (whosever)."""
    return any(sign in address.name for sign in _AT_SIGNS)


def full_name(address: Address) -> str:
    """Return name and address; a name that looks like an address is said to be one only."""
    if address.name and is_posing(address) and address.name.casefold() != words.spec(address).casefold():
        return f"{words.spec(address)} (calls itself “{words.visible(address.name)}”)"
    return words.spec(address) if is_posing(address) else words.person(address)


def pretence(senders: Sequence[Address]) -> str:
    """Return a warning where a sender's name looks like another address than the real one, or an empty text."""
    posing = next((a for a in senders if is_posing(a) and words.spec(a).casefold() not in a.name.casefold()), None)
    if posing is None:
        return ""
    return f"The name “{words.visible(posing.name)}” looks like an address, but the message comes from {words.spec(posing)}."


def who(view: MessageView, role: str) -> str:
    """Return whom a row names: the recipients where we wrote it, else the sender."""
    return people(view.to if role in WRITTEN_BY_US else view.sender)


def subject(view: MessageView) -> str:
    """Return the subject on one line."""
    return " ".join(words.visible(view.subject).split()) or NO_SUBJECT


def day(moment: datetime, now: datetime) -> str:
    """Return a moment in local time, as short as it is clear: the hour today, then yesterday, the weekday, the date."""
    local, days = moment.astimezone(), _days_ago(moment, now)
    if days == 0:
        return local.strftime("%H:%M")
    if days == 1:
        return "Yesterday"
    if 1 < days < 7:
        return local.strftime("%a")
    return f"{local.day} {local:%b}" if local.year == now.astimezone().year else f"{local.day} {local:%b %Y}"


def spoken_day(moment: datetime, now: datetime) -> str:
    """Return a moment for a screen reader, with the hour."""
    local, days = moment.astimezone(), _days_ago(moment, now)
    said = {0: "Today", 1: "Yesterday"}.get(days, local.strftime("%A") if 1 < days < 7 else f"{local.day} {local:%B %Y}")
    return f"{said} {local:%H:%M}"


def whole_date(moment: datetime) -> str:
    """Return a moment in local time with everything."""
    local = moment.astimezone()
    return f"{local:%A}, {local.day} {local:%B %Y}, {local:%H:%M}"


def signs(view: MessageView) -> tuple[tuple[str, str], ...]:
    """Return the signs of a row as (icon, words), the last one nearest to its end.

    They say what the outside of a message tells: whether a signature is good is seen when it is opened.
    """
    known = (
        (Marks.ENCRYPTED in view.marks, "lock", "Protected"),
        (Marks.SIGNED in view.marks, "signed", "Carries a signature"),
        (Marks.ATTACHED in view.marks, "attach", "Has files"),
        (view.forwarded, "forward", "Forwarded"),
        (view.answered, "reply", "Answered"),
        (view.flagged, "flag", "Flagged"),
    )
    return tuple((icon, said) for shown, icon, said in known if shown)


def spoken(view: MessageView, role: str, now: datetime, place: str = "") -> str:
    """Return a row as a screen reader says it: "Unread. From Bob Weiss. Lab result. Yesterday 14:05."; `place` is its folder, where told."""
    written = role in WRITTEN_BY_US
    marks = ["" if view.seen else "Unread", *(said for _, said in reversed(signs(view)))]
    said = [
        *marks,
        f"{'To' if written else 'From'} {who(view, role)}",
        subject(view),
        spoken_day(view.date, now),
        f"In {place}" if place else "",
    ]
    return " ".join(f"{part}." for part in said if part)


def _days_ago(moment: datetime, now: datetime) -> int:
    return (now.astimezone().date() - moment.astimezone().date()).days
