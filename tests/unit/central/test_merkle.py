import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.central.merkle import (
    EMPTY_ROOT,
    ProofError,
    consistency_ranges,
    grow,
    hash_of,
    inclusion_ranges,
    leaf_hash,
    places_of,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(bytes([number])) for number in range(80)]


def naive_root(leaves: list[bytes]) -> bytes:
    """Return MTH as RFC 9162, 2.1.1 writes it, recursively."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = max(2**power for power in range(8) if 2**power < len(leaves))
    return hashlib.sha256(b"\x01" + naive_root(leaves[:middle]) + naive_root(leaves[middle:])).digest()


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """Return PATH as RFC 9162, 2.1.3.1 writes it."""
    if len(leaves) == 1:
        return []
    middle = max(2**power for power in range(8) if 2**power < len(leaves))
    if index < middle:
        return [*naive_path(index, leaves[:middle]), naive_root(leaves[middle:])]
    return [*naive_path(index - middle, leaves[middle:]), naive_root(leaves[:middle])]


def naive_subproof(old: int, leaves: list[bytes], *, whole: bool) -> list[bytes]:
    """Return SUBPROOF as RFC 9162, 2.1.4.1 writes it."""
    if old == len(leaves):
        return [] if whole else [naive_root(leaves)]
    middle = max(2**power for power in range(8) if 2**power < len(leaves))
    if old <= middle:
        return [*naive_subproof(old, leaves[:middle], whole=whole), naive_root(leaves[middle:])]
    return [*naive_subproof(old - middle, leaves[middle:], whole=False), naive_root(leaves[:middle])]


NODES = grow(0, LEAVES, {})


@given(st.lists(st.integers(1, 20), max_size=6))
def test_growing_in_steps_is_growing_at_once(steps: list[int]) -> None:
    nodes: dict = {}
    size = 0
    for step in steps:
        fresh = LEAVES[size : size + step]
        peaks = {place: nodes[place] for place in places_of(0, size)}
        nodes |= grow(size, fresh, peaks)
        size += len(fresh)
        assert hash_of((0, size), nodes) == naive_root(LEAVES[:size])
    assert nodes == grow(0, LEAVES[:size], {})


def test_the_empty_tree_has_the_empty_hash() -> None:
    assert hash_of((0, 0), {}) == EMPTY_ROOT == naive_root([])


@given(st.integers(1, 80), st.data())
def test_inclusion_proofs_are_those_of_the_rfc(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = [hash_of(span, NODES) for span in inclusion_ranges(index, size)]
    root = naive_root(LEAVES[:size])
    assert proof == naive_path(index, LEAVES[:size])
    verify_inclusion(index, size, LEAVES[index], proof, root)


@given(st.integers(1, 80), st.data())
def test_a_wrong_inclusion_proof_does_not_hold(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = naive_path(index, LEAVES[:size])
    root = naive_root(LEAVES[:size])
    kinds = ["leaf", "root", "longer", "outside"] + (["shorter", "step"] if proof else [])
    kind = data.draw(st.sampled_from(kinds))
    leaf = b"\0" * 32 if kind == "leaf" else LEAVES[index]
    wrong_root = b"\0" * 32 if kind == "root" else root
    wrong = {"longer": [*proof, b"\0" * 32], "shorter": proof[:-1], "step": [b"\0" * 32, *proof[1:]]}.get(kind, proof)
    with pytest.raises(ProofError):
        verify_inclusion(size if kind == "outside" else index, size, leaf, wrong, wrong_root)


@given(st.integers(1, 80), st.data())
def test_a_proof_shows_one_index_only(size: int, data: st.DataObject) -> None:
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    if index != other:
        with pytest.raises(ProofError):
            verify_inclusion(other, size, LEAVES[index], naive_path(index, LEAVES[:size]), naive_root(LEAVES[:size]))


@given(st.integers(1, 80), st.data())
def test_consistency_proofs_are_those_of_the_rfc(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    proof = [hash_of(span, NODES) for span in consistency_ranges(old, new)]
    assert proof == (naive_subproof(old, LEAVES[:new], whole=True) if old < new else [])
    verify_consistency(old, new, naive_root(LEAVES[:old]), naive_root(LEAVES[:new]), proof)


@given(st.integers(2, 80), st.data())
def test_a_rewritten_log_is_not_consistent(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new - 1))
    changed = data.draw(st.integers(0, old - 1))
    leaves = [*LEAVES[:changed], b"\x00" * 32, *LEAVES[changed + 1 : new]]
    with pytest.raises(ProofError, match="rewritten"):
        verify_consistency(old, new, naive_root(LEAVES[:old]), naive_root(leaves), naive_subproof(old, leaves, whole=True))


@pytest.mark.parametrize(
    ("old", "new", "old_root", "new_root", "proof"),
    [
        (3, 3, LEAVES[0], LEAVES[1], []),
        (3, 3, LEAVES[0], LEAVES[0], [LEAVES[0]]),
        (3, 2, LEAVES[0], LEAVES[1], [LEAVES[0]]),
        (1, 2, LEAVES[0], LEAVES[1], []),
        (0, 2, LEAVES[0], LEAVES[1], []),
        (4, 8, naive_root(LEAVES[:4]), naive_root(LEAVES[:8]), [naive_root(LEAVES[4:8]), LEAVES[0]]),
    ],
)
def test_proofs_that_cannot_be_are_refused(old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes]) -> None:
    with pytest.raises(ProofError):
        verify_consistency(old, new, old_root, new_root, proof)


def test_every_tree_extends_the_empty_one() -> None:
    verify_consistency(0, 5, EMPTY_ROOT, naive_root(LEAVES[:5]), [])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 3)])
def test_no_proof_of_what_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ProofError):
        inclusion_ranges(index, size)


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (-1, 3)])
def test_no_consistency_between_impossible_sizes(old: int, new: int) -> None:
    with pytest.raises(ProofError):
        consistency_ranges(old, new)
