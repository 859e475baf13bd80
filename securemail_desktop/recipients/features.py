"""The features of one recipient of a draft, by name; `model.py` weighs them. Numbers near 0..5; 0 means that nothing speaks.

Each group is one function: acquaintance, company, conversation, wording, resemblance, alternates.
"""

from collections.abc import Iterable, Iterator, Mapping
from heapq import nlargest
from math import exp, log1p

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.greeting import names_match
from securemail_desktop.recipients.mail_domains import is_webmail
from securemail_desktop.recipients.person import Person, words
from securemail_desktop.recipients.reading import Reading
from securemail_desktop.recipients.similar import Likeness, Similar
from securemail_desktop.recipients.skeleton import mixed_scripts, unicode_domain

Features = Mapping[str, float]
WRITTEN_OFTEN = 3
ALTERNATES = 25


def features(address: Address, reading: Reading) -> dict[str, float]:
    """Return all features of one recipient."""
    person = reading.person(address)
    found = {**acquaintance(address, person, reading), **company(address, person, reading), **conversation(address, person, reading)}
    return {**found, **wording(address, person, reading), **resemblance(address, person, reading), **alternates(address, person, reading)}


def acquaintance(address: Address, person: Person | None, reading: Reading) -> dict[str, float]:
    """Return how well the user knows the address, and how the mailbox is: small, or often written to new people."""
    past = reading.past
    found = (
        _mail(person, reading)
        if person
        else {"unseen": 1.0, "unseen_novelty": reading.novelty, "unseen_size": log1p(past.messages_sent) / 5}
    )
    colleagues = [p for p in reading.case.index.at(address.domain)[:60] if p.key != address.key and past.known(p)]
    if not person or not past.known(person):
        found |= {"stranger": 1.0, "stranger_novelty": reading.novelty, "stranger_size": log1p(past.messages_sent) / 5}
        found |= {"stranger_domain_new": float(not colleagues), "stranger_webmail": float(is_webmail(address.domain))}
    found |= {"domain_people": log1p(len(colleagues)), "webmail": float(is_webmail(address.domain))}
    return found | {"own_domain": float(address.domain == reading.case.draft.sender.domain)}


def _mail(person: Person, reading: Reading) -> dict[str, float]:
    past = reading.past
    written, heard, beside = (past.count(p) for p in (person.written, person.heard, person.beside))
    quiet = min(past.days_since(p) for p in (person.written, person.heard, person.beside))
    since = past.days_since(person.written)
    return {
        "never_written": float(not written),
        "never_written_novelty": reading.novelty * (not written),
        "contact": float(person.contact),
        "written": log1p(written),
        "heard": log1p(heard),
        "beside": log1p(beside),
        "written_once": float(written == 1),
        "written_month": log1p(past.count(person.written, 30)),
        "written_year": log1p(past.count(person.written, 365)),
        "heard_month": log1p(past.count(person.heard, 30)),
        "beside_month": log1p(past.count(person.beside, 30)),
        "share": (written / (past.messages_sent + 10)) ** 0.5,
        "last_10": past.in_last_sent(person, 10) / 10,
        "last_50": past.in_last_sent(person, 50) / 50,
        "written_fresh": exp(-since / 14),
        "written_lately": exp(-since / 120),
        "quiet_fresh": exp(-quiet / 14),
        "quiet_lately": exp(-quiet / 120),
        "quiet_long": log1p(quiet) / 3,
    }


def company(address: Address, person: Person | None, reading: Reading) -> dict[str, float]:
    """Return whether the person stands together with the draft's other recipients."""
    others = tuple(reading.case.recipients_except(address.key))
    domains = [key.rpartition("@")[2] for key in others]
    found = {"alone": float(not others), "others": log1p(len(others))}
    if not others:
        return found
    found["domain_among"] = domains.count(address.domain) / len(domains)
    if not person:
        return found | {"company_none": 1.0}
    numbers = [n for n in reading.recipients if n != person.number]
    return found | _shares("company", person.number, numbers, len(others), reading) | _groups(person.number, len(others), reading)


def _groups(number: int, others: int, reading: Reading) -> dict[str, float]:
    """Return how much the other recipients are like a group that was written to with him, and like one without him (Jaccard)."""
    best = {True: 0.0, False: 0.0}
    for group, shared in reading.groups:
        inside = number in group
        common = shared - inside
        best[inside] = max(best[inside], common / (others + len(group) - inside - common))
    return {"group_with": best[True], "group_without": best[False], "group_missing": max(0.0, best[False] - best[True])}


