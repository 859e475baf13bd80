"""The one door to detection: (field, text) pairs in, a `Scan` out. Pure, offline, in time linear in the text."""

from collections.abc import Sequence

from securemail_desktop.phi.finding import Scan


def scan(fields: Sequence[tuple[str, str]]) -> Scan:
    """Return what the fields of one message hold. A field's name is `subject`, `body` or `attachment:N`."""
    raise NotImplementedError
