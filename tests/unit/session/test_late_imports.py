"""What the first window does not need is not imported before it: each would keep the user waiting at every start."""

import subprocess
import sys

import pytest

IMPORT_SESSION = "import sys, securemail_desktop.session.session; print(*sys.modules)"
ASKING_SERVERS = {"httpx", "dns", "tuf", "imapclient", "smtplib", "ldap3"}


@pytest.mark.slow
def test_the_session_imports_nothing_that_asks_servers() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORT_SESSION], capture_output=True, text=True, check=True, timeout=60)

    assert "sqlcipher3" in done.stdout.split()
    assert not ASKING_SERVERS & set(done.stdout.split())
