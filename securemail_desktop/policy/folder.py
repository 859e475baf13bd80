"""One policy folder as a validated document: `policy.yaml`, further `*.yaml` files beside it, and the certificates that they name.

`tests/` holds the cases and is not part of the policy. The digest covers the names and bytes of all files that are, with line ends as LF, so
that a check-out on Windows has the same one.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from securemail_desktop.policy.document import Document, Fragment, Rule
from securemail_desktop.policy.errors import PolicyError, Problem
from securemail_desktop.policy.source import LARGEST_FILE, Source, read_yaml
from securemail_desktop.policy.validate import validate

MAIN = "policy.yaml"
MOST_FILES = 200
_Anchor = Callable[[str, Problem], bytes]  # the bytes of a file that is named, or `PolicyError` with the problem


@dataclass(frozen=True, slots=True)
class PolicyFolder:
    """A folder that was read: the document of all files together, the hex SHA-256 of its bytes, and the files for places of problems.

    `contents` are the bytes of every file that the policy consists of, by name: written to another folder they make the same policy.
    """

    document: Document
    sha256: str
    files: tuple[tuple[Source, Fragment], ...]
    contents: tuple[tuple[str, bytes], ...] = ()

    def rules(self) -> Iterator[tuple[Source, int, Rule]]:
        """Return each rule with its file and its number there."""
        for source, fragment in self.files:
            for number, rule in enumerate(fragment.rules):
                yield source, number, rule


def read_folder(folder: Path) -> PolicyFolder:
    """Read and validate a policy folder; raise `PolicyError` with all problems of all files."""
    return _read(_contents(folder), partial(_anchor_file, folder))


def read_contents(contents: Mapping[str, bytes]) -> PolicyFolder:
    """Validate a policy whose files are in memory, by name; raise `PolicyError`. What is no policy file is left out, as in a folder."""
    names = sorted(n for n in contents if n.endswith(".yaml") and "/" not in n and n != MAIN)
    if MAIN not in contents:
        raise PolicyError([Problem(MAIN, 1, 1, "expected this file in the policy")])

    def anchor(name: str, problem: Problem) -> bytes:
        if name not in contents:
            raise PolicyError([problem])
        return contents[name]

    return _read([(n, contents[n]) for n in (MAIN, *names)], anchor)


def _read(contents: Sequence[tuple[str, bytes]], anchor: _Anchor) -> PolicyFolder:
    files: list[tuple[Source, Fragment]] = []
    problems: list[Problem] = []
    for name, content in contents:
        try:
            source = read_yaml(name, content)
            files.append((source, validate(Document if name == MAIN else Fragment, source)))
        except PolicyError as error:
            problems += error.problems
    if problems:
        raise PolicyError(problems)
    read = PolicyFolder(_joined([f for _, f in files]), "", tuple(files))
    _refuse(_twice(read))
    anchors, anchor_files = _anchors(anchor, files[0][0], read.document)
    document = read.document.model_copy(update={"smime_anchors": anchors}) if anchors else read.document
    whole = (*contents, *anchor_files)
    return PolicyFolder(document, _digest(whole), read.files, whole)


def read_file(path: Path, name: str) -> bytes:
    """Return a file's bytes, no more than a policy file may have; raise `PolicyError`."""
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise PolicyError([Problem(name, 1, 1, f"expected a readable file: {error.strerror}")]) from error


def _contents(folder: Path) -> list[tuple[str, bytes]]:
    try:
        names = sorted(p.name for p in folder.iterdir() if p.suffix.lower() in {".yaml", ".yml"} and not p.name.startswith("."))
    except OSError as error:
        raise PolicyError([Problem(str(folder), 1, 1, f"expected a policy folder: {error.strerror}")]) from error
    _refuse(Problem(n, 1, 1, "expected the ending .yaml") for n in names if not n.endswith(".yaml"))
    if MAIN not in names:
        raise PolicyError([Problem(MAIN, 1, 1, f"expected this file in the policy folder {folder}")])
    if len(names) > MOST_FILES:
        raise PolicyError([Problem(MAIN, 1, 1, f"expected at most {MOST_FILES} files in the policy folder")])
    return [(n, read_file(folder / n, n)) for n in [MAIN, *(n for n in names if n != MAIN)]]


def _joined(fragments: Sequence[Fragment]) -> Document:
    main = fragments[0]
    assert isinstance(main, Document)
    update = {
        "gateways": {d: g for f in fragments for d, g in f.gateways.items()},
        "groups": {n: m for f in fragments for n, m in f.groups.items()},
        "lists": {a: m for f in fragments for a, m in f.lists.items()},
        "partners": {d: p for f in fragments for d, p in f.partners.items()},
        "walls": {n: g for f in fragments for n, g in f.walls.items()},
        "consumer_domains": tuple(dict.fromkeys(d for f in fragments for d in f.consumer_domains)),
        "directory_groups": tuple(dict.fromkeys(g for f in fragments for g in f.directory_groups)),
        "rules": tuple(r for f in fragments for r in f.rules),
    }
    named = {k: v for k, v in update.items() if any(k in f.model_fields_set for f in fragments)}
    return main.model_copy(update=named)


def _twice(read: PolicyFolder) -> Iterator[Problem]:
    seen: dict[tuple[str, str], str] = {}
    for source, number, rule in read.rules():
        yield from _again(seen, ("rules", rule.id), source, ("rules", number, "id"))
    for source, fragment in read.files:
        for key in ("gateways", "groups", "lists", "partners", "walls"):
            for name in getattr(fragment, key):
                yield from _again(seen, (key, name), source, (key, name))


def _again(seen: dict[tuple[str, str], str], what: tuple[str, str], source: Source, path: tuple[str | int, ...]) -> Iterator[Problem]:
    if what in seen:
        yield source.problem(path, f"expected each name once: '{what[1]}' is already in {seen[what]}")
    seen.setdefault(what, source.name)


def _anchors(anchor: _Anchor, source: Source, document: Document) -> tuple[tuple[str, ...], list[tuple[str, bytes]]]:
    anchors: list[str] = []
    files: list[tuple[str, bytes]] = []
    for number, text in enumerate(document.smime_anchors):
        path = ("smime_anchors", number)
        if not text.lstrip().startswith("-----BEGIN"):
            content = anchor(text, source.problem(path, "expected a PEM file within the policy folder"))
            files.append((text, content))
        else:
            content = text.encode()
        anchors += _certificates(content, source.problem(path, "expected certificates in PEM form"))
    return tuple(dict.fromkeys(anchors)), files


def _anchor_file(folder: Path, name: str, problem: Problem) -> bytes:
    inside = (folder / name).resolve()
    if not inside.is_relative_to(folder.resolve()) or not inside.is_file():
        raise PolicyError([problem])
    return read_file(inside, name)


def _certificates(content: bytes, problem: Problem) -> list[str]:
    try:
        return [c.public_bytes(Encoding.PEM).decode() for c in x509.load_pem_x509_certificates(content)]
    except ValueError as error:
        raise PolicyError([problem]) from error


def _digest(contents: Iterable[tuple[str, bytes]]) -> str:
    whole = hashlib.sha256()
    for name, content in sorted(contents):
        text = content.replace(b"\r\n", b"\n")
        whole.update(f"{len(name.encode())}:{name}:{len(text)}:".encode() + text)
    return whole.hexdigest()


def _refuse(problems: Iterable[Problem]) -> None:
    found = list(problems)
    if found:
        raise PolicyError(found)
