"""Health-plan numbers: the Medicare Beneficiary Identifier by its CMS format, and member, subscriber and policy numbers beside their names."""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.identifiers.pattern import Pattern, find_all, numbered, words
from securemail_desktop.phi.page import Page

_L = "[AC-HJKMNP-RT-Y]"  # CMS leaves out S, L, O, I, B and Z
_A = "[AC-HJKMNP-RT-Y0-9]"
_MBI = rf"(?<![\w-])([1-9]{_L}{_A}\d-?{_L}{_A}\d-?{_L}{_L}\d\d)(?![\w-])"
_CUE = (
    r"\b(?:mem(?:ber)?(?:ship)?|subscriber|policy ?holder|policy|beneficiary|(?:health )?insurance|ins|plan|medicaid|medi-?cal|medicare|mbi|"
    r"hicn|rxgrp|group|enrollee|certificate|insured|bcbs|blue (?:cross|shield)(?: blue shield)?|uhc|aetna|cigna|humana|anthem|kaiser|tricare|"
    r"champva|wellcare|molina|centene|highmark|oscar health|united ?health(?:care)?|payer|health plan)"
)
_WORDS = (
    "mem member membership subscriber policyholder holder policy beneficiary insurance ins plan medicaid medi medical medicare mbi hicn rxgrp group "
    "enrollee certificate insured bcbs blue uhc aetna cigna humana anthem kaiser tricare champva wellcare molina centene highmark oscar united "
    "unitedhealth unitedhealthcare payer"
)
_VALUE = r"([A-Z]{1,4}-?\d{5,12}[A-Z]?\d{0,3}|[A-Z]{0,3}\d{7,14}[A-Z]?(?:-\d{1,2})?|R\d{8}|\d{3}-\d{3}-\d{3,4})(?![\w]|-\d)"
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
            _CUE
            + r"(?: (?:member|subscriber|policy|patient|card))?(?: ?(?:id|identifier|number|num|no\.?|#)){0,2}[\s:#=.,-]{0,4}(?:is )?"
            + _VALUE,
            re.IGNORECASE,
        ),
        IdentifierType.HEALTH_PLAN_ID,
        "health_plan",
        0.9,
        "a number beside the words for a health plan or its member",
        PersonRole.PATIENT,
        numbered,
        cues=words(_WORDS),
    ),
    Pattern(
        re.compile(r"\bNM1\*(?:IL|QC)\*1\*(?:[^*~\n]{0,40}\*){5}MI\*([A-Z0-9]{5,20})"),
        IdentifierType.HEALTH_PLAN_ID,
        "health_plan",
        0.95,
        "the member's number in a claim",
        PersonRole.PATIENT,
        mark="NM1*",
    ),
    Pattern(
        re.compile(r"(?<!patient )\bID(?: ?(?:number|no\.?|#))?[\s:#]{1,3}([A-Z]{0,4}\d{8,12})(?![\w-])"),
        IdentifierType.HEALTH_PLAN_ID,
        "health_plan",
        0.7,
        "a long number beside the word for an identity",
        digits=8,
    ),
    Pattern(
        re.compile(r"(?<![\w#-])([A-Z]{1,3}\d{9}(?:\d{2})?)(?![\w-])"),
        IdentifierType.HEALTH_PLAN_ID,
        "health_plan",
        0.5,
        "a number in a payer's form",
        digits=9,
    ),
)


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's health-plan numbers."""
    return find_all(page, _PATTERNS)
