"""A kept decision about a recipient as one sentence. Pure; no Qt."""

from securemail_desktop.gui import words
from securemail_desktop.recipients import (
    added_in_reply,
    display_name,
    first_contact,
    former_address,
    lookalike,
    odd_one_out,
    open_list,
    organisation,
    other_thread,
    outside,
    webmail,
)
from securemail_desktop.session.preferences import Decision

DOUBTS = {
    added_in_reply.NAME: "was not part of the conversation",
    display_name.NAME: "has a name that does not fit the address",
    first_contact.NAME: "was written to for the first time",
    former_address.NAME: "seems to have another address now",
    lookalike.NAME: "looks like another address",
    open_list.NAME: "is a list that outside people read",
    odd_one_out.NAME: "does not fit the other recipients",
    organisation.NAME: "does not belong to the organisation that is named",
    other_thread.NAME: "gets text of another conversation",
    outside.NAME: "is outside your organisation",
    webmail.NAME: "is a private mailbox",
}


def sentence(decision: Decision) -> str:
    """Return who it is about, what the doubt was, for which mail and until when: "bob@x.example looks like another address · ..."."""
    doubt = DOUBTS.get(decision.check, "was doubted")
    about = "with patient data" if decision.phi else "without patient data"
    until = decision.until.astimezone()
    return f"{words.visible(decision.recipient)} {doubt} · mail {about} · until {until.day} {until:%B %Y}"
