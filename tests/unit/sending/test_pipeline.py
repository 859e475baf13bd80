"""The send path with the real pipeline, outbox and store: what is held, what goes, what is recorded, in which order."""

from dataclasses import replace

import pytest

from securemail_desktop.accounts.errors import Unreachable
from securemail_desktop.accounts.protocol import Found, Outcome, Submitted
from securemail_desktop.audit.journal import JournalError
from securemail_desktop.encryption.capability import Capabilities
from securemail_desktop.encryption.method import Level, Method, Requirement
from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import AddressField, Recipient
from securemail_desktop.message.parse import parse_draft
from securemail_desktop.policy.decision import Block
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.sending.errors import NoRecipient, NotKeepable, ProtectionFailed
from securemail_desktop.sending.outbox import entries
from securemail_desktop.sending.pipeline import deliver
from securemail_desktop.sending.questions import concern_id
from securemail_desktop.sending.state import Answer, Approved, State, Verdict
from securemail_desktop.sending.transmit import transmit
from securemail_desktop.store.errors import StoreFull
from tests.support.send_path import IN_CLEAR, FakeProtector, ScriptedServer, decision, draft_to, means, open_path, to

BOB = "bob@hospital.example"
CAROL = "carol@practice.example"
DAN = "dan@home.example"
MEANS = {BOB: means(Method.SMIME, "bob-key"), CAROL: means(Method.OPENPGP, "carol-key")}


@pytest.fixture
def path(tmp_path):
    return open_path(tmp_path, MEANS)


def states(receipts):
    return {r.recipient.address.spec: r.state for r in receipts}


def outcomes(path):
    return [r for r in path.journal.records.values() if r["phase"] == "outcome"]


def test_each_recipient_gets_the_method_he_can_open(path):
    receipts = deliver(path.approved(draft_to(*to(BOB, CAROL))), path.channel)
    assert [(r.method, r.state) for r in receipts] == [(Method.SMIME, State.ACCEPTED), (Method.OPENPGP, State.ACCEPTED)]
    assert [m.split(b"\r\n\r\n")[1] for m in path.server.messages] == [b"smime bob-key", b"openpgp carol-key"]
    assert path.outbox.ids() == []
    assert path.sent.messages == [b"to self <m1@clinic.example>"]


def test_who_cannot_be_protected_is_held_and_the_others_go(path):
    review = path.review(draft_to(*to(BOB, DAN)))
    assert review.verdict is Verdict.HELD
    receipts = deliver(Approved(review), path.channel)
    assert states(receipts) == {BOB: State.ACCEPTED, DAN: State.HELD}
    assert path.server.taken == [("<m1@clinic.example>", BOB)]
    assert len(path.outbox.ids()) == 1
    intents = [r for r in path.journal.records.values() if r["phase"] == "intent"]
    assert len(intents) == 1
    assert len(intents[0]["rcpt"]) == 2
    assert sorted(o["out"] for o in outcomes(path)) == ["accepted", "held"]


def test_a_message_held_whole_has_one_outcome_and_no_intent(path):
    receipts = deliver(path.approved(draft_to(*to(DAN))), path.channel)
    assert states(receipts) == {DAN: State.HELD}
    assert receipts[0].intent == ""
    assert [r["phase"] for r in path.journal.records.values()] == ["outcome"]
    assert path.server.messages == []


def test_every_bcc_gets_a_copy_of_his_own(path):
    path.change(capabilities=lambda a: means(Method.SMIME, f"key-{a.local}"))
    recipients = to(BOB, CAROL) + to("eve@x.example", "fay@x.example", field=AddressField.BCC)
    deliver(path.approved(draft_to(*recipients)), path.channel)
    assert [m.split(b"\r\n\r\n")[1] for m in path.server.messages] == [b"smime key-bob key-carol", b"smime key-eve", b"smime key-fay"]
    assert all(b"eve@" not in m and b"fay@" not in m for m in path.server.messages)


def test_an_open_question_holds_the_message_until_it_is_answered(path):
    concern = Concern("lookalike", Tier.SHEET, BOB, f"Send to {BOB}?", ("keep", "remove"))
    path.change(concerns=lambda _d, _s, _t: (concern,))
    review = path.review(draft_to(*to(BOB)))
    assert review.verdict is Verdict.HELD
    held = deliver(Approved(review), path.channel)
    assert (held[0].state, held[0].reason) == (State.HELD, f"Send to {BOB}?")
    sent = deliver(Approved(review, {concern_id(concern): Answer("keep")}), path.channel)
    assert sent[0].state is State.ACCEPTED
    assert next(reversed(path.journal.records.values()))["warn"][0]["choice"] == "keep"


