"""What a reader is told of a message: every combination of findings, in words, never better than it is."""

from itertools import product
from pathlib import Path

import pytest

from securemail_desktop import encryption
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.opened import Integrity, Opened, Part, SignatureVerdict
from securemail_desktop.gui import verdict_words
from securemail_desktop.gui.tones import Tone
from securemail_desktop.gui.verdict_words import findings

BODY = (Part("text/plain", "", b"x", "x"),)
UNPROVED = "It is encrypted, but nothing shows that it was not changed on its way."
OUTSIDE = "The signature is outside of the encryption: whoever signed it need not know what it says."
PART = "The signature covers only a part of the message."
ALTERED = "The signature does not count: the signature does not fit the message: it was altered, or signed by someone else."
STRANGER = "The signature does not count: nobody your organisation trusts has vouched for bob@lab.example's certificate."
OTHER_SIGNER = "It is signed by mallory@evil.example, who is not the one that it says it is from."
OTHER_FROM = "The sender inside of the protection is another than the one outside."
NO_KEY = "This message is encrypted for keys that are not in your key ring."
DAMAGED = "The encrypted message is damaged or was altered on the way."
WORDS_OF_EXPERTS = ("encrypt", "decrypt", "certificate", "key ring", "S/MIME", "OpenPGP", "cipher", "integrity", "PARTIAL", "3DES")

VALID, INVALID, NONE, PARTIAL = SignatureVerdict.VALID, SignatureVerdict.INVALID, SignatureVerdict.NONE, SignatureVerdict.PARTIAL
GOOD, BAD = Integrity.AUTHENTICATED, Integrity.UNAUTHENTICATED


def opened(
    method: Method = Method.SMIME,
    *,
    decrypted: bool = True,
    signature: SignatureVerdict = NONE,
    signer: str = "",
    matches: bool = False,
    integrity: Integrity = GOOD,
    parts: tuple[Part, ...] = BODY,
    warnings: tuple[str, ...] = (),
) -> Opened:
    return Opened(method, decrypted, signature, signer, matches, integrity, "Subject", parts, warnings)


BOB, MALLORY = "bob@lab.example", "mallory@evil.example"
TABLE = [
    (
        opened(Method.NONE, decrypted=False, integrity=BAD),
        [(Tone.CALM, "Ordinary mail: it was not protected on its way, and nothing proves who wrote it.")],
    ),
    (
        opened(signature=VALID, signer=BOB, matches=True),
        [(Tone.GOOD, "Protected on its way to you."), (Tone.GOOD, "Signed by bob@lab.example, the sender.")],
    ),
    (
        opened(Method.OPENPGP, decrypted=False, signature=VALID, signer=BOB, matches=True),
        [(Tone.GOOD, "Signed by bob@lab.example, the sender.")],
    ),
    (opened(), [(Tone.GOOD, "Protected on its way to you."), (Tone.CALM, "It is not signed: nothing proves who wrote it.")]),
    (
        opened(integrity=BAD, warnings=(UNPROVED,)),
        [
            (Tone.CAUTION, "It was protected on its way to you, but nothing shows that nobody changed it."),
            (Tone.CALM, "It is not signed: nothing proves who wrote it."),
        ],
    ),
    (
        opened(signature=VALID, signer=MALLORY, warnings=(OTHER_SIGNER,)),
        [
            (Tone.DANGER, "Signed by mallory@evil.example, who is not the sender shown here. Do not trust the name."),
            (Tone.CALM, "Protected on its way to you."),
        ],
    ),
    (
        opened(decrypted=False, signature=INVALID, integrity=BAD, warnings=(ALTERED,)),
        [(Tone.DANGER, "Somebody changed this message after it was signed, or the signature is a stranger’s. Do not trust it.")],
    ),
    (
        opened(decrypted=False, signature=INVALID, integrity=BAD, warnings=(STRANGER,)),
        [(Tone.CAUTION, "It carries a signature that does not count: nothing proves who wrote it.")],
    ),
    (
        opened(Method.NONE, decrypted=False, signature=PARTIAL, signer=BOB, integrity=BAD, warnings=(PART,)),
        [(Tone.CAUTION, "The signature covers only a part of this message.")],
    ),
    (
        opened(signature=PARTIAL, signer=BOB, warnings=(OUTSIDE,)),
        [
            (Tone.CAUTION, "It is signed on the outside only: whoever signed it need not know what it says."),
            (Tone.GOOD, "Protected on its way to you."),
        ],
    ),
    (
        opened(decrypted=False, integrity=BAD, parts=(), warnings=(NO_KEY,)),
        [(Tone.CAUTION, "Could not be opened: the key for it is not on this machine.")],
    ),
    (
        opened(decrypted=False, integrity=BAD, parts=(), warnings=(DAMAGED,)),
        [(Tone.DANGER, "Could not be opened: it is damaged or was changed on its way. Ask the sender to send it again.")],
    ),
    (
        opened(signature=VALID, signer=BOB, warnings=(OTHER_FROM,)),
        [
            (Tone.DANGER, "Signed by bob@lab.example, who is not the sender shown here. Do not trust the name."),
            (Tone.DANGER, "Inside of its protection it names another sender than the one shown here. Do not trust the name."),
            (Tone.CALM, "Protected on its way to you."),
        ],
    ),
]


