"""What the window says of a link: the host that it really leads to, and whether its text says another. Pure; no Qt.

An internationalised host stands in its own script with its A-label beside it; where its letters pass for others (UTS #39), in A-labels alone.
"""

import re
import unicodedata

from securemail_desktop.gui import words
from securemail_desktop.message.address import Address
from securemail_desktop.message.display.link import Link, read_link
from securemail_desktop.message.draft import AddressField
from securemail_desktop.message.errors import ParseError
from securemail_desktop.message.mailto import parse_mailto
from securemail_desktop.recipients.skeleton import mixed_scripts, skeleton, unicode_domain

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
_NAMED = re.compile(
    r"(?:https?:/{0,2}|//)?(?:[^\s/@]{1,64}@)?((?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,22}[^\W_])(?::\d{1,5})?(?:[/?#]\S*)?",
    re.IGNORECASE,
)
_FILES = re.compile("pdf|docx?|xlsx?|pptx?|txt|csv|html?|jpe?g|png|gif|xml|json|ics|odt", re.IGNORECASE)


def host(link: Link) -> str:
    """Return the host as it can be read without being deceived."""
    if "xn--" not in link.host:
        return link.host
    own = unicode_domain(link.host)
    doubtful = mixed_scripts(own) or any(_passes(label) for label in own.split(".")) or words.visible(own) != own
    return link.host if doubtful else f"{own} ({link.host})"


def doubt(link: Link) -> str:
    """Return why the text of a link should not be believed, as a sentence; empty where nothing speaks against it."""
    named = named_host(link.text)
    if not named or _belongs(named, link.host):
        return ""
    return f"The text says {words.visible(unicode_domain(named))}, but the link leads to {host(link)}."


def tip(link: Link) -> str:
    """Return what is shown before a link is opened, as plain text: host first, then the whole address."""
    first = f"Write to {link.target.removeprefix('mailto:').partition('?')[0]}" if link.is_mail else f"Opens {host(link)}"
    rest = "" if link.is_mail else link.target if len(link.target) <= 200 else link.target[:200] + "…"
    return "\n".join(filter(None, [doubt(link), first, rest]))


def named_host(text: str) -> str:
    """Return the A-label host that a link's text names, empty where it names none."""
    bare = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip(" \t\r\n<>()[]\"'.,;:!")
    match = _NAMED.fullmatch(bare)
    if not match or _FILES.fullmatch(match[1].rpartition(".")[2]):
        return ""
    link = read_link(f"https://{match[1]}/")
    return link.host if link else ""


def _belongs(named: str, real: str) -> bool:
    named, real = named.removeprefix("www."), real.removeprefix("www.")
    return named == real or named.endswith("." + real) or real.endswith("." + named)


def _passes(label: str) -> bool:
    """Return whether a label of foreign letters looks like one of ASCII."""
    bare = "".join(c for c in unicodedata.normalize("NFD", label) if not unicodedata.combining(c))
    return not bare.isascii() and skeleton(label).isascii()


def addressees(link: Link) -> tuple[Address, ...]:
    """Return whom a link that writes a message names; its other wishes are a stranger's and are not taken over."""
    try:
        return tuple(r.address for r in parse_mailto(link.target).recipients if r.field is AddressField.TO)
    except ParseError:
        return ()
