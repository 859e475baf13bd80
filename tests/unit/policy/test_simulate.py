"""What counts as newly in clear, protected, held or blocked."""

import pytest

from securemail_desktop.policy.simulate import Compared, Copy, Fate, Judged, Shift, Simulation, together


def message(*fates: tuple[str, str], phi: bool = True, rules: tuple[str, ...] = ()) -> Compared:
    base = Judged(tuple(Copy(f"{n}@x.example", Fate(old), "m") for n, (old, _) in enumerate(fates)))
    candidate = Judged(tuple(Copy(f"{n}@x.example", Fate(new), "m") for n, (_, new) in enumerate(fates)), rules)
    return Compared("a.eml", base, candidate, phi)


@pytest.mark.parametrize(
    ("fates", "shift"),
    [
        ([("send", "send")], Shift.UNCHANGED),
        ([("protected", "send")], Shift.NEWLY_CLEAR),
        ([("held", "send")], Shift.NEWLY_CLEAR),
        ([("blocked", "send")], Shift.NEWLY_CLEAR),
        ([("send", "protected")], Shift.NEWLY_PROTECTED),
        ([("held", "protected")], Shift.NEWLY_PROTECTED),
        ([("send", "held")], Shift.NEWLY_HELD),
        ([("protected", "blocked")], Shift.NEWLY_BLOCKED),
        ([("send", "blocked"), ("protected", "send")], Shift.NEWLY_CLEAR),
        ([("send", "protected"), ("send", "blocked")], Shift.NEWLY_BLOCKED),
        ([], Shift.UNCHANGED),
    ],
)
def test_the_worst_change_of_a_recipient_counts(fates: list[tuple[str, str]], shift: Shift) -> None:
    assert message(*fates).shift is shift


def test_other_rules_alone_are_a_change_too() -> None:
    assert message(("send", "send"), rules=("new",)).shift is Shift.OTHERWISE


def test_only_what_holds_findings_alarms() -> None:
    assert message(("protected", "send")).alarming
    assert not message(("protected", "send"), phi=False).alarming
    assert not message(("send", "protected")).alarming


def test_the_matrix_counts_copies() -> None:
    whole = together(
        [Simulation((message(("send", "held"), ("send", "send")),)), Simulation((message(("send", "held")),), (("b", "why"),))]
    )
    assert whole.matrix[Fate.SEND][Fate.HELD] == 2
    assert sum(n for row in whole.matrix.values() for n in row.values()) == 3
    assert (whole.shifts[Shift.NEWLY_HELD], whole.unusable) == (2, (("b", "why"),))
