"""Account, claim, authorisation and payment card numbers: beside their names, or by the check digits of IBAN (ISO 13616) and card (ISO 7812)."""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType
from securemail_desktop.phi.identifiers.pattern import Pattern, digits, find_all, luhn, numbered, words
from securemail_desktop.phi.page import Page


def iban(text: str) -> bool:
    """Return whether an international bank account number has the remainder 1 of 97 (ISO 13616)."""
    plain = text.replace(" ", "")
    return 15 <= len(plain) <= 34 and int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def card(text: str) -> bool:
    """Return whether it is the number of a payment card by its length and check digit."""
    return 13 <= len(digits(text)) <= 16 and luhn(text)


_NUMBER = r"(?:\.| ?(?:id|number|num|no\.?|#))?"
_VALUE = r"[\s:#=.,-]{0,4}(?:is )?([A-Z]{0,4}-?\d[\dA-Z-]{3,16})(?![\w/])"
_PATTERNS = (
    Pattern(
        re.compile(
            r"\b(?:account|acct|acc|a/c|guarantor(?: account)?|claim|icn|dcn|statement|auth(?:orization)?|pre-?auth|reference|ref|"
            r"routing|invoice account)" + _NUMBER + _VALUE,
            re.IGNORECASE,
        ),
        IdentifierType.ACCOUNT,
        "accounts",
        0.8,
        "a number beside the words for an account or a claim",
        valid=numbered,
        cues=words("account acct acc a guarantor claim icn dcn statement auth authorization preauth reference ref routing"),
    ),
    Pattern(
        re.compile(r"\b(?:card|visa|mastercard|amex|account|acct) (?:ending|ends)(?: in| with)? (\d{4})(?!\d)", re.IGNORECASE),
        IdentifierType.ACCOUNT,
        "accounts",
        0.7,
        "the last digits of a card or an account",
        cues=words("ending ends"),
    ),
    Pattern(
        re.compile(r"(?<![\w-])([A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?)(?![\w-])"),
        IdentifierType.ACCOUNT,
        "accounts",
        0.9,
        "an international bank account number with its check digits",
        valid=iban,
        digits=2,
    ),
    Pattern(
        re.compile(r"(?<![\w-])([3-6]\d{3}[ -]?\d{4}[ -]?\d{4}[ -]?\d{1,4})(?![\w-])"),
        IdentifierType.ACCOUNT,
        "accounts",
        0.85,
        "a payment card number with its check digit",
        valid=card,
        digits=4,
    ),
)
_YEAR = re.compile(r"(?:19|20)\d\d(?:-\d{1,2})?")


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's account and claim numbers; a year is none."""
    return (finding for finding in find_all(page, _PATTERNS) if not _YEAR.fullmatch(page.text, finding.start, finding.end))