def test_a_block_stops_the_whole_message(path):
    def blocked(facts):
        decided = decision(facts, Requirement((Method.SMIME,), Level.MESSAGE))
        return type(decided)(decided.policy, decided.recipients, blocks=(Block("no", "Not to this address.", (BOB,)),))

    path.change(decide=blocked)
    review = path.review(draft_to(*to(BOB, CAROL)))
    assert review.verdict is Verdict.BLOCKED
    receipts = deliver(Approved(review), path.channel)
    assert {r.state for r in receipts} == {State.HELD}
    assert path.server.messages == []
    assert len(path.outbox.ids()) == 1


@pytest.mark.parametrize(
    ("blocks", "reasons"),
    [
        ([("a", BOB), ("b", BOB, CAROL)], ["a", "b", ""]),
        ([("a", BOB), ("all",), ("c", CAROL)], ["a", "all", "all"]),
        ([("all",), ("a", BOB)], ["all", "all", "all"]),
    ],
)
def test_the_first_block_that_concerns_a_recipient_speaks(path, blocks, reasons):
    def blocked(facts):
        decided = decision(facts, IN_CLEAR)
        return replace(decided, blocks=tuple(Block("r", text, recipients) for text, *recipients in blocks))

    path.change(decide=blocked)
    outlooks = path.review(draft_to(*to(BOB, CAROL, DAN))).outlooks
    assert [o.reason if o.verdict is Verdict.BLOCKED else "" for o in outlooks] == reasons


def test_nothing_goes_when_it_could_only_go_weaker_than_approved(path):
    approved = path.approved(draft_to(*to(BOB)))
    path.change(capabilities=lambda _a: means(Method.TLS, "gateway"))
    receipts = deliver(approved, path.channel)
    assert receipts[0].state is State.HELD
    assert "as safely" in receipts[0].reason
    assert path.server.messages == []


def test_a_protected_message_never_becomes_clear_when_policy_softens(path):
    approved = path.approved(draft_to(*to(BOB)))
    path.change(decide=lambda facts: decision(facts, IN_CLEAR), capabilities=lambda _a: Capabilities())
    assert deliver(approved, path.channel)[0].state is State.HELD
    assert path.server.messages == []


def test_a_copy_that_cannot_be_protected_holds_the_message(path):
    path.protector.fail = True
    receipts = deliver(path.approved(draft_to(*to(BOB, CAROL))), path.channel)
    assert {r.state for r in receipts} == {State.HELD}
    assert receipts[0].reason == "The key is broken."
    assert path.server.messages == []


def test_a_message_without_recipient_stays_with_its_author(path):
    assert path.review(draft_to()).verdict is Verdict.HELD
    with pytest.raises(NoRecipient, match=r"^The message has no recipient: add one\.$"):
        deliver(path.approved(draft_to()), path.channel)
    assert path.outbox.ids() == []


def test_refused_and_deferred_are_told_apart_and_only_the_deferred_is_tried_again(path):
    path.change(capabilities=lambda _a: means(Method.SMIME))
    path.server.answers = {BOB: Submitted.REFUSED, CAROL: Submitted.DEFERRED}
    receipts = deliver(path.approved(draft_to(*to(BOB, CAROL, "eve@x.example"))), path.channel)
    assert list(states(receipts).values()) == [State.REFUSED, State.DEFERRED, State.ACCEPTED]
    [entry] = path.outbox.ids()
    path.server.answers = {}
    transmit(entry, path.channel)
    assert [r for _, r in path.server.taken] == ["eve@x.example"]
    path.later(minutes=2)
    assert list(states(transmit(entry, path.channel)).values()) == [State.REFUSED, State.ACCEPTED, State.ACCEPTED]
    assert [r for _, r in path.server.taken] == ["eve@x.example", CAROL]
    assert path.server.messages[0] == path.server.messages[1]


def test_after_five_days_the_author_decides(path):
    path.server.answers = {BOB: Submitted.DEFERRED}
    deliver(path.approved(draft_to(*to(BOB))), path.channel)
    [entry] = path.outbox.ids()
    path.later(days=6)
    assert transmit(entry, path.channel)[0].state is State.HELD


def test_a_clock_that_was_set_back_holds_no_message_up(path):
    path.later(days=400)  # it was wrong
    path.server.answers = {BOB: Submitted.DEFERRED}
    deliver(path.approved(draft_to(*to(BOB))), path.channel)
    [entry] = path.outbox.ids()
    path.later(days=-400)
    path.server.answers = {}
    assert transmit(entry, path.channel)[0].state is State.ACCEPTED


def test_unknown_is_never_sent_again_by_itself(path):
    path.server.answers = {BOB: Submitted.UNKNOWN}
    assert deliver(path.approved(draft_to(*to(BOB))), path.channel)[0].state is State.UNKNOWN
    [entry] = path.outbox.ids()
    path.server.answers = {}
    path.later(days=1)
    assert transmit(entry, path.channel, force=True)[0].state is State.UNKNOWN
    assert len(path.server.taken) == 1


