"""Plain data to a validated document; every pydantic error becomes a sentence with file, line and column, and the nearest valid word."""

import difflib
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from securemail_desktop.policy.errors import PolicyError, Problem
from securemail_desktop.policy.source import Path, Source
from securemail_desktop.policy.words import Words

M = TypeVar("M", bound=Words)


def validate(model: type[M], source: Source) -> M:
    """Return the document of a file; raise `PolicyError` with every problem."""
    try:
        return model.model_validate_json(json.dumps(source.data))
    except ValidationError as error:
        raise PolicyError({_problem(model, source, details) for details in _causes(error)}) from error


def nearest(word: str, valid: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the valid word that is most alike, or the valid words, or nothing."""
    words = sorted(set(valid))
    close = difflib.get_close_matches(word.lower(), words, 1, 0.6) or difflib.get_close_matches(word, words, 1, 0.6)
    if close:
        return f"; did you mean '{close[0]}'?"
    return f"; expected one of {', '.join(words)}" if words else ""


def _causes(error: ValidationError) -> list[Any]:
    """Return the errors without those that only follow from one further in: a list is too short when its one item is wrong."""
    every = error.errors(include_url=False)
    paths = [e["loc"] for e in every]
    return [e for e in every if e["type"] != "too_short" or not any(p[: len(e["loc"])] == e["loc"] and p != e["loc"] for p in paths)]


def _problem(model: type[BaseModel], source: Source, details: Any) -> Problem:
    path, context = _path(details["loc"]), details.get("ctx", {})
    match details["type"]:
        case "extra_forbidden":
            return source.problem(path, _unknown_word(model, path), at_name=True)
        case "missing":
            return source.problem(path[:-1], f"expected the key '{path[-1]}'")
        case "enum" | "literal_error":
            return source.problem(path, f"unknown value {_shown(details['input'])}{_choices(details['input'], context)}")
        case "too_short":
            return source.problem(path, f"expected at least {context.get('min_length', 1)} value here")
        case "category":
            return source.problem(path, details["msg"] + nearest(str(context.get("text", "")), context.get("words", ())))
        case _:
            return source.problem(path, _sentence(details["msg"], details["input"]))


def _unknown_word(model: type[BaseModel], path: Path) -> str:
    word = str(path[-1])
    owner = _model_at(model, path[:-1])
    if owner is None:
        return f"unknown word '{word}'"
    if word in owner.later:
        return f"'{word}' is not yet supported in this version: remove it, a policy is never followed in part"
    return f"unknown word '{word}'" + nearest(word, [f.alias or name for name, f in owner.model_fields.items()])


def _model_at(model: type[BaseModel], path: Path) -> type[Words] | None:
    """Return the model that describes the mapping at the path."""
    current: list[Any] = [model]
    for step in path:
        following: list[Any] = []
        for candidate in current:
            following += _step(candidate, step)
        current = following
    return next((c for c in current if issubclass(c, Words)), None)


def _step(model: type[BaseModel], step: str | int) -> list[Any]:
    if isinstance(step, int):
        return [model]
    return [m for name, f in model.model_fields.items() if step == (f.alias or name) for m in _models_in(f.annotation)] or [model]


def _models_in(annotation: Any) -> list[Any]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for argument in get_args(annotation) for m in _models_in(argument)]


def _path(loc: Sequence[int | str]) -> Path:
    return tuple(step for step in loc if step != "[key]")


def _choices(value: object, context: Any) -> str:
    """Return the nearest of the words that pydantic expected: it lists them as `'a', 'b' or <Word.C: 'c'>`."""
    expected = str(context.get("expected", ""))
    return nearest(str(value), re.findall(r"'([^']+)'", expected) or [expected])


def _shown(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else json.dumps(value)[:80]


def _sentence(message: str, value: object) -> str:
    text = (
        message.removeprefix("Value error, ").replace("Input should be", "expected").replace("String should", "expected text that should")
    )
    return text if text.startswith("expected") else f"expected something else than {_shown(value)}: {text}"
