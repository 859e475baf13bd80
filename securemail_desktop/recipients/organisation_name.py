"""What an organisation is called, as its domain tells it."""

from functools import lru_cache

from securemail_desktop.recipients.skeleton import unicode_domain

KIND = frozenset(
    {
        "clinic",
        "clinics",
        "hospital",
        "hospitals",
        "health",
        "healthcare",
        "medical",
        "medicine",
        "med",
        "care",
        "center",
        "centre",
        "group",
        "praxis",
    }
    | {
        "klinik",
        "klinikum",
        "clinica",
        "hospice",
        "pharmacy",
        "apotheke",
        "labs",
        "lab",
        "laboratory",
        "imaging",
        "radiology",
        "dental",
        "practice",
    }
    | {"family", "surgery", "the", "of", "and", "inc", "llc", "gmbh", "ltd", "dr", "st", "doctors", "physicians", "rehab", "nhs", "trust"}
)

LONGEST_FIRST = tuple(sorted(KIND, key=len, reverse=True))


@lru_cache(maxsize=1 << 15)
def core(domain: str) -> str:
    """Return the name in a domain: northside of `northside-clinic.example` and `northsidemedical.example`; empty where none is left."""
    labels = unicode_domain(domain).split(".")
    main = max(labels[:-1] or labels, key=len)
    words = [word for word in main.split("-") if word not in KIND]
    joined = "".join(words)
    for kind in LONGEST_FIRST:
        if len(kind) >= 3 and joined.endswith(kind) and len(joined) - len(kind) >= 4:
            return joined.removesuffix(kind)
    return joined if len(joined) >= 4 else ""
