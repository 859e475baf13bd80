"""What a mailbox folder is for: RFC 6154 special-use attributes, and common names where the server tells none; the inbox has its own (RFC 9051)."""

from collections.abc import Iterable
from dataclasses import replace

from securemail_desktop.accounts.protocol import Folder

_ROLES = ("sent", "drafts", "trash", "junk", "archive", "all")
_NAMES = {
    "sent": ("sent", "sent items", "sent messages", "sent mail", "gesendet", "gesendete elemente", "envoyés", "enviados", "posta inviata"),
    "drafts": ("drafts", "draft", "entwürfe", "brouillons", "borradores", "bozze"),
    "trash": ("trash", "deleted items", "deleted messages", "papierkorb", "gelöschte elemente", "corbeille", "papelera", "cestino"),
    "junk": ("junk", "spam", "junk e-mail", "junk email", "bulk mail", "unerwünscht", "indésirables", "correo no deseado"),
    "archive": ("archive", "archives", "archiv", "archivo"),
}


def with_roles(folders: Iterable[tuple[tuple[str, ...], str, str]], prefix: str = "") -> tuple[Folder, ...]:
    """Return folders of (attributes, delimiter, name): a role that no attribute gives goes to the shallowest folder with a common name.

    `prefix` is what the names of the user's own folders begin with (RFC 2342): people do not read it.
    """
    listed = [
        (Folder(name, "inbox" if name.upper() == "INBOX" else _told(attributes), _path(name, delimiter, prefix)), delimiter)
        for attributes, delimiter, name in folders
    ]
    given = {folder.role: folder.name for folder, _ in listed if folder.role}
    for role, names in _NAMES.items():
        if role not in given:
            fitting = [f.name for f, delimiter in listed if not f.role and _last(f.name, delimiter) in names]
            given |= {role: min(fitting, key=lambda name: (len(name), name))} if fitting else {}
    by_name = {name: role for role, name in given.items()}
    return tuple(replace(folder, role=folder.role or by_name.get(folder.name, "")) for folder, _ in listed)


def _path(name: str, delimiter: str, prefix: str) -> tuple[str, ...]:
    """Return the names of a folder and of those around it; INBOX is always spelled so (RFC 9051, 5.1)."""
    own = name.removeprefix(prefix) or name
    names = tuple(filter(None, own.split(delimiter))) if delimiter else (own,)
    return ("INBOX", *names[1:]) if names and names[0].upper() == "INBOX" else names or (name,)


def _told(attributes: tuple[str, ...]) -> str:
    stated = {attribute.lstrip("\\").lower() for attribute in attributes}
    return next((role for role in _ROLES if role in stated), "")


def _last(name: str, delimiter: str) -> str:
    return (name.rpartition(delimiter)[2] if delimiter else name).casefold()
