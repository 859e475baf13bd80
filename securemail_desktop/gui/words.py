"""What the window says: sentences made of what the stages found. Pure; no Qt.

Rules of design/warnings.md: the title names the consequence with the real address, the safe choice finishes the job, no words of
cryptography in the main path. Text from mail is shown with its controls made visible, so that no name can turn an address around.
"""

import html
import re
from collections.abc import Sequence
from datetime import datetime

from securemail_desktop.accounts.errors import AccountError
from securemail_desktop.audit.journal import JournalError
from securemail_desktop.central.errors import CentralError
from securemail_desktop.encryption.errors import EncryptionError
from securemail_desktop.gui.tones import Tone
from securemail_desktop.message.address import Address
from securemail_desktop.message.errors import MessageError
from securemail_desktop.phi.errors import PhiError
from securemail_desktop.phi.finding import Finding, IdentifierType
from securemail_desktop.sending.errors import SendingError
from securemail_desktop.sending.state import Outlook, Question, Receipt, Review, State, Verdict
from securemail_desktop.session.session import NoAccount
from securemail_desktop.store.errors import StoreError

_CONTROLS = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")

STATES = {
    State.READY: "Waiting to be sent",
    State.COMMITTING: "Being sent",
    State.ACCEPTED: "Sent",
    State.DEFERRED: "Will be tried again",
    State.REFUSED: "Not accepted",
    State.HELD: "Held",
    State.UNKNOWN: "Not certain",
}

STATE_ICONS = {
    State.READY: ("clock", Tone.CALM),
    State.COMMITTING: ("send", Tone.CALM),
    State.ACCEPTED: ("check", Tone.GOOD),
    State.DEFERRED: ("clock", Tone.CAUTION),
    State.REFUSED: ("refused", Tone.DANGER),
    State.HELD: ("pause", Tone.CAUTION),
    State.UNKNOWN: ("question", Tone.DANGER),
}

VERDICT_ICONS = {
    Verdict.SEND: ("envelope", Tone.CALM),
    Verdict.PROTECTED: ("lock", Tone.GOOD),
    Verdict.HELD: ("pause", Tone.CAUTION),
    Verdict.BLOCKED: ("blocked", Tone.DANGER),
}

KINDS = {
    IdentifierType.NAME: "a name",
    IdentifierType.DATE: "a date",
    IdentifierType.MRN: "a medical record number",
    IdentifierType.SSN: "a social security number",
    IdentifierType.PHONE: "a telephone number",
    IdentifierType.EMAIL: "an email address",
    IdentifierType.ADDRESS: "a postal address",
    IdentifierType.HEALTH_PLAN_ID: "a health plan number",
    IdentifierType.ACCOUNT: "an account number",
    IdentifierType.NATIONAL_ID: "a national identity number",
    IdentifierType.DEVICE: "a device number",
    IdentifierType.URL: "a web address",
    IdentifierType.IP: "an IP address",
    IdentifierType.VEHICLE: "a vehicle number",
    IdentifierType.AGE: "an age",
    IdentifierType.LICENSE: "a licence number",
    IdentifierType.BIOMETRIC: "a biometric identifier",
    IdentifierType.PHOTO: "a photograph",
    IdentifierType.OTHER: "an identifying number",
}

LONGEST = 40  # characters of a name in a menu
SPEAKING = (StoreError, AccountError, MessageError, SendingError, EncryptionError, CentralError, JournalError, PhiError, NoAccount)


def visible(text: str) -> str:
    """Return text of mail with control and direction characters replaced by a visible mark."""
    return _CONTROLS.sub("\ufffd", text)


def tooltip(text: str) -> str:
    """Return text for `setToolTip`, which would take markup for markup: everything is escaped."""
    return f"<p style='white-space:pre-wrap'>{html.escape(visible(text))}</p>" if text else ""


def button(text: str) -> str:
    """Return text for a button's label, where a lone ampersand would vanish."""
    return visible(text).replace("&", "&&")


def spec(address: Address) -> str:
    """Return the address as people read it, the domain in its own script."""
    return visible(f"{address.local}@{address.display_domain}")


def person(address: Address) -> str:
    """Return name and address, or the address alone."""
    return f"{visible(address.name)} <{spec(address)}>" if address.name else spec(address)


def listed(items: Sequence[str]) -> str:
    """Return the items as a list of a sentence: a, b and c."""
    return " and ".join(filter(None, [", ".join(items[:-1]), items[-1]])) if items else ""


def short(text: str) -> str:
    """Return a text for a button: on one line, at most 24 characters."""
    line = " ".join(visible(text.replace("\u2029", " ")).split())
    return line if len(line) <= 24 else f"{line[:23]}…"


