"""Account, claim and authorisation numbers beside their names."""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType
from securemail_desktop.phi.identifiers.mrn import numbered
from securemail_desktop.phi.identifiers.pattern import Pattern, find_all
from securemail_desktop.phi.page import Page

_PATTERNS = (
    Pattern(
        re.compile(
            r"\b(?:account|acct|acc|guarantor|claim|icn|dcn|statement|auth(?:orization)?|reference|ref)(?:\.| ?(?:id|"
            r"number|num|no\.?|#))?"
            r"[\s:#=.,-]{0,4}(?:is )?([A-Z]{0,4}-?\d[\dA-Z-]{3,16})(?![\w/])",
            re.IGNORECASE,
        ),
        IdentifierType.ACCOUNT,
        "accounts",
        0.8,
        "a number beside the words for an account or a claim",
        valid=numbered,
    ),
)


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's account and claim numbers."""
    return find_all(page, _PATTERNS)
