"""Mailing lists and shared mailboxes of the organisation that people outside of it read: their address looks like one inside, and is none."""

from collections.abc import Iterator, Mapping, Sequence


def open_lists(lists: Mapping[str, Sequence[str]], inside: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the members outside of each list that has any, in their order; a list may have lists among its members."""
    found = {name: tuple(dict.fromkeys(_outside(name, lists, inside, set()))) for name in lists}
    return {name: members for name, members in found.items() if members}


def _outside(name: str, lists: Mapping[str, Sequence[str]], inside: Sequence[str], seen: set[str]) -> Iterator[str]:
    seen.add(name)
    for member in lists[name]:
        if member in lists:
            yield from () if member in seen else _outside(member, lists, inside, seen)
        elif member.rpartition("@")[2] not in inside:
            yield member
