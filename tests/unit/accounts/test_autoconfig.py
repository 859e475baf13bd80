from securemail_desktop.accounts.autoconfig import Autoconfig
from securemail_desktop.accounts.guess import Guess
from securemail_desktop.accounts.offer import Found, Offer, Proposal, Source
from securemail_desktop.accounts.settings import Security, Server
from securemail_desktop.message.address import Address, parse_address

ALICE = parse_address("alice@clinic.example")
IMAP = Server("imap.clinic.example", 993, Security.TLS, "alice")
SMTP = Server("smtp.clinic.example", 465, Security.TLS, "alice")
ELSEWHERE = Server("mail.provider.example", 993, Security.TLS, "alice")


class Asked(Guess):
    """Says what a test gives it, for what it is asked."""

    def __init__(self, offer: Offer) -> None:
        super().__init__()
        self.offer, self.wanted = offer, ""

    def find(self, domain: str, user: str, *, mailbox: bool, submission: bool) -> Offer:
        self.wanted = f"{'mailbox' * mailbox} {'submission' * submission}".strip()
        return Offer(self.offer.mailbox if mailbox else None, self.offer.submission if submission else None)


def found(dns: Offer = Offer(), site: Offer = Offer(), guess: Guess | None = None, address: Address = ALICE) -> Proposal:  # noqa: B008
    return Autoconfig(lambda domain, user: dns, lambda whom: site, guess or Asked(Offer())).find(address)


def test_the_first_source_that_names_a_server_is_taken_for_it() -> None:
    guess = Asked(Offer(ELSEWHERE, SMTP))
    assert found(Offer(mailbox=IMAP), Offer(ELSEWHERE), guess) == Proposal(Found(IMAP, Source.DNS), Found(SMTP, Source.GUESSED))
    assert guess.wanted == "submission"


def test_what_is_whole_is_not_asked_further() -> None:
    guess = Asked(Offer())
    assert found(Offer(IMAP, SMTP), guess=guess) == Proposal(Found(IMAP, Source.DNS), Found(SMTP, Source.DNS))
    assert guess.wanted == ""


def test_a_host_elsewhere_that_only_the_dns_names_must_be_known_to_a_person() -> None:
    assert found(Offer(ELSEWHERE)).mailbox == Found(ELSEWHERE, Source.DNS, outside=True)
    assert found(site=Offer(ELSEWHERE)).mailbox == Found(ELSEWHERE, Source.PUBLISHED)
    near = Server("imap.notclinic.example", 993, Security.TLS, "alice")
    assert found(Offer(near)).mailbox == Found(near, Source.DNS, outside=True)


def test_a_domain_that_signs_in_through_a_browser_is_not_guessed_at() -> None:
    guess = Asked(Offer(IMAP, SMTP))
    assert found(site=Offer(browser=True), guess=guess) == Proposal(browser=True)
    assert guess.wanted == ""


def test_an_address_of_a_bare_machine_has_nothing_to_ask() -> None:
    guess = Asked(Offer(IMAP, SMTP))
    assert found(guess=guess, address=parse_address("alice@[192.0.2.1]")) == Proposal()


def test_an_interrupted_search_asks_no_more() -> None:
    guess = Asked(Offer(IMAP, SMTP))

    def in_dns(domain: str, user: str) -> Offer:
        search.interrupt()
        return Offer()

    def never(address: Address) -> Offer:
        raise AssertionError

    search = Autoconfig(in_dns, never, guess)
    assert search.find(ALICE) == Proposal()
    assert guess.wanted == ""
