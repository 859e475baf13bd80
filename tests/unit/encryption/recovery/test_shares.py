"""Two of the holders of a recovery key put it together, in whatever order; one alone, or two parts of one person, do not."""

import json
from itertools import permutations

import pytest
from cryptography import x509

from securemail_desktop.encryption.errors import KeyRefused, NotImportable
from securemail_desktop.encryption.recovery.shares import Made, make, read_share, united
from tests.support.pki import NOW
from tests.unit.encryption.recovery.conftest import HOLDERS

pytestmark = pytest.mark.slow  # a passphrase costs half a second each time


def test_any_two_holders_get_the_key_of_the_certificate(made: Made) -> None:
    certificate = x509.load_pem_x509_certificate(made.certificate.encode())
    for one, other in permutations(range(3), 2):
        shares = read_share(made.shares[one]), read_share(made.shares[other])
        key = united(*shares, (HOLDERS[one][1], HOLDERS[other][1]))
        assert key.key.public_key() == certificate.public_key()


def test_the_same_part_twice_is_one_person(made: Made) -> None:
    share = read_share(made.shares[0])
    with pytest.raises(KeyRefused, match="two different people"):
        united(share, share, (HOLDERS[0][1], HOLDERS[0][1]))


def test_a_wrong_passphrase_names_whose_part_it_is(made: Made) -> None:
    with pytest.raises(KeyRefused, match="Evan Cole"):
        united(read_share(made.shares[0]), read_share(made.shares[1]), (HOLDERS[0][1], "somebody else's"))


def test_parts_of_two_keys_do_not_fit(made: Made) -> None:
    other = make("Example Clinic", HOLDERS[:2], NOW)
    with pytest.raises(KeyRefused, match="two different recovery keys"):
        united(read_share(made.shares[0]), read_share(other.shares[1]), (HOLDERS[0][1], HOLDERS[1][1]))


def test_one_file_with_another_number_in_it_opens_nothing(made: Made) -> None:
    """Who has one file and its passphrase cannot pose as a second holder."""
    forged = json.loads(made.shares[0]) | {"number": 1}
    with pytest.raises(KeyRefused, match="do not fit together"):
        united(read_share(made.shares[0]), read_share(json.dumps(forged).encode()), (HOLDERS[0][1], HOLDERS[0][1]))


def test_a_file_says_nothing_of_the_secrets_of_others(made: Made) -> None:
    one, other = (json.loads(share) for share in made.shares[:2])
    assert one.keys() == other.keys()
    assert {name for name in one if one[name] != other[name]} == {"number", "wrapped"}


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"securemail-recovery-share": 1}', b"\xff\xfe"])
def test_another_file_is_no_part_of_a_key(content: bytes) -> None:
    with pytest.raises(NotImportable):
        read_share(content)


@pytest.mark.parametrize("names", [("Dana",), ("Dana", "Dana"), ("Dana", ""), tuple(map(str, range(10)))])
def test_it_takes_two_to_nine_people(names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="holders"):
        make("Example Clinic", [(name, "words of it") for name in names], NOW)
