"""The one table of all scenes."""

from tests.gui.screenshots import beside, compose, doubts, mailbox

SCENES = (*compose.scenes(), *doubts.scenes(), *mailbox.scenes(), *beside.scenes())
