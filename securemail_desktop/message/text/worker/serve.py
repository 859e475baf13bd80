"""The process that reads attachments, from its start to its end: everything is loaded first, then the doors are closed, then it serves."""

import encodings
import pkgutil
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import IO

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.attachment import attachment_text
from securemail_desktop.message.text.reading import AttachmentText
from securemail_desktop.message.text.worker import wire
from securemail_desktop.message.text.worker.confine import confine

_DAMAGED = "The file is damaged, or not what it says it is."
_TOO_LARGE = "Reading it takes too much memory."


def run() -> int:
    """Serve on standard input and output until the input ends; return the exit code."""
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    _load_codecs()
    confine()
    serve(questions, answers, attachment_text)
    return 0


def serve(questions: IO[bytes], answers: IO[bytes], read: Callable[[Attachment], AttachmentText]) -> None:
    """Answer each question by `read` until there is none; end after one that took all memory."""
    while (attachment := wire.question(questions)) is not None:
        try:
            found = read(attachment)
        except MemoryError:
            wire.tell(answers, AttachmentText(unreadable=_TOO_LARGE))
            return
        except Exception:  # noqa: BLE001 - whatever a parser raises at a stranger's file, the file could not be read
            found = AttachmentText(unreadable=_DAMAGED)
        wire.tell(answers, found)


def _load_codecs() -> None:
    """Load every codec: none can be opened any more once the process is confined."""
    for module in pkgutil.iter_modules(encodings.__path__):
        with suppress(ImportError):  # those of other systems
            import_module(f"encodings.{module.name}")
