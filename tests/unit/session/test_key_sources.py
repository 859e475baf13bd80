"""Whom the policy lets the program ask."""

import pytest

from securemail_desktop.encryption.key_rules import KeyRules
from securemail_desktop.encryption.promise import Kind, TlsRules
from securemail_desktop.encryption.record import Origin
from securemail_desktop.message.address import parse_address
from securemail_desktop.session import key_sources
from securemail_desktop.session.key_sources import plan, promise_sources

OUTSIDE = parse_address("bob@hospital.org")
EVERYBODY = KeyRules(
    True, True, "https://keys.hospital.org", (("hospital.org", "ldaps://ldap.hospital.org/o=x"), ("clinic.org", "ldaps://l/o=y"))
)
NOBODY = KeyRules(wkd=False, dns=False)


def asked(address: str, rules: KeyRules) -> list[Origin]:
    return [source.origin for source in plan(parse_address(address), rules, ("clinic.org",)).sources]


def test_the_worthiest_source_is_asked_first() -> None:
    assert asked("bob@hospital.org", EVERYBODY) == [Origin.LDAP, Origin.WKD, Origin.VKS, Origin.DNS]


def test_no_stranger_is_asked_unless_policy_names_him() -> None:
    assert asked("bob@hospital.org", KeyRules()) == [Origin.WKD, Origin.DNS]
    assert asked("bob@hospital.org", NOBODY) == []
    assert {why for _, why in plan(OUTSIDE, NOBODY, ()).off} == {
        "No directory is named for this domain.",
        "Your organisation does not let this program ask there.",
    }


def test_for_a_colleague_only_the_directory_is_asked() -> None:
    assert asked("chen@clinic.org", EVERYBODY) == [Origin.LDAP]


def test_names_that_are_not_of_the_internet_are_asked_for_nowhere_in_it() -> None:
    for domain in ("hospital.example", "mail.local", "ward", "[192.0.2.1]"):
        assert asked(f"bob@{domain}", KeyRules()) == []


def promising(domain: str, rules: TlsRules) -> list[Kind]:
    return [source.kind for source in promise_sources(parse_address(f"bob@{domain}"), rules, ("clinic.org",))]


def test_domains_are_asked_what_they_promise_unless_policy_switches_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_sources, "resolver_here", lambda: ("127.0.0.1", 53))
    assert promising("hospital.org", TlsRules()) == [Kind.STS, Kind.DANE]
    assert promising("hospital.org", TlsRules(look_up=False)) == []
    assert promising("clinic.org", TlsRules()) == []
    assert promising("hospital.example", TlsRules()) == []


def test_without_a_resolver_here_signed_dns_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_sources, "resolver_here", lambda: None)
    assert promising("hospital.org", TlsRules()) == [Kind.STS]
