"""A simulation as text, as a JSON document and as an HTML page: the matrix, and each message that changes. No subjects, no text of messages."""

from collections.abc import Iterator
from html import escape
from typing import Any

from securemail_desktop.policy.simulate import Compared, Fate, Judged, Shift, Simulation

_MOST_LINES = 40
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1d2433; background: #fff }
table { border-collapse: collapse; margin: 1rem 0 } th, td { border: 1px solid #c5cbd6; padding: .35rem .7rem; text-align: left; vertical-align: top }
td.n { text-align: right } .alarm { color: #a4001d; font-weight: 600 } caption { text-align: left; font-weight: 600; padding: .3rem 0 }
@media (prefers-color-scheme: dark) { body { color: #e6e9f0; background: #14171f } th, td { border-color: #454c5c } .alarm { color: #ff8f9c } }
"""


def as_text(simulation: Simulation) -> str:
    """Return the simulation for a terminal, the verdict last."""
    lines = [f"{shift.value:<18}{count:>8,}" for shift, count in simulation.shifts.items()]
    lines += ["", "copies: from (left) to (above)", f"{'':<12}" + "".join(f"{fate.value:>12}" for fate in Fate)]
    lines += [f"{old.value:<12}" + "".join(f"{row[new]:>12,}" for new in Fate) for old, row in simulation.matrix.items()]
    changed = simulation.changed
    lines += ["", *(line for m in changed[:_MOST_LINES] for line in _lines(m))]
    if len(changed) > _MOST_LINES:
        lines.append(f"... and {len(changed) - _MOST_LINES:,} more; --report FILE.html or --json shows all")
    lines += [f"cannot be read: {name}: {reason}" for name, reason in simulation.unusable]
    return "\n".join([*lines, "", _verdict(simulation)])


def as_json(simulation: Simulation) -> dict[str, Any]:
    """Return the simulation as one document."""
    return {
        "messages": len(simulation.messages),
        "shifts": {shift.value: count for shift, count in simulation.shifts.items()},
        "matrix": {old.value: {new.value: count for new, count in row.items()} for old, row in simulation.matrix.items()},
        "newly_clear_with_findings": simulation.alarming,
        "changed": [_document(m) for m in simulation.changed],
        "unusable": [{"name": name, "error": reason} for name, reason in simulation.unusable],
    }


def as_html(simulation: Simulation) -> str:
    """Return the simulation as a page of its own, that loads nothing."""
    alarm = ' class="alarm"' if simulation.alarming else ""
    shifts = "".join(f"<tr><th>{s.value}</th><td class=n>{n:,}</td></tr>" for s, n in simulation.shifts.items())
    head = "".join(f"<th>{fate.value}</th>" for fate in Fate)
    rows = "".join(
        f"<tr><th>{old.value}</th>{''.join(f'<td class=n>{row[new]:,}</td>' for new in Fate)}</tr>"
        for old, row in simulation.matrix.items()
    )
    changed = "".join(map(_row, simulation.changed)) or "<tr><td colspan=5>no message changes</td></tr>"
    unusable = "".join(f"<li>{escape(name)}: {escape(reason)}</li>" for name, reason in simulation.unusable)
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Policy simulation</title><style>{_STYLE}</style>"
        f"<h1>Policy simulation</h1><p{alarm}>{escape(_verdict(simulation))}</p>"
        f"<table><caption>Messages</caption>{shifts}</table>"
        f"<table><caption>Copies: from (left) to (above)</caption><tr><td></td>{head}</tr>{rows}</table>"
        "<table><caption>Messages that change</caption><tr><th>message<th>what changes<th>findings<th>recipients<th>rules</tr>"
        f"{changed}</table>" + (f"<h2>Cannot be read</h2><ul>{unusable}</ul>" if unusable else "") + "</html>\n"
    )


def _verdict(simulation: Simulation) -> str:
    read = "1 message judged" if len(simulation.messages) == 1 else f"{len(simulation.messages):,} messages judged"
    if simulation.unusable:
        read += f", {len(simulation.unusable):,} could not be read"
    if simulation.alarming:
        return f"{read}. NOT SAFE: {simulation.alarming:,} with findings would newly go in clear."
    return f"{read}. Nothing with findings would newly go in clear."


def _lines(message: Compared) -> Iterator[str]:
    findings = ", ".join(f"{count} {name}" for name, count in message.findings) or "no findings"
    yield f"{message.shift.value}: {message.name} ({findings})"
    yield from (f"    {line}" for line in (*_copies(message), *_reasons(message)))


def _copies(message: Compared) -> Iterator[str]:
    for old, new in zip(message.base.copies, message.candidate.copies, strict=True):
        if old != new:
            yield f"{old.address}: {old.fate.value} ({old.method}) -> {new.fate.value} ({new.method})"


def _reasons(message: Compared) -> Iterator[str]:
    for word in ("rules", "asks", "changes"):
        old, new = getattr(message.base, word), getattr(message.candidate, word)
        marks = [*(f"-{n}" for n in old if n not in new), *(f"+{n}" for n in new if n not in old)]
        if marks:
            yield f"{word}: {' '.join(marks)}"


def _row(message: Compared) -> str:
    findings = ", ".join(f"{count} {name}" for name, count in message.findings)
    cells = (message.name, message.shift.value, findings, "\n".join(_copies(message)), "\n".join(_reasons(message)))
    mark = " class=alarm" if message.shift is Shift.NEWLY_CLEAR else ""
    return f"<tr{mark}>" + "".join(f"<td>{escape(cell).replace(chr(10), '<br>')}</td>" for cell in cells) + "</tr>"


def _document(message: Compared) -> dict[str, Any]:
    return {
        "name": message.name,
        "shift": message.shift.value,
        "phi": message.phi,
        "findings": dict(message.findings),
        "base": _judged(message.base),
        "candidate": _judged(message.candidate),
    }


def _judged(judged: Judged) -> dict[str, Any]:
    copies = [{"address": c.address, "verdict": c.fate.value, "method": c.method} for c in judged.copies]
    return {"recipients": copies, "rules": list(judged.rules), "asks": list(judged.asks), "changes": list(judged.changes)}
