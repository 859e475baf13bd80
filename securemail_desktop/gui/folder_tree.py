"""The folders of one account as a tree: those with a role first and outermost, whatever folder the server keeps them in. Pure; no Qt."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from securemail_desktop.session.mail_view import FolderView

ROLES = ("inbox", "sent", "archive", "junk", "trash")
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A folder, or a mere name around folders (`folder` None); `depth` is 0 for the outermost, `path` what it is called on the server."""

    path: Path
    depth: int
    folder: FolderView | None
    has_children: bool


def tree(folders: Sequence[FolderView]) -> tuple[Node, ...]:
    """Return the folders in the order in which they are read, each followed by what is in it."""
    by_path: dict[Path, FolderView] = {}
    for folder in folders:
        by_path[(folder.name,) if path_of(folder) in by_path else path_of(folder)] = folder
    roots = [path for role in ROLES for path, folder in by_path.items() if folder.role == role]
    children: dict[Path, set[Path]] = {}
    for path in by_path:
        if path not in roots:
            _hang(path, children, roots)
    return tuple(_walk([*roots, *sorted(children.get((), set()), key=_order)], by_path, children))


def path_of(folder: FolderView) -> Path:
    """Return the names from the outermost to the folder's own."""
    return folder.path or (folder.name,)


def _hang(path: Path, children: dict[Path, set[Path]], roots: Sequence[Path]) -> None:
    """Hang a path, and the names around it, to what they are in; what has a role is outermost already."""
    while path and path not in roots:
        children.setdefault(path[:-1], set()).add(path)
        path = path[:-1]


def _walk(paths: Sequence[Path], by_path: dict[Path, FolderView], children: dict[Path, set[Path]]) -> Iterator[Node]:
    waiting = [(path, 0) for path in reversed(paths)]
    while waiting:
        path, level = waiting.pop()
        inner = sorted(children.get(path, set()), key=_order)
        yield Node(path, level, by_path.get(path), bool(inner))
        waiting += [(each, level + 1) for each in reversed(inner)]


def _order(path: Path) -> tuple[list[str], Path]:
    return [name.casefold() for name in path], path
