"""Time and memory of a message with a large file, beside its size: `large.py [MB] [METHOD ...]`; methods are clear, smime, openpgp.

A process of its own does what the window does: reviews, sends to a server on loopback, files its own copy in the Sent folder of a Dovecot, lists
the outbox that holds the message, saves it as a draft. Memory is the growth of the high-water mark (Linux) over what the process held before the
step, which has the draft already.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[2]))

from securemail_desktop.accounts.line import Timeouts
from securemail_desktop.encryption.importing import import_file
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Attachment, Draft, Recipient
from securemail_desktop.session.session import Session
from tests.support.alice import ALICE, BOB, CHEN, Alice, Office
from tests.support.dovecot import Dovecot
from tests.support.faulty_smtp import FaultySmtp
from tests.support.keys import Peer
from tests.support.servers import server_folder

ERIN = "erin@hospital.example"
RECIPIENT = {"clear": CHEN, "smime": BOB, "openpgp": ERIN}
OWN_KEY = "alice-openpgp.key"


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    for method in sys.argv[2:] or list(RECIPIENT):
        with TemporaryDirectory() as folder, closing(Peer(Path(folder, "g"))) as peer:
            measure(Path(folder), size, method, peer)


def measure(folder: Path, size: int, method: str, peer: Peer) -> None:
    office = Office(folder)
    with (
        server_folder("dovecot") as mail,
        Dovecot(mail, office.certificate, {ALICE.spec: "secret"}) as dovecot,
        FaultySmtp(office.certificate, extensions=("STARTTLS", "AUTH PLAIN", "8BITMIME", "ENHANCEDSTATUSCODES")) as server,
    ):
        alice = Alice(office, folder, server, dovecot.imap_port)
        if method == "openpgp":
            keys = [peer.private(peer.make_key(f"Alice <{alice.account().address.spec}>")), peer.public(peer.make_key(f"Erin <{ERIN}>"))]
            with alice.session() as session:
                for key in keys:
                    import_file(key, "", True, session.ring, datetime.now(UTC))
        print(f"{size} MB, {method}", flush=True)
        run(alice, size, method, "deliver")
        print(f"  the server has {[len(m.content) // 1_000_000 for m in server.messages]} MB, Sent {filed(mail)} MB", flush=True)
    run(alice, size, method, "keep")


def filed(mail: Path) -> list[int]:
    return [file.stat().st_size // 1_000_000 for file in mail.glob("mail/*/.Sent/cur/*")]


def run(alice: Alice, size: int, method: str, what: str) -> None:
    command = [sys.executable, __file__, "--child", str(alice.data), str(alice.key_file), str(size), method, what]
    subprocess.run(command, check=True)


def child(data: str, key: str, size: str, method: str, what: str) -> None:
    with closing(Session(Path(data), Path(key), Timeouts(5, 60, 600), lambda: datetime.now(UTC))) as session:
        draft = letter(session.new_draft(), int(size) * 1_000_000, RECIPIENT[method])
        session.review(letter(session.new_draft(), 1, RECIPIENT[method]), "window")
        with step("save a draft", size):
            session.drafts.save(draft)
        with step("review", size):
            review = session.review(draft, "window")
        with step("send", size):
            receipts = session.send(review, {}, "window")
        print("   ", [(r.state.value, r.method.value, r.reason) for r in receipts])
        if what == "keep":
            with step("list the outbox", size):
                shown = session.outbox()
            assert len(shown) == 1
            with step("try again", size):
                session.retry(shown[0].id)


def letter(empty: Draft, size: int, to: str) -> Draft:
    file = Attachment("scan.bin", "application/octet-stream", os.urandom(size))
    text = "Patient Quillonia Vexfeather, MRN 99317742, has potassium 6.1 mmol/L.\n"
    return replace(empty, recipients=(Recipient(parse_address(to)),), subject="Result", text=text, attachments=(file,))


@contextmanager
def step(name: str, size: str) -> Iterator[None]:
    Path("/proc/self/clear_refs").write_text("5")
    before, began, used = status("VmRSS"), time.perf_counter(), time.process_time()
    yield
    seconds, cpu, most = time.perf_counter() - began, time.process_time() - used, status("VmHWM")
    print(
        f"  {name:<20} {seconds:6.2f} s ({cpu:5.2f} of the processor)   {(most - before) / int(size):5.1f} x its size over {before:.0f} MB",
        flush=True,
    )


def status(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith(name + ":"))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:])
    else:
        main()
