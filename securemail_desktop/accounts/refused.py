"""Why a server took no user name and password, in words: shared by the ways to sign in (RFC 4954, RFC 9051; RFC 7628 is a sign-in in a browser)."""

import re
from collections.abc import Collection

from securemail_desktop.accounts.errors import SignInRefused

_BROWSER = frozenset({"XOAUTH2", "OAUTHBEARER"})
_APP_PASSWORD = re.compile(r"app(lication)?[- ](specific )?password", re.IGNORECASE)


def no_way(host: str, offered: Collection[str]) -> SignInRefused:
    """Return the error of a server that offers no sign-in by password; `offered` are its SASL mechanisms."""
    if _BROWSER & set(offered):
        return SignInRefused(
            f"The server {host} lets people sign in only through a browser, which this program cannot do yet:"
            " ask your IT for a password for mail programs."
        )
    return SignInRefused(f"The server {host} offers no sign-in with user name and password: ask your IT.")


def wrong(host: str, offered: Collection[str], told: str = "") -> SignInRefused:
    """Return the error of a refused password. Of what the server `told` only its asking for an app password is understood; nothing is passed on."""
    if _APP_PASSWORD.search(told):
        return SignInRefused(
            f"The server {host} wants an app password instead of your usual one: make one in the settings of your account there."
        )
    browser = (
        "; where your organisation signs in through a browser, ask your IT for a password for mail programs"
        if _BROWSER & set(offered)
        else ""
    )
    return SignInRefused(f"The server {host} refused the sign-in: check user name and password{browser}.")