def _shares(name: str, number: int, others: Iterable[int], size: int, reading: Reading) -> dict[str, float]:
    """Return the shares that others have of a person and he of them, over `size` others; those never seen share nothing."""
    past = reading.past
    others = list(others)[:40]
    of_others = [past.company(other).share(number) for other in others]
    of_him = [past.company(number).share(other) for other in others]
    met = sum(share > 0 for share in of_others)
    return {
        f"{name}_none": float(met == 0),
        f"{name}_met": met / max(1, size),
        f"{name}_max": max(of_others, default=0.0),
        f"{name}_mean": sum(of_others) / max(1, size),
        f"{name}_back_max": max(of_him, default=0.0),
        f"{name}_back_mean": sum(of_him) / max(1, size),
        f"{name}_root": (sum(share**0.5 for share in of_others) + sum(share**0.5 for share in of_him)) / max(1, 2 * size),
    }


def conversation(address: Address, person: Person | None, reading: Reading) -> dict[str, float]:
    """Return where the person stands in the answered conversation; nothing where it is unknown."""
    thread = reading.case.thread
    if not thread.known:
        return {"no_thread": 1.0}
    recipients = set(reading.case.keys)
    people = {key for key in thread.people if not reading.case.is_own(key)}
    found = _alias(person, reading) | ({"announced": 1.0} if reading.announced and address.key not in thread.people else {})
    if address.key in thread.people:
        return {"in_thread": 1.0, "is_author": float(address.key == thread.author), "in_parent": float(address.key in thread.parent)}
    added = sum(key not in thread.people for key in recipients)
    found |= {"added": 1.0, "added_many": log1p(added - 1), "added_domain_new": float(address.domain not in thread.domains)}
    found |= {"thread_left_out": float(bool(people - recipients)), "thread_kept": len(people & recipients) / max(1, len(people))}
    found["added_author_domain"] = float(address.domain == thread.author.rpartition("@")[2])
    if not people:
        found["thread_nobody"] = 1.0
    if not person:
        return found | {"thread_none": 1.0, "added_unseen": 1.0}
    author = reading.case.index.person(thread.author)
    found["author_share"] = reading.past.company(author.number).share(person.number) if author else 0.0
    return found | _shares("thread", person.number, reading.thread, len(people), reading)


def _alias(person: Person | None, reading: Reading) -> dict[str, float]:
    """Return whether somebody in the conversation has the person's name: another address of his."""
    name = set(words(person.name)) if person else set()
    if len(name) < 2 or person is None:
        return {}
    people = (reading.case.index.by_number(number) for number in reading.thread if number != person.number)
    return {"alias_in_thread": float(any(set(words(p.name)) == name for p in people))}


def wording(address: Address, person: Person | None, reading: Reading) -> dict[str, float]:
    """Return whether greeting, text, subject and old messages of the same words speak of the person."""
    found = _greeting(address, person, reading)
    names = {*words(address.name), *words(person.name if person else ""), *words(address.local.replace("_", " "))}
    found["named"] = float(any(len(name) >= 4 and name in reading.text_words for name in names))
    number = person.number if person else -1
    if reading.same_subject:
        found["subject_with"] = reading.with_subject.get(number, 0) / reading.same_subject
        found["subject_without"] = float(number not in reading.with_subject)
    near = reading.near.get(number, 0.0) / (reading.near_all + 0.1)
    best, best_of_all = reading.near_best.get(number, 0.0), max(reading.near_best.values(), default=0.0)
    found |= {"near_best": best, "near_best_other": best_of_all - best}
    return found | {"near": near, "near_none": float(near == 0), "near_strength": (1 - near) * min(1.0, reading.near_all / 5)}


def _greeting(address: Address, person: Person | None, reading: Reading) -> dict[str, float]:
    if not reading.greeting:
        return {}
    if names_match(reading.greeting, address, person.name if person else ""):
        return {"greeted": 1.0}
    names = ((a, p.name if (p := reading.case.index.person(a.key)) else "") for a in reading.case.others if a.key != address.key)
    other = any(names_match(reading.greeting, a, name) for a, name in names)
    return {"greeted_other": float(other), "greeted_nobody": float(not other)}


