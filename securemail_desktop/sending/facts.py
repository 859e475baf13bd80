"""What was measured of a draft, as the facts that policy evaluates."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import PurePath

from securemail_desktop.encryption.capability import Capabilities, Capability
from securemail_desktop.encryption.discover import OWN_TRANSPORT
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.promise import Kind
from securemail_desktop.message.draft import Attachment, Draft, Recipient
from securemail_desktop.message.real_type import real_type
from securemail_desktop.message.text.body import FieldText
from securemail_desktop.message.text.reading import LOCKED_FILE, name_lines
from securemail_desktop.phi.finding import Scan
from securemail_desktop.policy.facts import AttachmentFacts, Facts, RecipientFacts
from securemail_desktop.recipients.concern import Concern

_PROMISES = frozenset(kind.value for kind in Kind)


def build_facts(  # noqa: PLR0913, PLR0917 - one argument an information point, in the order of the send path
    draft: Draft,
    texts: Sequence[FieldText],
    scan: Scan,
    concerns: Sequence[Concern],
    capabilities: Mapping[str, Capabilities],
    inside: Sequence[str],
    now: datetime,
    channel: str,
    open_lists: Collection[str] = (),
) -> Facts:
    """Return the facts of one draft; `capabilities` is by `Address.key`, `inside` the organisation's domains in A-label form.

    `open_lists` are addresses there that outside people read: whoever writes to one writes outside.
    """
    read = {text.field: text for text in texts}
    attachments = tuple(_attachment(a, read.get(f"attachment:{n}")) for n, a in enumerate(draft.attachments))
    by_key: dict[str, set[str]] = defaultdict(set)
    for concern in concerns:
        by_key[concern.recipient].add(concern.check)
    return Facts(
        sender=draft.sender.key,
        sender_domain=draft.sender.domain,
        recipients=tuple(
            _recipient(r, by_key[r.address.key] | by_key[""], capabilities[r.address.key], () if r.address.key in open_lists else inside)
            for r in draft.recipients
        ),
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
        confidences=tuple((f.type.value, f.confidence) for f in scan.findings),
        answers=bool(draft.in_reply_to),
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
        capabilities=frozenset(word for c in means.usable if c.accepted for word in _words(c)),
        uncertain=frozenset({"wkd"}) | (_PROMISES - means.asked),  # what nobody has asked for is unknown, not no
    )


def _words(capability: Capability) -> tuple[str, ...]:
    if capability.method is not Method.TLS or capability.key == OWN_TRANSPORT:
        return (capability.method.value,)
    return (capability.method.value, capability.key if capability.key in _PROMISES else "tls.gateway")


def _attachment(attachment: Attachment, read: FieldText | None) -> AttachmentFacts:
    reason = read.unreadable if read else ""
    return AttachmentFacts(
        name=attachment.filename,
        extension=PurePath(attachment.filename).suffix.lstrip(".").lower(),
        content_type=attachment.media_type,
        size=len(attachment.content),
        unreadable=bool(reason),
        real_type=real_type(attachment.content),
        password_protected=_protected(read),
        incomplete=read is None or read.pending or (bool(reason) and read.text not in {"", _named(attachment)}),
    )


def _named(attachment: Attachment) -> str:
    """Return the text of an attachment of which nothing but the name was read."""
    return "\n".join(line.text for line in name_lines(attachment))


def _protected(read: FieldText | None) -> bool | None:
    """Return whether a password protects the file; unknown while it is being read, and of kinds that are not read."""
    if read is None or read.pending:
        return None
    if LOCKED_FILE in read.unreadable:
        return True
    return None if read.unreadable else False


def _counts(scan: Scan) -> dict[str, int]:
    return dict(Counter(f.type.value for f in scan.findings) + Counter(t.category for t in scan.terms))
