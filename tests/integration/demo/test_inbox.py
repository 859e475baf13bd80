"""The mailbox that a newcomer finds in the demo: what is in it, how each letter opens, and that a second start adds nothing."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from securemail_desktop.demo.alice import open_alice
from securemail_desktop.demo.organisation import Organisation
from securemail_desktop.demo.world import World, open_world
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.opened import SignatureVerdict
from securemail_desktop.session.mail_view import MessageView
from securemail_desktop.session.session import Session

PLAIN = (Method.NONE, False, SignatureVerdict.NONE, False)
# subject in the list, and how it opens: method, decrypted, signature, whether From is the signer
LETTERS = {
    "Dose for Mr Weber": (Method.SMIME, False, SignatureVerdict.INVALID, False),
    "Referral of Jonas Weber": (Method.OPENPGP, True, SignatureVerdict.VALID, True),
    "Question before my appointment": PLAIN,
    "Re: Potassium of Helen Fairweather": (Method.SMIME, True, SignatureVerdict.VALID, True),
    "Report 2217": PLAIN,
    "Visitors' parking on Thursday": PLAIN,
    "November offers: gloves, swabs, paper": PLAIN,
    "Rota for December": PLAIN,
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return open_world(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def session(world: World) -> Iterator[Session]:
    with Organisation(world) as organisation, closing(open_alice(world, organisation)) as opened:
        opened.mail.refresh()
        yield opened


def rows(session: Session, words: str = "") -> tuple[MessageView, ...]:
    return session.mail.listing(session.mail.folders()[0].id, 0, 100, words).rows


def test_each_letter_opens_as_it_was_sent(session: Session) -> None:
    (inbox, *_) = session.mail.folders()
    assert (inbox.name, inbox.total, inbox.unseen) == ("INBOX", 8, 5)
    readings = [session.mail.read(row.id) for row in rows(session)]
    opened = {r.opened.subject: (r.opened.method, r.opened.decrypted, r.opened.signature, r.opened.from_matches) for r in readings}
    assert list(opened) == list(LETTERS)
    assert opened == LETTERS
    offers = next(reading for reading in readings if reading.html)
    assert 'src="cid:logo@supplies.example"' in offers.html
    assert (offers.files, offers.text[:4]) == ((), "Dear")
    assert [file.filename for reading in readings for file in reading.files] == ["report-2217.pdf"]
    assert "50 mg" in readings[0].text, "the change is to be seen beside its warning"


def test_the_subject_inside_of_a_protection_is_listed_and_found_once_it_was_read(session: Session) -> None:
    for row in rows(session):
        assert session.mail.read(row.id).view.subject == session.mail.read(row.id).opened.subject
    assert [row.subject for row in rows(session)] == list(LETTERS)
    assert [row.subject for row in rows(session, "JONAS carol")] == ["Referral of Jonas Weber"]
    session.mail.refresh()
    assert [row.subject for row in rows(session)] == list(LETTERS)


def test_answers_and_forwards_of_protected_mail_remember_that_it_was(session: Session) -> None:
    by_subject = {session.mail.read(row.id).opened.subject: row.id for row in rows(session)}
    answer = session.mail.reply(by_subject["Referral of Jonas Weber"], everyone=False)
    assert (answer.subject, answer.recipients[0].address.spec) == ("Re: Referral of Jonas Weber", "carol@practice.example")
    assert answer.answers_protected
    assert "> I would like to refer Jonas Weber" in answer.text
    forward = session.mail.forward(by_subject["Report 2217"])
    assert [file.filename for file in forward.attachments] == ["report-2217.pdf"]
    assert not forward.answers_protected


def test_a_second_start_adds_nothing_and_one_that_was_interrupted_is_made_good(world: World) -> None:
    new = world.maildirs / "alice" / "cur"
    before = sorted(new.iterdir())
    open_world(world.folder)
    assert sorted(new.iterdir()) == before
    (world.folder / "world" / "inbox-complete").unlink()
    before[0].unlink()
    open_world(world.folder)
    assert len(list(new.iterdir())) == len(before)
