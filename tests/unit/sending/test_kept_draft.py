"""What is kept of a draft gives the same draft back, or says that it is damaged."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import AddressField, Attachment, Recipient
from securemail_desktop.message.errors import ParseError
from securemail_desktop.sending.kept_draft import KeptDraft, keep, opened
from tests.support.send_path import draft_to, to

DRAFT = replace(draft_to(*to("bob@hospital.example")), attachments=(Attachment("a.bin", "application/octet-stream", b"\0" * 100_000),))


@given(st.lists(st.binary(max_size=100), max_size=4))
def test_files_come_back_octet_by_octet(contents: list[bytes]) -> None:
    draft = replace(DRAFT, attachments=tuple(Attachment(f"{n}.bin", "application/octet-stream", c) for n, c in enumerate(contents)))
    assert opened(keep(draft)) == draft


@pytest.mark.slow
def test_ten_thousand_people_with_names_come_back() -> None:
    people = tuple(Recipient(Address(f"rosa.delgado{n}", "practice.example", f"Rosa Delgado {n}"), AddressField.BCC) for n in range(10_000))
    draft = replace(DRAFT, recipients=people)
    assert opened(keep(draft)) == draft


def test_the_message_file_does_not_grow_with_the_files() -> None:
    assert len(keep(DRAFT).document) < 2_000


@pytest.mark.parametrize("damage", [{}, {"content": b""}, {"content": b"another"}])
def test_a_file_that_is_missing_or_changed_is_never_taken_for_the_draft_s(damage: dict[str, bytes]) -> None:
    kept = keep(DRAFT)
    files = dict.fromkeys(kept.files, damage["content"]) if damage else {}
    with pytest.raises(ParseError, match="damaged"):
        opened(KeptDraft(kept.document, files))
