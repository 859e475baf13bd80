"""Which words have keys for misspellings."""

import pytest

from securemail_desktop.phi.terms.misspelling import keys


@pytest.mark.parametrize("word", ["x" * 6, "x" * 61, "x" * 100_000])
def test_words_that_are_no_term_have_no_keys(word: str) -> None:
    assert keys(word) == []


def test_a_term_and_its_misspelling_share_a_key() -> None:
    assert set(keys("levothyroxine")) & set(keys("levothyroxin"))
