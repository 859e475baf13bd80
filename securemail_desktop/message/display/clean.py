"""The first sieve: nh3 with lists of our own. What it lets through is well-formed and holds no script, style sheet, form, frame or foreign scheme.

Pictures that stand in the text as `data:` are taken out first and named by a Content-ID of ours, so that their size does not count as markup.
"""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

import nh3

# Styles pass: the walk reads them and writes its own.
_TAGS_NAMES = (
    "a abbr acronym address article aside b bdi big blink blockquote br button caption center cite code col colgroup dd del"
    " details dfn div dl dt em fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 header hr i img ins kbd label legend"
    " li main mark marquee nav nobr ol p pre q s samp section small span strike strong sub summary sup table tbody td tfoot th"
    " thead tr tt u ul var video"
)
TAGS = frozenset(_TAGS_NAMES.split())
_GONE = frozenset(
    {"script", "style", "title", "template", "iframe", "noembed", "noframes", "svg", "math", "select", "datalist", "textarea"}
)
_SIZES = {"width", "height"}
ATTRIBUTES = {
    "*": {"style", "class", "id", "align", "valign", "bgcolor", "dir", "hidden"},
    "a": {"href"},
    "img": {"src", "alt", *_SIZES},
    "table": {"border", "cellpadding", "cellspacing", *_SIZES},
    "td": {"colspan", "rowspan", *_SIZES},
    "th": {"colspan", "rowspan", *_SIZES},
    "font": {"color", "size"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "blockquote": {"type"},
}
_CLEANER = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=_GONE,
    attributes=ATTRIBUTES,
    strip_comments=True,
    link_rel=None,
    url_schemes={"http", "https", "mailto", "cid"},
    url_relative="deny",
)
_DATA = re.compile(
    r"(\ssrc\s{0,20}=\s{0,20})([\"'])\s{0,20}data:image/(?:png|jpe?g|gif|webp|bmp)(?:;[a-z0-9=-]{0,40}){0,3};base64,([^\"'<>]*)\2",
    re.IGNORECASE,
)
_BODY = re.compile(r"<(/?)body(?=[\s>/])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Taken:
    """Bodies with references in place of the pictures that stood in them, and the pictures by the Content-ID that they were given."""

    bodies: tuple[str, ...]
    pictures: Mapping[str, bytes]


def take_pictures(bodies: Sequence[str]) -> Taken:
    """Take the `data:` pictures out of HTML bodies; what is no base64 is an empty picture."""
    found: dict[str, bytes] = {}

    def _reference(match: re.Match[str]) -> str:
        name = f"data:{len(found)}"
        found[name] = _octets(match[3])
        return f"{match[1]}{match[2]}cid:{name}{match[2]}"

    return Taken(tuple(_DATA.sub(_reference, body) for body in bodies), found)


def clean(html: str) -> str:
    """Return well-formed HTML of the allowed elements and attributes; the body's own colours stay."""
    return _CLEANER.clean(_BODY.sub(r"<\1div", html))


def _octets(text: str) -> bytes:
    try:
        return b64decode(unquote_to_bytes(text))
    except (Base64Error, ValueError):
        return b""
