"""Writes a message in the real compose window and kills itself once the draft is kept: `writing_child DATA KEY_FILE written|held`.

`written` dies while its author writes, `held` while the message is held for Undo.
"""

import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"


from securemail_desktop.gui.app import make_application, make_look
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.compose_window import ComposeWindow
from securemail_desktop.gui.send_flow import Step
from securemail_desktop.session.session import Session

TEXT = "Dear Bob, the room is free at noon."


def main() -> None:
    data, key_file, mode = sys.argv[1:]
    session, application = Session(Path(data), Path(key_file)), make_application()
    look = make_look(application)
    window = ComposeWindow(session, session.new_draft(), look, Background(application), timedelta(seconds=60))
    window.show()
    window._form.to.line.insert("bob@clinic.example")
    window._form.to.commit()
    window._form.body.insertPlainText(TEXT)

    def saved() -> None:
        if mode == "written" or window._flow.step is Step.HOLDING:
            os.kill(os.getpid(), signal.SIGKILL)

    window._autosave.saved.connect(saved)
    if mode == "held":
        window.send()
    application.exec()


if __name__ == "__main__":
    main()
