"""What was measured of a draft, as the facts that policy evaluates."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import PurePath

from securemail_desktop.encryption.capability import Capabilities
from securemail_desktop.message.draft import Attachment, Draft, Recipient
from securemail_desktop.message.text.body import FieldText
from securemail_desktop.phi.finding import Scan
from securemail_desktop.policy.facts import AttachmentFacts, Facts, RecipientFacts
from securemail_desktop.recipients.concern import Concern


def build_facts(  # noqa: PLR0913, PLR0917 - one argument an information point, in the order of the send path
    draft: Draft,
    texts: Sequence[FieldText],
    scan: Scan,
    concerns: Sequence[Concern],
    capabilities: Mapping[str, Capabilities],
    inside: Sequence[str],
    now: datetime,
    channel: str,
) -> Facts:
    """Return the facts of one draft; `capabilities` is by `Address.key`, `inside` the organisation's domains in A-label form."""
    unreadable = {text.field for text in texts if text.unreadable}
    attachments = tuple(_attachment(a, f"attachment:{n}" in unreadable) for n, a in enumerate(draft.attachments))
    by_key: dict[str, set[str]] = defaultdict(set)
    for concern in concerns:
        by_key[concern.recipient].add(concern.check)
    return Facts(
        sender=draft.sender.key,
        sender_domain=draft.sender.domain,
        recipients=tuple(_recipient(r, by_key[r.address.key] | by_key[""], capabilities[r.address.key], inside) for r in draft.recipients),
        phi=scan.phi,
        score=scan.score,
        now=now,
        counts=_counts(scan),
        text=tuple((text.field, text.text) for text in texts),
        headers=(("Subject", draft.subject),),
        attachments=attachments,
        size=len(draft.text) + len(draft.html) + sum(a.size for a in attachments),
        channel=channel,
        answers_protected=draft.answers_protected,
    )


def is_inside(domain: str, inside: Sequence[str]) -> bool:
    """Say whether a domain is one of the organisation's. One below it is not: it may be run by somebody else, unless policy names it too."""
    return domain in inside


def _recipient(recipient: Recipient, concerns: Collection[str], means: Capabilities, inside: Sequence[str]) -> RecipientFacts:
    address = recipient.address
    return RecipientFacts(
        key=address.key,
        domain=address.domain,
        field=recipient.field.value,
        inside=is_inside(address.domain, inside),
        concerns=frozenset(concerns),
        capabilities=frozenset(c.method.value for c in means.usable if c.accepted),
    )


def _attachment(attachment: Attachment, unreadable: bool) -> AttachmentFacts:
    extension = PurePath(attachment.filename).suffix.lstrip(".").lower()
    return AttachmentFacts(attachment.filename, extension, attachment.media_type, len(attachment.content), unreadable)


def _counts(scan: Scan) -> dict[str, int]:
    return dict(Counter(f.type.value for f in scan.findings) + Counter(t.category for t in scan.terms))
