"""Which lines of a plain text the author wrote: quotes, attributions, forwarded blocks and signatures told apart (RFC 3676, 4.3 and 4.5).

Marks `>` quote their line. An attribution ("On ... Bob wrote:") belongs to the quote below it; where no marks follow, everything below is
quoted. So it is below "-----Original Message-----" and below a block of Outlook's headers. A signature is what stands below "-- ", as far as it
is as short as signatures are: what is hidden behind a separator stays authored.
"""

import re
from collections.abc import Sequence

from securemail_desktop.message.text.passage import PassageKind

_MARK = re.compile(r"[ \t]{0,3}>")
_WROTE = r"wrote|writes|schrieb|schreef|a écrit|escribió|escribio|ha scritto|escreveu|skrev|napisał(?:\(a\))?|написал(?:\(а\))?|kirjoitti|írta|yazdı"
_ATTRIBUTION = re.compile(rf"(?!>).{{0,400}}\b(?:{_WROTE})\b[^\n]{{0,120}}:", re.IGNORECASE)
_OPENING = re.compile(r"(?:On|Am|Le|El|Il|Op|Em|Den|Dnia|W dniu|Quoting)\b|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}", re.IGNORECASE)
_SEPARATOR = re.compile(
    r"\s*(?:>\s*)*-{2,}\s*(?:original|forwarded|ursprüngliche|weitergeleitete|message d.origine|message transféré|mensaje original|mensaje reenviado"
    r"|messaggio originale|messaggio inoltrato|oorspronkelijk|doorgestuurd|mensagem original|mensagem encaminhada)\b.{0,60}?-{2,}\s*"
    r"|begin forwarded message:\s*|anfang der weitergeleiteten nachricht:\s*",
    re.IGNORECASE,
)
_SENDER = re.compile(r"\*?(?:from|von|de|da|van|från|fra|od)\*?\s?:\*?\s*\S.*", re.IGNORECASE)
_OTHER_HEADER = re.compile(
    r"\*?(?:sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|fecha|para|asunto|inviato|data|a|oggetto|verzonden|aan"
    r"|onderwerp|assunto|skickat|till|ämne|sendt|til|emne|wysłano|do|temat)\*?\s?:\*?.*",
    re.IGNORECASE,
)
_RULE = re.compile(r"\s*_{10,}\s*")
_LONGEST_SIGNATURE = 15
_HEADER_WINDOW = 6


def line_kinds(lines: Sequence[str]) -> list[PassageKind]:
    """Return the kind of each line: AUTHORED, QUOTED or SIGNATURE; blank lines go with what stands above them."""
    tail = _tail_start(lines)
    kinds = [PassageKind.QUOTED if index >= tail or _MARK.match(line) else PassageKind.AUTHORED for index, line in enumerate(lines)]
    _mark_attributions(lines, kinds)
    _mark_signature(lines, kinds)
    return kinds


def _tail_start(lines: Sequence[str]) -> int:
    """Return the first line of what is quoted to the end, the number of lines where nothing is."""
    for index, line in enumerate(lines):
        if _SEPARATOR.fullmatch(line) or _is_header_block(lines, index):
            return index
        if _RULE.fullmatch(line) and _is_header_block(lines, _next_text(lines, index + 1)):
            return index
        if (length := _attribution(lines, index)) and not _starts_quote(lines, index + length):
            return index
    return len(lines)


def _is_header_block(lines: Sequence[str], index: int) -> bool:
    if index >= len(lines) or not _SENDER.fullmatch(lines[index]):
        return False
    window = lines[index + 1 : index + 1 + _HEADER_WINDOW]
    return sum(bool(_OTHER_HEADER.fullmatch(line)) for line in window) >= 2


def _attribution(lines: Sequence[str], index: int) -> int:
    """Return how many lines the attribution with a date that begins here has, or 0; mail programs wrap it into at most three."""
    if _MARK.match(lines[index]) or not _OPENING.match(lines[index].lstrip()):
        return 0
    for length in (1, 2, 3):
        wrapped = lines[index : index + length]
        if len(wrapped) < length or not wrapped[-1].strip() or _MARK.match(wrapped[-1]):
            return 0
        if _attributes(wrapped) and any(character.isdigit() for line in wrapped for character in line):
            return length
    return 0


def _next_text(lines: Sequence[str], index: int) -> int:
    while index < len(lines) and not lines[index].strip():
        index += 1
    return index


def _starts_quote(lines: Sequence[str], index: int) -> bool:
    index = _next_text(lines, index)
    return index == len(lines) or bool(_MARK.match(lines[index]))


def _mark_attributions(lines: Sequence[str], kinds: list[PassageKind]) -> None:
    """Mark the line or lines above a quote that say who wrote it."""
    for index in range(len(lines)):
        if kinds[index] is not PassageKind.QUOTED or (index and kinds[index - 1] is PassageKind.QUOTED):
            continue
        end = index
        while end and not lines[end - 1].strip():
            end -= 1
        start = end - _attribution_above(lines, end)
        if start < end:
            kinds[start:index] = [PassageKind.QUOTED] * (index - start)


def _attribution_above(lines: Sequence[str], end: int) -> int:
    """Return how many lines the attribution has that ends above `end`, 0 where there is none."""
    wrapped = next((length for length in (3, 2) if length <= end and _attribution(lines, end - length) == length), 0)
    return wrapped or int(_attributes(lines[max(0, end - 1) : end]))


def _attributes(above: Sequence[str]) -> bool:
    return 0 < sum(map(len, above)) < 600 and bool(_ATTRIBUTION.fullmatch(" ".join(line.strip() for line in above)))


def _mark_signature(lines: Sequence[str], kinds: list[PassageKind]) -> None:
    start = next((i for i, line in enumerate(lines) if line in {"-- ", "--"} and kinds[i] is PassageKind.AUTHORED), None)
    if start is None:
        return
    end = next((index for index in range(start, len(lines)) if kinds[index] is PassageKind.QUOTED), len(lines))
    if sum(bool(line.strip()) for line in lines[start + 1 : end]) <= _LONGEST_SIGNATURE:
        kinds[start:end] = [PassageKind.SIGNATURE] * (end - start)
