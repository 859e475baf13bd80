"""Parameters of MIME header fields, in and out (RFC 2045, 5.1; RFC 2231, 3 and 4).

Written as a token or quoted string where that is plain ASCII, else as numbered, percent-encoded UTF-8. Read leniently: values without quotation marks
that hold spaces, encoded words in file names, charsets that do not exist.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote_from_bytes, unquote_to_bytes

from securemail_desktop.message import charset, encoded_word

_WORD = r"[!#$%&'*+\-.0-9A-Z^_`a-z{|}~]{1,100}"
TYPE = re.compile(rf"{_WORD}/{_WORD}")
_PARAMETER = re.compile(r';\s*([!#$&+\-.0-9A-Z^_`a-z{|}~]{1,60})(\*[0-9]{1,3})?(\*)?\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')
_SIMPLE = re.compile(r"[0-9A-Za-z._+-]{1,60}")
_PLAIN = re.compile(r"(?:(?!=\?)[ !#-\[\]-~]){1,60}")
_PREFIX = "utf-8''"
_CHUNK = 55
_WHOLE = -1


def parse(value: str) -> tuple[str, dict[str, str]]:
    """Return a field's main value in lower case and its parameters, names in lower case; of two of one name the first counts."""
    main = re.split(r"[;(\s]", value.strip(), maxsplit=1)[0].lower()
    found: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, number, star, raw in _PARAMETER.findall(value):
        index = int(number[1:]) if number else 0 if star else _WHOLE
        found.setdefault(name.lower(), {}).setdefault(index, (_unquote(raw), bool(star)))
    return main, {name: _value(name, sections) for name, sections in found.items()}


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


def declared(main: str, parameters: Mapping[str, str]) -> str:
    """Return a content type with the parameters of its content: not with a file's name, and not with a multipart's boundary."""
    kept = [(key, value) for key, value in parameters.items() if key not in {"name", "boundary"}]
    return "; ".join([main, *(piece for key, value in kept for piece in format_parameter(key, value))])


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


def _value(name: str, sections: dict[int, tuple[str, bool]]) -> str:
    """Return a parameter's value: its numbered sections win over the same parameter as a whole."""
    whole = sections.pop(_WHOLE, ("", False))[0]
    if not sections:
        return encoded_word.decode(whole) if name in {"filename", "name"} else whole
    label, data = "", b""
    for index in range(min(sections), min(sections) + len(sections)):
        if index not in sections:
            break
        text, encoded = sections[index]
        if index == 0 and encoded and text.count("'") >= 2:
            label, _, text = text.split("'", 2)
        data += unquote_to_bytes(text) if encoded else text.encode()
    return charset.decode(data, label)
