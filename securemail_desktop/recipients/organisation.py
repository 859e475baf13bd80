"""Two organisations of one name: the recipient's domain is another than the one the user writes to, and both are called alike."""

from collections.abc import Iterator

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.case import Case
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.recipients.mail_domains import is_webmail
from securemail_desktop.recipients.organisation_name import core
from securemail_desktop.recipients.person import Person

NAME = "organisation"


def check(address: Address, case: Case) -> Iterator[Concern]:
    """Yield a concern when the user writes more to another organisation of the same name."""
    if is_webmail(address.domain) or case.is_inside(address) or case.in_thread(address.key):
        return
    other = _twin(address, case)
    if other is None or case.index.sent_to(other.domain) <= 2 * case.index.sent_to(address.domain):
        return
    text = f"{address.spec} is at {address.domain}; you write to {other.address.spec} at {other.domain}, which has the same name."
    risk = 0.6 if not case.written(address.key) else 0.15
    tier = Tier.BAR if risk > 0.5 else Tier.CHIP
    yield Concern(NAME, tier, address.key, text, ("keep", f"replace:{other.address.spec}", "remove"), other.address.spec, risk)


def _twin(address: Address, case: Case) -> Person | None:
    domains = (domain for domain in case.index.namesakes(core(address.domain)) if domain != address.domain and not is_webmail(domain))
    people = [person for domain in domains for person in case.index.at(domain) if person.sent]
    same = [person for person in people if person.local.casefold() == address.local.casefold()]
    return max(same or people, key=lambda person: person.sent, default=None)
