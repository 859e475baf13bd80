"""Names of files that strangers chose: cleaned for this machine's disk, and which of them run when they are opened. Pure; no Qt.

A name has no path, no sign that turns the text around, nothing that Windows keeps for itself, and keeps all its endings in sight.
"""

import mimetypes
import re
import unicodedata
from pathlib import PurePosixPath

from securemail_desktop.encryption.opened import Part
from securemail_desktop.gui import words

LONGEST = 120  # characters; every file system takes 255 octets
_FORBIDDEN = re.compile(r'[<>:"|?*\ufffd]')
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?")
_ENDINGS = """
exe com scr pif bat cmd msi msp mst js jse vbs vbe wsf wsh wsc ps1 psm1 psd1 hta jar lnk reg cpl dll ocx sys inf scf url msc
gadget chm hlp application appref-ms settingcontent-ms library-ms search-ms theme diagcab iso img vhd vhdx xll xlam ppam ade adp
mdb accde one onepkg rdp app dmg pkg command workflow mobileconfig terminal webloc fileloc inetloc sh bash zsh csh run bin out
desktop deb rpm appimage flatpakref snap py pyw pyz pl rb php lua tcl apk docm dotm xlsm xltm xlsb pptm potm ppsm
"""
_PROGRAMS = frozenset(_ENDINGS.split())
_PAGES = frozenset({"htm", "html", "xhtml", "shtml", "mht", "mhtml", "svg", "xml", "xsl"})


def safe_name(part: Part) -> str:
    """Return a name under which a part can be kept; never empty."""
    name = unicodedata.normalize("NFC", part.filename).replace("\\", "/").rpartition("/")[2]
    name = _FORBIDDEN.sub("_", words.visible(name.replace("\n", " ").replace("\t", " ")))
    name = " ".join(name.split()).strip(". ")
    if not name:
        name = "attachment" + (mimetypes.guess_extension(part.content_type.partition(";")[0].strip()) or "")
    return _shortened(f"_{name}" if _DEVICES.fullmatch(name) else name)


def danger(part: Part) -> str:
    """Return what a file may do when it is opened, as a sentence; empty for a file that is only shown."""
    ending = PurePosixPath(safe_name(part)).suffix.lower().removeprefix(".")
    if ending in _PROGRAMS:
        pretends = len(PurePosixPath(safe_name(part)).suffixes) > 1
        what = "It is a program" if not pretends else f"In spite of its name it is a program (.{ending})"
        return f"{what}: opening it can change or read everything on this computer."
    if ending in _PAGES:
        return "It is a web page: opening it can tell its sender that you read it, or imitate a sign-in."
    return ""


def is_program(part: Part) -> bool:
    """Tell whether opening the file runs something."""
    return PurePosixPath(safe_name(part)).suffix.lower().removeprefix(".") in _PROGRAMS


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    endings = "".join(PurePosixPath(name).suffixes[-2:])[-24:]
    return f"{name[: LONGEST - len(endings) - 1]}…{endings}"