@pytest.mark.parametrize(("found", "state", "times"), [(Found.YES, State.ACCEPTED, 1), (Found.NO, State.ACCEPTED, 2)])
def test_unknown_is_settled_when_the_server_can_tell(path, found, state, times):
    path.server.answers = {BOB: Submitted.UNKNOWN}
    deliver(path.approved(draft_to(*to(BOB))), path.channel)
    [entry] = path.outbox.ids()
    path.server.answers = {}
    path.server.found = found
    assert transmit(entry, path.channel, force=True)[0].state is state
    assert len(path.server.taken) == times
    assert outcomes(path)[-1]["out"] == "accepted"


def test_the_intent_is_durable_before_anything_is_handed_over(path):
    seen = []
    path.server.on_commit = lambda: seen.append([r["phase"] for r in path.journal.records.values()])
    deliver(path.approved(draft_to(*to(BOB))), path.channel)
    assert seen == [["intent"]]


def test_no_journal_no_sending(path):
    path.journal.fail = JournalError("The journal's disk is full.")
    receipts = deliver(path.approved(draft_to(*to(BOB))), path.channel)
    assert (receipts[0].state, receipts[0].reason) == (State.READY, "The journal's disk is full.")
    assert path.server.messages == []
    path.journal.fail = None
    [entry] = path.outbox.ids()
    assert transmit(entry, path.channel)[0].state is State.ACCEPTED


def test_an_outcome_that_could_not_be_recorded_is_recorded_later_and_nothing_is_sent_twice(path):
    def break_journal():
        path.journal.fail = JournalError("full")

    path.server.on_commit = break_journal
    deliver(path.approved(draft_to(*to(BOB))), path.channel)
    [entry] = path.outbox.ids()
    path.journal.fail = None
    transmit(entry, path.channel)
    assert len(path.server.taken) == 1
    assert [o["out"] for o in outcomes(path)] == ["accepted"]
    assert path.outbox.ids() == []


def test_a_full_store_at_commitment_hands_nothing_over(path, monkeypatch):
    outbox = path.outbox

    def full(*_args):
        raise StoreFull("The disk is full.")

    monkeypatch.setattr(type(outbox), "change", full)
    receipts = deliver(path.approved(draft_to(*to(BOB))), path.channel)
    assert [(r.state, r.reason) for r in receipts] == [(State.READY, "The disk is full.")]
    assert path.server.messages == []
    assert len(path.outbox.ids()) == 1


def test_sent_is_filed_later_when_the_mailbox_is_away(path):
    path.sent.fail = Unreachable("The mailbox cannot be reached.")
    assert deliver(path.approved(draft_to(*to(BOB))), path.channel)[0].state is State.ACCEPTED
    [entry] = path.outbox.ids()
    path.sent.fail = None
    transmit(entry, path.channel)
    assert len(path.sent.messages) == 1
    assert path.outbox.ids() == []
    assert len(path.server.taken) == 1


def test_ordinary_mail_goes_in_clear(path):
    path.change(decide=lambda facts: decision(facts, IN_CLEAR), capabilities=lambda _a: Capabilities())
    review = path.review(draft_to(*to(DAN)))
    assert review.verdict is Verdict.SEND
    assert deliver(Approved(review), path.channel)[0].method is Method.CLEAR


def test_who_could_not_be_protected_never_gets_it_in_clear_because_policy_softened(path):
    approved = path.approved(draft_to(*to(DAN)))
    path.change(decide=lambda facts: decision(facts, IN_CLEAR))
    receipts = deliver(approved, path.channel)
    assert receipts[0].state is State.HELD
    assert path.server.messages == []


def test_another_text_under_the_same_message_id_is_not_taken_for_the_first(path):
    path.server.answers = {BOB: Submitted.DEFERRED}
    first = draft_to(*to(BOB))
    deliver(path.approved(first), path.channel)
    path.server.answers = {}
    deliver(path.approved(replace(first, text="CORRECTED: K+ 4.1\n")), path.channel)
    assert len({message_id for message_id, _ in path.server.taken}) == len(path.server.taken)
    waiting = [parse_draft(path.outbox.draft(e)).text for e in path.outbox.ids()]
    assert len(path.server.taken) + len(waiting) == 2


@pytest.mark.slow
def test_a_message_that_could_not_be_opened_again_is_refused(path):
    many = tuple(Recipient(Address("x" * 60, f"d{n}.example", "ü" * 60), AddressField.BCC) for n in range(8000))
    with pytest.raises(NotKeepable, match="too large"):
        deliver(path.approved(draft_to(*many)), path.channel)
    assert path.outbox.ids() == []


