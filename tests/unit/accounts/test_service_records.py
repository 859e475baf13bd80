import dns.resolver
import pytest

from securemail_desktop.accounts.offer import Offer
from securemail_desktop.accounts.service_records import named_in_dns
from securemail_desktop.accounts.settings import Security, Server
from tests.support.name_server import NameServer, Zone

USER = "alice@clinic.example"


def named(zone: Zone) -> Offer:
    with NameServer(zone) as server:
        return named_in_dns("clinic.example", USER, server.resolver)


def test_tls_from_the_first_byte_comes_before_starttls() -> None:
    offer = named(
        {
            "_imaps._tcp.clinic.example.": ["0 1 993 Imap.Clinic.example."],
            "_imap._tcp.clinic.example.": ["0 1 143 old.clinic.example."],
            "_submission._tcp.clinic.example.": ["0 1 587 smtp.clinic.example."],
        }
    )
    assert offer.mailbox == Server("imap.clinic.example", 993, Security.TLS, USER)
    assert offer.submission == Server("smtp.clinic.example", 587, Security.STARTTLS, USER)


def test_the_record_of_the_lowest_priority_and_then_the_highest_weight_is_taken() -> None:
    records = ["20 9 993 c.clinic.example.", "10 1 993 b.clinic.example.", "10 5 994 a.clinic.example."]
    assert named({"_imaps._tcp.clinic.example.": records}).mailbox == Server("a.clinic.example", 994, Security.TLS, USER)


@pytest.mark.parametrize(
    "target", ["0 0 0 .", "0 0 993 .", "0 0 0 imap.clinic.example.", "0 0 993 localhost.", "0 0 993 a\\032b.clinic.example."]
)
def test_a_service_that_is_not_offered_or_has_no_host_name_is_none(target: str) -> None:
    offer = named({"_imaps._tcp.clinic.example.": [target], "_imap._tcp.clinic.example.": ["0 1 143 imap.clinic.example."]})
    assert offer.mailbox == Server("imap.clinic.example", 143, Security.STARTTLS, USER)


def test_a_domain_without_records_offers_nothing() -> None:
    assert named({}) == Offer()


def test_where_no_name_server_is_known_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> dns.resolver.Resolver:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver, "Resolver", none)
    assert named_in_dns("clinic.example", USER) == Offer()
