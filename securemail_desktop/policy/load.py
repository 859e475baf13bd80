"""A folder of YAML files to a `Policy`; errors name file, line, column, what was expected and the nearest valid word."""

from pathlib import Path

from securemail_desktop.policy.model import Policy


class PolicyError(Exception):
    """A policy that cannot be used; `str()` gives one `file:line:column: what was expected` a line."""


def load_policy(folder: Path) -> Policy:
    """Read, validate and merge a policy folder; raise `PolicyError`."""
    raise NotImplementedError


def builtin_policy(inside: tuple[str, ...]) -> Policy:
    """Return the strict policy that holds where there is none: patient data to the outside is protected or held."""
    raise NotImplementedError
