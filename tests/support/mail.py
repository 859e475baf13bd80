"""Messages around entities for tests, and entities of any content."""

from securemail_desktop.encryption.entity import leaf

BODY = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGr\xc3\xbc\xc3\x9fe, the canary sings.\r\n"


def message(entity: bytes, sender: str = "alice@clinic.example", subject: str = "Hello") -> bytes:
    """A message of `sender` around the entity."""
    headers = f"From: {sender}\r\nTo: bob@hospital.example\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
    return headers.encode() + entity


def mixed(*parts: bytes) -> bytes:
    """A multipart/mixed entity with a fixed boundary."""
    return leaf(
        ("Content-Type: multipart/mixed; boundary=mixed",), b"".join(b"--mixed\r\n" + part + b"\r\n" for part in parts) + b"--mixed--\r\n"
    )
