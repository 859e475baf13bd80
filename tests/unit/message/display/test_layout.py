"""How mail's layout becomes markup that QTextDocument lays out well."""

import pytest

from securemail_desktop.message.display.colour import contrast, legible, read_colour
from securemail_desktop.message.display.html import show_html
from securemail_desktop.message.display.shown import Canvas

DARK = Canvas(ground=(26, 32, 39), ink=(231, 236, 241), muted=(162, 174, 188), link=(92, 195, 203))


def markup(html: str, canvas: Canvas | None = None) -> str:
    return show_html([html], "", canvas or Canvas()).markup


def test_a_table_of_one_column_without_a_frame_is_paragraphs() -> None:
    assert "<table" not in markup("<table width='100%'><tr><td>a</td></tr><tr><td><table><tr><td>b</td></tr></table></td></tr></table>")


def test_a_row_paints_its_cells() -> None:
    assert markup("<table><tr bgcolor='#eeeeee'><td>a</td><td>b</td></tr></table>").count("background-color:#eeeeee") == 2


def test_widths_that_do_not_fit_are_shared_out() -> None:
    found = markup("<table width=1400><tr><td width=700>a</td><td width=700>b</td></tr></table>", Canvas(width=400))
    assert found.count('width="50%"') == 2


def test_a_column_has_its_share_of_the_table_and_one_without_a_width_gets_the_rest() -> None:
    found = markup("<table width=400><tr><td width=100>a</td><td>b</td></tr></table>", Canvas(width=400))
    assert 'width="25%"' in found
    assert found.count("<td width=") == 1


def test_the_padding_of_a_cell_inside_a_button_is_the_buttons() -> None:
    assert "padding-top:18px" in markup(
        "<table bgcolor='#009fc7'><tr><td style='padding:18px'><a href='https://a.example'>Go</a></td></tr></table>"
    )


def test_alignment_by_attribute_ends_at_a_table_and_by_style_does_not() -> None:
    inner = "<table><tr><td>a</td><td>b</td></tr></table>"
    assert '<p align="center"' not in markup(f"<div align=center>{inner}</div>")
    assert '<p align="center"' in markup(f"<div style='text-align:center'>{inner}</div>")


@pytest.mark.parametrize(
    ("rule", "applies"),
    [
        ("p{color:#ff0000}", True),
        (".a{color:#ff0000}", True),
        ("p.a, x{color:#ff0000}", True),
        ("#n{color:#ff0000}", True),
        ("div p{color:#ff0000}", True),
        ("div > p{color:#ff0000}", True),
        ("<!-- p{color:#ff0000} -->", True),
        ("/* x */p{color:#ff0000}", True),
        ("@charset 'x';p{color:#ff0000}", True),
        ("p{color:#ff0000 !important}", True),
        ("p:hover{color:#ff0000}", False),
        ("p::before{color:#ff0000}", False),
        ("[class]{color:#ff0000}", False),
        ("*{color:#ff0000}", False),
        ("@media screen{p{color:#ff0000}}", False),
        (".b{color:#ff0000}", False),
        ("p{color:#ff0000", False),
        ("p{co\\lor:#ff0000}", False),
    ],
)
def test_simple_rules_of_a_style_sheet_count(rule: str, applies: bool) -> None:
    html = f"<style>{rule}</style><div><p class=a id=n>x</p></div>"
    assert (markup(html) != markup("<div><p class=a id=n>x</p></div>")) is applies


def test_rules_for_outlook_alone_do_not_count() -> None:
    assert "#" not in markup("<!--[if mso]><style>p{color:#ff0000}</style><![endif]--><p>x</p>")


def test_the_own_style_of_an_element_comes_before_a_rule_unless_that_is_important() -> None:
    own = "<p style='text-transform:lowercase'>x</p>"
    assert "lowercase" in markup(f"<style>p{{text-transform:uppercase}}</style>{own}")
    assert "uppercase" in markup(f"<style>p{{text-transform:uppercase!important}}</style>{own}")


@pytest.mark.parametrize("color", ["#000000", "#222222", "#1f497d", "#777777", "#ffff00", "#ffffff", "rgb(1,2,3)", "navy"])
@pytest.mark.parametrize("ground", ["", "#ffffff", "#000000", "#888888", "#0b6a73", "rgba(0,0,0,.4)"])
@pytest.mark.parametrize("canvas", [Canvas(), DARK])
def test_every_text_is_legible_on_its_ground(color: str, ground: str, canvas: Canvas) -> None:
    shown = show_html([f"<div style='background:{ground}'><p style='color:{color}'>x</p></div>"], "", canvas)
    paper = Canvas() if shown.coloured else canvas
    found = shown.markup
    painted = read_colour(found.partition("background-color:")[2][:7]) or paper.ground
    ink = read_colour(found.partition(";color:")[2][:7] or found.partition('"color:')[2][:7]) or paper.ink
    assert contrast(ink, painted) >= 4.5


def test_plain_dark_text_on_the_dark_canvas_is_as_clear_as_it_was_on_paper() -> None:
    found = markup("<p style='color:#222222'>x</p>", DARK)
    ink = read_colour(found.partition('"color:')[2][:7])
    assert ink is not None
    assert contrast(ink, DARK.ground) >= 12


def test_a_line_drawn_for_white_paper_is_seen_on_the_dark_canvas() -> None:
    assert "solid #808080" in markup("<table><tr><td style='border:1px solid #000000'>a</td><td>b</td></tr></table>", DARK)
    assert "solid #eeeeee" in markup("<table><tr><td style='border:1px solid #eeeeee'>a</td><td>b</td></tr></table>")


def test_legible_never_moves_a_colour_that_can_be_read() -> None:
    assert legible((0, 0, 0), (255, 255, 255)) == (0, 0, 0)
    assert legible((119, 119, 119), (255, 255, 255)) != (119, 119, 119)


def test_sizes_are_scaled_together() -> None:
    found = markup(
        "<table width=300><tr><td style='padding:10px;background:#eee'><p style='font-size:20px'>x</p></td></tr></table>", Canvas(scale=2.0)
    )
    assert "font-size:40px" in found
    assert "padding-right:20px" in found
    assert 'width="600"' in found
