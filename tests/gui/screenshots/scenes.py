"""The one table of all scenes."""

from tests.gui.screenshots import accounts, beside, compose, doubts, mailbox

SCENES = (*compose.scenes(), *doubts.scenes(), *mailbox.scenes(), *beside.scenes(), *accounts.scenes())
