"""Which of the systems' ways of setting a machine up is asked."""

import sys

from securemail_desktop.session.machine import Scopes, linux_scopes

if sys.platform == "win32":
    from securemail_desktop.session.machine_windows import LocalMachine, windows_scopes
elif sys.platform == "darwin":
    from securemail_desktop.session.machine_macos import macos_scopes


def machine_scopes() -> Scopes:
    """Return what IT set for this machine; raise `MachineBroken`."""
    if sys.platform == "win32":
        return windows_scopes(LocalMachine())
    elif sys.platform == "darwin":  # noqa: RET505
        return macos_scopes()
    else:
        return linux_scopes()
