"""The servers of a new account, found by its address: the domain's service records, what it publishes, then the usual names.

Only the user's own domain is asked. What is found is a proposal: nothing has been signed in to, and a person sees it before it is used.
"""

from collections.abc import Callable
from functools import partial

from securemail_desktop.accounts.guess import Guess
from securemail_desktop.accounts.offer import Found, Offer, Proposal, Source, is_within
from securemail_desktop.accounts.published import published
from securemail_desktop.accounts.service_records import named_in_dns
from securemail_desktop.accounts.settings import Server
from securemail_desktop.message.address import Address


class Autoconfig:
    """One search; `interrupt` ends it from any thread, after the question that is under way (some seconds at most)."""

    def __init__(
        self,
        in_dns: Callable[[str, str], Offer] = named_in_dns,
        on_site: Callable[[Address], Offer] = published,
        guess: Guess | None = None,
    ) -> None:
        """Keep where to look."""
        self._in_dns, self._on_site, self._guess = in_dns, on_site, guess or Guess()
        self._interrupted = False

    def find(self, address: Address) -> Proposal:
        """Return what can be found about an address; nothing for one without a domain name. Blocks, for half a minute at most."""
        domain, proposal = address.domain, Proposal()
        if domain.startswith("["):
            return proposal
        for source, ask in (
            (Source.DNS, partial(self._in_dns, domain, address.spec)),
            (Source.PUBLISHED, partial(self._on_site, address)),
        ):
            proposal = _with(proposal, ask(), source, domain)
            if self._interrupted or _is_whole(proposal):
                return proposal
        if proposal.browser:
            return proposal
        missing = self._guess.find(domain, address.spec, mailbox=proposal.mailbox is None, submission=proposal.submission is None)
        return _with(proposal, missing, Source.GUESSED, domain)

    def interrupt(self) -> None:
        """Look no further, from any thread."""
        self._interrupted = True
        self._guess.interrupt()


def _is_whole(proposal: Proposal) -> bool:
    return proposal.mailbox is not None and proposal.submission is not None


def _with(proposal: Proposal, offer: Offer, source: Source, domain: str) -> Proposal:
    """Return the proposal with what it lacks."""
    mailbox = proposal.mailbox or _found(offer.mailbox, source, domain)
    submission = proposal.submission or _found(offer.submission, source, domain)
    return Proposal(mailbox, submission, (proposal.browser or offer.browser) and mailbox is None)


def _found(server: Server | None, source: Source, domain: str) -> Found | None:
    if server is None:
        return None
    return Found(server, source, source is Source.DNS and not is_within(server.host, domain))
