"""How the window looks: Fusion with our palette and style sheet, light or dark as the system says, Inter, and our icons.

Icons are SVG files drawn in `currentColor`; a button or label of a form names its icon in the property `iconName` (and `iconTone`), so that
a change of scheme can dress every widget again.
"""

from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from string import Template

from PySide6.QtCore import QByteArray, QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from securemail_desktop.gui.tones import DARK, LIGHT, Tone, Tones

FAMILY = "Inter"
ICON_SIZES = (16, 18, 20, 24, 32, 40, 48, 64, 96)
BODY_POINTS = 10.5
SMALL, LARGE, HUGE = 0.9, 1.2, 1.5


class Look(QObject):
    """The look of one application; `changed` is emitted after a switch between light and dark."""

    changed = Signal()

    def __init__(self, application: QApplication, desktop: Path, scheme: Qt.ColorScheme = Qt.ColorScheme.Unknown) -> None:
        """Dress the application from the folder `ui/desktop`; `scheme` Unknown follows the system."""
        super().__init__(application)
        self._application = application
        self._desktop = desktop
        self._fixed = scheme
        application.setStyle("Fusion")
        self._load_fonts()
        application.setWindowIcon(QIcon(str(desktop / "icons" / "app.svg")))
        application.styleHints().colorSchemeChanged.connect(self._follow_system)
        self.tones = LIGHT
        self.apply(scheme)

    def apply(self, scheme: Qt.ColorScheme) -> None:
        """Put on a scheme; Unknown takes the system's."""
        self._fixed = scheme
        wanted = self._application.styleHints().colorScheme() if scheme == Qt.ColorScheme.Unknown else scheme
        self.tones = DARK if wanted == Qt.ColorScheme.Dark else LIGHT
        self._application.setPalette(_palette(self.tones))
        self._application.setStyleSheet(self._style_sheet())
        for window in self._application.topLevelWidgets():
            self.dress(window)
        self.changed.emit()

    def icon(self, name: str, colour: str) -> QIcon:
        """Return one of our icons in a colour `#rrggbb`."""
        return _icon(self._desktop / "icons" / f"{name}.svg", colour)

    def tone_icon(self, name: str, tone: Tone) -> QIcon:
        """Return one of our icons in the tone's colour."""
        return self.icon(name, self.tones.ink_of(tone))

    def dress(self, root: QWidget) -> None:
        """Give every button and label under the widget the icon that its properties name."""
        for button in root.findChildren(QAbstractButton):
            name = button.property("iconName")
            if name:
                button.setIcon(self.icon(name, self._tint(button)))
        for label in root.findChildren(QLabel):
            name = label.property("iconName")
            if name:
                side = label.property("iconSize") or 20
                label.setPixmap(self.icon(name, self._tint(label)).pixmap(QSize(side, side), label.devicePixelRatioF()))

    def mark(self, widget: QLabel | QAbstractButton, name: str, tone: str) -> None:
        """Give one label or button an icon and a tone (of `Tone`, or `accent`, `muted`, `accent_ink`) now and at every later change."""
        widget.setProperty("iconName", name)
        widget.setProperty("iconTone", tone)
        holder = widget.parentWidget() or widget
        self.dress(holder)

    def _tint(self, widget: QWidget) -> str:
        tint = asdict(self.tones).get(widget.property("iconTone") or "ink", self.tones.ink)
        return str(tint)

    def _follow_system(self) -> None:
        if self._fixed == Qt.ColorScheme.Unknown:
            self.apply(Qt.ColorScheme.Unknown)

    def _load_fonts(self) -> None:
        for file in sorted((self._desktop / "fonts").glob("*.woff2")):
            QFontDatabase.addApplicationFont(str(file))
        font = QFont(FAMILY)
        font.setPointSizeF(max(BODY_POINTS, self._application.font().pointSizeF()))
        self._application.setFont(font)

    def _style_sheet(self) -> str:
        body = self._application.font().pointSizeF()
        sizes = {"small": f"{body * SMALL:.1f}pt", "large": f"{body * LARGE:.1f}pt", "huge": f"{body * HUGE:.1f}pt"}
        icons = (self._desktop / "icons").as_posix()
        sheet = (self._desktop / "style.qss").read_text("utf-8")
        return Template(sheet).substitute(asdict(self.tones), icons=icons, **sizes)


def restyle(widget: QWidget, name: str, value: str) -> None:
    """Set a property that the style sheet selects by, and let the style see it."""
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def _palette(tones: Tones) -> QPalette:
    palette = QPalette()
    for colours, role in (
        (tones.ground, QPalette.ColorRole.Window),
        (tones.surface, QPalette.ColorRole.Base),
        (tones.raised, QPalette.ColorRole.AlternateBase),
        (tones.ink, QPalette.ColorRole.WindowText),
        (tones.ink, QPalette.ColorRole.Text),
        (tones.ink, QPalette.ColorRole.ButtonText),
        (tones.surface, QPalette.ColorRole.Button),
        (tones.raised, QPalette.ColorRole.ToolTipBase),
        (tones.ink, QPalette.ColorRole.ToolTipText),
        (tones.muted, QPalette.ColorRole.PlaceholderText),
        (tones.accent, QPalette.ColorRole.Highlight),
        (tones.accent_ink, QPalette.ColorRole.HighlightedText),
        (tones.accent, QPalette.ColorRole.Link),
        (tones.accent, QPalette.ColorRole.Accent),
    ):
        palette.setColor(role, QColor(colours))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(tones.muted))
    return palette


@lru_cache(maxsize=256)
def _icon(file: Path, colour: str) -> QIcon:
    renderer = QSvgRenderer(QByteArray(file.read_bytes().replace(b"currentColor", colour.encode("ascii"))))
    icon = QIcon()
    for size in ICON_SIZES:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter)
        painter.end()
        icon.addPixmap(pixmap)
    return icon
