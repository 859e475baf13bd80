"""Members of the organisation's lists from a real directory: asked for in the background, told of in the review."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from securemail_desktop.encryption.discovery.directory import directory
from securemail_desktop.encryption.discovery.members import Members, members_of
from securemail_desktop.encryption.errors import LookUpFailed
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Draft, Recipient
from securemail_desktop.session.session import Session
from tests.support.authority import Authority
from tests.support.directories import Slapd
from tests.support.policies import policy_folder
from tests.support.servers import server_folder

WARD, STAFF = (parse_address(f"{name}@hospital.example") for name in ("ward", "staff"))
LISTS = {
    "ward@hospital.example": [0, 1],
    "all@hospital.example": ["cn=ward", "dora@partner.example", "gone@hospital.example"],
    "staff@hospital.example": [0, "cn=nobody"],
    "round@hospital.example": ["cn=round2"],
    "round2@hospital.example": ["cn=round", 1],
}
OTHERS = {"ward@hospital.example": "station@hospital.example"}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def slapd(authority: Authority) -> Iterator[Slapd]:
    people: dict[str, dict[str, bytes]] = {"bob@hospital.example": {}, "carol@elsewhere.example": {}}
    with server_folder("slapd") as folder, Slapd(folder, authority.issue("localhost"), people, LISTS, OTHERS) as slapd:
        yield slapd


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.roots))


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    ("of", "found"),
    [
        ("ward", {"bob@hospital.example", "carol@elsewhere.example"}),
        ("all", {"bob@hospital.example", "carol@elsewhere.example", "dora@partner.example", "gone@hospital.example"}),
        ("staff", {"bob@hospital.example"}),
        ("round", {"carol@elsewhere.example"}),
        ("station", {"bob@hospital.example", "carol@elsewhere.example"}),
        ("bob", set()),
        ("nobody", set()),
        ("*", set()),
    ],
)
def test_members_by_name_by_address_and_of_lists_in_lists(slapd: Slapd, of: str, found: set[str]) -> None:
    members = members_of(parse_address(f"{of}@hospital.example"), directory(f"ldaps://localhost:{slapd.port}/o=hospital"))
    assert ({address.spec for address in members.addresses}, members.whole) == (found, True)


@pytest.mark.usefixtures("trusted")
def test_too_many_members_are_not_looked_at(slapd: Slapd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("securemail_desktop.encryption.discovery.members.MOST", 2)
    members = members_of(WARD, directory(f"ldaps://localhost:{slapd.port}/o=hospital"))
    assert members == Members((parse_address("bob@hospital.example"),), whole=False)


def test_a_directory_that_nobody_vouches_for_says_nothing(slapd: Slapd) -> None:
    with pytest.raises(LookUpFailed):
        members_of(WARD, directory(f"ldaps://localhost:{slapd.port}/o=hospital"))


@pytest.fixture
def session(tmp_path: Path, slapd: Slapd) -> Iterator[Session]:
    keys = f"keys: {{wkd: false, dns: false, directories: {{hospital.example: 'ldaps://localhost:{slapd.port}/o=hospital'}}}}\n"
    rule = "rules: [{id: out, title: O, when: {recipient: {inside: false}}, then: {require: transport}}]\n"
    text = f"schema: 1\nname: hospital\nversion: 1\ninside: [hospital.example]\n{keys}{rule}"
    with closing(Session(tmp_path / "data", tmp_path / "key")) as session:
        session.settings.put("policy-folder", str(policy_folder(tmp_path / "policy", text)))
        session.refresh()
        yield session


def _to(session: Session, name: str) -> Draft:
    sender = parse_address("alice@hospital.example")
    return Draft(
        sender,
        (Recipient(parse_address(f"{name}@hospital.example")),),
        "Lunch",
        "The cafeteria is closed.",
        "<1@hospital.example>",
        session.now(),
    )


@pytest.mark.usefixtures("trusted")
def test_a_list_that_is_read_outside_is_told_of_and_counts_as_outside(session: Session) -> None:
    draft = _to(session, "ward")
    assert all(c.check != "open-list" for c in session.review(draft).concerns)
    assert session.keys.look_ups.news([WARD, STAFF])
    review = session.review(draft)
    (told,) = [c for c in review.concerns if c.check == "open-list"]
    assert told.message == "ward@hospital.example is a list that is also read outside your organisation: carol@elsewhere.example."
    assert "out" in review.decision.recipients[0].rules
    assert not any(c.check == "open-list" for c in session.review(_to(session, "staff")).concerns)
    assert not session.keys.look_ups.news([WARD, STAFF]), "it was asked a moment ago"
    session.refresh()
    assert "out" in session.review(draft).decision.recipients[0].rules, "it is kept"


@pytest.mark.usefixtures("trusted")
def test_what_was_told_holds_while_the_directory_is_away(session: Session, slapd: Slapd) -> None:
    session.keys.look_ups.news([WARD])
    session._opened.lists.keep(WARD.key, ["carol@elsewhere.example"], session.now().replace(year=2020))
    policy = session.policy
    gone = replace(policy.keys, directories=(("hospital.example", "ldaps://localhost:9/o=hospital"),))
    session._opened.in_force = replace(session._opened.in_force, policy=replace(policy, keys=gone))
    assert not session.keys.look_ups.news([WARD])
    assert WARD.key in session.policy.open_lists


@pytest.mark.usefixtures("trusted")
def test_an_open_list_stays_one_where_not_all_members_could_be_looked_at(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    session.keys.look_ups.news([WARD])
    session._opened.lists.keep(WARD.key, ["carol@elsewhere.example"], session.now().replace(year=2020))
    monkeypatch.setattr("securemail_desktop.encryption.discovery.members.MOST", 2)
    assert not session.keys.look_ups.news([WARD])
    assert session.policy.open_lists[WARD.key] == ("carol@elsewhere.example",)
