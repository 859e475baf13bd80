"""An SMTP reply and what it means in words: RFC 5321 4.2 reply codes, RFC 3463 and RFC 5248 enhanced codes.

The server's own words are never shown or kept: filters quote messages in them. The codes say enough, and IT finds the rest in its log.
"""

import re
from dataclasses import dataclass

from securemail_desktop.accounts.protocol import Submitted

_MEANING = {
    "1.1": "there is no such mailbox",
    "1.2": "there is no such domain",
    "1.3": "the address is not valid",
    "1.6": "the mailbox has moved",
    "1.7": "your address is not valid there",
    "1.8": "your address is not known there",
    "1.10": "the domain takes no mail",
    "2.1": "the mailbox is switched off",
    "2.2": "the mailbox is full",
    "2.3": "the message is too large for the mailbox",
    "3.1": "the server has no space left",
    "3.2": "the server takes no mail at the moment",
    "3.4": "the message is too large",
    "4.1": "the recipient's server does not answer",
    "4.5": "the server is overloaded",
    "5.3": "there are too many recipients at once",
    "6.7": "it cannot take addresses with international letters",
    "7.0": "its rules do not allow it",
    "7.1": "its rules do not allow it",
    "7.8": "user name or password are wrong",
    "7.9": "it does not take this way to sign in",
    "7.10": "it wants a stronger connection",
    "7.25": "the network you are in is not allowed to send",
    "7.26": "the message failed its authentication checks",
    "7.30": "it no longer takes passwords",
    "7.57": "it wants a sign-in first",
    "7.60": "you may not send from this address",
}
_GENERAL = {
    "1": "there is something wrong with the address",
    "2": "the mailbox does not take it",
    "3": "the mail system does not take it",
    "4": "the network does not let it through",
    "6": "it does not take this kind of message",
    "7": "its rules do not allow it",
}
_BASIC = {
    421: "it closes the connection",
    450: "the mailbox is busy",
    451: "it has a problem of its own",
    452: "it has too little space, or there are too many recipients",
    535: "user name or password are wrong",
    550: "the mailbox does not take it",
    551: "the recipient is elsewhere",
    552: "there is too little space",
    553: "the address is not allowed",
    554: "its rules do not allow it",
}
_ENHANCED = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})(?=\s|$)")
_QUEUE_ID = re.compile(r"queued as ([A-Za-z0-9._-]{1,64})|\bid=([A-Za-z0-9._-]{1,64})|InternalId=(\d{1,20})")


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's reply: `code` of three digits, or -1 when what came was no reply; `enhanced` such as "5.1.1" or empty."""

    code: int
    enhanced: str = ""
    queue_id: str = ""

    @property
    def positive(self) -> bool:
        """Say whether the command was done (2yz)."""
        return 200 <= self.code < 300

    @property
    def state(self) -> Submitted:
        """Return what the reply means for a message or recipient; what is no reply for it leaves it unknown."""
        states = {2: Submitted.ACCEPTED, 4: Submitted.DEFERRED, 5: Submitted.REFUSED}
        return states.get(self.code // 100, Submitted.UNKNOWN)

    @property
    def codes(self) -> str:
        """Return both codes as people tell them to their IT, e.g. "550 5.1.1"."""
        return f"{self.code} {self.enhanced}".strip() if self.code > 0 else "no reply code"

    @property
    def meaning(self) -> str:
        """Return half a sentence that says why the server objects."""
        subject, _, rest = self.enhanced[2:].partition(".")
        known = _MEANING.get(f"{subject}.{rest}") or _GENERAL.get(subject) or _BASIC.get(self.code)
        return known or ("it asks to try again later" if self.code // 100 == 4 else "it gives no reason")


def parse_reply(code: int, text: bytes) -> Reply:
    """Return the reply; `text` is what smtplib returns: its lines joined by line feeds, without the code."""
    words = text.decode("ascii", "replace")
    enhanced = _ENHANCED.match(words)
    agrees = enhanced is not None and enhanced[1] == str(code)[0]
    queue = _QUEUE_ID.search(words)
    queue_id = next((group for group in queue.groups() if group), "") if queue and 200 <= code < 300 else ""
    return Reply(code, f"{enhanced[1]}.{int(enhanced[2])}.{int(enhanced[3])}" if enhanced and agrees else "", queue_id)
