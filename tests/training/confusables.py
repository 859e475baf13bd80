"""Write recipients/data/confusables.tsv from Unicode's confusables.txt (UTS #39): `confusables.py CONFUSABLES.TXT`.

Kept are small letters and digits that can stand in an address and look like ASCII; the rest compares equal after NFKC and case folding alone.
"""

import sys
import unicodedata
from pathlib import Path

TARGET = Path(__file__).parents[2] / "securemail_desktop" / "recipients" / "data" / "confusables.tsv"


def pairs(source: str) -> list[tuple[str, str]]:
    """Return (character, ASCII prototype) of the table's lines that concern addresses."""
    found = []
    for line in source.splitlines():
        fields = [part.strip() for part in line.lstrip("\ufeff").split("#")[0].split(";")]
        if len(fields) < 3:
            continue
        character = chr(int(fields[0], 16))
        prototype = "".join(chr(int(code, 16)) for code in fields[1].split()).casefold()
        stable = unicodedata.normalize("NFKC", character).casefold() == character
        if stable and prototype.isascii() and unicodedata.category(character)[0] in "LN":
            found.append((character, prototype))
    return sorted(found)


HEADER = "# From Unicode's confusables.txt 13.0 (c) Unicode, Inc., Unicode License v3; made by tests/training/confusables.py\n"

if __name__ == "__main__":
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    TARGET.write_text(HEADER + "".join(f"{character}\t{prototype}\n" for character, prototype in pairs(text)), encoding="utf-8")
