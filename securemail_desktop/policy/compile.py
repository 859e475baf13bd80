"""Validated documents to rules that can be evaluated: conditions become trees over predicates, equal predicates become one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from securemail_desktop.encryption.method import Level, Method
from securemail_desktop.policy.actions import Actions, LevelWord
from securemail_desktop.policy.content import HasAttachment
from securemail_desktop.policy.decision import ChangeKind, DemandKind, RuleMode
from securemail_desktop.policy.document import DEFAULT_ORDER, PatientData, Rule
from securemail_desktop.policy.index import NO_LISTS, Lists
from securemail_desktop.policy.predicates import Predicate
from securemail_desktop.policy.questions import Questions, attachment_question
from securemail_desktop.policy.tree import Node, needs

LEVEL_OF = {LevelWord.CLEAR: Level.CLEAR, LevelWord.TRANSPORT: Level.TRANSPORT, LevelWord.MESSAGE: Level.MESSAGE}

# Changes that must not be left out silently: what they concern would go, or be missing in the journal.
_TAKING = frozenset({ChangeKind.REDACT, ChangeKind.ADD_RECIPIENT})
ANY_ATTACHMENT = HasAttachment()


@dataclass(frozen=True, slots=True)
class Effect:
    """What a rule does. `order` empty: no methods asked; `nothing`: no method will do, the copy waits for a person.

    It `restricts` when it forbids or demands anything (a list of methods with `clear` in it is only a wish), and `speaks` when it has a say in
    how the message travels.
    """

    order: tuple[Method, ...] = ()
    minimum: Level = Level.CLEAR
    forbid: frozenset[Method] = frozenset()
    demand: tuple[DemandKind, int] | None = None
    block: bool = False
    nothing: bool = False
    hold: timedelta = timedelta(0)
    tip: bool = False
    severity: str = ""
    stop: bool = False
    changes: tuple[tuple[ChangeKind, tuple[str, ...]], ...] = ()
    strip: HasAttachment | None = None

    restricts: bool = field(init=False, compare=False)
    speaks: bool = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Say once what is asked of each rule for each message."""
        object.__setattr__(self, "restricts", self._restricts())
        object.__setattr__(self, "speaks", self.restricts or bool(self.order))

    def _restricts(self) -> bool:
        demanding = self.minimum or self.forbid or self.demand or self.block or self.nothing or self.hold
        taking = self.strip or any(kind in _TAKING for kind, _ in self.changes)
        return bool(demanding or taking or (self.order and Method.CLEAR not in self.order))


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule, ready to be evaluated. `layer` counts from the upper one; `starts` included, `ends` excluded; texts in the user's language."""

    id: str
    title: str
    mode: RuleMode
    layer: int
    priority: int
    starts: datetime | None
    ends: datetime | None
    on_error: str
    text: str
    tip: str
    condition: Node
    per_recipient: bool
    effect: Effect

    @property
    def rank(self) -> tuple[int, int, str]:
        """Return its place: upper layers first, then higher priority, then by id, so that the order in files does not matter."""
        return (self.layer, -self.priority, self.id)


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The rules of a policy in their rank, the predicates they share, the lists they look into, and what holds before any rule.

    `needed_by` are the questions without which rules cannot hold, each with a bitmask of those rules, the question of most rules first.
    """

    rules: tuple[CompiledRule, ...] = ()
    predicates: tuple[Predicate, ...] = ()
    needed_by: tuple[tuple[int, int], ...] = ()
    lists: Lists = field(default=NO_LISTS)
    outside_order: tuple[Method, ...] = DEFAULT_ORDER
    outside_minimum: Level = Level.TRANSPORT
    inside_minimum: Level = Level.CLEAR
    winner_overrides_others: bool = False
    all_or_none: bool = False


def compile_rules(
    layers: Sequence[Iterable[Rule]],
    lists: Lists,
    patient_data: PatientData,
    language: str,
    *,
    one_answer: bool,
    all_or_none: bool = False,
) -> Ruleset:
    """Compile the rules of all layers, the upper layer first."""
    questions = Questions(lists)
    compiled = [_rule(rule, layer, questions, language) for layer, document in enumerate(layers) for rule in document]
    rules, outside = tuple(sorted(compiled, key=lambda r: r.rank)), patient_data.outside
    return Ruleset(
        rules,
        questions.predicates,
        _needed_by(rules),
        lists,
        outside.encrypt,
        LEVEL_OF[outside.require],
        LEVEL_OF[patient_data.inside.require],
        one_answer,
        all_or_none,
    )


def _rule(rule: Rule, layer: int, questions: Questions, language: str) -> CompiledRule:
    condition = questions.rule(rule.when, rule.unless)
    text = _localised(rule.text, language) or rule.title
    block = rule.then.block if isinstance(rule.then.block, str) else text
    return CompiledRule(
        rule.id,
        rule.title,
        rule.mode,
        layer,
        rule.priority,
        _moment(rule.starts),
        _moment(rule.ends, days=1),
        rule.on_error,
        block if rule.then.block else text,
        rule.then.tip if isinstance(rule.then.tip, str) else text,
        condition,
        condition.per_recipient,
        _effect(rule.then, language),
    )


def _needed_by(rules: Sequence[CompiledRule]) -> tuple[tuple[int, int], ...]:
    masks: dict[int, int] = defaultdict(int)
    for position, rule in enumerate(rules):
        for number in needs(rule.condition):
            masks[number] |= 1 << position
    return tuple(sorted(masks.items(), key=lambda item: -item[1].bit_count()))


def _effect(then: Actions, language: str) -> Effect:
    return Effect(
        order=then.encrypt or (),
        minimum=LEVEL_OF[then.require] if then.require else Level.CLEAR,
        forbid=frozenset(then.forbid or ()),
        demand=_demand(then),
        block=bool(then.block),
        hold=timedelta(seconds=then.hold or 0),
        tip=bool(then.tip),
        severity=then.audit.value if then.audit else "",
        stop=bool(then.stop),
        changes=tuple(_changes(then, language)),
        strip=_strip(then),
    )


def _changes(then: Actions, language: str) -> Iterator[tuple[ChangeKind, tuple[str, ...]]]:
    if then.redact:
        yield ChangeKind.REDACT, () if then.redact is True else then.redact
    yield from ((ChangeKind.ADD_HEADER, header) for header in (then.add_header or {}).items())
    if then.add_recipient:
        yield ChangeKind.ADD_RECIPIENT, then.add_recipient
    if then.prefix_subject:
        yield ChangeKind.PREFIX_SUBJECT, (then.prefix_subject,)
    if then.disclaimer:
        yield ChangeKind.DISCLAIMER, (_localised(then.disclaimer, language),)


def _strip(then: Actions) -> HasAttachment | None:
    if then.strip_attachment is None:
        return None
    return ANY_ATTACHMENT if then.strip_attachment is True else attachment_question(then.strip_attachment)


def _demand(then: Actions) -> tuple[DemandKind, int] | None:
    """Return the strongest thing that the rule asks of the author: it includes the weaker ones."""
    if then.second_approver:
        return DemandKind.SECOND_APPROVER, 0
    if then.reauthenticate:
        return DemandKind.REAUTHENTICATE, 0
    if then.justify:
        return DemandKind.JUSTIFY, then.justify.at_least
    if then.acknowledge:
        return DemandKind.ACKNOWLEDGE, 0
    return (DemandKind.CONFIRM, 0) if then.confirm else None


def _localised(text: str | Mapping[str, str], language: str) -> str:
    if isinstance(text, str):
        return text
    return text.get(language) or text.get(language.partition("-")[0]) or text.get("en") or next(iter(text.values()), "")


def _moment(value: datetime | date | None, days: int = 0) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    return datetime.combine(value, time(0), UTC) + timedelta(days=days)
