import json
import uuid
from dataclasses import replace

import pytest

from securemail_desktop.audit.canonical import canonical
from securemail_desktop.audit.event import AttachmentRecord, CopyRecord, RecipientRecord, SendRecord, WarningRecord, new_rid, send_fields

BOB = RecipientRecord("bob@partner.example", "partner.example", outside=True, via="smime", copy=0, known=True, clear_domain=True)
PATIENT = RecipientRecord("j.canary@vanity.example", "vanity.example", outside=True, via="none", copy=-1, known=False)
WARNING = WarningRecord("lookalike:j.canary@vanity.example", 1, "replace:jo.canary@vanity.example", "Canary said so by telephone", 5300)
RECORD = SendRecord(
    phase="intent",
    out="intent",
    of="",
    message_id="<00112233445566778899aabbccddeeff@clinic.example>",
    channel="window",
    recipients=(BOB, PATIENT),
    copies=(CopyRecord("ab" * 32, 4821, "smime"),),
    attachments=(AttachmentRecord("cd" * 32, 31337, "application/pdf", ("MRN",)),),
    policy_name="Hospital policy",
    policy_version=42,
    policy_sha256="ef" * 32,
    rules=("phi-protect",),
    detections=(("MRN", 2),),
    warnings=(WARNING,),
    host="mx-out.clinic.example",
)


def test_rids_are_uuid_7_and_sort_by_time() -> None:
    rids = [new_rid() for _ in range(50)]
    assert {uuid.UUID(rid).version for rid in rids} == {7}
    assert {uuid.UUID(rid).variant for rid in rids} == {uuid.RFC_4122}
    assert len(set(rids)) == 50
    prefixes = [rid[:13] for rid in rids]
    assert prefixes == sorted(prefixes)


def test_clear_fields_name_what_an_investigator_counts() -> None:
    clear, _ = send_fields(RECORD)
    assert clear["rcpt"] == [
        {"dom": "partner.example", "ext": True, "via": "smime", "copy": 0, "known": True},
        {"dom": None, "ext": True, "via": "none", "copy": -1, "known": False},
    ]
    assert clear["msg"] == {
        "mid": "<00112233445566778899aabbccddeeff@clinic.example>",
        "copies": [{"sha256": "ab" * 32, "size": 4821, "method": "smime"}],
        "att": [{"sha256": "cd" * 32, "size": 31337, "type": "application/pdf", "det": ["MRN"]}],
    }
    assert clear["pol"] == {"id": "Hospital policy", "ver": 42, "sha256": "ef" * 32, "rules": ["phi-protect"]}
    assert clear["warn"] == [{"id": "lookalike", "rcpt": 1, "shown_ms": 5300, "choice": "replace", "just": True}]
    assert clear["submit"] == {"host": "mx-out.clinic.example"}
    assert "of" not in clear


def test_nothing_of_a_person_stands_in_clear_and_all_of_it_is_sealed() -> None:
    clear, sealed = send_fields(RECORD)
    text = json.dumps(clear).lower()
    assert "canary" not in text
    assert "vanity" not in text
    assert "bob" not in text
    assert sealed["rcpt"] == [
        {"addr": "bob@partner.example", "dom": "partner.example", "qid": ""},
        {"addr": "j.canary@vanity.example", "dom": "vanity.example", "qid": ""},
    ]
    assert sealed["warn"] == [{"id": WARNING.id, "choice": WARNING.choice, "just": WARNING.justification}]


def test_an_outcome_refers_to_its_intent_and_carries_the_servers_answer() -> None:
    settled = replace(BOB, state="accepted", code=250, enhanced="2.0.0", queue_id="4XyZ")
    clear, _ = send_fields(replace(RECORD, phase="outcome", out="accepted", of="rid-1", recipients=(settled,)))
    assert clear["of"] == "rid-1"
    assert clear["rcpt"] == [
        {
            "dom": "partner.example",
            "ext": True,
            "via": "smime",
            "copy": 0,
            "known": True,
            "state": "accepted",
            "code": 250,
            "enh": "2.0.0",
            "qid": "4XyZ",
        }
    ]


@pytest.mark.parametrize("text", ["<x@y.example> [Hostname=z]", "two words", "a\nb", "\ud800", "x" * 200, "@"])
def test_what_is_no_plain_token_is_only_sealed(text: str) -> None:
    settled = replace(BOB, state="accepted", queue_id=text)
    clear, sealed = send_fields(replace(RECORD, recipients=(settled,), warnings=(replace(WARNING, id=text, choice=text),)))
    assert json.loads(canonical(clear))["rcpt"][0]["qid"] == "sealed"
    assert json.loads(canonical(clear))["warn"][0] == {"id": "sealed", "rcpt": 1, "shown_ms": 5300, "choice": "sealed", "just": True}
    assert json.loads(canonical(sealed))["rcpt"][0]["qid"] == text.replace("\ud800", "?")


def test_a_foreign_message_id_stands_in_clear_as_its_digest_only() -> None:
    clear, sealed = send_fields(replace(RECORD, message_id="<John.Smith.MRN1234567@gmail.example>"))
    assert "Smith" not in json.dumps(clear)
    assert clear["msg"]["mid"].startswith("sha256:")  # type: ignore[index, call-overload, union-attr]
    assert sealed["mid"] == "<John.Smith.MRN1234567@gmail.example>"
