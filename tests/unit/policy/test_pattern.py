"""Words and patterns: what is found, how often, in linear time; what RE2 cannot do is refused."""

from time import perf_counter

import pytest

from securemail_desktop.policy.pattern import PatternError, compile_pattern, compile_words, searchable


@pytest.mark.parametrize(
    ("words", "text", "count"),
    [
        (["lab"], "The LAB result", 1),
        (["lab"], "labour, collaborate, slab", 0),
        (["lab"], "lab lab,lab", 3),
        (["lab result"], "lab\n  result and lab\u00a0result", 2),
        (["lab", "lab result"], "a lab result", 1),
        (["año"], "AÑO; an\u0303o", 2),
        (["año"], "baño", 0),
        (["c++"], "we like C++", 1),
        (["a.b"], "axb", 0),
        (["42"], "142 420 42", 1),
        (["straße"], "STRASSE, Strasse", 2),
        (["biopsy"], "b\u0456opsy", 1),
        (["biopsy"], "bio\u200bp\u00adsy", 1),
        (["biopsy"], "ｂｉｏｐｓｙ", 1),
        (["file"], "\ufb01le", 1),
        (["рак"], "РАК; рака", 1),
        (["pak"], "рак", 0),
    ],
)
def test_words(words: list[str], text: str, count: int) -> None:
    assert compile_words(words).count(searchable(text), 10) == count


@pytest.mark.parametrize(
    ("pattern", "text", "count"),
    [
        (r"\bMRN\d{7}\b", "MRN1234567, MRN7654321", 2),
        ("mrn", "MRN", 0),
        ("(?i)mrn", "MRN", 1),
        ("^a", "aaa", 1),
        ("x*", "abc", 4),
        (r"\p{Greek}", "a α β", 2),
        (r"MRN\d{7}", "MRＮ123\u200b4567", 1),
        ("\u2013", "a \u2013 b", 1),
        ("mrn", "MRN ß", 0),
    ],
)
def test_pattern(pattern: str, text: str, count: int) -> None:
    assert compile_pattern(pattern).count(searchable(text), 10) == count


def test_counting_ends_when_enough_is_found() -> None:
    assert compile_pattern("a").count(searchable("a" * 1000), 3) == 3


@pytest.mark.parametrize("pattern", [r"(a)\1", "(?=a)", "(?<!a)b", "(", "a{2,1}", "*", "(((a{100}){100}){100}){100}"])
def test_refused(pattern: str) -> None:
    with pytest.raises(PatternError, match="expected a pattern"):
        compile_pattern(pattern)


def test_a_pattern_that_freezes_other_engines_does_not_freeze_this_one() -> None:
    finder = compile_pattern("(a+)+$|(a|a)*b")
    start = perf_counter()
    assert finder.count(searchable("a" * 100_000 + "c"), 1) == 0
    assert perf_counter() - start < 2
