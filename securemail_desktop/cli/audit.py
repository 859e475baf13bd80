"""`securemail audit`: the journal on this machine: show, verify, sync."""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    raise NotImplementedError


def run(arguments: argparse.Namespace) -> int:
    """Do it; return the exit code."""
    raise NotImplementedError
