import contextlib
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.address import Address, format_address, parse_address, parse_addresses
from securemail_desktop.message.errors import AddressError

ONE = [
    ("ana@clinic.example", ("ana", "clinic.example", "")),
    ("  <ana@clinic.example> ", ("ana", "clinic.example", "")),
    ("Ana Lopez <ana@Clinic.EXAMPLE>", ("ana", "clinic.example", "Ana Lopez")),
    ('"Lopez, Ana" <ana@clinic.example>', ("ana", "clinic.example", "Lopez, Ana")),
    ('"Ana \\"Annie\\" Lopez" <ana@clinic.example>', ("ana", "clinic.example", 'Ana "Annie" Lopez')),
    ("John Q. Public <john.q@clinic.example>", ("john.q", "clinic.example", "John Q. Public")),
    ("ana@clinic.example <ana@clinic.example>", ("ana", "clinic.example", "ana@clinic.example")),
    ("Ana\tMaria \u00a0 Lopez <ana@clinic.example>", ("ana", "clinic.example", "Ana Maria Lopez")),
    ("ana@clinic.example (Ana (Annie) Lopez)", ("ana", "clinic.example", "Ana (Annie) Lopez")),
    ("ana(at work)@(the)clinic.example", ("ana", "clinic.example", "at work the")),
    ("<@relay.example,@other.example:ana@clinic.example>", ("ana", "clinic.example", "")),
    ('"ana lopez"@clinic.example', ("ana lopez", "clinic.example", "")),
    ('"a@b"@clinic.example', ("a@b", "clinic.example", "")),
    ('"ana".lopez@clinic.example', ("ana.lopez", "clinic.example", "")),
    ("ana+tag/x=y!#$%&'*-?^_`{|}~@clinic.example", ("ana+tag/x=y!#$%&'*-?^_`{|}~", "clinic.example", "")),
    ("ana@b\u00fccher.example", ("ana", "xn--bcher-kva.example", "")),
    ("ana@fa\u00df.example", ("ana", "xn--fa-hia.example", "")),
    ("ana@clinic\u3002example", ("ana", "clinic.example", "")),
    ("ana@under_score.example", ("ana", "under_score.example", "")),
    ("ana@[192.0.2.1]", ("ana", "[192.0.2.1]", "")),
    ("ana@[IPv6:2001:db8::1]", ("ana", "[ipv6:2001:db8::1]", "")),
    ("jose\u0301@clinic.example", ("jos\u00e9", "clinic.example", "")),
    ("\u7528\u6237@\u4f8b\u5b50.example", ("\u7528\u6237", "xn--fsqu00a.example", "")),
    ("=?utf-8?q?L=C3=B3pez=2C?= =?utf-8?b?IEFuYQ==?= Maria <ana@clinic.example>", ("ana", "clinic.example", "L\u00f3pez, Ana Maria")),
    ("=?utf-8?Q?Lopez,_Ana?= <ana@clinic.example>", ("ana", "clinic.example", "Lopez, Ana")),
    ("=?iso-8859-1?q?Jos=E9?= <ana@clinic.example>", ("ana", "clinic.example", "Jos\u00e9")),
    ("=?utf-8?q?A=0D=0ABcc:_x?= <ana@clinic.example>", ("ana", "clinic.example", "A Bcc: x")),
    ('"=?utf-8?q?=41?=" <ana@clinic.example>', ("ana", "clinic.example", "=?utf-8?q?=41?=")),
]


@pytest.mark.parametrize(("text", "parts"), ONE)
def test_one_mailbox(text: str, parts: tuple[str, str, str]) -> None:
    assert parse_address(text) == Address(*parts)


LISTS = [
    ("", []),
    (" , ;; ", []),
    ("a@x.example, b@x.example", ["a@x.example", "b@x.example"]),
    ("a@x.example; b@x.example;", ["a@x.example", "b@x.example"]),
    ('"X; Y, Z" <a@x.example>; b@x.example', ["a@x.example", "b@x.example"]),
    ("undisclosed-recipients:;", []),
    ("Team A: a@x.example, B <b@x.example>; c@x.example", ["a@x.example", "b@x.example", "c@x.example"]),
    ("A: a@x.example;, B: b@x.example;", ["a@x.example", "b@x.example"]),
    ("(only a comment), a@x.example", ["a@x.example"]),
    ("<@r,@s:a@x.example>, b@x.example", ["a@x.example", "b@x.example"]),
]


@pytest.mark.parametrize(("text", "specs"), LISTS)
def test_lists(text: str, specs: list[str]) -> None:
    assert [address.spec for address in parse_addresses(text)] == specs


BAD = [
    "",
    "ana",
    "Lopez, Ana <ana@clinic.example>",
    "@clinic.example",
    "ana@",
    "ana@@clinic.example",
    "ana@clinic@example",
    "ana..lopez@clinic.example",
    ".ana@clinic.example",
    "ana.@clinic.example",
    "ana lopez@clinic.example",
    "ana@clinic .example x",
    "ana@clinic..example",
    "ana@clinic.example.",
    "ana@-clinic.example",
    "ana@cli!nic.example",
    "ana@\u2603.example",
    "ana@" + "a" * 64 + ".example",
    "a" * 250 + "@clinic.example",
    "ana@[300.0.0.1]",
    "ana@[ipv6:192.0.2.1]",
    "ana@[192.0.2.1",
    '"ana@clinic.example',
    '""@clinic.example',
    '"a\\"@clinic.example',
    "Ana <ana@clinic.example",
    "Ana ana@clinic.example>",
    "Ana <ana@clinic.example> Lopez",
    "Ana <<ana@clinic.example>>",
    "Ana <>",
    "(ana@clinic.example",
    "ana@clinic.example)",
    "Team: ana@clinic.example",
    "A: B: ana@clinic.example;;",
    "ana@clinic.example: x;",
    "mailto:ana@clinic.example",
    "a@x.example, b@x.example",
    "ana@clinic.example\r\nBcc: eve@x.example",
    "ana@clinic.example\nBcc: eve@x.example",
    "ana\x00@clinic.example",
    '"ana\x07"@clinic.example',
    "ana\ud800@clinic.example",
    "ana\u2028@clinic.example",
]


