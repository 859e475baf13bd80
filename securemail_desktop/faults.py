"""What is written of an error that nobody expected: its type and the places in the program, never its text, which may quote a message.

A desktop keeps what its programs write to standard error in a log of its own, in the clear.
"""

import sys
import threading
import traceback
from types import TracebackType


def install() -> None:
    """Write errors that nobody caught so, from every thread."""
    sys.excepthook = report
    threading.excepthook = lambda told: report(told.exc_type, told.exc_value, told.exc_traceback)
    sys.unraisablehook = lambda told: report(told.exc_type, told.exc_value, told.exc_traceback)


def report(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """Write one error to standard error, with the errors that led to it."""
    if error is not None and (before := error.__cause__ or (None if error.__suppress_context__ else error.__context__)):
        report(type(before), before, before.__traceback__)
    lines = "".join(traceback.format_tb(trace))
    if sys.stderr is not None:  # a window on Windows has none
        sys.stderr.write(f"securemail: unexpected {kind.__module__}.{kind.__qualname__}. Traceback:\n{lines}")