@pytest.mark.parametrize(("found", "lines"), TABLE, ids=[lines[0][1][:40] for _, lines in TABLE])
def test_findings_are_said_in_words(found: Opened, lines: list[tuple[Tone, str]]) -> None:
    assert [(line.tone, line.text) for line in findings(found).lines] == lines


ALL = [
    opened(method, decrypted=decrypted, signature=signature, signer=signer, matches=matches and signature is VALID, integrity=integrity)
    for method, decrypted, signature, signer, matches, integrity in product(
        (Method.NONE, Method.SMIME, Method.OPENPGP), (True, False), SignatureVerdict, ("", BOB), (True, False), Integrity
    )
]


def test_no_combination_is_without_a_line_or_speaks_of_cryptography() -> None:
    for found in ALL:
        said = findings(found)
        assert said.lines
        assert not [word for word in WORDS_OF_EXPERTS if word.lower() in said.spoken.lower()], said.spoken


def test_nobody_is_called_the_sender_without_a_signature_that_counts() -> None:
    for found in ALL:
        assert (", the sender." in findings(found).spoken) == found.from_matches


def test_nothing_is_good_news_beside_a_danger() -> None:
    for found in ALL:
        tones = [line.tone for line in findings(found).lines]
        assert not (Tone.DANGER in tones and Tone.GOOD in tones)
        assert found.integrity is GOOD or not found.decrypted or "Protected on its way" not in findings(found).spoken


def test_an_unknown_warning_is_shown_and_spoils_the_good_news() -> None:
    said = findings(opened(signature=VALID, signer=BOB, matches=True, warnings=("The sky \u202eis falling.",)))
    assert [line.tone for line in said.lines] == [Tone.CAUTION, Tone.CALM, Tone.CALM]
    assert said.lines[0].text == "The sky \ufffdis falling."


def test_a_name_that_pretends_is_said_first() -> None:
    said = findings(opened(Method.NONE, decrypted=False, integrity=BAD), "The name pretends.")
    assert said.lines[0].text == "The name pretends."
    assert said.lines[0].tone is Tone.DANGER


@pytest.mark.parametrize(
    ("found", "lines"),
    [
        (opened(Method.NONE, decrypted=False, integrity=BAD), ["Your own copy."]),
        (opened(signature=VALID, signer=BOB, matches=True), ["Your own copy; it is kept protected."]),
        (opened(decrypted=False, parts=(), warnings=(NO_KEY,)), ["Could not be opened: the key for it is not on this machine."]),
        (
            opened(Method.NONE, decrypted=False, signature=INVALID, integrity=BAD, warnings=(ALTERED,)),
            ["Somebody changed this message after it was signed, or the signature is a stranger’s. Do not trust it.", "Your own copy."],
        ),
    ],
)
def test_a_copy_of_ones_own_is_not_judged_as_a_strangers(found: Opened, lines: list[str]) -> None:
    assert [line.text for line in findings(found, own=True).lines] == lines


def test_details_keep_the_exact_findings() -> None:
    assert findings(opened(decrypted=False, parts=(), warnings=(NO_KEY,))).details == (NO_KEY,)


def test_every_known_finding_is_one_that_is_made() -> None:
    package = Path(str(encryption.__file__)).parent
    source = " ".join(file.read_text("utf-8") for file in package.rglob("*.py"))
    for start in (*verdict_words.SAID, verdict_words.ALTERED, verdict_words.NO_KEY, verdict_words.DAMAGED):
        assert start in source, start
