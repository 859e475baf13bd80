"""Everything that `review` may look at: functions and facts that were prepared before, no network behind them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from securemail_desktop.encryption.capability import Capabilities
from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import Attachment, Draft
from securemail_desktop.message.text.body import FieldText
from securemail_desktop.message.text.reading import AttachmentText
from securemail_desktop.phi.finding import Scan
from securemail_desktop.policy.decision import Decision
from securemail_desktop.policy.facts import Facts
from securemail_desktop.recipients.concern import Concern


@dataclass(frozen=True, slots=True)
class Checks:
    """The information points of one review, in the order in which they are asked.

    `attachment_text` gives what was read of an attachment before, or that it is being read. `calls_himself` says whether the display name is the
    one that its owner writes under: then nobody discloses it.
    """

    attachment_text: Callable[[Attachment], AttachmentText]
    scan: Callable[[Sequence[tuple[str, str]]], Scan]
    concerns: Callable[[Draft, Scan, Sequence[FieldText]], tuple[Concern, ...]]
    capabilities: Callable[[Address], Capabilities]
    decide: Callable[[Facts], Decision]
    calls_himself: Callable[[Address], bool]
    inside: tuple[str, ...]
    channel: str
    now: datetime
    open_lists: Collection[str] = ()
