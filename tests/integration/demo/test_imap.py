"""The demo's mailbox server ends with the demo, however that ends."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

PARENT = """
import sys, time
from pathlib import Path
from securemail_desktop.demo.imap import ImapServer, write_users
from tests.support.tls import make_tls
folder = Path(sys.argv[1])
tls = make_tls(folder / "tls")
server = ImapServer(folder, tls.certificate, tls.key, folder / "log")
write_users(folder, ["alice"])
server.start()
print(server._process.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel to end the server with its parent")
def test_a_killed_demo_leaves_no_mail_server(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]) as parent:
        assert parent.stdout is not None
        server = Path("/proc") / parent.stdout.readline().decode().strip()
        assert server.is_dir()
        parent.kill()
    deadline = time.monotonic() + 20
    while server.is_dir() and "zombie" not in (server / "status").read_text():
        assert time.monotonic() < deadline, "the server still runs"
        time.sleep(0.05)
