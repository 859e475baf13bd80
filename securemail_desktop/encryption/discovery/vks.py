"""Verifying key server: keys whose addresses were confirmed by mail (the API of keys.openpgp.org, version 1).

It tells a stranger whom one is about to write to, so policy must name the server.
"""

from urllib.parse import quote

from securemail_desktop.encryption.discovery.https import Https
from securemail_desktop.encryption.discovery.source import LARGEST, Found
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.record import Origin
from securemail_desktop.message.address import Address


class Vks:
    """One key server."""

    origin = Origin.VKS

    def __init__(self, server: str, https: Https) -> None:
        """Keep the server's address (https) and how to fetch."""
        self._server, self._https = server.rstrip("/"), https
        self.whom = f"the key server {self._server.removeprefix('https://')}"

    def look_up(self, address: Address) -> tuple[Found, ...]:
        """Return the key block that the server has for the address."""
        content = self._https.get(f"{self._server}/vks/v1/by-email/{quote(address.spec, safe='')}", LARGEST)
        return (Found(Method.OPENPGP, content),) if content else ()
