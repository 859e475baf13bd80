import threading
from dataclasses import replace

from securemail_desktop.accounts.guess import Guess, Open
from securemail_desktop.accounts.line import Timeouts
from securemail_desktop.accounts.offer import Offer
from securemail_desktop.accounts.open import open_mailbox_check, open_submission_check
from securemail_desktop.accounts.protocol import Checkable
from securemail_desktop.accounts.settings import Security, Server
from tests.support.authority import Authority
from tests.support.faulty_imap import FaultyImap, on
from tests.support.faulty_smtp import FaultySmtp, Hang

USER = "alice@clinic.example"
PATIENT = Timeouts(20, 20, 20)
Places = dict[tuple[str, int], int]  # host and port as they are guessed, the port on this machine


def opener(open_check: Open, places: Places, roots: str) -> Open:
    def opened(server: Server, password: str, timeouts: Timeouts) -> Checkable:
        assert password == ""
        port = places.get((server.host, server.port), 1)
        return open_check(replace(server, port=port, address="127.0.0.1", ca_file=roots), password, PATIENT)

    return opened


def guess(places: Places, authority: Authority) -> Guess:
    roots = str(authority.roots)
    return Guess(opener(open_mailbox_check, places, roots), opener(open_submission_check, places, roots))


def test_the_usual_names_are_found_without_a_sign_in(authority: Authority) -> None:
    certificate = authority.issue("imap.clinic.example", "mail.clinic.example")
    with FaultyImap(certificate, implicit_tls=True) as imap, FaultySmtp(certificate) as smtp:
        places = {("imap.clinic.example", 993): imap.port, ("mail.clinic.example", 587): smtp.port}
        offer = guess(places, authority).find("clinic.example", USER, mailbox=True, submission=True)
    assert offer == Offer(
        Server("imap.clinic.example", 993, Security.TLS, USER), Server("mail.clinic.example", 587, Security.STARTTLS, USER)
    )
    assert not {"AUTHENTICATE", "LOGIN"} & set(imap.verbs)


def test_a_certificate_for_another_name_is_not_taken(authority: Authority) -> None:
    with FaultyImap(authority.issue("other.example"), implicit_tls=True) as wild:
        places = {("imap.clinic.example", 993): wild.port}
        assert guess(places, authority).find("clinic.example", USER, mailbox=True, submission=False) == Offer()


def test_the_best_answer_does_not_wait_for_the_worse_ones(authority: Authority) -> None:
    certificate = authority.issue("imap.clinic.example", "mail.clinic.example")
    with FaultyImap(certificate, implicit_tls=True) as good, FaultyImap(certificate, on("GREETING", Hang())) as slow:
        places = {("imap.clinic.example", 993): good.port, ("mail.clinic.example", 143): slow.port}
        offer = guess(places, authority).find("clinic.example", USER, mailbox=True, submission=False)
    assert offer.mailbox is not None  # a wait of 20 seconds would be the test's end


def test_an_interruption_ends_what_hangs(authority: Authority) -> None:
    certificate = authority.issue("imap.clinic.example")
    reached = threading.Event()

    def hang(verb: str) -> Hang:
        reached.set()
        return Hang()

    with FaultyImap(certificate, hang) as slow:
        asking = guess({("imap.clinic.example", 143): slow.port}, authority)
        found: list[Offer] = []
        thread = threading.Thread(target=lambda: found.append(asking.find("clinic.example", USER, mailbox=True, submission=False)))
        thread.start()
        assert reached.wait(20)
        asking.interrupt()
        thread.join(15)
        assert found == [Offer()]


def test_what_was_interrupted_before_it_began_asks_nobody() -> None:
    def never(server: Server, password: str, timeouts: Timeouts) -> Checkable:
        raise AssertionError(server)

    asking = Guess(never, never)
    asking.interrupt()
    assert asking.find("clinic.example", USER, mailbox=True, submission=True) == Offer()
