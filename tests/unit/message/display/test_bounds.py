"""Whatever stands in a message: nothing raises, the markup is bounded, and it names nothing of a stranger's."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.display import limits
from securemail_desktop.message.display.html import show_html
from securemail_desktop.message.display.plain import MAX_LINES, show_plain
from securemail_desktop.message.display.shown import Canvas

pytestmark = pytest.mark.slow  # many seconds together

OURS = re.compile(
    r'<(?:/?(?:span|br/|p|a|table|tr|td|ul|ol|li|hr/)|(?:p|span|a|table|tr|td|ul|ol|img)(?: [a-z]+="[a-z0-9 #%:;.,-]*")+/?)>', re.IGNORECASE
)
DARK = Canvas(ground=(26, 32, 39), ink=(231, 236, 241))
TAGS = [
    "a",
    "b",
    "i",
    "p",
    "br",
    "div",
    "span",
    "table",
    "tr",
    "td",
    "th",
    "tbody",
    "ul",
    "ol",
    "li",
    "img",
    "font",
    "blockquote",
    "pre",
    "style",
    "center",
    "h1",
    "hr",
    "sup",
    "form",
    "svg",
    "math",
    "template",
    "button",
]
VALUES = [
    "",
    "1",
    "100%",
    "-5",
    "9" * 30,
    "cid:x",
    "https://a.example",
    "//x",
    "color:red;background:#000",
    "display:none",
    "padding:1e9px",
]


@st.composite
def soups(draw: st.DrawFn) -> str:
    """Draw tags in any order, opened and closed as it comes, with texts and attributes between."""
    tag = st.sampled_from(TAGS)
    name = st.sampled_from(
        ["style", "src", "href", "width", "height", "colspan", "rowspan", "border", "align", "class", "dir", "bgcolor", "size"]
    )
    attribute = st.builds(lambda n, v: f'{n}="{v}"', name, st.sampled_from(VALUES))
    opened = st.builds(lambda t, a: f"<{t} {' '.join(a)}>", tag, st.lists(attribute, max_size=3))
    piece = st.one_of(
        opened, st.builds("</{}>".format, tag), st.text(max_size=8), st.sampled_from(["<!--", "-->", "<![CDATA[", "]]>", "&#0;", "<", '"'])
    )
    return "".join(draw(st.lists(piece, max_size=60)))


@given(st.lists(soups(), min_size=1, max_size=3), st.sampled_from([Canvas(), DARK, Canvas(scale=2.0, width=200.0)]))
def test_any_soup_of_tags_becomes_markup_of_our_own(bodies: list[str], canvas: Canvas) -> None:
    markup = show_html(bodies, "", canvas).markup
    assert OURS.sub("", markup).count("<") == 0
    assert len(markup) <= 2_000 + 400 * sum(map(len, bodies))
    for tag in ("p", "table", "tr", "td", "ul", "ol", "li", "a", "span"):
        assert len(re.findall(rf"<{tag}[ >]", markup)) == markup.count(f"</{tag}>"), tag


@given(st.text(max_size=400))
def test_any_text_is_shown_and_never_raises(text: str) -> None:
    for shown in (show_html([text], "", Canvas()), show_plain(text, DARK)):
        assert OURS.sub("", shown.markup).count("<") == 0


@given(st.binary(max_size=300))
def test_any_bytes_are_shown(content: bytes) -> None:
    for text in (content.decode("latin-1"), content.decode("utf-8", "surrogateescape")):
        show_html([text], text, Canvas())
        show_plain(text, Canvas())


@pytest.mark.parametrize(
    "html",
    [
        "<b><i><u><p>x</b></i></u>" * 9_000,
        "".join(f"<font color=#{number:06x}>" for number in range(200)) + "<p>x" * 15_000,
        "<a href=x>" * 40_000,
        "<style>" * 60_000,
        "<!--[if mso]>" * 30_000,
        "<style>" + "a b{color:red}" * 30_000 + "</style><p>x",
        "<p style='" + "/*" * 200_000 + "'>x",
        "<p " + " ".join(f"a{number}=1" for number in range(40_000)) + ">x",
        "<svg>" * 90_000,
        "<select>" + "<option>x" * 50_000,
        "x" * 499_000,
        "&#x202e;" * 60_000,
        "<p>a" + "\u0301" * 400_000,
    ],
)
def test_what_is_large_in_any_way_gives_bounded_markup(html: str) -> None:
    shown = show_html([html], "", Canvas())
    assert len(shown.markup) <= 4 * limits.MAX_MARKUP
    assert shown.markup.count("<") <= 4 * limits.MAX_TAGS


def test_a_word_without_end_gets_places_to_break_even_across_formats() -> None:
    for html in ("x" * 5_000, "<b>xx</b><i>yy</i>" * 1_250):
        words = re.sub("<[^>]*>", "", show_html([html], "", Canvas()).markup).split("\u200b")
        assert max(map(len, words)) <= limits.MAX_WORD + 4


def test_one_paragraph_has_a_bounded_number_of_formats() -> None:
    markup = show_html(["<b>x</b><i>y</i>" * 2_000], "", Canvas()).markup
    assert markup.count("<span") <= limits.MAX_FORMATS


def test_a_long_text_is_cut_and_says_so() -> None:
    shown = show_plain("a\n" * (MAX_LINES + 1), Canvas())
    assert shown.markup.count("<p") == MAX_LINES
    assert "only its beginning" in shown.refusal


@pytest.mark.parametrize(
    ("html", "visible"),
    [
        ("<p style='display:none'>secret</p>", False),
        ("<p style='font-size:0'>secret</p>", False),
        ("<p style='font-size:1px'>secret</p>", False),
        ("<p style='visibility:hidden'>secret</p>", False),
        ("<p style='opacity:0'>secret</p>", False),
        ("<p hidden>secret</p>", False),
        ("<style>.x{display:none}</style><p class=x>secret</p>", False),
        ("<p style='color:#fff;background:#fff'>secret</p>", True),
        ("<p style='mso-hide:all'>secret</p>", True),
        ("<div style='font-size:0'><p style='font-size:14px'>secret</p></div>", True),
        ("<p style='position:absolute;left:-5000px'>secret</p>", True),
    ],
)
def test_hidden_text_is_left_out_and_told_and_what_blends_is_made_legible(html: str, visible: bool) -> None:
    shown = show_html([html], "", Canvas())
    assert ("secret" in shown.markup) is visible
    assert shown.hidden is not visible


def test_characters_that_act_are_taken_out() -> None:
    shown = show_html(["a\u202eb\u2028c\x00d\ufdd0e\ufffcf\u0007g\ud800h"], "", Canvas())
    assert not re.search("[\u202e\u2028\x00\ufdd0\ufffc\u0007\ud800]", shown.markup)
