r"""What IT set for a Windows machine: values below `HKLM\\SOFTWARE\\Policies\\SecureMail`, as group policy and Intune (ADMX) write them.

Only HKEY_LOCAL_MACHINE is read: a user can write to his own hive. A list is a key of its own with the values 1, 2, 3 ...
"""

import sys
from collections.abc import Mapping
from typing import Protocol

from securemail_desktop.session.machine import NAMES, SOURCES, MachineBroken, Scopes

KEY = r"SOFTWARE\Policies\SecureMail"


class Registry(Protocol):
    """The machine's registry."""

    def values(self, key: str) -> Mapping[str, object]:
        """Return the values of a key by name, none where there is no such key; raise `OSError`."""
        ...


def windows_scopes(registry: Registry) -> Scopes:
    """Return the values of the machine; raise `MachineBroken`."""
    try:
        return Scopes(_scope(registry, KEY), _scope(registry, rf"{KEY}\Recommended"))
    except OSError as error:
        raise MachineBroken("What your organisation set for this computer cannot be read; tell your IT.") from error


def _scope(registry: Registry, key: str) -> dict[str, object]:
    found = {name: value for name, value in registry.values(key).items() if name in NAMES}
    listed = registry.values(rf"{key}\{SOURCES}")
    if listed:
        found[SOURCES] = tuple(listed[name] for name in sorted(listed, key=lambda n: (len(n), n)))
    return found


if sys.platform == "win32":
    import winreg

    class LocalMachine:
        """HKEY_LOCAL_MACHINE, the 64-bit view, whatever this program is."""

        def values(self, key: str) -> Mapping[str, object]:
            """Return the values of a key by name; raise `OSError`."""
            try:
                opened = winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key, access=winreg.KEY_READ | winreg.KEY_WOW64_64KEY)
            except FileNotFoundError:
                return {}
            with opened:
                count = winreg.QueryInfoKey(opened)[1]
                return {name: value for name, value, _ in (winreg.EnumValue(opened, n) for n in range(count))}
