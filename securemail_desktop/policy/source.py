"""YAML text to plain data, with the place of everything in it (YAML 1.2 core schema, UTF-8).

Duplicate keys, unknown tags, merge keys and anything beyond the bounds are errors: what an administrator reads in the file is what holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from securemail_desktop.policy.errors import PolicyError, Problem

LARGEST_FILE = 2_000_000
LARGEST_TREE = 200_000
DEEPEST = 60
Path = tuple[str | int, ...]
Data = None | bool | int | float | str | list["Data"] | dict[str, "Data"]


@dataclass(frozen=True, slots=True)
class Source:
    """A YAML file as data. `places` gives the line and column (from 1) of each key's value, by its path from the root."""

    name: str
    data: Data
    places: Mapping[Path, tuple[int, int]]
    names: Mapping[Path, tuple[int, int]]

    def problem(self, path: Path, text: str, *, at_name: bool = False) -> Problem:
        """Return a problem at the path, or at the nearest thing around it that is in the file."""
        places = self.names if at_name and path in self.names else self.places
        while path not in places and path:
            path = path[:-1]
        line, column = places.get(path, (1, 1))
        return Problem(self.name, line, column, text)


def read_yaml(name: str, content: bytes) -> Source:
    """Parse one file; raise `PolicyError`."""
    if len(content) > LARGEST_FILE:
        raise PolicyError([Problem(name, 1, 1, f"expected a file of at most {LARGEST_FILE} bytes")])
    reader = _Reader(name)
    try:
        root = YAML(typ="safe", pure=True).compose(content.decode("utf-8-sig"))
        data = None if root is None else reader.data(root, ())
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PolicyError([Problem(name, line, 1, "expected text in UTF-8")]) from error
    except (YAMLError, ReaderError, RecursionError) as error:
        raise PolicyError([_yaml_problem(name, error)]) from error
    if reader.problems:
        raise PolicyError(reader.problems)
    return Source(name, data, reader.places, reader.names)


@dataclass(slots=True)
class _Reader:
    """Walks the nodes once, collecting data, places and problems."""

    name: str
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)
    names: dict[Path, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def data(self, node: Node, path: Path) -> Data:
        self.places[path] = _place(node)
        if len(self.places) > LARGEST_TREE or len(path) > DEEPEST:
            raise PolicyError([self._problem(node, "expected a smaller file: too many or too deeply nested values")])
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.data(item, (*path, n)) for n, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: MappingNode, path: Path) -> Data:
        result: dict[str, Data] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key_node, ScalarNode) or str(key_node.tag) != "tag:yaml.org,2002:str":
                self.problems.append(self._problem(key_node, "expected a word as key"))
                continue
            if key in result:
                self.problems.append(self._problem(key_node, f"expected each key once: '{key}' is there twice"))
            self.names[(*path, key)] = _place(key_node)
            result[key] = self.data(value_node, (*path, key))
        return result

    def _scalar(self, node: Node) -> Data:
        text, tag = str(node.value), str(node.tag).removeprefix("tag:yaml.org,2002:")
        try:
            match tag:
                case "str" | "timestamp":
                    return text
                case "null":
                    return None
                case "bool":
                    return text.lower() == "true"
                case "int":
                    return int(text.replace("_", ""), 0 if text.lower().startswith(("0x", "0o")) else 10)
                case "float":
                    return float(text)
        except ValueError:
            pass
        self.problems.append(self._problem(node, f"expected plain text, a number, true or false, got a value of type {node.tag}"))
        return None

    def _problem(self, node: Node, text: str) -> Problem:
        return Problem(self.name, *_place(node), text)


def _place(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _yaml_problem(name: str, error: Exception) -> Problem:
    if isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        return Problem(name, mark.line + 1, mark.column + 1, f"expected valid YAML: {error.problem or error.context}")
    if isinstance(error, RecursionError):
        return Problem(name, 1, 1, "expected a smaller file: too deeply nested values")
    return Problem(name, 1, 1, "expected valid YAML without control characters")
