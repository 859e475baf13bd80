"""Moves an outbox into the queue and kills itself at the N-th statement that changes a file: `move_child DATA KEY N`."""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from securemail_desktop.store.database import Database, Value, store_path
from securemail_desktop.store.former_outbox import move_outbox
from securemail_desktop.store.outbox import OutboxTable
from securemail_desktop.store.queue import Seal, open_queue


def main() -> None:
    data, key, at = Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), int(sys.argv[3])
    store, queue = Database(store_path(data), key), open_queue(data, key)
    original, count = Database._run, 0

    def run(self: Database, sql: str, values: Sequence[Value] = ()) -> Any:
        nonlocal count
        result = original(self, sql, values)
        if not sql.startswith("SELECT"):
            count += 1
            if count == at:
                os.kill(os.getpid(), signal.SIGKILL)
        return result

    Database._run = run  # type: ignore[method-assign]
    move_outbox(store, OutboxTable(queue, Seal(key)), lambda _: "alice@clinic.example")


if __name__ == "__main__":
    main()
