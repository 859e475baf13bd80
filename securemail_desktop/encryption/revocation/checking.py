"""Ask about the certificates of the ring whose authority is known, and note what it says. Blocks: it is for the background, never for Send.

Rules: only certificates whose chain ends at an anchor, so that no stranger's certificate makes this program ask somebody; their authorities too.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from cryptography import x509

from securemail_desktop.encryption.errors import LookUpFailed
from securemail_desktop.encryption.revocation import crl, ocsp
from securemail_desktop.encryption.revocation.fetching import Fetcher
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.smime.certificate import vouched
from securemail_desktop.encryption.smime.identity import sha256_of
from securemail_desktop.encryption.standing import Standing, State

_LARGEST_ANSWER, _LARGEST_LIST = 100_000, 20_000_000  # octets
_MOST_PLACES = 3


def check(
    certificates: Iterable[x509.Certificate], ring: KeyRing, fetcher: Fetcher, now: datetime, wanted: Callable[[], bool] = lambda: True
) -> bool:
    """Ask about certificates, and their authorities, of which nothing fresh is known; say whether something is known now that was not.

    Raise `StoreError`.
    """
    changed = False
    trust = ring.trust()
    for each in certificates:
        for certificate, issuer in ring.issued(each) if vouched(each, trust, now) else ():
            before = ring.standing(sha256_of(certificate))
            if wanted() and (before is None or before.stale(now)) and _named(certificate):
                after = _kept(ask(certificate, issuer, fetcher, now), before, now)
                ring.note(sha256_of(certificate), after)
                changed |= before is None or before.state is not after.state
    return changed


def ask(certificate: x509.Certificate, issuer: x509.Certificate, fetcher: Fetcher, now: datetime) -> Standing | None:
    """Return the first sound answer, from the responders and then from the lists that the certificate names; None where there is none."""
    return next(_answers(certificate, issuer, fetcher, now), None)


def _answers(certificate: x509.Certificate, issuer: x509.Certificate, fetcher: Fetcher, now: datetime) -> Iterator[Standing]:
    for place in ocsp.places(certificate)[:_MOST_PLACES]:
        try:
            answer = fetcher.post(place, ocsp.request(certificate, issuer), _LARGEST_ANSWER)
        except LookUpFailed:
            continue
        if standing := ocsp.judge(answer, certificate, issuer, now):
            yield standing
    for place in crl.places(certificate)[:_MOST_PLACES]:
        try:
            answer = fetcher.get(place, _LARGEST_LIST)
        except LookUpFailed:
            continue
        if standing := crl.judge(answer, certificate, issuer, now):
            yield standing


def _kept(answer: Standing | None, before: Standing | None, now: datetime) -> Standing:
    """Return what is noted: where nobody answers now, what was revoked stays so, and what was good is good until its end."""
    if answer is not None:
        return answer
    if before is not None and (before.state is State.REVOKED or now <= before.until):
        return replace(before, at=now)
    return Standing(State.UNKNOWN, now, now)


def _named(certificate: x509.Certificate) -> bool:
    return bool(ocsp.places(certificate) or crl.places(certificate))
