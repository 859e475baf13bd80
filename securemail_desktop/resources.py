"""Where the files people see (`ui/`), the user guide and the shipped policies are: in the installed package, or in the checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def ui_dir() -> Path:
    """Return the folder of forms, icons, styles and translations."""
    return _find("_ui", "ui")


def policies_dir() -> Path:
    """Return the folder of the policies that ship with the program."""
    return _find("_policies", "policies")


def user_guide() -> Path:
    """Return the user guide, in Markdown."""
    return _find("_docs", "docs") / "user-guide.md"


def _find(installed: str, checkout: str) -> Path:
    inside = _PACKAGE / installed
    return inside if inside.is_dir() else _PACKAGE.parent / checkout
