import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.text.html import html_text
from securemail_desktop.message.text.passage import PassageKind


def visible(html: str) -> str:
    return "\n".join(line.text for line in html_text(html).visible)


def hidden(html: str) -> str:
    return "\n".join(line.text for line in html_text(html).hidden)


SHOWN = [
    ("plain & simple", "plain & simple"),
    ("<p>Hello <b>Ma</b>ria,</p><p>two<br>three<br><br><br>four</p>", "Hello Maria,\n\ntwo\nthree\n\nfour"),
    ("<div>one</div><div>two</div>", "one\ntwo"),
    ("one\n   two&nbsp;&nbsp;three", "one two three"),
    ("<h1>Report</h1>text", "Report\n\ntext"),
    ("<ul><li>a<li>b</ul>", "a\nb"),
    ("<dl><dt>Name<dd>Maria</dl>", "Name\nMaria"),
    ("<table><tr><td>a</td><td>b</td></tr><tr><td>c<td>d</table>", "a\tb\nc\td"),
    ("<table><tr><th><p>a</p></th><th></th><th><div>c</div></th></tr><tr><td>d</td><td></td></tr></table>e", "a\t\tc\nd\n\ne"),
    ("<table><tr><td>a<br>b</td><td>c</td></tr></table>", "a\nb\tc"),
    ("<table><tr><td><table><tr><td>1<td>2</table></td><td>3</td></tr></table>", "1\t2\n\n3"),
    ('<a href="https://x.example/?id=7">results</a>', "results <https://x.example/?id=7>"),
    ('<a href="https://x.example/">https://x.example</a>', "https://x.example"),
    ('<a href="mailto:bob@x.example">bob@x.example</a> <a href="#top">up</a>', "bob@x.example up"),
    ('<img src="cid:1" alt="Chart of Maria">', "Chart of Maria"),
    ('<input value="Maria"><input placeholder="Name"><button>Go</button>', "Maria Name Go"),
    ("<pre>a  b\n\n  c</pre>", "a  b\n\n  c"),
    ("<p style='white-space: pre-wrap'>a\nb</p>", "a\nb"),
    ("<textarea>a\nb</textarea>", "a\nb"),
    ("<select><option>a<option>b</select>", "a\nb"),
    ("a<noscript>b</noscript>", "ab"),
    ("Ma&shy;ri&#8203;a", "Maria"),
    ("a<![if !mso]>b<![endif]>", "ab"),
    ("<p>unclosed <b>tags <i>everywhere", "unclosed tags everywhere"),
    ("a < b", "a < b"),
    ("</body></html>after", "after"),
    ("half \ud83d character", "half ? character"),
    ("a\x00b", "ab"),
    ("", ""),
]


@pytest.mark.parametrize(("html", "text"), SHOWN)
def test_visible_text(html: str, text: str) -> None:
    assert visible(html) == text
    assert hidden(html) == ""


HIDDEN = [
    ("a<!-- comment -->b<script>c</script><style>d</style>", "ab", "comment\nc\nd"),
    ("a<style>p{color:red}</style>b<script>f(){}</script>", "ab", ""),
    ("a<span style='DISPLAY : None'>x</span>b", "ab", "x"),
    ("a<span style='display:none !important'>x</span>b", "ab", "x"),
    ("a<p hidden>x", "a", "x"),
    ("<div hidden><p style='display:block'>x</div>a", "a", "x"),
    ("<div style='visibility:hidden'>x<span style='visibility:visible'>a</span></div>", "a", "x"),
    ("<div style='font-size:0'>x<span style='font-size:12px'>a</span></div>", "a", "x"),
    ("<p style='font-size:0.0px'>x</p>a", "a", "x"),
    ("<p style='font-size:0.5em'>a", "a", ""),
    ("<p style='opacity:0'>x</p>a", "a", "x"),
    ("<p style='mso-hide:all'>x</p>a", "a", "x"),
    ("<p style='max-height:0;overflow:hidden'>x</p>a", "a", "x"),
    ("<p style='text-indent:-9999px'>x</p>a", "a", "x"),
    ("<font color=white>x</font>a", "a", "x"),
    ("<p style='color:#fff'>x</p>a", "a", "x"),
    ("<p style='color:rgb(254, 254, 254)'>x</p>a", "a", "x"),
    ("<p style='color:#FFF; background:#000'>a", "a", ""),
    ("<table bgcolor=black><tr><td><font color=white>a</font></table>", "a", ""),
    ("<table><tr><td bgcolor=#003366><font color=#003366>x</font>a</table>", "a", "x"),
    ("<p style='background:url(x.png)'><font color=white>a", "a", ""),
    ("<style>.d{background:#000}</style><p class=d><font color=white>a", "a", ""),
    ("<p style='color:nosuchcolor'>a", "a", ""),
    ("<p title='Maria Lopez'>a", "a", "Maria Lopez"),
    ("<title>Maria</title>a", "a", "Maria"),
    ("<template><p>x</template>a", "a", "x"),
    ("<input type=hidden value=x>a", "a", "x"),
    ("<!--[if mso]><p>x</p><![endif]-->a", "a", "x"),
    ("<div><!--[if gte mso 9]><i>x</i><![endif]-->a</div>", "a", "x"),
    ("<iframe srcdoc='<p>x</p>'></iframe>a", "a", "x"),
]


