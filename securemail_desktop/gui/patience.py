"""Work on a disk that may never answer (a server of files that is gone, a stick with a bad spot): it is left behind after a while."""

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Generic, NoReturn, TypeVar

Result = TypeVar("Result")
Outcome = Callable[[], Result]


class NoAnswer(Exception):
    """The disk did not answer in time."""


class Patience(Generic[Result]):
    """Work in a thread of its own, which nobody waits for at the end of the program: a thread that waits for a disk cannot be ended."""

    def __init__(self, seconds: float) -> None:
        """Wait so long for each sign of life."""
        self._seconds = seconds
        self._said: SimpleQueue[Outcome[Result] | None] = SimpleQueue()

    def goes_on(self) -> None:
        """Give a sign of life, from the work."""
        self._said.put(None)

    def wait_for(self, work: Callable[[], Result]) -> Result:
        """Return what the work returns, or raise what it raises; raise `NoAnswer` when it gives no sign of life for too long."""
        Thread(target=self._run, args=(work,), daemon=True, name="patience").start()
        while True:
            try:
                outcome = self._said.get(timeout=self._seconds)
            except Empty:
                raise NoAnswer from None
            if outcome is not None:
                return outcome()

    def _run(self, work: Callable[[], Result]) -> None:
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 - whoever waits gets it
            self._said.put(_raising(error))
        else:
            self._said.put(lambda: result)


def _raising(error: Exception) -> Callable[[], NoReturn]:
    def outcome() -> NoReturn:
        raise error

    return outcome
