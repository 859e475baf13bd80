"""Where a link leads is read as browsers read it, and what they would read differently leads nowhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.display.link import read_link


@pytest.mark.parametrize(
    ("href", "target", "host"),
    [
        ("https://clinic.example", "https://clinic.example/", "clinic.example"),
        ("HTTPS://Clinic.Example/A?b=c#d", "https://clinic.example/A?b=c#d", "clinic.example"),
        (" \t\nhttp://clinic.example/x ", "http://clinic.example/x", "clinic.example"),
        ("ht\ntp://cli\tnic.example/x", "http://clinic.example/x", "clinic.example"),
        (r"https:\\clinic.example\x", "https://clinic.example/x", "clinic.example"),
        ("https:clinic.example", "https://clinic.example/", "clinic.example"),
        ("https:////clinic.example", "https://clinic.example/", "clinic.example"),
        ("https://bank.example@evil.example/x", "https://evil.example/x", "evil.example"),
        ("https://bank.example:443@evil.example:8443/", "https://evil.example:8443/", "evil.example"),
        (r"https://bank.example\@evil.example/", "https://bank.example/@evil.example/", "bank.example"),
        ("https://evil.example?@bank.example", "https://evil.example/?@bank.example", "evil.example"),
        ("https://evil.example#@bank.example", "https://evil.example/#@bank.example", "evil.example"),
        ("https://b%61nk.example/", "https://bank.example/", "bank.example"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4", "xn--bcher-kva.example"),
        ("https://раура1.example/", "https://xn--1-7sba6dbr.example/", "xn--1-7sba6dbr.example"),
        ("https://bank。example/", "https://bank.example/", "bank.example"),
        ("https://192.0.2.7/", "https://192.0.2.7/", "192.0.2.7"),
        ("https://[2001:DB8::1]/", "https://[2001:db8::1]/", "[2001:db8::1]"),
        ("mailto:bob@clinic.example?subject=Hi%20there", "mailto:bob@clinic.example?subject=Hi%20there", "clinic.example"),
    ],
)
def test_a_link_is_read_as_browsers_read_it(href: str, target: str, host: str) -> None:
    link = read_link(href)
    assert link is not None
    assert link.host == host
    assert link.target == target


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>1</script>",
        "file:///etc/passwd",
        "FILE:/etc/passwd",
        r"\\evil.example\share",
        "//evil.example/x",
        "/x",
        "x.html",
        "#top",
        "",
        "ftp://evil.example/",
        "vbscript:x",
        "ms-word:ofe|u|https://evil.example/x.docx",
        "tel:+15550100",
        "cid:x",
        "image:0",
        "link:0",
        "https://",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://127.1/",
        "https://1.2.3.4.5/",
        "https://ev il.example/",
        "https://evil.example:99999/",
        "https://[::1/",
        "https://%00.example/",
        "https://" + "a" * 64 + ".example/",
        "mailto:",
        "mailto:nobody",
        "https://a.example/" + "x" * 8_001,
    ],
)
def test_what_may_not_be_opened_is_no_link(href: str) -> None:
    assert read_link(href) is None


@given(st.text(max_size=80))
def test_every_target_is_plain_ascii_and_names_its_host(text: str) -> None:
    for prefix in ("https://", "http:", "mailto:", ""):
        link = read_link(prefix + text)
        if link is None:
            continue
        assert link.target.isascii()
        assert not any(character <= " " or character in '\\"<>' for character in link.target)
        if not link.is_mail:
            assert link.target.partition("://")[2].startswith(link.host)
            assert (read_link(link.target) or link).host == link.host
