"""The author's answers: which of them change the draft, and whether one answers its question."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import AddressField, Draft, Recipient
from securemail_desktop.sending.state import Answer, Question, Review

_REPLACE = "replace:"


def amend(review: Review, answers: Mapping[str, Answer]) -> Draft:
    """Return the draft after the answers that change its recipients: `remove`, `replace:ADDRESS`, `bcc`."""
    draft = review.draft
    for question in review.questions:
        answer = answers.get(question.id)
        if answer is not None and answer.choice in question.choices:
            draft = _apply(draft, question, answer.choice)
    return draft


def dated(review: Review, now: datetime) -> Review:
    """Return the review of the same draft with this date: no check looks at it."""
    return replace(review, draft=replace(review.draft, date=now))


def answers_question(question: Question, answer: Answer | None) -> bool:
    """Say whether the answer is one of the choices, long enough, and of a kind that can be given here."""
    if answer is None or not question.answerable or answer.choice not in question.choices:
        return False
    return len(answer.reason.strip()) >= question.min_reason


def _apply(draft: Draft, question: Question, choice: str) -> Draft:
    if choice == "remove":
        kept = tuple(r for r in draft.recipients if r.address.key != question.recipient)
        return replace(draft, recipients=kept)
    if choice == "bcc":
        return replace(draft, recipients=tuple(replace(r, field=AddressField.BCC) for r in draft.recipients))
    if choice.startswith(_REPLACE):
        meant = parse_address(choice.removeprefix(_REPLACE))
        return replace(draft, recipients=_replaced(draft, question.recipient, Recipient(meant)))
    return draft


def _replaced(draft: Draft, key: str, meant: Recipient) -> tuple[Recipient, ...]:
    others = {r.address.key for r in draft.recipients if r.address.key != key}
    return tuple(
        replace(r, address=meant.address) if r.address.key == key else r
        for r in draft.recipients
        if r.address.key != key or meant.address.key not in others
    )
