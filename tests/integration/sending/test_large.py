"""A message with a file of 50 MB through a real Postfix and Dovecot, and one that is too large for its server: nothing is lost or doubled."""

import os
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from securemail_desktop.accounts.line import Timeouts
from securemail_desktop.cli.exit import Exit
from securemail_desktop.cli.main import run
from securemail_desktop.encryption.entity import parse_entity, split_multipart
from securemail_desktop.encryption.smime.decrypt import open_envelope
from securemail_desktop.encryption.smime.identity import Identity
from securemail_desktop.message.compose import draft_bytes
from securemail_desktop.message.draft import Attachment, Draft
from securemail_desktop.message.parse import parse_draft
from securemail_desktop.sending.state import State
from securemail_desktop.session.session import Session
from tests.support.alice import BOB, Office, Scene, send
from tests.support.clinic import running, wait_for
from tests.support.pki import pki

_PATIENT = Timeouts(10, 120, 600)


def with_file(draft: Draft, size: int) -> Draft:
    return replace(draft, attachments=(Attachment("scan.bin", "application/octet-stream", os.urandom(size)),))


def digest_in(message: bytes, reader: Identity) -> str:
    inner = parse_entity(open_envelope(parse_entity(message).content(), [reader]).content)
    (attachment,) = parse_draft(split_multipart(inner)[0]).attachments
    return sha256(attachment.content).hexdigest()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("size", [pytest.param(5_000_000, marks=pytest.mark.slow), pytest.param(50_000_000, marks=pytest.mark.long)])
def test_a_large_file_arrives_once_and_is_filed_from_the_window_and_from_the_command_line(
    office: Office, tmp_path: Path, size: int
) -> None:
    with running(office, tmp_path) as clinic:
        alice, digests = clinic.alice, []
        with closing(Session(alice.data, alice.key_file, _PATIENT)) as session:
            draft = with_file(alice.draft(BOB), size)
            (receipt,) = send(session, draft, "window")
            assert receipt.state is State.ACCEPTED
            assert session.outbox() == ()
        digests.append(sha256(draft.attachments[0].content).hexdigest())
        file = tmp_path / "large.eml"
        draft = with_file(alice.draft(BOB, message_id="<m2@clinic.example>"), size)
        digests.append(sha256(draft.attachments[0].content).hexdigest())
        file.write_bytes(draft_bytes(draft))
        assert run(["send", "--data", str(alice.data), "--key-file", str(alice.key_file), str(file)]) == Exit.DONE
        wait_for(lambda: len(clinic.arrived()) >= 2)
        assert sorted(digest_in(path.read_bytes(), pki().bob) for path in clinic.arrived()) == sorted(digests)
        assert sorted(digest_in(path.read_bytes(), pki().alice) for path in clinic.filed()) == sorted(digests)


def test_what_is_too_large_for_the_server_is_told_before_it_goes_and_is_not_lost(scene: Scene) -> None:
    alice = scene(extensions=("STARTTLS", "AUTH PLAIN", "SIZE 1000000", "8BITMIME", "ENHANCEDSTATUSCODES"))
    draft = with_file(alice.draft(BOB), 2_000_000)
    with alice.session() as session:
        (receipt,) = send(session, draft)
        assert receipt.state is State.REFUSED
        assert receipt.reason.endswith(" MB and the server takes no more than 1.0 MB: send its files smaller or in several messages.")
        assert alice.server.messages == []
        (entry,) = session.outbox()
        assert entry.needs_author
        assert session.reopen(entry.id).attachments == draft.attachments
