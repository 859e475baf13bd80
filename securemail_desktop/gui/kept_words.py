"""What the page of keys says of the backup that the organisation keeps. Pure."""

from securemail_desktop.session.recovery import Kept, Safety

_SAID = {
    Safety.NONE: "",
    Safety.WAITING: "Your keys are not backed up for your organisation yet.",
    Safety.HERE: "Your keys are backed up on this computer only.",
    Safety.KEPT: "Your keys are backed up for your organisation: if this computer is lost, two people there can together bring your old mail back.",
}


def kept_words(kept: Kept) -> str:
    """Return it in a sentence or two, empty where there is nothing to say."""
    return " ".join(filter(None, (_SAID[kept.safety], kept.problem)))
