"""What is said while an account is set up. Pure."""

from securemail_desktop.accounts.offer import Found, Proposal, Source
from securemail_desktop.accounts.settings import Account
from securemail_desktop.gui import words

_ABOUT = "Only your own mail domain is asked for its servers. Your password goes to them only, encrypted, and is kept encrypted on this computer."


def heading(former: Account | None, notice: str) -> tuple[str, str]:
    """Return title and text of the page; `notice` says why the accounts of before are not there."""
    if former is None:
        return "Set up your mailbox", f"{notice} {_ABOUT}".strip()
    return f"Account {former.address.spec}", "Changes are tried at the servers before they are kept."


def found(each: Found, domain: str, *, reading: bool) -> str:
    """Return one sentence about a server that was found for a domain."""
    what = "Mail is read from" if reading else "Mail is sent by"
    how = {
        Source.DNS: f"named by {domain}",
        Source.PUBLISHED: f"published by {domain}",
        Source.GUESSED: "it answers under its usual name",
    }[each.source]
    return f"{what} {words.visible(each.server.host)}, port {each.server.port}, encrypted ({how})."


def outside(host: str, domain: str) -> str:
    """Return what a person must know of a server that only the DNS names."""
    return f"{words.visible(host)} lies outside {domain}: go on only if you know it."


def not_found(proposal: Proposal, domain: str) -> str:
    """Return what is missing and the way out."""
    if proposal.browser:
        return (
            f"Your organisation signs in through a browser: not supported yet. If {domain} has servers for mail programs that take a password,"
            " your IT can name them to you."
        )
    if proposal.mailbox is None and proposal.submission is None:
        return f"No mail servers were found at {domain}: enter their names below, your IT knows them."
    what = "reading" if proposal.mailbox is None else "sending"
    return f"No server for {what} mail was found at {domain}: enter its name below, your IT knows it."


def hosts(account: Account) -> list[str]:
    """Return the names of an account's servers, each once."""
    servers = (account.mailbox, account.submission)
    return list(dict.fromkeys(words.visible(server.host) for server in servers if server is not None))
