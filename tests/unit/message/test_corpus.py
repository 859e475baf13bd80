from dataclasses import dataclass
from pathlib import Path

import pytest

from securemail_desktop.message.compose import draft_bytes
from securemail_desktop.message.parse import parse_draft
from securemail_desktop.message.text.attachment import attachment_text
from securemail_desktop.message.text.body import field_texts

CORPUS = Path(__file__).parents[2] / "corpus"


@dataclass(frozen=True)
class Expected:
    subject: str
    recipients: str
    body: str
    kinds: tuple[tuple[str, str], ...]
    attachments: tuple[str, ...] = ()


GMAIL = (
    "Danke, ich schaue es mir morgen an.\n\nOn Tue, Mar 4, 2025 at 8:01\u202fAM Bob <bob@hospital.example> wrote:\n\n"
    "> Herr Müller hat seit gestern Fieber, die Werte liegen bei und sollten\n> heute noch angesehen werden.\n>"
)
OUTLOOK = (
    "Hi Bob, he’s stable.\n\nK\t6.1\nNa\t138\n\nClinic logo\n\n"
    "From: bob@hospital.example\nSent: Tuesday, March 4, 2025\nTo: Alice Keller\nSubject: Bed 12\n\nHow is he?"
)
FLOWED = "The quick brown fox jumps over the lazy dog and then runs on.\n>> earlier\n> later\n\n-- \nAlice"
NEWS = "Open house\nRead more <https://clinic.example/?p=4711>\n\nSpring\nPreview that nobody sees\nwhite trap"
FILES = {
    "gmail-reply.eml": Expected("Re: Rückfrage zu Herrn Müller", "bob", GMAIL, (("Danke", "authored"), ("Fieber", "quoted"))),
    "outlook-html-only.eml": Expected(
        "RE: Bed 12", "bob maria.lopez", OUTLOOK, (("Na", "authored"), ("How is he", "quoted")), ("image001.png image/png inline",)
    ),
    "apple-mail-between.eml": Expected(
        "Plan",
        "bob",
        "Before the table.",
        (("Before", "authored"),),
        ("Therapieplan für die nächste Woche und danach.csv text/csv; x-unix-mode=0644", " text/plain; charset=us-ascii"),
    ),
    "japanese.eml": Expected("検査結果", "bob", "検査結果 OK", (("OK", "authored"),)),
    "raw-8bit.eml": Expected("café Ã¼", "bob", "résumé of the ward", (("ward", "authored"),)),
    "flowed-delsp.eml": Expected("flowed", "bob", FLOWED, (("runs on", "authored"), ("later", "quoted"), ("Alice", "signature"))),
    "broken-boundary.eml": Expected(
        "forwarded by a gateway", "bob", "The inner part never ends.", (("never", "authored"),), ("original.eml message/rfc822",)
    ),
    "newsletter.eml": Expected("Spring", "bob", NEWS, (("Open", "authored"), ("Preview", "hidden"), ("white", "hidden"))),
}


@pytest.mark.parametrize("name", FILES)
def test_file(name: str) -> None:
    expected = FILES[name]
    draft = parse_draft((CORPUS / name).read_bytes())
    assert draft.subject == expected.subject
    assert " ".join(recipient.address.local for recipient in draft.recipients) == expected.recipients
    attachments = tuple(f"{a.filename} {a.content_type}{' inline' * a.inline}" for a in draft.attachments)
    assert attachments == expected.attachments
    body = field_texts(draft, attachment_text)[1]
    assert body.text == expected.body
    for word, kind in expected.kinds:
        index = body.text.index(word)
        assert next(p.kind.value for p in body.passages if p.start <= index < p.end) == kind
    assert parse_draft(draft_bytes(draft)) == draft


def test_every_file_has_an_expectation() -> None:
    assert {path.name for path in CORPUS.glob("*.eml")} >= FILES.keys()
