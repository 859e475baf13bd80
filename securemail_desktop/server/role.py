"""Which part of the server a command line asks for: the gateway's filter starts without what the central server needs."""

import argparse


def role_of(arguments: list[str]) -> str:
    """Return the role, `central` where none is named."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--role", default="central")
    return str(parser.parse_known_args(arguments)[0].role)
