"""How the window looks: Fusion with our palette and style sheet, Inter, our icons; light, dark or of high contrast as the system says.

Icons are SVG files drawn in `currentColor`; a button or label of a form names its icon in the property `iconName` (and `iconTone`), so that
a change of scheme can dress every widget again. Nothing moves but what shows progress.
"""

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from string import Template

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from securemail_desktop.gui.icons import svg_icon
from securemail_desktop.gui.tones import CONTRAST_DARK, CONTRAST_LIGHT, DARK, LIGHT, Tone, Tones

FAMILY = "Inter"
BODY_POINTS = 10.5
SMALL, LARGE, HUGE = 0.9, 1.2, 1.5
ICON = 16  # pixels of a button's icon


class Scheme(StrEnum):
    """What the user chose; the values are stored."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST_LIGHT = "contrast-light"
    CONTRAST_DARK = "contrast-dark"


TONES = {
    Scheme.LIGHT: LIGHT,
    Scheme.DARK: DARK,
    Scheme.CONTRAST_LIGHT: CONTRAST_LIGHT,
    Scheme.CONTRAST_DARK: CONTRAST_DARK,
}


SMALLEST = QSize(340, 320)  # window: what is left of a small screen at 200 %


class Look(QObject):
    """The look of one application; `changed` is emitted after a switch between schemes."""

    changed = Signal()

    def __init__(self, application: QApplication, desktop: Path, scheme: Scheme = Scheme.SYSTEM) -> None:
        """Dress the application from the folder `ui/desktop`."""
        super().__init__(application)
        self._application = application
        self._desktop = desktop
        self.scheme = scheme
        self._hints = application.styleHints()  # kept: what it hands out dies with the reference
        self._contrast = self._hints.accessibility()
        application.setStyle("Fusion")
        self._load_fonts()
        application.setWindowIcon(QIcon(str(desktop / "icons" / "app.svg")))
        self._hints.colorSchemeChanged.connect(self._follow_system)
        self._contrast.contrastPreferenceChanged.connect(self._follow_system)
        self.tones = LIGHT
        self.apply(scheme)

    def apply(self, scheme: Scheme) -> None:
        """Put on a scheme."""
        self.scheme = scheme
        self.tones = TONES[self._system() if scheme is Scheme.SYSTEM else scheme]
        self._application.setPalette(_palette(self.tones))
        self._application.setStyleSheet(self._style_sheet())
        for window in self._application.topLevelWidgets():
            self.dress(window)
        self.changed.emit()

    def icon(self, name: str, colour: str) -> QIcon:
        """Return one of our icons in a colour `#rrggbb`."""
        return svg_icon(self._desktop / "icons" / f"{name}.svg", colour)

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
        return str(getattr(self.tones, widget.property("iconTone") or "ink", self.tones.ink))

    def _system(self) -> Scheme:
        dark = self._hints.colorScheme() == Qt.ColorScheme.Dark
        if self._contrast.contrastPreference() == Qt.ContrastPreference.HighContrast:
            return Scheme.CONTRAST_DARK if dark else Scheme.CONTRAST_LIGHT
        return Scheme.DARK if dark else Scheme.LIGHT

    def _follow_system(self) -> None:
        if self.scheme is Scheme.SYSTEM:
            self.apply(Scheme.SYSTEM)

    def _load_fonts(self) -> None:
        for file in sorted((self._desktop / "fonts").glob("*.woff2")):
            QFontDatabase.addApplicationFont(str(file))
        font = QFont(FAMILY)
        font.setPointSizeF(max(BODY_POINTS, self._application.font().pointSizeF()))
        self._application.setFont(font)

    def _style_sheet(self) -> str:
        body = self._application.font().pointSizeF()
        sizes = {"small": f"{body * SMALL:.1f}pt", "large": f"{body * LARGE:.1f}pt", "huge": f"{body * HUGE:.1f}pt"}
        sizes["icon"] = f"{by_letters(ICON, self._application.font())}px"
        edges = {f"{tone}_edge": self.tones.edge_of(tone) for tone in Tone}
        tick = "tick-light" if QColor(self.tones.accent_ink).lightness() > QColor(self.tones.accent).lightness() else "tick-dark"
        off = self.tones.surface if self.tones.edged else self.tones.line
        icons = (self._desktop / "icons").as_posix()
        sheet = (self._desktop / "style.qss").read_text("utf-8")
        return Template(sheet).substitute(asdict(self.tones), icons=icons, tick=tick, off=off, **edges, **sizes)


def by_letters(pixels: int, font: QFont) -> int:
    """Return a length that was chosen for letters of the usual size, for letters of this font, in pixels."""
    return round(pixels * max(1.0, font.pointSizeF() / BODY_POINTS))


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
