"""`securemail`: dispatches to the desktop app, the command line, the server and the demo; nothing else does."""

import sys


def main() -> int:
    """Run the program; return its exit code."""
    from securemail_desktop.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    raise SystemExit(main())
