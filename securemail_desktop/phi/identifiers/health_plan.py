"""Health-plan numbers: the Medicare Beneficiary Identifier by its CMS format, and member, subscriber and policy numbers beside their names."""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.identifiers.mrn import numbered
from securemail_desktop.phi.identifiers.pattern import Pattern, find_all
from securemail_desktop.phi.page import Page

_L = "[AC-HJKMNP-RT-Y]"  # CMS leaves out S, L, O, I, B and Z
_A = "[AC-HJKMNP-RT-Y0-9]"
_MBI = rf"(?<![\w-])([1-9]{_L}{_A}\d-?{_L}{_A}\d-?{_L}{_L}\d\d)(?![\w-])"
_CUE = (
    r"\b(?:member(?:ship)?|subscriber|policy ?holder|policy|beneficiary|insurance|ins|plan|medicaid|medicare|mbi|hicn|"
    r"group|enrollee|certificate|"
    r"bcbs|uhc|aetna|cigna|humana|anthem|kaiser|tricare|unitedhealthcare|payer|health plan)"
)
_PATTERNS = (
    Pattern(
        re.compile(_MBI),
        IdentifierType.HEALTH_PLAN_ID,
        "health_plan",
        0.95,
        "a Medicare Beneficiary Identifier by its format",
        PersonRole.PATIENT,
    ),
    Pattern(
        re.compile(
            _CUE + r"(?: ?(?:id|identifier|number|num|no\.?|"
            r"#)){0,2}[\s:#=.,-]{0,4}(?:is )?([A-Z]{1,4}-?\d{5,12}[A-Z]?\d{0,3}|[A-Z]{0,3}\d{7,14}(?:-\d{1,2})?)(?![\w])",
            re.IGNORECASE,
        ),
        IdentifierType.HEALTH_PLAN_ID,
        "health_plan",
        0.9,
        "a number beside the words for a health plan or its member",
        PersonRole.PATIENT,
        numbered,
    ),
    Pattern(
        re.compile(r"(?<![\w#-])([A-Z]{1,3}\d{9}(?:\d{2})?)(?![\w-])"),
        IdentifierType.HEALTH_PLAN_ID,
        "health_plan",
        0.5,
        "a number in a payer's form",
        PersonRole.UNKNOWN,
    ),
)


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's health-plan numbers."""
    return find_all(page, _PATTERNS)
