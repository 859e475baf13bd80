"""Small tar archives for tests."""

import tarfile
from io import BytesIO


def tar(parts: dict[str, bytes], form: int = tarfile.GNU_FORMAT, **notes: str) -> bytes:
    """Return an archive of these files, each with these notes (pax)."""
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as file:
        for name, content in parts.items():
            member = tarfile.TarInfo(name)
            member.size, member.pax_headers = len(content), notes
            file.addfile(member, BytesIO(content))
    return out.getvalue()
