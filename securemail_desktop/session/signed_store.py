"""What is kept of signed policies in the encrypted store: the signed files, and when their source had word; one document, replaced whole."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from securemail_desktop.store.settings import Settings

FOLLOW = "policy-follow"  # what the user chose
_KEPT = "signed-policy"
_LONG_AGO = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Kept:
    """The signed files of a ring by name. `heard` is when their source last said that they are the newest, `source` which one.

    `asked` is when any source was asked last, `problem` what was wrong then, in one sentence, `told` what of it the journal knows already.
    """

    pin: str = ""
    ring: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    heard: datetime = _LONG_AGO
    source: str = ""
    asked: datetime = _LONG_AGO
    problem: str = ""
    told: str = ""


def read_kept(settings: Settings) -> Kept:
    """Return what is kept; what is damaged is nothing. Raise `StoreError`."""
    document = settings.get(_KEPT)
    if not isinstance(document, dict):
        return Kept()
    try:
        texts = {name: str(document[name]) for name in ("pin", "ring", "source", "problem", "told")}
        files = {str(name): b64decode(text, validate=True) for name, text in document["files"].items()}
        times = {name: _moment(document[name]) for name in ("heard", "asked")}
    except (KeyError, ValueError, TypeError, AttributeError):
        return Kept()
    return replace(Kept(), files=files, **texts, **times)  # type: ignore[arg-type]


def write_kept(settings: Settings, kept: Kept) -> None:
    """Keep it; raise `StoreError`."""
    settings.put(
        _KEPT,
        {
            "pin": kept.pin,
            "ring": kept.ring,
            "files": {name: b64encode(content).decode() for name, content in kept.files.items()},
            "heard": kept.heard.isoformat(),
            "source": kept.source,
            "asked": kept.asked.isoformat(),
            "problem": kept.problem,
            "told": kept.told,
        },
    )


def _moment(text: object) -> datetime:
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment
