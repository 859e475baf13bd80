"""The author's signature under what he writes: plain text below "-- " (RFC 3676, 4.3), above what is quoted.

It is part of the text like any other: it is checked, and the author may change it.
"""

from dataclasses import replace

from securemail_desktop.message.draft import Draft

SEPARATOR = "-- "


def signed(draft: Draft, signature: str) -> Draft:
    """Return a draft of nothing but what is quoted with room to write, and the signature beneath; as it was where there is none."""
    return replace(draft, text=_block(signature) + draft.text) if signature.strip() else draft


def signed_anew(text: str, former: str, signature: str) -> str:
    """Return a text with another signature in place of the former one, where that stands in it unchanged; else the text as it is."""
    if not former.strip():
        return _block(signature) + text if signature.strip() and not text.strip() else text
    old, new = _block(former), _block(signature) if signature.strip() else ""
    before, found, after = text.partition(old)
    whole = bool(found) and (not after or after.startswith("\n"))
    return before + new + after if whole else text


def _block(signature: str) -> str:
    return "\n".join(["", "", SEPARATOR, *(line.rstrip() for line in signature.strip("\n").rstrip().split("\n"))])
