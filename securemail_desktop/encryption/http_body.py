"""What a server answers to a question about keys, of bounded size."""

import httpx

from securemail_desktop.encryption.errors import LookUpFailed


def body_of(response: httpx.Response, host: str, largest: int) -> bytes:
    """Return the octets of a streamed answer; raise `LookUpFailed` for another status than 200 or more than `largest` octets."""
    if response.status_code != httpx.codes.OK:
        raise LookUpFailed(f"{host} answers with an error ({response.status_code}).")
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > largest:
            raise LookUpFailed(f"{host} answers with more than it should.")
    return bytes(body)
