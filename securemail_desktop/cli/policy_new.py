"""`securemail policy new`: a policy folder of one's own from one that ships, and what in it is to be changed."""

import argparse
import re
import shutil
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

from securemail_desktop.cli.exit import Exit, UsageError
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.errors import MessageError
from securemail_desktop.policy.load import load_policy
from securemail_desktop.resources import policies_dir

_CHANGE = "# CHANGE:"
_SETTING = re.compile(r"[\s#]*([a-z_-]+):")  # one that is commented out is one to fill in


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="where to make it; it must not exist yet, or be empty")
    parser.add_argument(
        "--from", dest="template", default="hipaa-baseline", choices=templates(), help="which policy to begin with (hipaa-baseline)"
    )
    parser.add_argument("--name", metavar="NAME", help="its name; the folder's name without it")
    parser.add_argument("--inside", action="append", default=[], metavar="DOMAIN", help="a mail domain of the organisation")


def run(arguments: argparse.Namespace) -> int:
    """Make the folder and say what to change; raise `UsageError`, `PolicyError`."""
    folder: Path = arguments.folder
    try:
        if folder.exists() and any(folder.iterdir()):
            raise UsageError(f"{folder} is not empty: name a folder that does not exist yet")
        _copy(policies_dir() / arguments.template, folder)
        main = folder / "policy.yaml"
        text = _named(main.read_text("utf-8"), arguments.name or folder.resolve().name, [_domain(d) for d in arguments.inside])
        main.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{folder} cannot be made: {error.strerror}") from error
    load_policy(folder)
    changes = list(_to_change(folder))
    print("\n".join([f"Made {folder} from {arguments.template}.{' What is yours to change:' if changes else ''}", *changes]))
    print(f"Then: securemail policy lint {folder} && securemail policy test {folder}")
    return Exit.DONE


def templates() -> list[str]:
    """Return the names of the policies that ship."""
    return sorted(p.parent.name for p in policies_dir().glob("*/policy.yaml"))


def _copy(template: Path, folder: Path) -> None:
    shutil.copytree(template, folder, dirs_exist_ok=True)
    shutil.copytree(policies_dir() / "schema", folder / "schema", dirs_exist_ok=True)
    for file in folder.rglob("*.yaml"):
        # Editors look for the schema beside the policy now, not beside all that ship.
        text = file.read_text("utf-8").replace("$schema=../../schema/", "$schema=../schema/", 1)
        text = text.replace("$schema=../schema/", "$schema=schema/", 1) if file.parent == folder else text
        file.write_text(text, encoding="utf-8", newline="\n")


def _named(text: str, name: str, inside: list[str]) -> str:
    lines = []
    for line in text.splitlines():
        if line.startswith("name:"):
            lines.append(f"name: {name}")
        elif line.startswith("inside:") and inside:
            if lines[-1].startswith(_CHANGE):
                lines.pop()  # it is done
            lines.append(f"inside: [{', '.join(inside)}]")
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def _to_change(folder: Path) -> Iterator[str]:
    """Yield each place, the setting that the remark stands above, and the remark."""
    for file in sorted(folder.glob("*.yaml")):
        lines = file.read_text("utf-8").splitlines()
        for number, line in enumerate(lines, 1):
            if line.strip().startswith(_CHANGE):
                more = list(takewhile(lambda below: below.strip().startswith("#") and not _SETTING.match(below), lines[number:]))
                at = number + len(more)
                setting = _SETTING.match(lines[at]) if at < len(lines) else None
                remark = " ".join([line.partition(_CHANGE)[2], *(below.strip().lstrip("#") for below in more)])
                yield f"  {file.name}:{at + 1}: {setting[1] if setting else ''}: {' '.join(remark.split())}"


def _domain(text: str) -> str:
    try:
        return parse_address(f"x@{text}").domain
    except MessageError as error:
        raise UsageError(f"--inside wants a domain such as clinic.example, got '{text}'") from error
