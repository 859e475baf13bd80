"""The card of a sheet: what it says, what is asked for, and room for its buttons, in what scrolls where a window is small."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from securemail_desktop.gui.address_compare import AddressCompare
from securemail_desktop.gui.flow_layout import FlowLayout
from securemail_desktop.gui.form import load_form
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.marked_label import MarkedLabel
from securemail_desktop.gui.proof import Proof
from securemail_desktop.resources import ui_dir

CARD_WIDTH = 560


class SheetForm:
    """What the card holds."""

    root: QFrame
    icon: QLabel
    title: MarkedLabel
    message: QLabel
    compareHolder: QWidget  # noqa: N815 - Designer's object names
    proof: Proof
    buttons: QWidget
    others: QLabel


class SheetCard(QScrollArea):
    """Its parent says how large it is, by `fit`."""

    def __init__(self, parent: QWidget, look: Look) -> None:
        """Make it say nothing."""
        super().__init__(parent)
        self.form = load_form(SheetForm, ui_dir() / "desktop" / "forms" / "sheet.ui", None, (MarkedLabel, Proof))
        self.compare = AddressCompare(look, self.form.compareHolder)
        self.flow = FlowLayout(self.form.buttons, 10)
        self._build()

    def fit(self, size: QSize) -> None:
        """Fill the parent, with a card that is no wider than can be read well."""
        self.form.root.setFixedWidth(min(CARD_WIDTH, max(240, size.width() - 44)))
        self.setGeometry(QRect(0, 0, size.width(), size.height()))

    def _build(self) -> None:
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # the card follows the width
        self.setStyleSheet("QScrollArea, QWidget#sheetGround { background: transparent; }")
        ground = QWidget()
        ground.setObjectName("sheetGround")
        layout = QVBoxLayout(ground)
        layout.setContentsMargins(16, 28, 16, 16)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.form.root)
        middle.addStretch(1)
        layout.addLayout(middle)
        layout.addStretch(1)
        holder = self.form.compareHolder.layout()
        if holder is not None:
            holder.addWidget(self.compare)
        self.setWidget(ground)
