"""One policy as the bytes that are signed and handed out: its files and its cases by name, as JSON (RFC 8259, base64 of RFC 4648).

The cases travel with it, so that whoever signs second, or takes an older policy back, tries what he signs. The program reads the policy's files only.
"""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path, PurePosixPath

from ruamel.yaml import YAML

from securemail_desktop.policy.errors import PolicyError, Problem
from securemail_desktop.policy.folder import MAIN, MOST_FILES, read_contents, read_folder
from securemail_desktop.policy.lint import lint_read
from securemail_desktop.policy.load import policy_of
from securemail_desktop.policy.run_cases import case_files, run_case_files

LARGEST_BUNDLE = 16_000_000
_FORMAT = "securemail-policy-1"
_VERSION = re.compile(rb"^version:[ \t]*[0-9]+", re.MULTILINE)
_SAFE_NAME = re.compile(r"[^\\\0:]{1,200}")


def files_of(folder: Path) -> dict[str, bytes]:
    """Return what of a policy folder is handed out, by name: its policy files and its cases. Raise `PolicyError`."""
    return dict(read_folder(folder).contents) | case_files(folder)


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return the files as one document; the same files are the same bytes."""
    document = {"format": _FORMAT, "files": {name: b64encode(content).decode() for name, content in files.items()}}
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def unpack(content: bytes) -> dict[str, bytes]:
    """Return the files of a document that `pack` made; raise `PolicyError`. No name leads out of a folder that they are written to."""
    try:
        document = json.loads(content) if len(content) <= LARGEST_BUNDLE else None
        files = document["files"] if isinstance(document, dict) and document.get("format") == _FORMAT else None
        unpacked = {_safe(name): b64decode(text, validate=True) for name, text in files.items()} if isinstance(files, dict) else None
    except (ValueError, TypeError, RecursionError) as error:
        raise _unreadable() from error
    if unpacked is None or len(unpacked) > 2 * MOST_FILES:
        raise _unreadable()
    return unpacked


def objections(files: Mapping[str, bytes], now: datetime) -> tuple[str, ...]:
    """Return what is in the way of handing the policy out: findings of lint, cases that fail, or none. Raise `PolicyError`."""
    read = read_contents(files)
    results = run_case_files(policy_of(read), cases_among(files))
    found = [str(problem) for problem in lint_read(read, now)]
    found += [f"{r.file}: {r.name}: {'; '.join(r.differences)}" for r in results if r.differences]
    return tuple(found) if results else (*found, "tests/: it has no cases; write one into tests/cases.yaml")


def cases_among(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of cases."""
    return {name: files[name] for name in sorted(files) if name.startswith("tests/") and name.endswith(".yaml")}


def with_version(files: Mapping[str, bytes], version: int) -> dict[str, bytes]:
    """Return the same policy under another version; raise `PolicyError` where `version:` does not stand at the beginning of a line."""
    changed, count = _VERSION.subn(f"version: {version}".encode(), files.get(MAIN, b""), count=1)
    if not count:
        raise PolicyError([Problem(MAIN, 1, 1, "expected 'version: NUMBER' on a line of its own")])
    return {**files, MAIN: changed}


def with_rule_off(files: Mapping[str, bytes], rule: str) -> dict[str, bytes]:
    """Return the policy with that rule's mode `off`; raise `PolicyError` where it has no such rule."""
    for name, content in files.items():
        if name.endswith(".yaml") and "/" not in name and (changed := _rule_off(content, rule)):
            return {**files, name: changed}
    raise PolicyError([Problem(MAIN, 1, 1, f"expected the id of a rule of this policy, got '{rule}'")])


def _rule_off(content: bytes, rule: str) -> bytes:
    """Return the changed file, or nothing where the rule is not in it."""
    yaml = YAML(typ="rt", pure=True)
    yaml.width = 10_000  # or long lines are folded anew
    document = yaml.load(content.decode("utf-8-sig"))
    for found in _rules(document):
        if found.get("id") == rule:
            found["mode"] = "off"
            changed = BytesIO()
            yaml.dump(document, changed)
            return changed.getvalue()
    return b""


def _rules(document: object) -> Iterator[dict[str, object]]:
    rules = document.get("rules") if isinstance(document, dict) else None
    yield from (rule for rule in rules or () if isinstance(rule, dict))


def _safe(name: object) -> str:
    """Return a name that stays within its folder; raise `ValueError`."""
    if not isinstance(name, str) or not _SAFE_NAME.fullmatch(name) or name.startswith("/") or {"..", "."} & set(PurePosixPath(name).parts):
        raise ValueError("a file of the policy lies outside its folder")
    return name


def _unreadable() -> PolicyError:
    return PolicyError([Problem("policy.json", 1, 1, "expected a policy as 'securemail policy publish' packs it")])
