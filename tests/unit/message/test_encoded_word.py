import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.encoded_word import decode, encode

WILD = [
    ("=?utf-8?q?J=C3=B6rg?=", "Jörg"),
    ("=?UTF-8?B?SsO2cmc=?=", "Jörg"),
    ("=?utf-8?b?SsO2cmc?=", "Jörg"),
    ("=?utf-8*de?q?J=C3=B6rg?=", "Jörg"),
    ("Re: =?iso-8859-1?q?caf=E9?= now", "Re: café now"),
    ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
    ("=?utf-8?q?a?=\r\n =?iso-8859-1?q?=E9?=", "aé"),
    ("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
    ("=?utf-8?b?w7w=?= =?utf-8?b?w7w=?=", "üü"),
    ("=?utf-8?q?=C3?= =?utf-8?q?=BC?=", "ü"),
    ("=?utf-8?q?=FF?=", "ÿ"),
    ("=?x-unknown?q?=C3=BC?=", "ü"),
    ("=?utf-8?b?!!!?=", "=?utf-8?b?!!!?="),
    ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
    ("=?unicode_escape?q?=5Cu0041?=", "\\u0041"),
    ("=?utf-8?q?x=0D=0ABcc:_eve=00?=", "x Bcc: eve "),
    ("=?iso-2022-jp?b?GyRCJDMkcxsoQg==?=", "こん"),
    ("=?gb2312?b?xOO6ww==?=", "你好"),
    ("no words", "no words"),
]


@pytest.mark.parametrize(("text", "expected"), WILD)
def test_decode(text: str, expected: str) -> None:
    assert decode(text) == expected


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n\x00"), min_size=1, max_size=200))
def test_round_trip_in_words_of_75(text: str) -> None:
    words = encode(text)
    assert decode(" ".join(words)) == text
    assert all(len(word) <= 75 and re.fullmatch(r"=\?utf-8\?[bq]\?[!->@-~]*\?=", word) for word in words)