@pytest.mark.parametrize(("html", "shown", "apart"), HIDDEN)
def test_hidden_text_is_kept_apart(html: str, shown: str, apart: str) -> None:
    assert (visible(html), hidden(html)) == (shown, apart)
    assert all(line.kind is PassageKind.HIDDEN for line in html_text(html).hidden)


KINDS = [
    ("<p>a</p><blockquote type=cite>q</blockquote>", ["authored", "quoted"]),
    ("<blockquote>a</blockquote>", ["authored"]),
    ("<div class='x gmail_quote'>q<div class=gmail_signature>q</div></div>", ["quoted", "quoted"]),
    ("<div id=divRplyFwdMsg>q</div>", ["quoted"]),
    ("<p>a</p><div class=gmail_signature>s</div>", ["authored", "signature"]),
    ("a<span class=gmail_signature>s</span>", ["authored", "signature"]),
]


@pytest.mark.parametrize(("html", "kinds"), KINDS)
def test_kinds_from_markup(html: str, kinds: list[str]) -> None:
    assert [line.kind.value for line in html_text(html).visible if line.text] == kinds


ATTRIBUTES = " ".join(f"x{number}" for number in range(9_000))


@pytest.mark.parametrize("html", ["<div>" * 20_000 + "Maria", "<b>" * 5_000 + "Maria <", f"<a {ATTRIBUTES}><p>Maria"])
def test_what_would_be_slow_is_read_without_markup(html: str) -> None:
    assert "Maria" in visible(html)


PIECES = [
    "<p>",
    "<td>x",
    "<table><tr><td>",
    "<!--",
    "<!--[if a]>",
    "<",
    "&",
    "<b>",
    "<i><p>",
    "</x><div>",
    "<svg>",
    "<a href=x>",
    "<p title=x>",
]


@pytest.mark.parametrize("piece", PIECES)
def test_time_is_linear(piece: str) -> None:
    started = time.perf_counter()
    html_text(piece * (40_000 // len(piece)))
    assert time.perf_counter() - started < 2


words = st.lists(st.sampled_from(["Maria", "Lopez", "1970", "é"]), min_size=1, max_size=4)
plain_tags = st.sampled_from(["p", "div", "td", "b", "span", "table", "li", "pre", "blockquote", "template"])
tags = plain_tags | st.sampled_from(["a href='x'", "p style='display:none'", "font color=white"])


@given(st.lists(st.tuples(tags, words), max_size=6))
def test_no_word_is_lost(pieces: list[tuple[str, list[str]]]) -> None:
    html = "".join(f"<{tag}>{' '.join(text)} " for tag, text in pieces)
    result = html_text(html)
    found = " ".join(line.text for line in (*result.visible, *result.hidden)).replace("<x>", "").split()
    assert sorted(found) == sorted(word for _, text in pieces for word in text)


@given(st.text(st.sampled_from("<>/ap!-b=\"'&;[] \n") | st.characters(), max_size=80))
def test_any_text_is_read(html: str) -> None:
    assert html_text(html) == html_text(html)


@pytest.mark.slow
def test_many_options_take_linear_time() -> None:
    # Lexbor's events copy the chosen option at every further one: 40,000 took six seconds.
    assert len(html_text("<select>" + "<option>x" * 200_000).visible) == 200_000


@pytest.mark.parametrize(
    "html",
    [
        "<p data-patient='John Smith, MRN 123'>hi</p>",
        "<meta name=description content='John Smith, MRN 123'><p>hi</p>",
        "<style>p:before{content: 'John Smith, MRN 123'}</style><p>hi</p>",
    ],
)
def test_text_in_places_that_are_no_text_is_hidden_text(html: str) -> None:
    assert [line.text for line in html_text(html).hidden] == ["John Smith, MRN 123"]
