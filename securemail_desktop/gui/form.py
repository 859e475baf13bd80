"""Designer forms loaded at run time: `ui/desktop/forms/NAME.ui` bound to the annotated widgets of a form class; no generated code."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar, get_type_hints

from PySide6.QtCore import QFile, QIODevice
from PySide6.QtUiTools import QUiLoader
from PySide6.QtWidgets import QWidget

Form = TypeVar("Form")


class FormError(Exception):
    """Form and form class disagree: the text names the widget."""


def load_form(form: type[Form], file: Path, parent: QWidget | None, custom: Sequence[type[QWidget]] = ()) -> Form:
    """Load a form and return an instance of the class with each annotated attribute set to the widget of that object name.

    The attribute `root` is the form itself. `custom` are the widget classes of ours that the form uses. Raise `FormError`.
    """
    loader = QUiLoader()
    for widget in custom:
        loader.registerCustomWidget(widget)
    device = QFile(str(file))
    root = loader.load(device, parent) if device.open(QIODevice.OpenModeFlag.ReadOnly) else None
    if root is None:
        raise FormError(f"{file.name}: {loader.errorString() or device.errorString()}")
    bound = form()
    for name, kind in get_type_hints(form).items():
        found = root if name == "root" else root.findChild(QWidget, name)
        if not isinstance(found, kind):
            raise FormError(f"{file.name}: {name} should be a {kind.__name__}, it is {type(found).__name__}")
        setattr(bound, name, found)
    return bound
