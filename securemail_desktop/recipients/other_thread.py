"""Text from another conversation: what the draft quotes was written to or by people who have nothing to do with whom it answers."""

import re
from collections.abc import Iterator

from securemail_desktop.message.address import parse_address
from securemail_desktop.message.errors import AddressError
from securemail_desktop.recipients.case import Case
from securemail_desktop.recipients.concern import Concern, Tier

NAME = "other-thread"
# Who wrote the quoted text: a copied header block, or the line above a quote.
_FROM = re.compile(r"^[ \t]*\*?(?:from|von|de|da|van|från|fra)\*?[ \t]?:.{0,200}$", re.IGNORECASE | re.MULTILINE)
_WROTE = re.compile(
    r"^(?!>).{0,300}\b(?:wrote|writes|schrieb|a écrit|escribió|ha scritto|schreef)\b.{0,40}:[ \t]*$", re.IGNORECASE | re.MULTILINE
)
_ADDRESS = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_READ = 20_000  # characters of the text


def check(case: Case) -> Iterator[Concern]:
    """Yield a concern when an answer quotes somebody who is neither in the conversation nor a recipient, before it quotes the conversation.

    What stands below the conversation's own text was already there: its people may have quoted whom they liked.
    """
    if not case.thread.known or not case.others:
        return
    for key, spec in _quoted(case.draft.text[:_READ]):
        if case.in_thread(key) or case.is_own(key):
            return
        if key not in case.keys:
            text = f"Your answer holds a message of {spec}, who is not in this conversation: is it the right text?"
            yield Concern(NAME, Tier.BAR, "", text, ("keep",), risk=0.6)
            return


def _quoted(text: str) -> Iterator[tuple[str, str]]:
    """Yield key and address of each author that the text names above quoted words, in their order."""
    lines = sorted((*_FROM.finditer(text), *_WROTE.finditer(text)), key=lambda found: found.start())
    for line in lines:
        for found in _ADDRESS.finditer(line.group()):
            try:
                address = parse_address(found.group())
            except AddressError:
                continue
            yield address.key, address.spec
