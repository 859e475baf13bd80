"""Mail servers under their usual names: the domain's own imap., smtp. and mail. are tried, TLS from the first byte before STARTTLS (RFC 8314).

A host counts only where TLS stands with a certificate for its name. No user name and no password goes anywhere.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import product
from threading import Lock

from securemail_desktop.accounts.errors import AccountError
from securemail_desktop.accounts.line import Timeouts
from securemail_desktop.accounts.offer import Offer
from securemail_desktop.accounts.open import open_mailbox_check, open_submission_check
from securemail_desktop.accounts.protocol import Checkable
from securemail_desktop.accounts.settings import Security, Server

_BRIEF = Timeouts(connect=5.0, reply=5.0, final=5.0)
_MAILBOX = (("imap", "mail"), (Security.TLS, 993), (Security.STARTTLS, 143))
_SUBMISSION = (("smtp", "mail"), (Security.TLS, 465), (Security.STARTTLS, 587))
Open = Callable[[Server, str, Timeouts], Checkable]


class Guess:
    """One round of trying; `interrupt` ends it from any thread."""

    def __init__(self, mailbox: Open = open_mailbox_check, submission: Open = open_submission_check) -> None:
        """Keep how servers are tried."""
        self._open_mailbox, self._open_submission = mailbox, submission
        self._guard, self._interrupted = Lock(), False
        self._busy: set[Checkable] = set()

    def find(self, domain: str, user: str, *, mailbox: bool, submission: bool) -> Offer:
        """Return the servers that answer, of those that are wanted; with `user` to sign in."""
        reading = _candidates(domain, user, *_MAILBOX) if mailbox else ()
        sending = _candidates(domain, user, *_SUBMISSION) if submission else ()
        with ThreadPoolExecutor(max_workers=len(reading) + len(sending) + 1, thread_name_prefix="guess") as pool:
            boxes = [pool.submit(self._answers, server, self._open_mailbox) for server in reading]
            ways = [pool.submit(self._answers, server, self._open_submission) for server in sending]
            offer = Offer(_first(reading, boxes), _first(sending, ways))
            self.interrupt()  # nobody waits for the worse ones
        return offer

    def interrupt(self) -> None:
        """End what is under way, from any thread."""
        with self._guard:
            self._interrupted = True
            for server in self._busy:
                server.interrupt()

    def _answers(self, server: Server, open_check: Open) -> bool:
        """Say whether TLS stands; the sign-in that would follow is not begun."""
        if self._interrupted:
            return False
        with self._interruptible(open_check(server, "", _BRIEF)) as check:
            try:
                return any(hop.name == "TLS" for hop in check.check())
            except AccountError:
                return False

    @contextmanager
    def _interruptible(self, check: Checkable) -> Iterator[Checkable]:
        with self._guard:
            self._busy.add(check)
        try:
            yield check
        finally:
            check.close()
            with self._guard:
                self._busy.discard(check)


def _candidates(domain: str, user: str, names: Sequence[str], *ways: tuple[Security, int]) -> tuple[Server, ...]:
    return tuple(Server(f"{name}.{domain}", port, security, user) for (security, port), name in product(ways, names))


def _first(servers: Sequence[Server], answers: Sequence[Future[bool]]) -> Server | None:
    return next((server for server, answer in zip(servers, answers, strict=True) if answer.result()), None)
