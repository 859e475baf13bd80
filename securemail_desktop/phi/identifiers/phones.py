"""Telephone and fax numbers: candidates by form, decided by phonenumbers (ITU E.164 and the national plans)."""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.page import Page

_CANDIDATE = re.compile(
    r"(?=[+(\d])(?<![\w.+/-])(?:\+\d{1,3}[ .-]?(?:\(0\) ?)?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,4}){2,4}|"
    r"(?:1[ .-])?\(\d{3}\) ?\d{3}[ .-]?\d{4}|(?:1[ .-])?\d{3}[ ./-]\d{3}[ .-]\d{4}|\d{3}-\d{4}|"
    r"[2-9]\d{9}|0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4})(?: ?(?:x|ext\.?) ?\d{1,6})?(?![\w]|-\d)"
)
_CUE = re.compile(
    r"(?:phone|ph|tel|telephone|cell|mobile|fax|call|text|contact|reach|pager|number|#|home|"
    r"work)\W{0,12}(?:\w+ ){0,3}\W{0,3}\Z",
    re.IGNORECASE,
)
_NOT_PHONE = re.compile(
    r"\b(?:npi|invoice|order|ticket|webinar|meeting|tracking|fedex|ups|acct|account|claim|id|mrn|"
    r"ref|po|nhs|ndc|upc|isbn|serial)[ #:.]{0,4}(?:no\.?|number|id)?[ #:.]{0,3}\Z",
    re.IGNORECASE,
)
_LOCAL = re.compile(r"\d{3}-\d{4}")  # a telephone number only right after the word for one
_LOCAL_CUE = re.compile(
    r"\b(?:phone|ph|tel|telephone|cell|mobile|fax|call|text|contact|reach|pager|page|home|number)\W{1,3}(?:(?:me |us |him |her |them )?at |is )?\Z",
    re.IGNORECASE,
)
_COUNTRIES = ("US", "GB")


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's telephone and fax numbers."""
    for match in (match for start, end in page.numeric(2) for match in _CANDIDATE.finditer(page.text, start, end)):
        before = page.text[max(0, match.start() - 40) : match.start()]
        if _NOT_PHONE.search(before):
            continue
        cued = bool(_CUE.search(before))
        if _LOCAL_CUE.search(before) if _LOCAL.fullmatch(match.group()) else _dialable(match.group().replace("/", "-"), cued):
            confidence, evidence = (
                (0.95, "a telephone number beside the word for it") if cued else (0.85, "a number of a national telephone plan")
            )
            yield Finding(page.field, *match.span(), IdentifierType.PHONE, PersonRole.UNKNOWN, "phones", confidence, evidence)


def load() -> None:
    """Load every country's plan: later none can be opened where the process is confined."""
    from phonenumbers import PhoneMetadata  # noqa: PLC0415 - as below

    PhoneMetadata.load_all()


def _dialable(text: str, cued: bool) -> bool:
    import phonenumbers  # noqa: PLC0415 - 80 ms that a message without a candidate need not wait for

    for country in _COUNTRIES:
        try:
            number = phonenumbers.parse(text, country)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number) or (cued and phonenumbers.is_possible_number(number)):
            return True
    return False
