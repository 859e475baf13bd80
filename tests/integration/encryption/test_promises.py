"""What domains promise of the way to them, asked of real servers: HTTPS with a rule of MTA-STS, BIND behind a validating unbound for DANE."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from securemail_desktop.encryption.discovery.dane import Dane
from securemail_desktop.encryption.discovery.https import Https
from securemail_desktop.encryption.discovery.promising import ask_for_promises
from securemail_desktop.encryption.discovery.sts import Sts, SystemDns
from securemail_desktop.encryption.errors import LookUpFailed
from securemail_desktop.encryption.promise import Kind, Promise, Promises
from tests.support.authority import Authority
from tests.support.directories import KeyServer, SignedDns, trusting
from tests.support.keys import MemoryVault
from tests.support.name_server import NameServer
from tests.support.pki import NOW
from tests.support.servers import server_folder

DOMAIN = "hospital.example"
PLACE = f"mta-sts.{DOMAIN}/.well-known/mta-sts.txt"
RULE = b"version: STSv1\nmode: enforce\nmx: mail.hospital.example\nmax_age: 604800\n"
DAY = timedelta(days=1)
DIGEST = "ab" * 32


class World:
    """A domain with its DNS and its HTTPS server, and what we remember of it."""

    def __init__(self, authority: Authority, server: KeyServer, names: NameServer, records: dict[str, list[str]]) -> None:
        self.server, self.names, self.records = server, names, records
        self.memory = Promises(MemoryVault())
        self._sts = Sts(SystemDns(names.resolver), Https(trusting(authority.roots), lambda _: ("127.0.0.1", server.port)))

    def publish(self, rule: bytes, version: str = "1") -> None:
        self.server.files[PLACE] = rule
        self.records[f"_mta-sts.{DOMAIN}."] = [f'"v=STSv1; id={version};"']

    def ask(self, now: datetime = NOW, *, anew: bool = False) -> Promise:
        (promise,) = ask_for_promises(DOMAIN, [self._sts], self.memory, now, anew=anew)
        assert self.memory.of(DOMAIN) == (promise,)
        return promise


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def world(authority: Authority) -> Iterator[World]:
    records: dict[str, list[str]] = {}
    with KeyServer(authority.issue(f"mta-sts.{DOMAIN}")) as server, NameServer(records, "TXT") as names:
        server.media_type = "text/plain; charset=utf-8"
        yield World(authority, server, names, records)


def test_a_rule_that_enforces_is_a_promise_for_its_own_time(world: World) -> None:
    world.publish(RULE)
    promise = world.ask()
    assert (promise.held, promise.confirmed, promise.until, promise.version) == (True, NOW, NOW + 7 * DAY, "1")
    assert promise.said.startswith("hospital.example promises to take mail only protected")
    assert world.server.asked == [PLACE]


def test_within_a_day_nobody_is_asked_again_and_then_only_whether_the_rule_is_the_same(world: World) -> None:
    world.publish(RULE)
    first = world.ask()
    assert world.ask(NOW + DAY / 2) == first
    assert len(world.names.asked) == 1
    again = world.ask(NOW + DAY)
    assert (again.confirmed, again.until) == (NOW + DAY, first.until)
    assert (len(world.names.asked), len(world.server.asked)) == (2, 1)
    world.ask(NOW + 8 * DAY)
    assert len(world.server.asked) == 2, "its own time was over"


def test_a_new_rule_takes_the_place_of_the_old_one(world: World) -> None:
    world.publish(RULE)
    world.ask()
    world.publish(RULE.replace(b"enforce", b"testing"), "2")
    promise = world.ask(NOW + DAY)
    assert (promise.held, promise.version) == (False, "2")
    assert promise.said == "hospital.example only tries out a rule of its own."


def test_silence_takes_no_promise_away_before_its_time(world: World) -> None:
    """Whoever stands in between can keep answers away (RFC 8461, 10.2), and the domain's record is not signed."""
    world.publish(RULE)
    first = world.ask()
    world.records.clear()
    silent = world.ask(NOW + DAY)
    assert (silent.held, silent.failed, silent.confirmed) == (True, True, first.confirmed)
    assert not silent.holds(NOW + 7 * DAY)
    assert not world.ask(NOW + 7 * DAY).held, "its time is over"