def resemblance(address: Address, person: Person | None, reading: Reading) -> dict[str, float]:
    """Return whether a rarely used address resembles one that the user knows better."""
    written = reading.past.count(person.written) if person else 0
    if written >= WRITTEN_OFTEN:
        return {}
    found = {"mixed": 1.0} if mixed_scripts(f"{address.local}.{unicode_domain(address.domain)}") else {}
    best = next(_better(address, person, reading), None)
    state = _state(address, person, reading)
    if best is None:
        return found | _provider(address, reading)
    kind = f"like_{best.likeness.name.lower()}{'_far' if best.edits > 1 else ''}"
    found |= {f"{kind}{state}": 1.0, f"like_weight{state}": log1p(_weight(best.person, reading)) / 3}
    keys = set(reading.case.keys)
    return found | {"like_in_draft": float(best.person.key in keys), "like_in_thread": float(best.person.key in reading.case.thread.people)}


def _state(address: Address, person: Person | None, reading: Reading) -> str:
    if address.key in reading.case.thread.people:
        return "_inherited"
    return "_known" if person and reading.past.known(person) else ""


def _better(address: Address, person: Person | None, reading: Reading) -> Iterator[Similar]:
    own = _weight(person, reading) if person else 0
    for similar in reading.case.index.similar(address):
        if _weight(similar.person, reading) > own and not reading.case.is_own(similar.person.key):
            yield similar


def _weight(person: Person, reading: Reading) -> int:
    return 2 * reading.past.count(person.written) + reading.past.count(person.heard) + person.contact


def _provider(address: Address, reading: Reading) -> dict[str, float]:
    if reading.case.index.at(address.domain):
        return {}
    sure = (s for s in reading.case.index.similar_domains(address.domain) if s.likeness is Likeness.SKELETON or s.edits == 1)
    return {"like_provider": 1.0} if any(sure) else {}


def alternates(address: Address, person: Person | None, reading: Reading) -> dict[str, float]:
    """Return whether somebody else whom the completion list shows for the same letters fits the message better."""
    if address.key in reading.case.thread.people:
        return {}
    others = [n for n in reading.recipients if person is None or n != person.number]
    own = _fit(person.number, others, reading) if person else (0.0, 0.0, 0.0)
    rivals = _rivals(address, person, reading)
    fits = [_fit(p.number, others, reading) for p in rivals]
    gains = [max(0.0, max((fit[i] for fit in fits), default=0.0) - own[i]) for i in range(3)]
    missing = any(p.key in reading.case.thread.people for p in rivals)
    return {"rival_company": gains[0], "rival_near": gains[1], "rival_share": gains[2], "rival_in_thread": float(missing)}


def best_rival(address: Address, reading: Reading) -> Person | None:
    """Return whom the author probably meant: of those whom the completion list shows for the same letters the one that fits clearly best."""
    person = reading.person(address)
    others = [n for n in reading.recipients if person is None or n != person.number]
    rated = [(_merit(p, others, reading), -p.number, p) for p in _rivals(address, person, reading)]
    own = _merit(person, others, reading) if person else 0.0
    best = max(rated, default=(0.0, 0, None))
    return best[2] if best[0] > 2 * own + 0.1 else None


def _merit(person: Person, others: list[int], reading: Reading) -> float:
    return sum(_fit(person.number, others, reading)) + (person.key in reading.case.thread.people)


def _rivals(address: Address, person: Person | None, reading: Reading) -> list[Person]:
    here = set(reading.case.keys)
    return [p for p in _completed(address, person, reading) if p.key not in here and not reading.case.is_own(p.key)]


def _completed(address: Address, person: Person | None, reading: Reading) -> list[Person]:
    texts = (address.local.replace("_", " "), address.name, person.name if person else "")
    starts = {word[:2] for text in texts for word in words(text)}
    found = {p.number: p for start in starts for p in reading.case.index.completions(start)}
    past = reading.past
    likely = [p for n, p in found.items() if n in reading.near or n in reading.thread]
    often = nlargest(ALTERNATES, found.values(), key=lambda p: len(p.written))
    return list(
        {p.number: p for p in (*likely[:ALTERNATES], *often) if past.count(p.written) and (person is None or p is not person)}.values()
    )


def _fit(number: int, others: list[int], reading: Reading) -> tuple[float, float, float]:
    """Return how a person fits: his share in the others' company, in messages of the same words, in what the user lately sent."""
    past = reading.past
    together = sum(past.company(other).share(number) for other in others[:20]) / max(1, len(others[:20]))
    person = reading.case.index.by_number(number)
    return together, reading.near.get(number, 0.0) / (reading.near_all + 0.1), past.in_last_sent(person, 50) / 50