def middle(text: str) -> str:
    """Return a text for a menu: at most 40 characters, what is too much left out of its middle."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]}…{text[-LONGEST // 2 :]}"


def size(count: int) -> str:
    """Return a number of bytes in words."""
    for unit, one in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= one:
            return f"{count / one:.1f} {unit}"
    return f"{count} bytes"


def when(moment: datetime, now: datetime) -> str:
    """Return a moment in local time: the hour today, else the date."""
    local, today = moment.astimezone(), now.astimezone()
    return local.strftime("%H:%M") if local.date() == today.date() else local.strftime("%d %b %Y")


def found(finding: Finding) -> str:
    """Return what a mark under the text means and why, with the detector's name."""
    article, _, noun = KINDS[finding.type].partition(" ")
    kind = f"A patient’s {noun}" if finding.role == "patient" else f"{article.capitalize()} {noun}"
    return f"{kind}: found by the detector “{finding.detector}”" + (f" ({finding.evidence})." if finding.evidence else ".")


def outcome(outlook: Outlook) -> str:
    """Return what will happen to one recipient's copy; what does not go says so first."""
    word = {Verdict.HELD: "Held", Verdict.BLOCKED: "Not allowed"}.get(outlook.verdict, "")
    text = visible(outlook.reason)
    return text if not word or text.startswith(word) else f"{word}: {text[:1].lower()}{text[1:]}"


def send_label(review: Review | None) -> str:
    """Return the label of the Send button: it names what it does."""
    verdicts = {o.verdict for o in review.outlooks} if review else set()
    if verdicts == {Verdict.HELD}:
        return "Hold in Outbox"
    if Verdict.HELD in verdicts and review:
        held = sum(o.verdict is Verdict.HELD for o in review.outlooks)
        return f"S&end {len(review.outlooks) - held}, hold {held}"
    return "S&end protected" if verdicts & {Verdict.PROTECTED} and Verdict.SEND not in verdicts else "S&end"


def summary(review: Review) -> str:
    """Return one line on the whole draft: how many go how."""
    counts = {verdict: sum(o.verdict == verdict for o in review.outlooks) for verdict in Verdict}
    phrases = (
        (Verdict.BLOCKED, "not allowed for this message", "{} not allowed"),
        (Verdict.HELD, "will wait in the Outbox", "{} will wait in the Outbox"),
        (Verdict.PROTECTED, "everyone gets a protected copy", "{} protected"),
        (Verdict.SEND, "goes as ordinary mail", "{} as ordinary mail"),
    )
    total = len(review.outlooks)
    line = " · ".join(every if counts[v] == total else some.format(counts[v]) for v, every, some in phrases if counts[v])
    return line[:1].upper() + line[1:]


def worst(review: Review) -> Verdict:
    """Return the worst verdict of the recipients: what the lock beside the Send button shows."""
    order = list(Verdict)
    return max((o.verdict for o in review.outlooks), key=order.index, default=Verdict.SEND)


def is_safe(choice: str) -> bool:
    """Tell whether a choice changes the message for the better rather than sending it as it is."""
    return choice in {"remove", "bcc"} or choice.startswith("replace:")


def choice_label(choice: str, question: Question, address: str, *, name: str = "", goes: Verdict = Verdict.SEND) -> str:
    """Return the words of a choice's button; `address` is the recipient's, `name` how he may be called, `goes` what becomes of his copy."""
    held = goes is Verdict.HELD
    target = f" {'for' if held else 'to'} {address}" if address else ""
    plain = f"Hold in Outbox{target}" if held else f"Send{target}"
    send = f"Send protected{target}" if goes is Verdict.PROTECTED else plain
    if choice.startswith("replace:"):
        return f"Use {choice.removeprefix('replace:')}"
    known = {
        "remove": f"Remove {name or address}",
        "bcc": "Hide the recipients from each other",
        "keep": f"{plain} anyway",
        "confirm": send,
        "acknowledge": send,
    }
    return visible(known.get(choice) or (f"{send} with this reason" if question.min_reason else f"{send} anyway"))


def because(state: State, reason: str) -> str:
    """Return the reason without the state's own word, which stands before it already."""
    text = visible(reason)
    prefix = f"{STATES[state]}: "
    return text[len(prefix) :][:1].upper() + text[len(prefix) + 1 :] if text.startswith(prefix) else text


def result(receipts: Sequence[Receipt]) -> str:
    """Return what became of a message: "Sent to bob@...", "Held: reason", or the parts of both."""
    groups: dict[tuple[State, str], list[str]] = {}
    for receipt in receipts:
        reason = "" if receipt.state == State.ACCEPTED else because(receipt.state, receipt.reason)
        groups.setdefault((receipt.state, reason), []).append(spec(receipt.recipient.address))
    return " ".join(_settled(state, reason, addresses) for (state, reason), addresses in groups.items())


def failure(error: Exception) -> str:
    """Return an error for people: those of our trees are sentences; anything else is named by its kind only, for it may quote mail."""
    if isinstance(error, SPEAKING):
        return visible(str(error))
    return f"Something in the program went wrong ({type(error).__name__})."


def _settled(state: State, reason: str, addresses: list[str]) -> str:
    shown = listed(addresses) if len(addresses) <= 3 else f"{len(addresses)} recipients"
    if state == State.ACCEPTED:
        return f"Sent to {shown}."
    return f"{STATES[state]} for {shown}: {reason}" if reason else f"{STATES[state]} for {shown}."
