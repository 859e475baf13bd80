"""What IT set for a Mac: managed preferences of the whole computer, which device management writes and nobody else can."""

import plistlib
from pathlib import Path
from xml.parsers.expat import ExpatError

from securemail_desktop.session.machine import NAMES, MachineBroken, Scopes

FILE = Path("/Library/Managed Preferences/org.securemail.desktop.plist")
_RECOMMENDED = "Recommended"  # a dictionary beside the values that hold


def macos_scopes(file: Path = FILE) -> Scopes:
    """Return the values of the machine; raise `MachineBroken`."""
    try:
        document = plistlib.loads(file.read_bytes())
    except FileNotFoundError:
        return Scopes()
    except (OSError, plistlib.InvalidFileException, ExpatError, ValueError) as error:
        raise MachineBroken("What your organisation set for this computer cannot be read; tell your IT.") from error
    return Scopes(_known(document), _known(document.get(_RECOMMENDED) if isinstance(document, dict) else None))


def _known(document: object) -> dict[str, object]:
    return {name: document[name] for name in NAMES if name in document} if isinstance(document, dict) else {}
