"""Conditions as they stand in YAML to trees over predicates. Equal questions get one number, so that each is asked once a message."""

from collections.abc import Iterator, Sequence

from pydantic import BaseModel

from securemail_desktop.policy.circumstances import Circumstance, Consented, SenderIs, SessionAge, Unknown, Wall
from securemail_desktop.policy.conditions import (
    Age,
    Amount,
    AttachmentTest,
    Condition,
    HeaderTest,
    PatternList,
    RecipientTest,
    Score,
    SenderTest,
    Size,
    WordList,
)
from securemail_desktop.policy.content import Findings, HasAttachment, Header, IsKind, Kind, Marker, Search
from securemail_desktop.policy.index import Lists
from securemail_desktop.policy.pattern import compile_pattern, compile_words, folded_words
from securemail_desktop.policy.predicates import (
    Bounds,
    Channel,
    Measure,
    Member,
    Phi,
    Predicate,
    Quantity,
    SenderAddress,
    SenderDomain,
    SenderGroup,
)
from securemail_desktop.policy.tree import Join, Leaf, Node, branch

Question = tuple[str, Predicate]
"""The words in which the policy asks, and what is asked."""


class Questions:
    """The predicates met so far, each with its number."""

    def __init__(self, lists: Lists) -> None:
        """Start empty; the lists say which groups only a directory knows."""
        self._lists = lists
        self._numbers: dict[Predicate, int] = {}

    @property
    def predicates(self) -> tuple[Predicate, ...]:
        """Return the predicates by number."""
        return tuple(self._numbers)

    def rule(self, when: Condition, unless: Condition | None) -> Node:
        """Return the tree of a rule: `when` holds and `unless` does not."""
        exceptions = [branch(Join.NOT, [self.condition(unless)])] if unless else []
        return branch(Join.ALL, [self.condition(when), *exceptions])

    def condition(self, condition: Condition) -> Node:
        """Return the tree of a condition: all its words must hold; one without words holds always."""
        parts = [*self._joined(condition), *self._about_recipients(condition)]
        parts += [self._leaf(q) for q in (*_about_message(condition), *_about_content(condition), *self._about_sender(condition.sender))]
        return branch(Join.ALL, parts)

    def _joined(self, condition: Condition) -> Iterator[Node]:
        if condition.all:
            yield branch(Join.ALL, [self.condition(c) for c in condition.all])
        if condition.any:
            yield branch(Join.ANY, [self.condition(c) for c in condition.any])
        if condition.not_:
            yield branch(Join.NOT, [self.condition(condition.not_)])

    def _about_recipients(self, condition: Condition) -> Iterator[Node]:
        if condition.recipient:
            yield self._recipient(condition.recipient)
        quantified = {
            Join.ANY_RECIPIENT: condition.any_recipient,
            Join.EVERY_RECIPIENT: condition.every_recipient,
            Join.ONLY_RECIPIENT: condition.only_recipient,
        }
        for join, test in quantified.items():
            if test:
                yield branch(join, [self._recipient(test)])

    def _recipient(self, test: RecipientTest) -> Node:
        return branch(Join.ALL, [self._leaf(question) for question in self._about_recipient(test)])

    def _about_recipient(self, test: RecipientTest) -> Iterator[Question]:
        for name in sorted(test.model_fields_set - {"wall", "consent"}):
            if getattr(test, name) is not None:
                yield self._member(name, _texts(getattr(test, name)))
        if test.wall:
            sides = self._lists.walls.get(test.wall, ())
            yield f"recipient.wall {test.wall}", Wall(sides, self._lists.directory_groups & frozenset(sides))
        if test.consent:
            consent = test.consent
            yield f"recipient.consent {_printed(consent)}", Consented(consent.channel, consent.purpose, frozenset(consent.state))

    def _member(self, name: str, values: Sequence[str]) -> Question:
        directory = name == "group" and not self._lists.directory_groups.isdisjoint(values)
        return f"recipient.{name} {_wanted(values)}", Member(name, frozenset(values), directory)

    def _about_sender(self, test: SenderTest | None) -> Iterator[Question]:
        if test and test.address:
            yield f"sender.address {_wanted(test.address)}", SenderAddress(frozenset(test.address))
        if test and test.domain:
            yield f"sender.domain {_wanted(test.domain)}", SenderDomain(frozenset(test.domain))
        if test and test.group:
            directory = not self._lists.directory_groups.isdisjoint(test.group)
            yield f"sender.group {_wanted(test.group)}", SenderGroup(frozenset(test.group), directory)
        for circumstance in Circumstance:
            values = _texts(getattr(test, circumstance)) if test else ()
            if values:
                yield f"sender.{circumstance} {_wanted(values)}", SenderIs(circumstance, frozenset(values))
        if test and test.session_age:
            yield f"sender.session_age {_range(test.session_age)} s", SessionAge(_bounds(test.session_age))

    def _leaf(self, question: Question) -> Leaf:
        wanted, predicate = question
        number = self._numbers.setdefault(predicate, len(self._numbers))
        return Leaf(number, wanted, predicate.cost, predicate.per_recipient)


