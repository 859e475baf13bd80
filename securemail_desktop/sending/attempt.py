"""The record of an attempt that ended before anything was handed over: policy forbade it, an answer changed it, or its author took it back.

It is one outcome without an intent. The message that goes afterwards, under the same Message-ID, has records of its own.
"""

from collections.abc import Mapping
from dataclasses import replace

from securemail_desktop.audit.event import new_rid, send_fields
from securemail_desktop.sending.channel import Origin, Recorder
from securemail_desktop.sending.record import intent_record
from securemail_desktop.sending.state import Answer, Review, State, Verdict

BACK = "back"


def record_attempt(review: Review, answers: Mapping[str, Answer], origin: Origin, journal: Recorder) -> None:
    """Record a review whose message did not go as it was reviewed, with the answers that its author gave; raise `JournalError`.

    Answers are by the id of the question or concern; what he answered to policy's block is under `state.BLOCK`. Who goes back to the draft
    answered `BACK`.
    """
    intent = intent_record(review, answers, (), origin)
    record = replace(
        intent,
        phase="outcome",
        out=(Verdict.BLOCKED if any(o.verdict is Verdict.BLOCKED for o in review.outlooks) else Verdict.HELD).value,
        recipients=tuple(replace(recipient, state=State.HELD.value) for recipient in intent.recipients),
    )
    journal.append(new_rid(), "send", *send_fields(record))
