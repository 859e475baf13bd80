"""The whole program in a process of its own, started as its user starts it, on the test's X server, and a keyboard.

    program.type("bob@hospital.example,"); program.see("Protected"); program.kill()

`see` waits for words on the screen as `onlooker/sitecustomize.py` has them. With STORY_PICTURES=FOLDER each step is kept as a picture; alice
has chosen the scheme of STORY_SCHEME before.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from PySide6.QtGui import QGuiApplication

from tests.support.desk import xdotool

PATIENCE = 30.0  # seconds
MAIN = "SecureMail"
COMPOSE = "New message – SecureMail"
_SUPPORT = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Window:
    """One window of the program as its user has it: what is written on it from top to bottom, and where the keyboard is.

    `settled` when a press is an answer: a question takes none in its first moment.
    """

    title: str
    id: int
    active: bool
    focus: str
    settled: bool
    texts: tuple[str, ...]

    def says(self, words: str) -> bool:
        """Tell whether some words are on the window."""
        return any(words in text for text in self.texts)


class Program:
    """A program on a data folder; `pictures` is the name under which its pictures are kept."""

    def __init__(self, data: Path, key: Path, folder: Path, pictures: str, environment: Mapping[str, str] = MappingProxyType({})) -> None:
        """Start it, with more in its environment than usual, and wait for its first window."""
        self._data, self._key, self._folder, self._pictures = data, key, folder, pictures
        self._environment = dict(environment)
        self._eye = folder / f"eye{sum(1 for _ in folder.glob('eye*'))}"
        self._eye.touch()
        self.steps = 0
        self.process = self.start_another(self._eye)
        try:
            self.wait(lambda: bool(self.windows()))
        except BaseException:
            self.close()
            raise

    def start_another(self, eye: Path, *arguments: str) -> "subprocess.Popen[str]":
        """Start the program once more on the same data folder."""
        eye.unlink(missing_ok=True)
        command = [str(Path(sys.executable).parent / "securemail"), "--data", str(self._data), "--key-file", str(self._key), *arguments]
        places = {name: str(self._folder / "home") for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")}
        (self._folder / "home").mkdir(mode=0o700, exist_ok=True)
        environment = {**os.environ, **places, **self._environment, "ONLOOKER": str(eye), "PYTHONPATH": str(_SUPPORT / "onlooker")}
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def windows(self) -> tuple[Window, ...]:
        """Return what is on the screen; nothing while there is no window yet."""
        assert self.process.poll() is None, f"the program has ended: {self.process.stderr.read() if self.process.stderr else ''}"
        with socket.socket(socket.AF_UNIX) as line:
            try:
                line.settimeout(PATIENCE)
                line.connect(str(self._eye))
                found = json.loads(b"".join(iter(lambda: line.recv(65_536), b"")))
            except (FileNotFoundError, ConnectionRefusedError):
                return ()
        return tuple(Window(w["title"], w["id"], w["active"], w["focus"], w["settled"], tuple(w["texts"])) for w in found)

    def window(self, title: str = MAIN) -> Window | None:
        """Return a window by its title."""
        return next((window for window in self.windows() if window.title == title), None)

    def wait(self, fact: Callable[[], bool]) -> None:
        """Wait until something is so."""
        end = time.monotonic() + PATIENCE
        while not fact():
            assert time.monotonic() < end, "\n".join(f"{w.title}: {w.texts}" for w in self.windows()) or "no window"
            time.sleep(0.03)

    def see(self, words: str, title: str = MAIN) -> None:
        """Wait until some words are on a window."""
        self.wait(lambda: (window := self.window(title)) is not None and window.says(words))

    def front(self, title: str = MAIN) -> None:
        """Give a window the keyboard, as a window manager would: there is none on the test's screen."""
        self.wait(lambda: self.window(title) is not None)
        window = self.window(title)
        assert window is not None
        xdotool("windowraise", str(window.id), "windowfocus", str(window.id))
        self.wait(lambda: (window := self.window(title)) is not None and window.active)

    def focus(self, name: str, title: str = MAIN) -> None:
        """Wait until the keyboard is somewhere."""
        self.wait(lambda: (window := self.window(title)) is not None and window.focus == name)

    def reach(self, name: str, title: str = MAIN) -> None:
        """Go to a button by Tab."""
        self.wait(lambda: (now := self.window(title)) is not None and now.settled)
        seen: list[str] = []
        while (window := self.window(title)) is not None and window.focus != name:
            assert seen.count(window.focus) < 2, f"Tab leads through {seen}, not to {name}"
            seen.append(window.focus)
            self.press("Tab")
            self.wait(lambda: (now := self.window(title)) is not None and now.focus != seen[-1])

    def gone(self, title: str) -> None:
        """Wait until a window has closed."""
        self.wait(lambda: self.window(title) is None)

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        xdotool("key", "--delay", "4", *keys)

    def type(self, text: str) -> None:
        """Type a text of the American keyboard."""
        xdotool("type", "--delay", "4", text)

    def write(self, to: str, subject: str, text: str) -> None:
        """Begin a new message and type it from the recipient to the last word."""
        self.press("ctrl+n")
        self.front(COMPOSE)
        self.type(f"{to},")
        self.see(to, COMPOSE)
        while (window := self.window(COMPOSE)) is not None and window.focus not in {"Subject", "subject"}:
            self.press("Tab")
            self.wait(lambda before=window.focus: (now := self.window(COMPOSE)) is not None and now.focus != before)  # type: ignore[misc]
        self.type(subject)
        self.press("Tab")
        self.type(text)
        self.see(text, COMPOSE)

    def send(self) -> None:
        """Send by key, and end the undo hold by key."""
        self.press("ctrl+Return")
        self.focus("Undo", COMPOSE)
        self.press("Tab")
        self.focus("Send now", COMPOSE)
        self.press("space")

    def close(self) -> None:
        """End it if it still runs, and everything that is kept for it."""
        if self.process.poll() is None:
            self.kill()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()

    def kill(self) -> None:
        """End it as a power cut would, with whatever it has started."""
        self.process.send_signal(signal.SIGKILL)
        self.end()

    def end(self) -> int:
        """Wait until it has ended; return its exit code."""
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode

    def picture(self, name: str) -> None:
        """Keep a picture of the screen where pictures are wanted."""
        folder = os.environ.get("STORY_PICTURES")
        if folder:
            self.steps += 1
            Path(folder).mkdir(parents=True, exist_ok=True)
            QGuiApplication.primaryScreen().grabWindow(0).save(
                str(Path(folder) / f"{self._pictures}-{self._eye.name}-{self.steps}-{name}.png")
            )
