"""Colours meet WCAG 2.2: AA in light and dark, AAA in high contrast, measured by its formula."""

import pytest

from securemail_desktop.gui.tones import CONTRAST_DARK, CONTRAST_LIGHT, DARK, LIGHT, Tone, Tones


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_formula_knows_black_on_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


SCHEMES = [(LIGHT, 4.5), (DARK, 4.5), (CONTRAST_LIGHT, 7.0), (CONTRAST_DARK, 7.0)]
NAMES = ["light", "dark", "contrast-light", "contrast-dark"]


@pytest.mark.parametrize(("tones", "least"), SCHEMES, ids=NAMES)
def test_text_has_contrast(tones: Tones, least: float) -> None:
    pairs = [
        (text, ground) for text in (tones.ink, tones.muted) for ground in (tones.ground, tones.surface, tones.raised, tones.accent_wash)
    ]
    pairs += [(tones.ink_of(tone), ground) for tone in Tone for ground in (tones.wash_of(tone), tones.surface, tones.accent_wash)]
    pairs += [(text, tones.wash_of(tone)) for tone in Tone for text in (tones.ink, tones.muted)]
    pairs += [(tones.accent_ink, tones.accent), (tones.accent_ink, tones.accent_strong)]
    weak = {pair: contrast(*pair) for pair in pairs if contrast(*pair) < least}
    assert weak == {}


@pytest.mark.parametrize(("tones", "least"), SCHEMES, ids=NAMES)
def test_borders_icons_and_focus_have_contrast(tones: Tones, least: float) -> None:
    grounds = (tones.ground, tones.surface, tones.raised, tones.accent_wash)
    pairs = [(tones.border, tones.surface), *((tones.accent, ground) for ground in grounds)]
    pairs += [(tones.ink, tones.surface), (tones.ink, tones.ground)]
    pairs += [(tones.accent, tones.wash_of(tone)) for tone in Tone]  # the ring of the chip where the keyboard is
    pairs += [(tones.edge_of(tone), tones.surface) for tone in Tone if tones.edged]
    assert {pair: contrast(*pair) for pair in pairs if contrast(*pair) < (least - 1.5 if tones.edged else 3)} == {}
