"""A recovery key of three holders, made once: it takes a second."""

import pytest

from securemail_desktop.encryption.recovery.shares import Made, make
from tests.support.pki import NOW

HOLDERS = (("Dana Reed", "dana's words"), ("Evan Cole", "evan's words"), ("Fay Stone", "fay's words"))


@pytest.fixture(scope="session")
def made() -> Made:
    return make("Example Clinic", HOLDERS, NOW)
