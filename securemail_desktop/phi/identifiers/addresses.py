"""Geography below the state: street addresses, with unit, city, state and postcode where they follow; in some countries of Europe too."""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType
from securemail_desktop.phi.identifiers.pattern import Pattern, find_all, words
from securemail_desktop.phi.page import Page

_STATE = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]|"
    r"Alabama|Alaska|Arizona|California|Colorado|Florida|Georgia|Illinois|Indiana|Iowa|Kansas|Kentucky|Maine|Maryland|"
    r"Michigan|Minnesota|Missouri|"
    r"Montana|Nebraska|Nevada|Ohio|Oklahoma|Oregon|Pennsylvania|Tennessee|Texas|Utah|Vermont|Virginia|Washington|Wisconsin|Wyoming)"
)
_STREET = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Drive|Dr|Lane|Ln|Court|Ct|Boulevard|Blvd|Way|Place|Pl|Terrace|Ter|Circle|Cir|"
    r"Parkway|Pkwy|Highway|Hwy|"
    r"Trail|Trl|Loop|Square|Sq|Close|Crescent|Gardens|Grove)"
)
_UK_POSTCODE = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}"
_CITY = r"[A-Z][\w.'-]+(?: [A-Z][\w.'-]+){0,2}"
_UNIT = r"(?:,? ?(?:Apt|Apartment|Unit|Suite|Ste|#|Flat)\.? ?#?\w{1,5})?"
_NO_STREET = r"(?!(?:minutes?|mins?|hours?|hrs?|days?|weeks?|miles?|km|blocks?|hour|more|way|ml|mg|times?) )"
_TOWN = r"(?:,? \d{4,5} [A-ZÄÖÜÉÀ][\w-]+(?: [A-ZÄÖÜÉ][\w-]+)?)?"


def _pattern(expression: str, confidence: float, evidence: str, flags: int = 0, cues: str = "", mark: str = "") -> Pattern:
    return Pattern(re.compile(expression, flags), IdentifierType.ADDRESS, "addresses", confidence, evidence, cues=words(cues), mark=mark)


_PATTERNS = (
    _pattern(
        r"\b\d{1,5}[A-D]?(?: ?[NSEW]\.?)? (?:[A-Z0-9][\w.'-]* ){1,5}"
        + _STREET
        + r"\b\.?"
        + _UNIT
        + rf"(?:,? {_CITY}?(?:(?:,? {_STATE}\b)(?:,? \d{{5}}(?:-\d{{4}})?\b)?| {_UK_POSTCODE}\b)|,? \d{{5}}(?:-\d{{4}})?\b|, {_CITY})?",
        0.85,
        "a house number and street",
    ),
    _pattern(
        rf"\b\d{{1,5}} (?:{_NO_STREET}[a-z0-9.'-]+ ){{1,3}}(?:street|st|avenue|ave|road|rd|drive|lane|ln|court|ct|"
        r"blvd)\b(?:,? ?(?:apt|unit|#) ?\w{1,5})?(?:,? \d{5}\b)?",
        0.6,
        "a house number and street in small letters",
    ),
    _pattern(rf"\b{_CITY},? {_STATE},? \d{{5}}(?:-\d{{4}})?\b", 0.8, "city, state and ZIP code"),
    _pattern(r"\bP\.? ?O\.? Box \d{1,6}\b|\bR\.?R\.? ?#?\d{1,3},? Box \d{1,5}\b", 0.7, "a post office box", re.IGNORECASE, "box"),
    _pattern(
        rf"\b(?:zip|zip code|postcode|postal code|plz)[ :]{{1,3}}(\d{{5}}(?:-\d{{4}})?|{_UK_POSTCODE}|[A-Z]\d[A-Z] ?\d[A-Z]\d)\b",
        0.8,
        "a postcode beside its name",
        re.IGNORECASE,
        "zip postcode postal plz",
    ),
    _pattern(
        r"\b[A-ZÄÖÜ][a-zäöüß]+(?:straße|strasse|str\.|gasse|allee|weg|platz|ring|damm|ufer) \d{1,4} ?[a-z]?\b" + _TOWN,
        0.8,
        "a street and house number",
    ),
    _pattern(
        r"\b\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|place|chemin|allée|impasse|quai) (?:(?:de|du|des|la|le|les|d'|l')[ ]?){0,2}"
        r"[A-ZÉÈÀ][\w'-]+(?: [A-ZÉÈ][\w'-]+){0,2}" + _TOWN,
        0.8,
        "a house number and street",
        cues="rue avenue boulevard place chemin allée impasse quai",
    ),
    _pattern(
        r"\b(?:Calle|C/|Avenida|Avda\.?|Paseo|Plaza|Via|Viale|Piazza|Rua) (?:(?:de|del|la|las|los|di|da|dos?) ){0,2}[A-ZÁÉÍÓÚ][\w'-]+"
        r"(?: [A-ZÁÉÍÓÚ][\w'-]+){0,2},? (?:n[º°o.]{1,2} ?)?\d{1,4}\b" + _TOWN,
        0.8,
        "a street and house number",
        cues="calle c avenida avda paseo plaza via viale piazza rua",
    ),
)


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's addresses."""
    return find_all(page, _PATTERNS)
