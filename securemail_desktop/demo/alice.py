"""Alice's program in the demo: her account, her keys, her address book, the clinic's policy, and her device's enrolment."""

from securemail_desktop.accounts.settings import Account, Security, Server, accounts_document
from securemail_desktop.demo.organisation import Organisation
from securemail_desktop.demo.people import ALICE, MAIL_HOST, PASSWORD, PEOPLE, Means
from securemail_desktop.demo.world import World
from securemail_desktop.encryption.importing import import_file
from securemail_desktop.session.session import Session, now


def open_alice(world: World, organisation: Organisation) -> Session:
    """Return alice's open session; at the first start everything is set up, at each start the servers' ports are new."""
    session = Session(world.alice, world.alice_key)
    try:
        session.settings.put("accounts", accounts_document([_account(world, organisation)]))
        if session.settings.get("demo-ready") is None:
            _set_up(session, world, organisation)
            session.settings.put("demo-ready", document=True)
        session.central.moved(organisation.central.url)
        session.refresh()
    except BaseException:
        session.close()
        raise
    return session


def _account(world: World, organisation: Organisation) -> Account:
    user, roots = ALICE.address.spec, str(world.roots)
    submission = Server(MAIL_HOST, organisation.submission.port, Security.STARTTLS, user, roots, "127.0.0.1")
    mailbox = Server(MAIL_HOST, organisation.imap.port, Security.STARTTLS, user, roots, "127.0.0.1")
    return Account("clinic", ALICE.address, submission, mailbox)


def _set_up(session: Session, world: World, organisation: Organisation) -> None:
    session.vault.put("password", "clinic", PASSWORD.encode())
    session.settings.put("policy-folder", str(world.policy.absolute()))
    session.refresh()
    _import_keys(session, world)
    session.remember(person.address for person in PEOPLE if person is not ALICE)
    session.learn()
    session.central.enrol(organisation.central.url, organisation.central.invite("demo-clinic"), str(world.roots))


def _import_keys(session: Session, world: World) -> None:
    own = world.person(ALICE.address.local)
    import_file((own / "certificate.pem").read_bytes() + (own / "key.pem").read_bytes(), "", True, session.ring, now())
    import_file((own / "secret.asc").read_bytes(), "", True, session.ring, now())
    for person in PEOPLE:
        folder = world.person(person.address.local)
        if person.means is Means.SMIME and person is not ALICE:
            import_file((folder / "certificate.pem").read_bytes(), "", True, session.ring, now())
        if person.means is Means.OPENPGP:
            import_file((folder / "public.asc").read_bytes(), "", True, session.ring, now())
