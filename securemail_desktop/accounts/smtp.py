"""Mail submission over SMTP: RFC 5321 transactions, 6409 submission, 1870 SIZE, 2920 PIPELINING, 6152 8BITMIME, 6531 SMTPUTF8, 8689 REQUIRETLS.

Rules: each recipient gets the server's answer to his own RCPT; one who is refused does not keep the others from getting the message; the bytes
of the message are never changed but for line ends and dot-stuffing. What a reply means is in `reply`, what an end of the line means in `protocol`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from securemail_desktop.accounts.errors import AccountError
from securemail_desktop.accounts.line import Line, Timeouts
from securemail_desktop.accounts.protocol import Envelope, Found, Hop, Outcome, Submitted
from securemail_desktop.accounts.reply import Reply
from securemail_desktop.accounts.settings import Server
from securemail_desktop.accounts.smtp_session import SmtpSession
from securemail_desktop.message.address import Address
from securemail_desktop.message.transfer import has_whole_lines

_PATIENT = Timeouts()
_UNKNOWN = (
    "The connection ended before the server answered, so it is not known whether it took the message:"
    " ask the recipient before you send it again."
)
_PART = 65536  # octets and the rest of a line: a write to the server, whose time-out is for each of them
_NO_TLS = "the way to the recipient's server is not protected"  # RFC 8689, 4.2.1; while signing in 5.7.30 means something else
_REMEDY = {"the sender": "ask your IT", "the recipient": "check the address", "the message": "ask your IT"}


class SmtpSubmission:
    """Hands messages to one submission server; a `Submission` and `Checkable`."""

    def __init__(self, server: Server, password: str, timeouts: Timeouts = _PATIENT) -> None:
        """Keep how to connect; an empty user name means that the server wants no sign-in."""
        self._line = Line(server, timeouts)
        self._session = SmtpSession(self._line, password)

    def submit(self, message: bytes, envelope: Envelope, committing: Callable[[], None]) -> tuple[Outcome, ...]:
        """Hand over one copy; return one outcome a recipient, in their order. See `Submission.submit`."""
        content = _wire_form(message)
        try:
            self._session.ready()
        except AccountError as error:
            return tuple(replace(_put_off(recipient, error), reached=False) for recipient in envelope.recipients)
        try:
            answers = self._announce(content, envelope)
        except AccountError as error:
            return tuple(_put_off(recipient, error) for recipient in envelope.recipients)
        if any(answer.state is Submitted.ACCEPTED for answer in answers):
            self._commit(committing)
            return self._hand_over(content, answers)
        return answers

    def find(self, message_id: str) -> Found:
        """Return UNTOLD: SMTP cannot tell."""
        del message_id
        return Found.UNTOLD

    def check(self) -> Iterator[Hop]:
        """Yield each hop that works; raise the `AccountError` of the first that does not."""
        yield from self._session.opening()
        self._session.quit()

    def interrupt(self) -> None:
        """End whatever is under way, from any thread."""
        self._line.interrupt()

    def close(self) -> None:
        """End the session politely."""
        self._session.quit()

    def _announce(self, content: bytes, envelope: Envelope) -> tuple[Outcome, ...]:
        """Do MAIL and RCPT; ACCEPTED means here that the recipient may get the message."""
        international = _is_international(content, envelope)
        obstacle = self._obstacle(content, international=international)
        if obstacle:
            return tuple(Outcome(recipient, Submitted.REFUSED, 0, *obstacle) for recipient in envelope.recipients)
        if international:
            self._session.allow_international()
        parameters = self._parameters(content, international=international) + self._protection(envelope)
        reply = self._session.command(f"MAIL FROM:<{envelope.sender.spec}>{parameters}")
        if not reply.positive:
            return tuple(_outcome(recipient, reply, "the sender") for recipient in envelope.recipients)
        replies = self._session.commands([f"RCPT TO:<{recipient.spec}>" for recipient in envelope.recipients])
        return tuple(_outcome(recipient, reply, "the recipient") for recipient, reply in zip(envelope.recipients, replies, strict=True))

    def _obstacle(self, content: bytes, *, international: bool) -> tuple[str, str] | None:
        """Return the sentence and the RFC 3463 code of what the server's extensions do not allow."""
        limit = self._session.offer("SIZE") or ""
        if limit.isdecimal() and 0 < int(limit) < len(content):
            sizes = f"The message has {len(content) / 1e6:.1f} MB and the server takes no more than {int(limit) / 1e6:.1f} MB"
            return f"{sizes}: send its files smaller or in several messages.", "5.3.4"
        if international and self._session.offer("SMTPUTF8") is None:
            return "The server cannot take addresses with international letters.", "5.6.7"
        if not content.isascii() and self._session.offer("8BITMIME") is None:
            return "The server cannot take messages with 8-bit text.", "5.6.3"
        return None

    def _parameters(self, content: bytes, *, international: bool) -> str:
        size = f" SIZE={len(content)}" if self._session.offer("SIZE") is not None else ""
        body = "" if content.isascii() else " BODY=8BITMIME"
        return size + body + (" SMTPUTF8" if international else "")

    def _protection(self, envelope: Envelope) -> str:
        return " REQUIRETLS" if envelope.require_tls and self._session.offer("REQUIRETLS") is not None else ""

    def _commit(self, committing: Callable[[], None]) -> None:
        try:
            committing()
        except BaseException:
            self._session.quit()  # the server forgets the transaction
            raise

    def _hand_over(self, content: bytes, answers: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
        try:
            reply = self._session.data(_stuffed(content))
        except AccountError as error:
            return tuple(_put_off(a.recipient, error) if a.state is Submitted.ACCEPTED else a for a in answers)
        return tuple(_final(a.recipient, reply) if a.state is Submitted.ACCEPTED else a for a in answers)


def _outcome(recipient: Address, reply: Reply, what: str) -> Outcome:
    if reply.state is Submitted.ACCEPTED:
        return Outcome(recipient, Submitted.ACCEPTED, reply.code, "The server takes the recipient.", reply.enhanced)
    state = reply.state if reply.code >= 400 else Submitted.DEFERRED  # before DATA nothing is in doubt
    remedy = _REMEDY[what] if state is Submitted.REFUSED else "it is tried again later"
    meaning = _NO_TLS if reply.enhanced.endswith(".7.30") else reply.meaning
    detail = f"The server did not take {what}: {meaning} ({reply.codes}); {remedy}."
    return Outcome(recipient, state, max(reply.code, 0), detail, reply.enhanced)


def _final(recipient: Address, reply: Reply | None) -> Outcome:
    if reply is None or reply.state is Submitted.UNKNOWN:
        return Outcome(recipient, Submitted.UNKNOWN, 0, _UNKNOWN)
    if reply.state is Submitted.ACCEPTED:
        return Outcome(recipient, reply.state, reply.code, f"The server took the message ({reply.codes}).", reply.enhanced, reply.queue_id)
    return _outcome(recipient, reply, "the message")


def _put_off(recipient: Address, error: AccountError) -> Outcome:
    return Outcome(recipient, Submitted.DEFERRED, error.code, str(error), error.enhanced)


def _wire_form(message: bytes) -> bytes:
    """Return the message with CRLF line ends, also at its end: a bare CR or LF could end DATA early on a careless server."""
    content = message if has_whole_lines(message) else re.sub(rb"\r\n|\r|\n", b"\r\n", message)
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def _stuffed(content: bytes) -> Iterator[bytes]:
    """Yield the content with its dots doubled and with its end (RFC 5321, 4.5.2), in parts: it may be large."""
    start = 0
    while start < len(content):
        end = min(start + _PART, len(content))
        end = end if end == len(content) else content.find(b"\n", end) + 1  # content ends with a line end
        part = content[start:end].replace(b"\r\n.", b"\r\n..")
        yield b"." + part if part.startswith(b".") else part
        start = end
    yield b".\r\n"


def _is_international(content: bytes, envelope: Envelope) -> bool:
    head = content[: content.find(b"\r\n\r\n")]
    return not head.isascii() or not all(address.spec.isascii() for address in (envelope.sender, *envelope.recipients))