def test_hidden_copies_that_are_too_much_together_are_held_before_one_is_made(path, monkeypatch):
    monkeypatch.setattr("securemail_desktop.sending.copies.LARGEST_TOGETHER", 2_000)
    path.change(capabilities=lambda a: means(Method.SMIME, f"key-{a.local}"))
    large = replace(draft_to(*to(BOB), *to(CAROL, DAN, field=AddressField.BCC)), text="x" * 1_001)
    receipts = deliver(path.approved(large), path.channel)
    assert {(r.state, r.reason[:37]) for r in receipts} == {(State.HELD, "Each of the 2 hidden recipients gets ")}
    assert path.server.messages == []
    assert path.database.rows("SELECT count(*) FROM outbox_piece WHERE name LIKE 'copy%'") == [(0,)]
    shown = replace(large, recipients=to(BOB, CAROL, DAN), message_id="<m2@clinic.example>")
    assert {r.state for r in deliver(path.approved(shown), path.channel)} == {State.ACCEPTED}


class Breaking(FakeProtector):
    """Fails in the middle of a large copy."""

    def protect(self, draft, method, keys):
        yield b"x" * 30_000_000
        raise ProtectionFailed("The key is broken.")


@pytest.mark.slow
def test_a_copy_that_breaks_off_when_much_of_it_was_written_is_held_and_leaves_nothing(path):
    path.protector = Breaking()
    (receipt,) = deliver(path.approved(draft_to(*to(BOB))), path.channel)
    assert (receipt.state, receipt.reason) == (State.HELD, "The key is broken.")
    assert not path.outbox.has_remains()
    assert path.database.rows("SELECT count(*) FROM outbox_piece WHERE name LIKE 'copy%'") == [(0,)]


def test_an_entry_that_cannot_be_read_hides_no_other(path):
    path.server.answers = {BOB: Submitted.REFUSED}
    deliver(path.approved(draft_to(*to(BOB))), path.channel)
    path.database.execute("UPDATE outbox SET subject = x''")  # an entry of an earlier version
    assert [(e.state, e.subject) for e in entries(path.outbox)] == [(State.REFUSED, draft_to().subject)]
    path.database.execute("UPDATE outbox_piece SET content = x'00'")
    assert [(e.state, e.subject) for e in entries(path.outbox)] == [(State.REFUSED, "")]


def test_hidden_recipients_of_what_is_not_encrypted_share_one_copy_that_does_not_name_them(path):
    path.change(decide=lambda facts: decision(facts, IN_CLEAR))
    recipients = to(BOB) + to("eve@x.example", "fay@x.example", field=AddressField.BCC)
    deliver(path.approved(draft_to(*recipients)), path.channel)
    assert [m.partition(b"\r\n")[0] for m in path.server.messages] == [f"To: {BOB}".encode()]
    assert [who for _, who in path.server.taken] == [BOB, "eve@x.example", "fay@x.example"]


class NarrowServer(ScriptedServer):
    """Takes two recipients a transaction."""

    def submit(self, message, envelope, committing):
        room = envelope.recipients[:2]
        taken = super().submit(message, replace(envelope, recipients=room), committing)
        return taken + tuple(Outcome(r, Submitted.DEFERRED, 452, "Too many recipients.") for r in envelope.recipients[2:])


def test_recipients_for_whom_a_transaction_has_no_room_come_in_the_next(path):
    path.server = NarrowServer()
    path.change(decide=lambda facts: decision(facts, IN_CLEAR))
    people = [f"p{n}@x.example" for n in range(5)]
    receipts = deliver(path.approved(draft_to(*to(*people))), path.channel)
    assert {r.state for r in receipts} == {State.ACCEPTED}
    assert [who for _, who in path.server.taken] == people
    assert len(path.server.messages) == 3
    told = [(o["out"], len(o["rcpt"]), len(o["msg"]["copies"])) for o in outcomes(path)]
    assert told == [("accepted", 2, 1), ("accepted", 2, 1), ("accepted", 1, 1)]


def test_a_single_recipient_without_room_waits(path):
    path.server = NarrowServer()
    path.server.answers[BOB] = Submitted.DEFERRED
    path.change(decide=lambda facts: decision(facts, IN_CLEAR))
    receipts = deliver(path.approved(draft_to(*to(BOB))), path.channel)
    assert [r.state for r in receipts] == [State.DEFERRED]


def test_an_outcome_names_only_the_copies_that_it_tells_of(path):
    deliver(path.approved(draft_to(*to(BOB, CAROL))), path.channel)
    (intent,) = [r for r in path.journal.records.values() if r["phase"] == "intent"]
    told = [(o["rcpt"][0]["copy"], o["msg"]["copies"]) for o in outcomes(path)]
    assert told == [(0, [intent["msg"]["copies"][0]]), (0, [intent["msg"]["copies"][1]])]
