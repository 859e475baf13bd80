"""What the window gets to show: markup of our own making that names nothing outside itself, and what it stands for.

Pictures are named `image:N` and links `link:N`: no address of a stranger's is ever in the markup, so that no reader of it can follow one.
"""

from dataclasses import dataclass

from securemail_desktop.message.display.colour import BLACK, WHITE, Colour, contrast
from securemail_desktop.message.display.link import Link

PICTURE = "image:"
LINK = "link:"
_CLEAR = 12.0  # contrast of plain text


@dataclass(frozen=True, slots=True)
class Canvas:
    """On what the message is shown. `width` and `size` (of text that names none) are in pixels before `scale` is applied."""

    ground: Colour = WHITE
    ink: Colour = BLACK
    muted: Colour = (86, 99, 114)
    link: Colour = (11, 106, 115)
    width: float = 640.0
    size: float = 14.0
    scale: float = 1.0

    def clarity(self, color: Colour | None) -> float:
        """Return the contrast that a colour, chosen for white paper, is meant to have, where the canvas is another."""
        return min(_CLEAR, contrast(color, WHITE)) if color and contrast(WHITE, self.ground) > _CLEAR / 2 else 0.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that came with the message: in the part of this Content-ID, or as octets in the text."""

    content_id: str
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Shown:
    """Markup to show. `remote` counts pictures that would be fetched from the internet; they and all that loads anything are left out.

    `refusal` is empty, or the sentence why plain text is shown in place of the layout. `coloured` says that the message paints grounds of
    its own, for which light paper is meant. `hidden` is whether text was left out that the message hides from readers.
    """

    markup: str
    links: tuple[Link, ...] = ()
    pictures: tuple[Picture, ...] = ()
    remote: int = 0
    refusal: str = ""
    coloured: bool = False
    hidden: bool = False
