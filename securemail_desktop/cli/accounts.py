"""`securemail accounts`: mail accounts: add, list, test, default, remove.

The password is read from a file, standard input or the terminal, never from an argument: arguments can be seen by everybody on the machine.
"""

import argparse
import getpass
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from securemail_desktop.accounts.autoconfig import Autoconfig
from securemail_desktop.accounts.errors import AccountError, SettingsBroken
from securemail_desktop.accounts.offer import Source
from securemail_desktop.accounts.open import open_checks
from securemail_desktop.accounts.protocol import Checkable
from securemail_desktop.accounts.settings import Account, Security, Server, accounts_document, parse_server
from securemail_desktop.cli.exit import Exit, UsageError
from securemail_desktop.cli.opening import open_store
from securemail_desktop.cli.opening_session import opened_session
from securemail_desktop.cli.secret_file import read_secret
from securemail_desktop.message.address import Address, format_address, parse_address
from securemail_desktop.message.errors import AddressError
from securemail_desktop.session.account_book import AccountBook
from securemail_desktop.store.database import Database
from securemail_desktop.store.errors import StoreError

SOURCES = {
    Source.DNS: "named by its domain's service records",
    Source.PUBLISHED: "published on its domain's site",
    Source.GUESSED: "found under its usual name",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    commands = parser.add_subparsers(dest="action", required=True, metavar="add|list|test|default|remove")
    _declare_add(commands.add_parser("add", help="add an account"))
    shown = commands.add_parser("list", help="list the accounts, the default one first")
    tested = commands.add_parser("test", help="try each hop: connection, TLS, sign-in, folders")
    preferred = commands.add_parser("default", help="write from this account where nothing else is chosen")
    removed = commands.add_parser(
        "remove",
        help="forget an account, its password and its mail here, unless messages of it wait; nothing is deleted there",
    )
    tested.add_argument("name", nargs="?", help="the account; all when left out")
    for command in (preferred, removed):
        command.add_argument("name", help="the account")
    for command in (shown, tested):
        command.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Do it; return the exit code."""
    actions = {"add": _add, "list": _list, "test": _test, "default": _make_default}
    try:
        if arguments.action == "remove":
            return _remove(arguments)
        with closing(open_store(arguments)) as database:
            return actions[arguments.action](arguments, database)
    except (StoreError, AccountError, AddressError) as error:
        raise UsageError(str(error)) from error


def _declare_add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("address", help="your address, such as 'Alice Doe <alice@clinic.example>'")
    parser.add_argument(
        "--smtp",
        metavar="HOST:PORT[/starttls]",
        help="where mail is handed over, TLS unless /starttls; both servers are looked for when left out",
    )
    parser.add_argument(
        "--imap", metavar="HOST:PORT[/starttls]", help="where mail is read; the account only sends when it alone is left out"
    )
    parser.add_argument("--user", help="user name of the servers; the address when left out, '' for a server without sign-in")
    parser.add_argument("--password-file", metavar="FILE|-", help="file with the password, - for standard input; asked for when left out")
    parser.add_argument("--ca-file", type=Path, help="PEM file of the roots to trust, instead of the operating system's")
    parser.add_argument("--connect-to", default="", metavar="IP", help="where to connect when it is not the servers' name")
    parser.add_argument("--name", help="what to call the account; the address when left out")


def _add(arguments: argparse.Namespace, database: Database) -> int:
    address = parse_address(arguments.address)
    book = AccountBook(database)
    try:
        taken = any(other.name == (arguments.name or address.spec) for other in book.all())
    except SettingsBroken as error:
        print(f"note: {error}", file=sys.stderr)
        taken = False
    if taken:
        raise UsageError(f"there is an account {arguments.name or address.spec} already: remove it first, or choose another --name.")
    account = _account(arguments, address)
    book.add(account, _password(arguments.password_file, account))
    print(f"Added {account.name}. Try it: securemail accounts test")
    return Exit.DONE


def _account(arguments: argparse.Namespace, address: Address) -> Account:
    user = address.spec if arguments.user is None else arguments.user
    ca_file = str(arguments.ca_file.resolve()) if arguments.ca_file else ""
    if ca_file and not Path(ca_file).is_file():
        raise UsageError(f"{ca_file}: no such file: name a PEM file with --ca-file.")
    name = arguments.name or address.spec
    if arguments.smtp is None:
        return _found(address, name, arguments.user, ca_file)
    submission = parse_server(arguments.smtp, user, ca_file, arguments.connect_to)
    mailbox = parse_server(arguments.imap, user, ca_file, arguments.connect_to) if arguments.imap else None
    return Account(name, address, submission, mailbox)


def _found(address: Address, name: str, user: str | None, ca_file: str) -> Account:
    """Return the account as the domain of the address describes it; raise `UsageError` where that is not enough to go by."""
    print(f"Asking {address.domain} for its mail servers ...", file=sys.stderr)
    proposal = Autoconfig().find(address)
    if proposal.mailbox is None or proposal.submission is None:
        browser = " It signs people in through a browser, which this program cannot do yet." if proposal.browser else ""
        raise UsageError(f"the mail servers of {address.domain} were not found: name them with --smtp and --imap.{browser}")
    found = (proposal.mailbox, proposal.submission)
    strange = next((each.server for each in found if each.outside), None)
    if strange is not None:
        raise UsageError(
            f"{address.domain} names the server {strange.host}, which lies outside of it:"
            f" if you know it, say so with --smtp {_argument(proposal.submission.server)} --imap {_argument(proposal.mailbox.server)}."
        )
    for what, each in zip(("Reads from", "Sends by"), found, strict=True):
        print(f"{what} {_place(each.server)} ({SOURCES[each.source]}).")
    reading, sending = (replace(each.server, user=each.server.user if user is None else user, ca_file=ca_file) for each in found)
    return Account(name, address, sending, reading)


def _argument(server: Server) -> str:
    return f"{server.host}:{server.port}" + ("/starttls" if server.security is Security.STARTTLS else "")


def _password(source: str | None, account: Account) -> str:
    if not account.submission.user:
        return ""
    if source is None:
        if not sys.stdin.isatty():
            raise UsageError("there is no terminal to ask for the password: name --password-file FILE, or - for standard input.")
        return getpass.getpass(f"Password of {account.submission.user}: ")
    return read_secret(source, "password")


def _list(arguments: argparse.Namespace, database: Database) -> int:
    accounts = AccountBook(database).all()
    if arguments.json:
        print(json.dumps(accounts_document(accounts), ensure_ascii=False))
        return Exit.DONE
    for account in accounts:
        reading = _place(account.mailbox) if account.mailbox else "no mailbox"
        print(f"{account.name}: {format_address(account.address)}, sends by {_place(account.submission)}, reads from {reading}")
    if not accounts:
        print("No account yet. Add one: securemail accounts add ADDRESS")
    return Exit.DONE


def _place(server: Server) -> str:
    return f"{server.host}:{server.port}/{server.security}"


def _test(arguments: argparse.Namespace, database: Database) -> int:
    results = [
        result
        for account in _chosen(arguments.name, AccountBook(database).all())
        for role, server in open_checks(account, AccountBook(database).password(account.name))
        for result in _hops(account.name, role, server)
    ]
    if arguments.json:
        print(json.dumps(results, ensure_ascii=False))
    else:
        for result in results:
            print(f"{result['account']}: {result['server']}: {result['hop']}: {'ok' if result['works'] else 'FAILED'}: {result['detail']}")
    return Exit.DONE if all(result["works"] for result in results) else Exit.NO


def _hops(account: str, role: str, server: Checkable) -> Iterator[dict[str, object]]:
    """Try one server; the last result is the hop that failed, when one did."""
    try:
        for hop in server.check():
            yield {"account": account, "server": role, "hop": hop.name, "works": True, "detail": hop.detail}
    except AccountError as error:
        yield {"account": account, "server": role, "hop": type(error).__name__, "works": False, "detail": str(error)}


def _chosen(name: str | None, accounts: Sequence[Account]) -> Sequence[Account]:
    chosen = [account for account in accounts if name in {None, account.name}]
    if not chosen:
        known = ", ".join(account.name for account in accounts)
        raise UsageError(f"there is no account {name or 'to test'}: {f'known are {known}' if known else 'there is none yet'}.")
    return chosen


def _make_default(arguments: argparse.Namespace, database: Database) -> int:
    AccountBook(database).make_default(arguments.name)
    print(f"Messages are written from {arguments.name} where nothing else is chosen.")
    return Exit.DONE


def _remove(arguments: argparse.Namespace) -> int:
    with closing(open_store(arguments)) as database:
        _chosen(arguments.name, AccountBook(database).all())  # who mistypes is told that alone
    with opened_session(arguments) as session:
        session.setup.remove(arguments.name)
    print(f"Removed {arguments.name}.")
    return Exit.DONE
