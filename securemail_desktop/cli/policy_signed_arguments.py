"""The arguments of the commands about signed policies; apart from what does the work, so that `securemail policy lint` starts at once."""

import argparse
from pathlib import Path

DAYS = {"root": 365, "ring": 365, "fresh": 7}
REPOSITORY = "the folder of signed policies"


def add_key(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `key`."""
    parser.add_argument("key", metavar="FILE|keyring:NAME", help="where to keep it: a new file, or the keyring of this system")
    parser.add_argument("--owner", required=True, metavar="NAME", help="whose key it is; it stands in the repository for all to read")
    parser.add_argument("--public", type=Path, metavar="FILE.pub", help="where to write the public half (FILE.pub, NAME.pub)")
    parser.add_argument("--no-passphrase", action="store_true", help="for the freshness key of a machine that works by itself")
    _with_passphrases(parser)


def add_init(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `init`."""
    _with_repository(parser)
    _with_choices(parser, required=True)
    parser.add_argument("--ring", action="append", metavar="NAME[=N]", help="a ring, and how many signatures it demands (pilot, broad)")
    _with_keys(parser)


def add_rotate(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `rotate`."""
    _with_repository(parser)
    _with_choices(parser, required=False)
    parser.add_argument("--remove", action="append", default=[], metavar="OWNER", help="take this person's keys away")
    parser.add_argument("--ring", action="append", metavar="NAME[=N]", help="a further ring, or another number of signatures")
    _with_keys(parser)


def add_refresh(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `refresh`."""
    _with_repository(parser)
    _with_keys(parser)


def add_sign(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `sign`."""
    _with_repository(parser)
    parser.add_argument("--discard", action="store_true", help="give the change that waits up")
    _with_keys(parser)


def add_history(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `history`."""
    _with_repository(parser)
    parser.add_argument("--ring", action="append", default=[], metavar="NAME", help="of this ring only; may be given again")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def add_publish(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `publish`."""
    parser.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="policy folder")
    parser.add_argument("--to", type=Path, required=True, metavar="REPOSITORY", help=REPOSITORY)
    parser.add_argument("--ring", default="pilot", metavar="NAME", help="the ring (pilot)")
    parser.add_argument("--emergency", metavar="RULE", help="instead of a folder: switch this rule off in every ring that has it")
    _with_keys(parser)


def add_promote(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `promote`."""
    _with_repository(parser)
    parser.add_argument("--from", dest="source", default="pilot", metavar="RING", help="the ring that has the policy (pilot)")
    parser.add_argument("--to", default="broad", metavar="RING", help="the ring that gets it too (broad)")
    _with_keys(parser)


def add_rollback(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `rollback`."""
    _with_repository(parser)
    parser.add_argument("--ring", default="pilot", metavar="NAME", help="the ring (pilot)")
    parser.add_argument("--to", type=int, metavar="VERSION", help="the version to take back; the one before the present without it")
    _with_keys(parser)


def add_follow(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `follow`."""
    parser.add_argument("source", nargs="?", metavar="SOURCE", help="https://..., a folder, or a path on a file share")
    parser.add_argument("--root", default="", metavar="HASH", help="the hash that 'securemail policy init' printed")
    parser.add_argument("--ring", default="", metavar="NAME", help="the ring (broad)")
    parser.add_argument(
        "--ca-file", default="", metavar="FILE", help="PEM file of roots that the web server's certificate is checked against"
    )
    parser.add_argument("--stop", action="store_true", help="follow no source any more")
    with_json(parser)


def with_json(parser: argparse.ArgumentParser) -> None:
    """Declare the output for programs."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def _with_repository(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("repository", type=Path, metavar="REPOSITORY", help=REPOSITORY)


def _with_keys(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--key", action="append", default=[], metavar="FILE|keyring:NAME", help="a key to sign with; may be given again")
    _with_passphrases(parser)


def _with_passphrases(parser: argparse.ArgumentParser) -> None:
    words = "file with a key's passphrase, one for each key that has one, in their order; asked for without it"
    parser.add_argument("--key-passphrase-file", action="append", default=[], metavar="FILE|-", help=words)


def _with_choices(parser: argparse.ArgumentParser, *, required: bool) -> None:
    _public_keys(parser, "--signer", "who may sign policies", required=required)
    _public_keys(parser, "--root-signer", "who may change keys (the signers)", required=False)
    _public_keys(parser, "--freshness-key", "what says every day that this is the newest", required=required)
    parser.add_argument(
        "--threshold", type=int, metavar="N", help="how many signatures keys and rings demand (1); 2 is two-person approval"
    )
    for kind, what in (("root", "keys"), ("ring", "a policy"), ("fresh", "the freshness")):
        parser.add_argument(
            f"--{kind}-days", type=int, metavar="DAYS", help=f"how long {what} may go without new signatures ({DAYS[kind]})"
        )


def _public_keys(parser: argparse.ArgumentParser, name: str, words: str, *, required: bool) -> None:
    parser.add_argument(
        name, action="append", type=Path, required=required, default=None if required else [], metavar="FILE.pub", help=words
    )