@pytest.mark.parametrize("text", BAD)
def test_refused_in_one_sentence_without_the_text(text: str) -> None:
    with pytest.raises(AddressError) as caught:
        parse_address(text)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    assert "ana@" not in message


@pytest.mark.parametrize(
    "fields", [("a\r\nb", "x.example", ""), ("a", "x.example", "A\nBcc: x"), ("a", "x.example>", ""), ("", "x.example", "")]
)
def test_an_address_that_exists_is_safe_in_a_header(fields: tuple[str, str, str]) -> None:
    with pytest.raises(AddressError):
        Address(*fields)


SPECS = [
    ("ana", "ana@x.example"),
    ("ana lopez", '"ana lopez"@x.example'),
    ('a"\\b', '"a\\"\\\\b"@x.example'),
    ("a..b", '"a..b"@x.example'),
    ("jos\u00e9", "jos\u00e9@x.example"),
    ("a\u00a0b", '"a\u00a0b"@x.example'),
]


@pytest.mark.parametrize(("local", "spec"), SPECS)
def test_spec_quotes_what_needs_it(local: str, spec: str) -> None:
    assert Address(local, "x.example").spec == spec


KEYS = [
    ("Ana@Clinic.Example", "ana@clinic.example"),
    ("JOSE\u0301@clinic.example", "jos\u00e9@clinic.example"),
    ("STRASSE@x.example", "strasse@x.example"),
    ("stra\u00dfe@x.example", "strasse@x.example"),
    ("Ana <ana@B\u00dcCHER.example>", "ana@xn--bcher-kva.example"),
    ('"Ana"@x.example', "ana@x.example"),
]


@pytest.mark.parametrize(("text", "key"), KEYS)
def test_key_is_one_for_one_mailbox(text: str, key: str) -> None:
    assert parse_address(text).key == key


@pytest.mark.parametrize(
    ("domain", "shown"),
    [
        ("xn--bcher-kva.example", "b\u00fccher.example"),
        ("xn--zzzzzz.example", "xn--zzzzzz.example"),
        ("x.example", "x.example"),
        ("[192.0.2.1]", "[192.0.2.1]"),
    ],
)
def test_display_domain(domain: str, shown: str) -> None:
    assert Address("a", domain).display_domain == shown


FORMATS = [
    ("", "a@x.example"),
    ("Ana L\u00f3pez", "Ana L\u00f3pez <a@x.example>"),
    ("Lopez, Ana", '"Lopez, Ana" <a@x.example>'),
    ("Ana  Lopez", '"Ana  Lopez" <a@x.example>'),
    ("=?utf-8?q?a?=", '"=?utf-8?q?a?=" <a@x.example>'),
    ("A\u00a0B", '"A\u00a0B" <a@x.example>'),
]


@pytest.mark.parametrize(("name", "text"), FORMATS)
def test_format(name: str, text: str) -> None:
    assert format_address(Address("a", "x.example", name)) == text


visible = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))
locals_ = st.text(visible, min_size=1, max_size=30).map(lambda text: unicodedata.normalize("NFC", text))
names = st.text(visible, max_size=40).map(str.strip)
addresses = st.builds(Address, locals_, st.sampled_from(["x.example", "xn--bcher-kva.example", "[192.0.2.1]"]), names)


@given(st.lists(addresses, max_size=4), st.sampled_from([", ", ";", " ; "]))
def test_format_and_parse_are_inverse(given_addresses: list[Address], separator: str) -> None:
    assert parse_addresses(separator.join(map(format_address, given_addresses))) == tuple(given_addresses)


@given(addresses)
def test_the_spec_has_the_same_key(address: Address) -> None:
    assert parse_address(address.spec.upper() if address.spec.isascii() else address.spec).key == address.key


@given(st.text(st.sampled_from('ab .,;:<>@()[]"\\=?_-\u00e9\u3000\r\n\t') | st.characters(), max_size=60))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        addresses = parse_addresses(text)
    except AddressError:
        return
    assert parse_addresses(", ".join(map(format_address, addresses))) == addresses


@pytest.mark.parametrize("piece", ["(", '"', "=?a?q?", "a.", "<", "a@b,", "\\", "[", "a ", "=?a?q?a?= ", "((a)"])
def test_time_is_linear(piece: str) -> None:
    text = piece * (40_000 // len(piece))
    started = time.process_time()
    with contextlib.suppress(AddressError):
        parse_addresses(text)
    assert time.process_time() - started < 2


@given(st.from_regex(r"[a-zA-Z0-9_+.-]{1,12}@[a-zA-Z0-9.-]{1,12}", fullmatch=True))
def test_one_address_is_read_as_in_a_list(text: str) -> None:
    try:
        listed = parse_addresses(text)
    except AddressError:
        with pytest.raises(AddressError):
            parse_address(text)
    else:
        assert (parse_address(text),) == listed
