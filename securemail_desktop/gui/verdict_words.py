"""What opening a message found, as lines for its reader: what protected it, who signed it, what is doubtful. Pure; no Qt.

No word of cryptography stands in a line; the exact findings are kept as details for those who ask. A line is never good news where
anything else is wrong, and nobody is called the sender unless a signature that counts says so.
"""

from dataclasses import dataclass

from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.opened import Integrity, Opened, SignatureVerdict
from securemail_desktop.gui import words
from securemail_desktop.gui.tones import Tone

COUNTS_NOT = "The signature does not count: "
ALTERED = "it was altered, or signed by someone else"
OUTSIDE = "The signature is outside of the encryption"
NO_KEY = "encrypted for keys that are not in your key ring"
DAMAGED = "is damaged or was altered on the way"

# How findings of `encryption` begin, and their line; an empty one is said by another line already or matters to experts only.
SAID = {
    "It is encrypted, but nothing shows that it was not changed": ("", Tone.CALM),
    OUTSIDE: ("", Tone.CALM),
    "The signature covers only a part of the message": ("", Tone.CALM),
    COUNTS_NOT: ("", Tone.CALM),
    "It is signed by ": ("", Tone.CALM),
    "The signer's certificate has expired since": ("", Tone.CALM),
    "The sender inside of the protection is another": (
        "Inside of its protection it names another sender than the one shown here. Do not trust the name.",
        Tone.DANGER,
    ),
    "What was decrypted holds another encrypted message": ("It holds another protected message, which is not opened.", Tone.CAUTION),
    "A part of the message is encrypted by itself": ("A part of it is protected by itself and is not opened.", Tone.CAUTION),
    "Its protection is of an old form that covers": (
        "Only the text was protected, in an old form: the subject, the sender’s name and the date were not.",
        Tone.CAUTION,
    ),
    "It was encrypted with 3DES": ("It was protected in an outdated way: ask the sender to update the mail program.", Tone.CAUTION),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence with its icon and tone; neither is ever the only sign."""

    icon: str
    tone: Tone
    text: str


@dataclass(frozen=True, slots=True)
class Findings:
    """The lines, worst first; `details` are the findings as they were made, for those who ask."""

    lines: tuple[Line, ...]
    details: tuple[str, ...]

    @property
    def spoken(self) -> str:
        """Return all lines as one text."""
        return " ".join(line.text for line in self.lines)


def findings(opened: Opened, pretence: str = "", *, own: bool = False) -> Findings:
    """Return what is to be said of a message that was opened.

    `pretence` is what its sender's name pretends, in words; `own` says that it is the author's copy of what he sent himself.
    """
    lines = [_own(opened) if own else _way(opened), *([] if own and _is_plain_copy(opened) else [_signature(opened)])]
    lines += map(_remark, opened.warnings)
    if is_locked(opened):
        lines = [_locked(opened)]
    lines.append(Line("warning", Tone.DANGER, pretence) if pretence else None)
    said = tuple(dict.fromkeys(line for line in lines if line is not None))
    order = (Tone.DANGER, Tone.CAUTION, Tone.GOOD, Tone.CALM)
    return Findings(tuple(sorted(said, key=lambda line: order.index(line.tone))), tuple(map(words.visible, opened.warnings)))


def is_locked(opened: Opened) -> bool:
    """Tell whether the message is protected and could not be opened: then there is nothing of it to show."""
    return opened.method is not Method.NONE and not opened.decrypted and not opened.parts


def _locked(opened: Opened) -> Line:
    found = " ".join(opened.warnings)
    if NO_KEY in found:
        return Line("lock", Tone.CAUTION, "Could not be opened: the key for it is not on this machine.")
    if DAMAGED in found:
        return Line(
            "blocked", Tone.DANGER, "Could not be opened: it is damaged or was changed on its way. Ask the sender to send it again."
        )
    return Line("blocked", Tone.CAUTION, "Could not be opened. Ask the sender to send it in another way.")


def _way(opened: Opened) -> Line | None:
    if not opened.decrypted:
        return None
    if opened.integrity is Integrity.AUTHENTICATED:
        good = opened.signature is not SignatureVerdict.VALID or opened.from_matches
        return Line("lock", Tone.GOOD if good and not _worst(opened) else Tone.CALM, "Protected on its way to you.")
    return Line("lock", Tone.CAUTION, "It was protected on its way to you, but nothing shows that nobody changed it.")


def _own(opened: Opened) -> Line:
    if opened.decrypted:
        return Line("lock", Tone.GOOD if not _worst(opened) else Tone.CALM, "Your own copy; it is kept protected.")
    return Line("info", Tone.CALM, "Your own copy.")


def _is_plain_copy(opened: Opened) -> bool:
    """Tell whether there is nothing to say of a copy's signature: it has none, or the author's."""
    return opened.signature is SignatureVerdict.NONE or (opened.signature is SignatureVerdict.VALID and opened.from_matches)


def _signature(opened: Opened) -> Line:
    signer = words.visible(opened.signer)
    if opened.signature is SignatureVerdict.VALID and opened.from_matches:
        tone = Tone.CALM if _worst(opened) else Tone.GOOD
        return Line("check", tone, f"Signed by {signer}, the sender.")
    if opened.signature is SignatureVerdict.VALID:
        who = f"Signed by {signer}, who is not the sender shown here." if signer else "Signed by somebody else than the sender shown here."
        return Line("warning", Tone.DANGER, f"{who} Do not trust the name.")
    if opened.signature is SignatureVerdict.PARTIAL:
        return _partial(opened)
    if opened.signature is SignatureVerdict.INVALID:
        return _invalid(opened)
    if opened.decrypted:
        return Line("info", Tone.CALM, "It is not signed: nothing proves who wrote it.")
    return Line("envelope", Tone.CALM, "Ordinary mail: it was not protected on its way, and nothing proves who wrote it.")


def _partial(opened: Opened) -> Line:
    if any(warning.startswith(OUTSIDE) for warning in opened.warnings):
        return Line("warning", Tone.CAUTION, "It is signed on the outside only: whoever signed it need not know what it says.")
    return Line("warning", Tone.CAUTION, "The signature covers only a part of this message.")


def _invalid(opened: Opened) -> Line:
    if any(ALTERED in warning for warning in opened.warnings):
        return Line(
            "refused", Tone.DANGER, "Somebody changed this message after it was signed, or the signature is a stranger’s. Do not trust it."
        )
    return Line("warning", Tone.CAUTION, "It carries a signature that does not count: nothing proves who wrote it.")


def _remark(warning: str) -> Line | None:
    text, tone = next((said for start, said in SAID.items() if warning.startswith(start)), (words.visible(warning), Tone.CAUTION))
    return Line("warning", tone, text) if text else None


def _worst(opened: Opened) -> bool:
    """Tell whether a remark of its own says that something is wrong."""
    return any(_remark(warning) for warning in opened.warnings)
