"""Searching a folder on an IMAP server: RFC 9051, 6.4.4 (SEARCH TEXT).

Words are a person's: those of ASCII are quoted here, others go as literals in UTF-8, which IMAPClient makes of them.
"""

import re
from collections.abc import Sequence

from imapclient import IMAPClient

from securemail_desktop.accounts.imap_rows import MAX_UID

_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")
_SPECIAL = re.compile(r"[(){%*\"\\\]]")  # RFC 9051, 9: atom-specials


def holding(client: IMAPClient, words: Sequence[str]) -> Sequence[int]:
    """Return the UIDs in the open folder of messages in whose header or text each word is a part; none for no words."""
    wanted = [word for word in (_UNSAFE.sub("", word) for word in words) if word]
    if not wanted:
        return ()
    if all(word.isascii() for word in wanted):
        found = client.search(" ".join(f"TEXT {_quoted(word)}" for word in wanted))
    else:
        found = client.search([part for word in wanted for part in ("TEXT", _plain(word))], "UTF-8")
    return sorted({uid for uid in found if 0 < uid <= MAX_UID})


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _plain(word: str) -> str:
    """Return a word of ASCII without what IMAPClient would not quote: its longest part, which finds no less."""
    return max(_SPECIAL.split(word), key=len) if word.isascii() else word
