"""Parameters of MIME header fields, in and out (RFC 2045, 5.1; RFC 2231, 3 and 4).

Written as a token or quoted string where that is plain ASCII, else as numbered, percent-encoded UTF-8. Read leniently: values without quotation marks
that hold spaces, encoded words in file names, charsets that do not exist.
"""

import re
from urllib.parse import quote_from_bytes, unquote_to_bytes

from securemail_desktop.message import charset, encoded_word

TOKEN = re.compile(r"[!#$%&'*+\-.0-9A-Z^_`a-z{|}~]+")
TYPE = re.compile(rf"{TOKEN.pattern}/{TOKEN.pattern}")
_PARAMETER = re.compile(r';\s*([^=;\s"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')
_SECTION = re.compile(r"(.+?)(?:\*(\d{1,3}))?(\*?)")
_SIMPLE = re.compile(r"[0-9A-Za-z._+-]{1,60}")
_PLAIN = re.compile(r"(?:(?!=\?)[ !#-\[\]-~]){1,60}")
_PREFIX = "utf-8''"
_CHUNK = 55


def parse(value: str) -> tuple[str, dict[str, str]]:
    """Return a field's main value in lower case and its parameters, names in lower case; of two of one name the first counts."""
    main = re.split(r"[;(\s]", value.strip(), maxsplit=1)[0].lower()
    plain: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, raw in _PARAMETER.findall(value):
        section = _SECTION.fullmatch(name.lower())
        if section and (section[2] or section[3]):
            sections.setdefault(section[1], {}).setdefault(int(section[2] or 0), (_unquote(raw), bool(section[3])))
        else:
            plain.setdefault(name.lower(), _unquote(raw))
    names = {name: encoded_word.decode(plain[name]) for name in ("filename", "name") if name in plain}
    return main, plain | names | {name: _join(parts) for name, parts in sections.items()}


def format_parameter(name: str, value: str) -> list[str]:
    """Return `name=value` as the pieces that are to be joined by semicolons and folds, each below 78 octets for names below 15."""
    if _SIMPLE.fullmatch(value):
        return [f"{name}={value}"]
    if _PLAIN.fullmatch(value):
        return [f'{name}="{value}"']
    encoded = _PREFIX + _percent(value)
    if len(encoded) <= _CHUNK:
        return [f"{name}*={encoded}"]
    return [f"{name}*{index}*={chunk}" for index, chunk in enumerate(_chunks(value))]


def _percent(text: str) -> str:
    return quote_from_bytes(text.encode(), safe="!#$&+-.^_`|~")


def _chunks(value: str) -> list[str]:
    """Return the encoded value in chunks of whole characters, because some readers decode each by itself."""
    chunks = [_PREFIX]
    for character in value:
        encoded = _percent(character)
        if len(chunks[-1]) + len(encoded) > _CHUNK:
            chunks.append("")
        chunks[-1] += encoded
    return chunks


def _unquote(raw: str) -> str:
    raw = raw.strip()
    return re.sub(r"\\(.)", r"\1", raw[1:-1]) if len(raw) > 1 and raw[0] == raw[-1] == '"' else raw


def _join(sections: dict[int, tuple[str, bool]]) -> str:
    label, data = "", b""
    for index in range(len(sections)):
        if index not in sections:
            break
        text, encoded = sections[index]
        if index == 0 and encoded and text.count("'") >= 2:
            label, _, text = text.split("'", 2)
        data += unquote_to_bytes(text) if encoded else text.encode()
    return charset.decode(data, label)
