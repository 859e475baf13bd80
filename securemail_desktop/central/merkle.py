"""Merkle tree of an append-only log: RFC 9162, 2.1 (SHA-256). Pure: hashes of complete subtrees in, roots and proofs out.

A *place* is (level, index): the complete subtree of 2**level leaves whose first leaf is index * 2**level. Complete subtrees never change, so they
are all that a log has to keep; every root and proof is made of them.
"""

import hashlib
from collections.abc import Mapping, Sequence

Place = tuple[int, int]
Range = tuple[int, int]

EMPTY_ROOT = hashlib.sha256().digest()


class ProofError(Exception):
    """A proof that does not hold, or one that cannot exist."""


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf's bytes."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def places_of(start: int, end: int) -> list[Place]:
    """Return the complete subtrees that leaves start..end (exclusive) consist of, left to right; `start` begins a subtree of the tree."""
    places = []
    while start < end:
        level = (end - start).bit_length() - 1
        places.append((level, start >> level))
        start += 1 << level
    return places


def hash_of(span: Range, nodes: Mapping[Place, bytes]) -> bytes:
    """Return the tree hash of a range whose `places_of` are in `nodes`."""
    hashes = [nodes[place] for place in places_of(*span)]
    if not hashes:
        return EMPTY_ROOT
    root = hashes.pop()
    while hashes:
        root = node_hash(hashes.pop(), root)
    return root


def grow(size: int, leaves: Sequence[bytes], nodes: Mapping[Place, bytes]) -> dict[Place, bytes]:
    """Return the complete subtrees that leaf hashes add to a tree of `size`, whose `places_of(0, size)` are in `nodes`."""
    stack = [(place, nodes[place]) for place in places_of(0, size)]
    added: dict[Place, bytes] = {}
    for index, leaf in enumerate(leaves, size):
        stack.append(((0, index), leaf))
        added[0, index] = leaf
        while len(stack) > 1 and stack[-1][0][0] == stack[-2][0][0]:
            (_, right), ((level, left_index), left) = stack.pop(), stack.pop()
            place = (level + 1, left_index >> 1)
            added[place] = node_hash(left, right)
            stack.append((place, added[place]))
    return added


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Return the ranges whose hashes prove leaf `index` in the tree of `size`: PATH of 2.1.3.1; raise `ProofError`."""
    if not 0 <= index < size:
        raise ProofError("The log has no such entry.")
    start, end, ranges = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """Return the ranges whose hashes prove that the tree of `new` extends that of `old`: PROOF of 2.1.4.1; raise `ProofError`."""
    if not 0 < old <= new:
        raise ProofError("There is no proof between these sizes.")
    start, end, ranges, whole = 0, new, [], True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, whole = middle, False
    if not whole:
        ranges.append((start, end))
    return ranges[::-1]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Raise `ProofError` unless the proof shows the leaf hash at `index` under the root: 2.1.3.2."""
    if not 0 <= index < size:
        raise ProofError("The log has no such entry.")
    node, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofError("The inclusion proof is too long.")
        if node & 1 or node == last:
            result = node_hash(sibling, result)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        node, last = node >> 1, last >> 1
    if last != 0 or result != root:
        raise ProofError("The entry is not in the log.")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise `ProofError` unless the proof shows that the new tree extends the old one: 2.1.4.2. Every tree extends the empty one."""
    if old == 0 and old_root == EMPTY_ROOT and not proof:
        return
    if old == new:
        if old_root != new_root or proof:
            raise ProofError("Two roots of one size differ.")
        return
    if not 0 < old < new or not proof:
        raise ProofError("The consistency proof is missing.")
    _fold_consistency(old, new, old_root, new_root, [old_root, *proof] if old & (old - 1) == 0 else list(proof))


def _fold_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: list[bytes]) -> None:
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    former = latter = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofError("The consistency proof is too long.")
        if node & 1 or node == last:
            former, latter = node_hash(sibling, former), node_hash(sibling, latter)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            latter = node_hash(latter, sibling)
        node, last = node >> 1, last >> 1
    if last != 0 or former != old_root or latter != new_root:
        raise ProofError("The log was rewritten: its new state does not extend the one seen before.")


def _split(size: int) -> int:
    """Return the largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1
