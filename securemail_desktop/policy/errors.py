"""Errors of policies.

PolicyError      a policy that cannot be used; it has one `Problem` for each thing that is wrong
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong and where: file name within the folder, line and column from 1, and what was expected."""

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.text}"


class PolicyError(Exception):
    """A policy that cannot be used; `str()` gives one `file:line:column: what was expected` a line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems, in the order of files and lines."""
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))