def _about_message(condition: Condition) -> Iterator[Question]:
    if condition.phi is not None:
        yield f"phi is {_word(condition.phi)}", Phi(condition.phi)
    for quantity in Quantity:
        bounds = getattr(condition, quantity.value)
        if bounds is not None:
            yield f"{quantity.value} {_range(bounds)}", Measure(quantity, _bounds(bounds))
    if condition.channel:
        yield f"channel {_wanted(condition.channel)}", Channel(frozenset(condition.channel))
    for kind in Kind:
        value = getattr(condition, kind)
        if value is not None:
            yield f"{kind} is {_word(value)}", IsKind(kind, value)
    if condition.unknown:
        yield f"{condition.unknown} is unknown", Unknown(condition.unknown)


def _about_content(condition: Condition) -> Iterator[Question]:
    if condition.categories:
        yield f"categories {_wanted(condition.categories)}", Findings(frozenset(condition.categories), 1)
    if condition.count:
        wanted = f"at least {condition.count.at_least} of {', '.join(condition.count.of)}"
        sure = f", each at least {condition.count.confidence} sure" if condition.count.confidence else ""
        yield wanted + sure, Findings(frozenset(condition.count.of), condition.count.at_least, condition.count.confidence)
    if condition.words:
        yield _searched("words", condition.words.any, condition.words), _words(condition.words)
    if condition.pattern:
        yield _searched("pattern", condition.pattern.match, condition.pattern), _patterns(condition.pattern)
    if condition.marker:
        yield f"marker {condition.marker}", Marker(condition.marker)
    if condition.header:
        yield f"header {condition.header.name}", _header(condition.header)
    if condition.attachment:
        yield f"attachment {_printed(condition.attachment)}", attachment_question(condition.attachment)


def _words(words: WordList) -> Search:
    sources = tuple(sorted(words.any))
    return Search(("words", *sources), frozenset(words.where), words.at_least, (compile_words(sources),))


def _patterns(patterns: PatternList) -> Search:
    sources = tuple(sorted(patterns.match))
    finders = tuple(compile_pattern(s) for s in sources)
    return Search(("pattern", *sources), frozenset(patterns.where), patterns.at_least, finders)


def _header(test: HeaderTest) -> Header:
    finder = compile_pattern(test.match) if test.match else None
    return Header(test.name.lower(), folded_words(test.contains or ""), test.match or "", finder)


def attachment_question(test: AttachmentTest) -> HasAttachment:
    """Return the question that a test of attachments asks."""
    return HasAttachment(
        names=frozenset(n.casefold() for n in test.name or ()),
        extensions=frozenset(e.lower().lstrip(".") for e in test.extension or ()),
        types=frozenset(t.lower() for t in test.type or ()),
        size=_bounds(test.size) if test.size else None,
        unreadable=test.unreadable,
        executable=test.executable,
        real_types=frozenset(t.lower() for t in test.real_type or ()),
        password_protected=test.password_protected,
        incomplete=test.incomplete,
    )


def _bounds(test: Amount | Size | Score | Age) -> Bounds:
    return Bounds(test.at_least, test.at_most)


def _range(test: Amount | Size | Score | Age) -> str:
    ends = [("at least", test.at_least), ("at most", test.at_most)]
    return " and ".join(f"{word} {value}" for word, value in ends if value is not None)


def _searched(name: str, values: Sequence[str], test: WordList | PatternList) -> str:
    return f"{name} {_choice(values)}: at least {test.at_least} in {', '.join(test.where)}"


def _wanted(values: Sequence[str]) -> str:
    return f"is {_choice(values)}"


def _choice(values: Sequence[str]) -> str:
    more = [f"{len(values) - 5} more"] if len(values) > 5 else []
    return " or ".join([*values[:5], *more])


def _printed(model: BaseModel) -> str:
    return ", ".join(f"{k}: {_plain(v)}" for k, v in model.model_dump(exclude_none=True).items())


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return _word(value)
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, bool):
        return (_word(value),)
    return tuple(str(v) for v in value) if isinstance(value, tuple) else ()


def _word(flag: object) -> str:
    return str(flag).lower()
