"""Time and memory of the program with 10,000 messages in its store: `first_window.py [MESSAGES] [RUNS]`, 10,000 and 7 when left out.

Each run is a process of its own: from its start until the list has painted its rows; 3 s later the memory of the program and of the scanning process.
It is warm: one run goes before, bytecode is kept; the mail server cannot be reached. The floor is a process that shows as many rows in a plain table
of Qt's. RSS counts shared pages in each process, PSS a part of them; both are read from /proc, so this runs on Linux only.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[2]))

if TYPE_CHECKING:
    from PySide6.QtCore import QTimer

    from securemail_desktop.session.session import Session

SUBJECTS = ("Result of Maria Lopez", "Re: shifts in December", "Appointment on Tuesday", "Minutes of the board", "Invoice 4711")
PATIENCE, SETTLE_MS = 300.0, 3_000
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
ENVIRONMENT.setdefault("QT_QPA_PLATFORM", "offscreen")


def fill(data: Path, key: Path, count: int) -> None:
    """Make a store whose inbox has so many messages, from a few hundred people."""
    from securemail_desktop.accounts.settings import Account, Security, Server, accounts_document
    from securemail_desktop.message.address import parse_address
    from securemail_desktop.session.session import Session
    from tests.support.fake_mailbox import MemoryMailbox
    from tests.support.mailboxes import letter

    alice, server = parse_address("Alice Ward <alice@clinic.example>"), Server("127.0.0.1", 9, Security.STARTTLS, "alice")
    box = MemoryMailbox()
    for n in range(count):
        box.put(letter(f"{SUBJECTS[n % 5]} {n}", sender=f"Person {n % 307} <p{n % 307}@d{n % 41}.example>"))
    with closing(Session(data, key)) as session:
        session.settings.put("accounts", accounts_document([Account("clinic", alice, server, server)]))
        session.refresh()
        session.mail._lines = box
        while session.mail.folders()[:1] == () or session.mail.folders()[0].total < count:
            session.mail.refresh()


def told(process: int) -> dict[str, float]:
    """Return RSS and PSS of a process in megabytes; without what the system withholds."""
    found = {"RSS": int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6}
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return found
    return found | {"PSS": next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("Pss:"))}


def started() -> list[int]:
    """Return the processes that this one started."""
    stats = [[*file.read_text().rpartition(") ")[2].split(), file.parent.name] for file in Path("/proc").glob("[0-9]*/stat")]
    return [int(stat[-1]) for stat in stats if int(stat[1]) == os.getpid()]


def tell(began: float, painted: float, busy: float) -> None:
    """Print how long it took, and the memory of this process and of those that it started."""
    from PySide6.QtWidgets import QApplication

    print(json.dumps([painted - began, busy, *map(told, [os.getpid(), *started()])]), flush=True)
    QApplication.closeAllWindows()
    QApplication.quit()


def watch(began: float) -> "QTimer":
    """Wait until a table has rows, paint them, and tell when what starts with the window has started."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QTableView

    timer = QTimer()

    def look() -> None:
        tables = [table for window in QApplication.topLevelWidgets() for table in (window, *window.findChildren(QTableView))]
        listed = [t for t in tables if isinstance(t, QTableView) and t.isVisible() and t.model().index(0, 0).data()]
        if listed:
            timer.stop()
            listed[0].viewport().repaint()
            QTimer.singleShot(SETTLE_MS, partial(tell, began, time.monotonic(), time.process_time()))

    timer.timeout.connect(look)
    timer.start(5)
    return timer


def program(data: str, key: str, began: str) -> None:
    """In a child: `securemail` with this store, watched from when there is an application. It imports in its own order: nothing of Qt is here yet."""
    from securemail_desktop import __main__ as securemail

    opener, timers = securemail._opener, []

    def watched(*places: Path | None) -> "Callable[[Callable[[], str]], Session]":
        open_session = opener(*places)

        def opened(asked: Callable[[], str]) -> "Session":
            timers.append(watch(float(began)))
            return open_session(asked)

        return opened

    securemail._opener = watched
    sys.argv[1:] = ["--data", data, "--key-file", key]
    securemail.main()
    timers.pop().stop()


def plain(rows: str, began: str) -> None:
    """In a child: a table of Qt's."""
    from PySide6.QtCore import QStringListModel
    from PySide6.QtWidgets import QApplication, QTableView

    application = QApplication([])
    table, model = QTableView(), QStringListModel([f"{SUBJECTS[n % 5]} {n}" for n in range(int(rows))])
    table.setModel(model)
    timer = watch(float(began))
    table.show()
    application.exec()
    timer.stop()


def measure(*arguments: str) -> list[object]:
    command = [sys.executable, __file__, *arguments, str(time.monotonic())]
    done = subprocess.run(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, timeout=PATIENCE)
    return json.loads(done.stdout)


def report(name: str, runs: list[list[object]], floor: list[list[object]]) -> None:
    def middle(of: list[list[object]], process: int, kind: str) -> float:
        return statistics.median(run[process].get(kind, 0.0) for run in of)

    seconds, busy = sorted(run[0] for run in runs), statistics.median(run[1] for run in runs)
    typical, least = statistics.median(seconds), statistics.median(run[0] for run in floor)
    print(
        f"{name}: first window p50 {typical:.2f} s, slowest {seconds[-1]:.2f} s, {typical / least:.1f} x the floor, {busy:.2f} s of a processor"
    )
    for kind in ("RSS", "PSS"):
        sizes = [middle(runs, process, kind) for process in range(2, min(map(len, runs)))]
        told = " + ".join(f"{size:.0f}" if size else "withheld" for size in sizes)
        print(f"  {kind} {told} MB, program / floor {sizes[0] / middle(floor, 2, kind):.1f}")


def main(count: int, runs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data, key = Path(folder) / "data", Path(folder) / "key"
        ENVIRONMENT["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "bytecode")
        fill(data, key, count)
        measure("plain", str(count)), measure("program", str(data), str(key))
        floor, found = [], []
        for _ in range(runs):
            floor.append(measure("plain", str(count)))
            found.append(measure("program", str(data), str(key)))
        report("a plain table", floor, floor)
        report(f"{count:,} messages (program + scanning process)", found, floor)
    print("target: first window <= 1 s")


if __name__ == "__main__":
    if sys.argv[1:2] == ["program"]:
        program(*sys.argv[2:])
    elif sys.argv[1:2] == ["plain"]:
        plain(*sys.argv[2:])
    else:
        main(*(int(number) for number in sys.argv[1:3] or (10_000, 7)))
