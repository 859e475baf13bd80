"""All checks in their order: a draft and the index in, concerns out. Pure."""

from securemail_desktop.message.draft import Draft
from securemail_desktop.phi.finding import Scan
from securemail_desktop.recipients.concern import Concern
from securemail_desktop.recipients.index import RecipientIndex


def check_recipients(draft: Draft, index: RecipientIndex, scan: Scan) -> tuple[Concern, ...]:
    """Return the concerns about the draft's recipients, worst first, at most one of tier SHEET or BAR a recipient.

    `scan` raises or lowers tiers: a message with patient data deserves a sheet where ordinary mail deserves a chip.
    """
    raise NotImplementedError
