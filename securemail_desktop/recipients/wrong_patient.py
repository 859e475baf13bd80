"""Wrong patient: what is sent is about somebody else than the one to whom, or in whose conversation, it is sent.

Three mistakes, and no more, because most mail about patients goes to colleagues who may read about any of them:
- parts of one message that contradict each other: another birth date or record number in the attachment than in the text;
- a letter to a patient with another person's data in it (relatives of one name write for one another, and are left alone); whose an address is the
  organisation's patient list knows best, where there is one;
- an attachment about another patient than the conversation that it is sent in.
"""

from collections.abc import Iterator, Sequence

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.case import Case
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.recipients.greeting import greeted, names_match, nicknames
from securemail_desktop.recipients.mail_domains import is_webmail
from securemail_desktop.recipients.patients import QUOTED, WRITTEN, Named
from securemail_desktop.recipients.person import words

NAME = "wrong-patient"
_ROSTER = 3  # a part that names more patients than this is a list, where others are expected
_HARDLY = 3  # messages: with whom the author writes more he has to do otherwise, and may write about any patient
_CONTRADICTS, _OTHER_DATA, _OTHER_THREAD = 0.95, 0.9, 0.6


def check(case: Case) -> Iterator[Concern]:
    """Yield at most one concern: the surest."""
    parts = [named for named in case.patients if len(named.names) <= _ROSTER]
    if len(parts) == len(case.patients):
        carer = bool(frozenset(words(case.draft.text[:2000])) & _RELATIVES)
        yield from [*([] if carer else _to_another(parts, case)), *_contradicting(parts, carer=carer), *_in_another(parts)][:1]


def _contradicting(parts: Sequence[Named], *, carer: bool) -> Iterator[Concern]:
    """Yield a doubt where two parts name one patient each, but not the same birth date or record number, or not the same name."""
    written = next((named for named in parts if named.part == WRITTEN), None)
    for other in parts if written else ():
        if written is None or other.part in {WRITTEN, QUOTED}:
            continue
        same = _same(written.names, other.names) or not (written.names and other.names)
        for what, mine, theirs in (("birth date", written.births, other.births), ("record number", written.records, other.records)):
            if same and len(mine) == 1 and len(theirs) == 1 and mine != theirs:
                yield _concern("", f"{_where(other).capitalize()} has another {what} than your text: is it the same patient?", _CONTRADICTS)
        if not same and len(written.names) == 1 and not carer and not _related(written.names, other.names):
            yield _concern("", f"{_where(other).capitalize()} is about {_who(other)}, your text about {_who(written)}.", _CONTRADICTS)


def _to_another(parts: Sequence[Named], case: Case) -> Iterator[Concern]:
    """Yield a doubt where the only recipient is a patient or private person, and gets somebody else's data."""
    address = _private(case)
    if address is None:
        return
    person = case.index.person(address.key)
    known = person.name if person else ""
    for named in parts:
        listed = [name for name in named.names if case.organisation.patients.is_of(address.spec, name)]
        own = [name for name in named.names if name in listed or _is(name, address, known)]
        others = [name for name in named.names if name not in own and len(name) > 1 and not _kin(name, address, known)]
        if named.part != QUOTED and others and not listed and case.organisation.patients.has_owner(address.spec):
            text = f"{_where(named).capitalize()} is about {_title(others[0])}, but {address.spec} is another patient's address."
            yield _concern(address.key, text, _OTHER_DATA)
        elif named.part != QUOTED and others and (own or _is(greeted(case.draft.text), address, known) or _identifies(address, known)):
            text = f"{_where(named).capitalize()} is about {_title(others[0])}, but you write to {address.spec}."
            yield _concern(address.key, text, _OTHER_DATA)


def _in_another(parts: Sequence[Named]) -> Iterator[Concern]:
    """Yield a doubt where an attachment names nobody of whom the conversation speaks."""
    quoted = next((named for named in parts if named.part == QUOTED), None)
    for named in parts if quoted else ():
        if quoted is None or named.part in {QUOTED, WRITTEN}:
            continue
        if named.names and quoted.names and not _related(named.names, quoted.names):
            yield _concern(
                "", f"{_where(named).capitalize()} is about {_who(named)}, this conversation about {_who(quoted)}.", _OTHER_THREAD
            )
        elif len(named.births) == len(quoted.births) == 1 and named.births != quoted.births:
            yield _concern(
                "", f"{_where(named).capitalize()} has another birth date than this conversation: is it the same patient?", _OTHER_THREAD
            )


def _concern(recipient: str, text: str, risk: float) -> Concern:
    return Concern(NAME, Tier.BAR, recipient, text, ("keep", "remove") if recipient else ("keep",), risk=risk)


def _private(case: Case) -> Address | None:
    """Return the only recipient when he writes from a private mailbox, or is a patient and hardly known otherwise."""
    outside = [address for address in case.others if not case.is_inside(address)]
    if len(outside) != 1 or len(case.others) != 1:
        return None
    patient = case.organisation.patients.has_owner(outside[0].spec) and case.written(outside[0].key) <= _HARDLY
    return outside[0] if patient or is_webmail(outside[0].domain) else None


def _identifies(address: Address, known: str) -> bool:
    """Say whether the address tells a whole name: then it can be told from another person's."""
    return len(words(address.name)) > 1 or len(words(known)) > 1 or len(words(address.local.replace("_", " "))) > 1


def _is(name: Sequence[str], address: Address, known: str) -> bool:
    """Say whether a name can be the recipient's: every word of it, or its family name, is in his name or address."""
    return bool(name) and all(names_match((word,), address, known) for word in name if len(word) > 1)


def _kin(name: Sequence[str], address: Address, known: str) -> bool:
    """Say whether any word of the name is the recipient's too."""
    return any(names_match((word,), address, known) for word in name if len(word) > 2)


def _same(mine: Sequence[Sequence[str]], theirs: Sequence[Sequence[str]]) -> bool:
    """Say whether any name of the one part can be one of the other: all the words of the shorter name are in the longer one, or stand for one."""
    return any(_within(a, b) or _within(b, a) for a in mine for b in theirs)


def _within(short: Sequence[str], long: Sequence[str]) -> bool:
    return all({word, *nicknames().get(word, ())} & set(long) or any(o[:1] == word for o in long) for word in short)


def _related(mine: Sequence[Sequence[str]], theirs: Sequence[Sequence[str]]) -> bool:
    """Say whether the parts may speak of one person or of one family."""
    return not mine or not theirs or any(set(a) & set(b) for a in mine for b in theirs) or _same(mine, theirs)


def _who(named: Named) -> str:
    return _title(named.names[0])


def _title(name: Sequence[str]) -> str:
    return " ".join(name).title()


def _where(named: Named) -> str:
    if named.part.startswith("attachment:"):
        return f"attachment {int(named.part.partition(':')[2]) + 1}"
    return "your text"


_RELATIVES = frozenset(
    [
        *(
            "mother",
            "father",
            "mom",
            "dad",
            "son",
            "daughter",
            "wife",
            "husband",
            "spouse",
            "partner",
            "sister",
            "brother",
            "parents",
            "child",
        ),
        *(
            "children",
            "kids",
            "twins",
            "baby",
            "grandmother",
            "grandfather",
            "guardian",
            "caregiver",
            "carer",
            "aunt",
            "uncle",
            "niece",
            "nephew",
        ),
    ]
)
