"""`securemail accounts`: mail accounts: add, list, test, remove.

The password is read from a file, standard input or the terminal, never from an argument: arguments can be seen by everybody on the machine.
"""

import argparse
import getpass
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from securemail_desktop.accounts.errors import AccountError, SettingsBroken
from securemail_desktop.accounts.open import open_checks
from securemail_desktop.accounts.protocol import Checkable
from securemail_desktop.accounts.settings import Account, Server, accounts_document, parse_server, read_accounts
from securemail_desktop.cli.exit import Exit, UsageError
from securemail_desktop.cli.opening import open_store
from securemail_desktop.cli.secret_file import read_secret
from securemail_desktop.message.address import Address, format_address, parse_address
from securemail_desktop.message.errors import AddressError
from securemail_desktop.store.database import Database
from securemail_desktop.store.errors import StoreError
from securemail_desktop.store.settings import Settings
from securemail_desktop.store.vault import Vault


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    commands = parser.add_subparsers(dest="action", required=True, metavar="add|list|test|remove")
    _declare_add(commands.add_parser("add", help="add an account"))
    shown = commands.add_parser("list", help="list the accounts, the default one first")
    tested = commands.add_parser("test", help="try each hop: connection, TLS, sign-in, folders")
    removed = commands.add_parser("remove", help="forget an account and its password; no mail is deleted")
    tested.add_argument("name", nargs="?", help="the account; all when left out")
    removed.add_argument("name", help="the account")
    for command in (shown, tested):
        command.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Do it; return the exit code."""
    actions = {"add": _add, "list": _list, "test": _test, "remove": _remove}
    with closing(open_store(arguments)) as database:
        try:
            return actions[arguments.action](arguments, database)
        except (StoreError, AccountError, AddressError) as error:
            raise UsageError(str(error)) from error


def _declare_add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("address", help="your address, such as 'Alice Doe <alice@clinic.example>'")
    parser.add_argument("--smtp", required=True, metavar="HOST:PORT[/starttls]", help="where mail is handed over; TLS unless /starttls")
    parser.add_argument("--imap", metavar="HOST:PORT[/starttls]", help="where mail is read")
    parser.add_argument("--user", help="user name of the servers; the address when left out, '' for a server without sign-in")
    parser.add_argument("--password-file", metavar="FILE|-", help="file with the password, - for standard input; asked for when left out")
    parser.add_argument("--ca-file", type=Path, help="PEM file of the roots to trust, instead of the operating system's")
    parser.add_argument("--connect-to", default="", metavar="IP", help="where to connect when it is not the servers' name")
    parser.add_argument("--name", help="what to call the account; the address when left out")


def _add(arguments: argparse.Namespace, database: Database) -> int:
    address = parse_address(arguments.address)
    account = _account(arguments, address)
    known = _known(database)
    if any(other.name == account.name for other in known):
        raise UsageError(f"there is an account {account.name} already: remove it first, or choose another --name.")
    password = _password(arguments.password_file, account)
    with database.transaction():
        Settings(database).put("accounts", accounts_document((*known, account)))
        Vault(database).put("password", account.name, password.encode())
    print(f"Added {account.name}. Try it: securemail accounts test")
    return Exit.DONE


def _known(database: Database) -> tuple[Account, ...]:
    """Return the stored accounts; a list that cannot be read is begun anew, or nobody could ever add one again."""
    try:
        return read_accounts(Settings(database).get("accounts"))
    except SettingsBroken as error:
        print(f"note: {error}", file=sys.stderr)
        return ()


def _account(arguments: argparse.Namespace, address: Address) -> Account:
    user = address.spec if arguments.user is None else arguments.user
    ca_file = str(arguments.ca_file.resolve()) if arguments.ca_file else ""
    if ca_file and not Path(ca_file).is_file():
        raise UsageError(f"{ca_file}: no such file: name a PEM file with --ca-file.")
    submission = parse_server(arguments.smtp, user, ca_file, arguments.connect_to)
    mailbox = parse_server(arguments.imap, user, ca_file, arguments.connect_to) if arguments.imap else None
    return Account(arguments.name or address.spec, address, submission, mailbox)


def _password(source: str | None, account: Account) -> str:
    if not account.submission.user:
        return ""
    if source is None:
        if not sys.stdin.isatty():
            raise UsageError("there is no terminal to ask for the password: name --password-file FILE, or - for standard input.")
        return getpass.getpass(f"Password of {account.submission.user}: ")
    return read_secret(source, "password")


def _list(arguments: argparse.Namespace, database: Database) -> int:
    accounts = read_accounts(Settings(database).get("accounts"))
    if arguments.json:
        print(json.dumps(accounts_document(accounts), ensure_ascii=False))
        return Exit.DONE
    for account in accounts:
        reading = _place(account.mailbox) if account.mailbox else "no mailbox"
        print(f"{account.name}: {format_address(account.address)}, sends by {_place(account.submission)}, reads from {reading}")
    if not accounts:
        print("No account yet. Add one: securemail accounts add ADDRESS --smtp HOST:PORT --imap HOST:PORT")
    return Exit.DONE


def _place(server: Server) -> str:
    return f"{server.host}:{server.port}/{server.security}"


def _test(arguments: argparse.Namespace, database: Database) -> int:
    results = [
        result
        for account in _chosen(arguments.name, read_accounts(Settings(database).get("accounts")))
        for role, server in open_checks(account, (Vault(database).get("password", account.name) or b"").decode())
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
        known = ", ".join(account.name for account in accounts) or "none yet"
        raise UsageError(f"there is no account {name or 'to test'}: known are {known}.")
    return chosen


def _remove(arguments: argparse.Namespace, database: Database) -> int:
    accounts = read_accounts(Settings(database).get("accounts"))
    gone = _chosen(arguments.name, accounts)
    with database.transaction():
        Settings(database).put("accounts", accounts_document([account for account in accounts if account not in gone]))
        Vault(database).remove("password", arguments.name)
    print(f"Removed {arguments.name}.")
    return Exit.DONE
