"""The verdict on several hundred messages of our own, by kind: `verdicts/*.txt`, one message a line."""

from pathlib import Path

import pytest

from securemail_desktop.phi.finding import IdentifierType
from securemail_desktop.phi.scan import scan
from tests.support.marked import kinds_marked, messages, without_marks

TABLES = Path(__file__).parent / "verdicts"
HARDEST = {"nobody_eighth.txt"}  # written against what the words of a message teach
LAY = {"patient_twelfth.txt", "patient_everyday.txt", "patient_eleventh.txt"}  # written in words that are in no list of health terms
MARKED = [f"patient_{name}.txt" for name in ("fourth", "fifth", "sixth", "seventh", "eighth", "notes")]


def table(name):
    """Yield kind, subject and body of a table's messages."""
    for kind, subject, body in messages(TABLES / name):
        yield kind, without_marks(subject), without_marks(body)


def wrong(name, *, phi):
    """Return the messages whose verdict is wrong, and how many there are in all."""
    messages = list(table(name))
    return [(kind, subject, body) for kind, subject, body in messages if scan([("subject", subject), ("body", body)]).phi is not phi], len(
        messages
    )


@pytest.mark.parametrize("name", sorted(file.name for file in TABLES.glob("patient*.txt")))
def test_messages_with_patient_data_are_found(name):
    missed, count = wrong(name, phi=True)
    assert len(missed) <= (0.2 if name in LAY else 0.1) * count, missed


@pytest.mark.parametrize("name", sorted(file.name for file in TABLES.glob("nobody*.txt")))
def test_messages_without_patient_data_are_left_alone(name):
    alarms, count = wrong(name, phi=False)
    assert len(alarms) <= (0.2 if name in HARDEST else 0.1) * count, alarms  # health words beside names, on purpose


@pytest.mark.parametrize(("kind", "least"), [(IdentifierType.NAME, 0.93), (IdentifierType.MRN, 0.95), (IdentifierType.DATE, 0.95)])
def test_identifiers_of_patients_are_found_in_messages(kind, least):
    found = [hit for name in MARKED for hit in hits(name, kind)]
    assert sum(found) >= least * len(found)


def hits(name, kind):
    """Yield of each marked identifier of a kind whether findings of that kind cover half of it, as the benchmark counts."""
    for _, *texts in messages(TABLES / name):
        fields = dict(zip(("subject", "body"), map(kinds_marked, texts), strict=True))
        findings = scan([(field, text) for field, (text, _) in fields.items()]).findings
        for field, (_, marks) in fields.items():
            of_kind = [f for f in findings if f.field == field and f.type is kind]
            for start, end in (span for marked, span in marks if marked is kind):
                yield 2 * sum(max(0, min(f.end, end) - max(f.start, start)) for f in of_kind) >= end - start


@pytest.mark.parametrize(
    "text",
    [
        "The US wound up outperforming England, as George Bush told the MS Gulf Coast.",
        "Forwarded-by: Gary Bianconi <garyb@mail.example>\nForwarded-by: Nev Dull <nev@mail.example>\n\nA cure for boredom.",
        "My MS Internet Pro keyboard died. Can Dana bring the spare IV cable from CT?",
        "Preservative-free paint. Recommendation attached. Congratulations on the publication!",
    ],
)
def test_words_that_mean_health_elsewhere_are_no_health_here(text):
    assert not scan([("subject", ""), ("body", text)]).phi


@pytest.mark.parametrize(
    "body", ["Rosa Delgado had a positive stress test, cath on Monday", "Hgb on Ostrowski is 6.1, consent for blood signed"]
)
def test_a_patient_above_a_long_quoted_mail_is_found(body):
    quoted = "\n".join(f"> Line {n} of the plan for the new office, with tables and the cost of carpets." for n in range(80))
    assert scan(
        [("subject", "Re: plan"), ("body", f"{body}\n\nOn Tue, Jan 2, 2024 at 4:05 PM Ann Lee <ann@mail.example> wrote:\n{quoted}")]
    ).phi


@pytest.mark.parametrize("name", ["patient.txt", "patient_later.txt"])
def test_every_verdict_names_its_pair_and_quotes_nothing(name):
    for _, subject, body in table(name):
        result = scan([("subject", subject), ("body", body)])
        if result.phi:
            texts = {"subject": subject, "body": body}
            found = texts[result.finding.field][result.finding.start : result.finding.end]
            assert found
            assert texts[result.term.field][result.term.start : result.term.end]
            assert found not in result.reason
            assert result.score >= 0.5
