"""The colours of the window: light, dark, and two schemes of high contrast in which edges stand in for grounds.

Every text on its ground meets WCAG 2.2 AA (4.5:1), in high contrast AAA (7:1); every border of a field meets 3:1. `tests/gui/test_tones.py`
measures it. The style sheet names them as `$name`; code asks `Look.tones` for the same names.
"""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What a coloured mark says; never the only sign of it: words and an icon stand beside it."""

    CALM = "calm"
    GOOD = "good"
    CAUTION = "caution"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Tones:
    """One scheme: all colours `#rrggbb`. A `*_wash` is the ground on which the tone of that name is text; `edged` draws its edge as well.

    `faded` is text that cannot be pressed now.
    """

    ground: str
    surface: str
    raised: str
    line: str
    border: str
    ink: str
    muted: str
    accent: str
    accent_strong: str
    accent_ink: str
    accent_wash: str
    calm: str
    calm_wash: str
    good: str
    good_wash: str
    caution: str
    caution_wash: str
    danger: str
    danger_wash: str
    shade: str
    faded: str
    edged: bool = False

    def ink_of(self, tone: Tone) -> str:
        """Return the tone as text or icon."""
        return {Tone.CALM: self.calm, Tone.GOOD: self.good, Tone.CAUTION: self.caution, Tone.DANGER: self.danger}[tone]

    def wash_of(self, tone: Tone) -> str:
        """Return the tone's ground."""
        return {Tone.CALM: self.calm_wash, Tone.GOOD: self.good_wash, Tone.CAUTION: self.caution_wash, Tone.DANGER: self.danger_wash}[tone]

    def edge_of(self, tone: Tone) -> str:
        """Return the colour of the edge of a ground in this tone: none is seen where the ground itself is."""
        return self.ink_of(tone) if self.edged else self.wash_of(tone)


LIGHT = Tones(
    ground="#f3f5f7",
    surface="#ffffff",
    raised="#f8f9fb",
    line="#e1e6eb",
    border="#84909e",
    ink="#18222d",
    muted="#566372",
    accent="#0b6a73",
    accent_strong="#08525a",
    accent_ink="#ffffff",
    accent_wash="#dff0f1",
    calm="#46535f",
    calm_wash="#eef1f4",
    good="#17663a",
    good_wash="#e5f4ea",
    caution="#7d4600",
    caution_wash="#fdf1d8",
    danger="#a3201a",
    danger_wash="#fde9e7",
    shade="#18222d",
    faded="#98a2ad",
)

DARK = Tones(
    ground="#12171c",
    surface="#1a2027",
    raised="#212932",
    line="#2e3843",
    border="#748294",
    ink="#e7ecf1",
    muted="#a2aebc",
    accent="#5cc3cb",
    accent_strong="#82d6dc",
    accent_ink="#07262a",
    accent_wash="#17383c",
    calm="#b8c3cf",
    calm_wash="#27313b",
    good="#86d6a3",
    good_wash="#173524",
    caution="#f1c27a",
    caution_wash="#3b2b10",
    danger="#ffaea6",
    danger_wash="#45201d",
    shade="#05080a",
    faded="#5f6c7a",
)

CONTRAST_LIGHT = Tones(
    ground="#ffffff",
    surface="#ffffff",
    raised="#ffffff",
    line="#000000",
    border="#000000",
    ink="#000000",
    muted="#2e2e2e",
    accent="#00308f",
    accent_strong="#001f5c",
    accent_ink="#ffffff",
    accent_wash="#e3ebff",
    calm="#000000",
    calm_wash="#ffffff",
    good="#004a1d",
    good_wash="#ffffff",
    caution="#5c2e00",
    caution_wash="#ffffff",
    danger="#8a0000",
    danger_wash="#ffffff",
    shade="#000000",
    faded="#767676",
    edged=True,
)

CONTRAST_DARK = Tones(
    ground="#000000",
    surface="#000000",
    raised="#000000",
    line="#ffffff",
    border="#ffffff",
    ink="#ffffff",
    muted="#dcdcdc",
    accent="#5ce1ff",
    accent_strong="#b3f0ff",
    accent_ink="#000000",
    accent_wash="#002a38",
    calm="#ffffff",
    calm_wash="#000000",
    good="#7dff9e",
    good_wash="#000000",
    caution="#ffd84d",
    caution_wash="#000000",
    danger="#ffb3ab",
    danger_wash="#000000",
    shade="#000000",
    faded="#8a8a8a",
    edged=True,
)
