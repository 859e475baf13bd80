"""Look-alike and mistyped addresses: one that was never used and resembles one that is."""

from collections.abc import Iterator

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.case import Case, how_often
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.recipients.mail_domains import is_webmail, providers
from securemail_desktop.recipients.similar import Likeness, Similar, SimilarDomain
from securemail_desktop.recipients.skeleton import unicode_domain

NAME = "lookalike"
# How well a resemblance explains an address that was never used; how probable the mistake is, the model says.
RISK = {
    Likeness.SKELETON: 0.97,
    Likeness.LOCAL: 0.93,
    Likeness.DOMAIN: 0.96,
    Likeness.ENDING: 0.92,
    Likeness.LENGTHENED: 0.9,
    Likeness.WEBMAIL: 0.7,
    Likeness.ELSEWHERE: 0.45,
}


def check(address: Address, case: Case) -> Iterator[Concern]:
    """Yield at most one concern: the best explanation why the address is another's."""
    person = case.index.person(address.key)
    if person is not None and (person.sent or person.contact):
        return
    found = _person(address, case) or _provider(address, case)
    if found:
        yield found


def _person(address: Address, case: Case) -> Concern | None:
    similar = next((s for s in case.index.similar(address) if s.person.sent or s.person.contact or s.person.received), None)
    if similar is None:
        return None
    risk = RISK[similar.likeness] - 0.15 * max(0, similar.edits - 1)
    if case.in_thread(address.key) or not case.is_new(address):
        risk *= 0.4
    meant = similar.person.address
    text = f"You have never written to {_shown(address)}; {how_often(similar.person)} {_shown(meant)}{_reason(similar)}."
    return _concern(address, meant, risk, text)


def _provider(address: Address, case: Case) -> Concern | None:
    if case.index.at(address.domain) or case.in_thread(address.key):
        return None
    similar = next((s for s in case.index.similar_domains(address.domain) if _sure(s)), None)
    if similar is None:
        return None
    meant = Address(address.local, similar.domain, address.name)
    kind = "the mail provider" if is_webmail(similar.domain) else "a domain that you write to:"
    return _concern(
        address, meant, RISK[similar.likeness], f"The domain of {_shown(address)} is unknown; it resembles {kind} {similar.domain}."
    )


def _sure(similar: SimilarDomain) -> bool:
    provider = similar.domain in providers()
    return similar.likeness in {Likeness.SKELETON, Likeness.DOMAIN} and similar.edits <= 1 and (provider or len(similar.domain) >= 10)


def _concern(address: Address, meant: Address, risk: float, text: str) -> Concern:
    return Concern(NAME, Tier.BAR, address.key, text, ("keep", f"replace:{meant.spec}", "remove"), meant.spec, round(risk, 3))


def _reason(similar: Similar) -> str:
    if similar.likeness is Likeness.SKELETON:
        return ", which looks the same"
    return f" ({similar.detail or similar.likeness.value})"


def _shown(address: Address) -> str:
    return f"{address.spec.rpartition('@')[0]}@{unicode_domain(address.domain)}"