@pytest.mark.parametrize("trouble", ["dns", "missing", "error", "media-type", "redirect", "unreadable", "too large"])
def test_a_rule_that_cannot_be_had_is_no_promise_and_no_denial(world: World, trouble: str) -> None:
    world.publish(b"mode: enforce" if trouble == "unreadable" else bytes(70_000) if trouble == "too large" else RULE)
    world.names.broken = trouble == "dns"
    world.server.status = {"error": 500, "redirect": 302}.get(trouble, 200)
    world.server.media_type = "text/html" if trouble == "media-type" else "text/plain"
    if trouble == "missing":
        world.server.files.clear()
    promise = world.ask()
    assert (promise.held, promise.failed) == (False, True)
    world.names.broken, world.server.status, world.server.media_type = False, 200, "text/plain"
    world.publish(RULE)
    assert world.ask(NOW + DAY / 24).held, "a failure is asked again after an hour"


def test_a_server_with_another_name_is_not_believed(authority: Authority) -> None:
    records = {f"_mta-sts.{DOMAIN}.": ['"v=STSv1; id=1;"']}
    with KeyServer(authority.issue(DOMAIN), {PLACE: RULE}) as server, NameServer(records, "TXT") as names:
        server.media_type = "text/plain"
        world = World(authority, server, names, records)
        assert world.ask().said == "mta-sts.hospital.example cannot prove that it is what it says."


def test_a_domain_without_a_record_promises_nothing_and_its_server_is_not_asked(world: World) -> None:
    promise = world.ask()
    assert (promise.held, promise.failed, world.server.asked) == (False, False, [])


_ADDRESS = "A 127.0.0.1"
_TLSA = f"TLSA 3 1 1 {DIGEST}"
_TWO = f"@ MX 10 mail\n@ MX 20 backup\nmail {_ADDRESS}\nbackup {_ADDRESS}"
_SIGNED = {
    "hospital.example": f"{_TWO}\n_25._tcp.mail {_TLSA}\n_25._tcp.backup TLSA 2 0 2 {DIGEST * 2}",
    "half.example": f"{_TWO}\n_25._tcp.mail {_TLSA}",
    "web.example": f"@ MX 10 mail\nmail {_ADDRESS}\n_25._tcp.mail TLSA 1 1 1 {DIGEST}",
    "other.example": f"@ MX 10 mail\nmail {_ADDRESS}\n_25._tcp.mail TLSA 3 7 1 {DIGEST}",
    "itself.example": f"@ {_ADDRESS}\n_25._tcp {_TLSA}",
    "alias.example": f"@ MX 10 mail\nmail CNAME real\nreal {_ADDRESS}\n_25._tcp.real {_TLSA}",
    "away.example": "@ MX 10 mail.practice.example.",
    "no-mail.example": "@ MX 0 .",
    "no-address.example": f"@ MX 10 mail\n_25._tcp.mail {_TLSA}",
    "forged.example": f"@ MX 10 mail\nmail {_ADDRESS}\n_25._tcp.mail TLSA 3 1 1 {'cd' * 32}",
}


@pytest.fixture(scope="module")
def dns() -> Iterator[SignedDns]:
    unsigned = {"practice.example": f"@ MX 10 mail\nmail {_ADDRESS}\n_25._tcp.mail {_TLSA}"}
    with server_folder("dns") as folder, SignedDns(folder, _SIGNED, unsigned, ("CDCDCDCD", "CDCDCDCE")) as dns:
        yield dns


@pytest.mark.parametrize(
    ("domain", "held"),
    [
        ("hospital.example", True),
        ("itself.example", True),
        ("alias.example", True),
        ("half.example", False),
        ("web.example", False),
        ("other.example", False),
        ("away.example", False),
        ("no-mail.example", False),
        ("no-address.example", False),
        ("practice.example", False),
    ],
)
def test_a_domain_promises_when_signed_dns_says_so_of_all_its_servers(dns: SignedDns, domain: str, held: bool) -> None:
    promise = Dane(dns.resolver).look_up(domain, None, NOW)
    assert (promise.kind, promise.held, promise.failed) == (Kind.DANE, held, False)


def test_a_forged_record_is_no_answer(dns: SignedDns) -> None:
    with pytest.raises(LookUpFailed, match="not signed as it should be"):
        Dane(dns.resolver).look_up("forged.example", None, NOW)
