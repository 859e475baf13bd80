"""A new user on a machine that her IT prepared: policy and keys are there, an account is not. She does everything by keyboard."""

import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from securemail_desktop.demo.organisation import Organisation
from securemail_desktop.demo.people import MAIL_HOST, PASSWORD
from securemail_desktop.demo.world import World
from securemail_desktop.encryption.importing import import_file
from securemail_desktop.session.session import Session, now
from tests.support.arrivals import Arrivals
from tests.support.name_server import NameServer
from tests.support.program import Program

pytestmark = [pytest.mark.slow, pytest.mark.xvfb]
ALICE, BOB = "alice@clinic.example", "bob@hospital.example"
TEXT = "Dear Bob, Helen Fairweather, MRN 4471902, has potassium 6.1 mmol/L."


def prepare(data: Path, key: Path, world: World) -> None:
    """Do what her IT does: the clinic's policy, her certificate, bob's."""
    own, bob = world.person("alice"), world.person("bob")
    with closing(Session(data, key)) as session:
        session.settings.put("policy-folder", str(world.policy.absolute()))
        session.refresh()
        for content in ((own / "certificate.pem").read_bytes() + (own / "key.pem").read_bytes(), (bob / "certificate.pem").read_bytes()):
            import_file(content, "", True, session.ring, now())


@pytest.fixture
def program(qapp: object, world: World, organisation: Organisation, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Program]:
    data, key = tmp_path / "fresh", tmp_path / "fresh.key"
    prepare(data, key, world)
    zone = {
        "_imap._tcp.clinic.example.": [f"0 1 {organisation.imap.port} {MAIL_HOST}."],
        "_submission._tcp.clinic.example.": [f"0 1 {organisation.submission.port} {MAIL_HOST}."],
    }
    with NameServer(zone) as names:
        surroundings = {"ONLOOKER_DNS": str(names.port), "SSL_CERT_FILE": str(world.roots)}
        program = Program(data, key, tmp_path, request.node.name, surroundings)
        yield program
        program.close()


def arrived(world: World) -> list[Path]:
    return list((world.delivered / "hospital.example").glob("*.eml"))


def opened_by_bob(world: World, file: Path) -> str:
    keys = world.person("bob")
    command = ["openssl", "cms", "-decrypt", "-inform", "SMIME", "-recip", str(keys / "certificate.pem"), "-inkey", str(keys / "key.pem")]
    return subprocess.run(command, input=file.read_bytes(), capture_output=True, check=True).stdout.decode()


def test_a_new_user_sets_up_her_mailbox_sees_her_mail_and_sends_patient_data(program: Program, world: World, arrivals: Arrivals) -> None:
    program.see("Set up your mailbox")
    program.front()
    program.focus("Your name")
    program.picture("first-start")
    program.type("Alice Keller")
    program.press("Tab")
    program.type(ALICE)
    program.press("Tab")
    program.type("mistyped")
    program.press("Return")
    program.see(f"Mail is read from {MAIL_HOST}")
    program.focus("Sign in and save")
    program.picture("found")
    program.press("space")
    program.see("refused the sign-in: check user name and password")
    program.focus("Password")
    program.picture("wrong-password")
    program.type(PASSWORD)
    program.press("Return")
    program.see("Rota for December")
    program.picture("mailbox")
    before = set(arrived(world))
    program.write(BOB, "Potassium", TEXT)
    program.see(f"{BOB}. Protected", "New message – SecureMail")
    program.picture("written")
    program.send()
    program.gone("New message – SecureMail")
    program.wait(lambda: arrivals.of(BOB) == [1])
    (file,) = set(arrived(world)) - before
    assert b"Fairweather" not in file.read_bytes()
    assert TEXT in opened_by_bob(world, file)
