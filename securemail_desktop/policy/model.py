"""A policy as typed data: what a folder of YAML files means after validation."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from securemail_desktop.encryption.key_rules import KeyRules
from securemail_desktop.encryption.promise import TlsRules
from securemail_desktop.encryption.recovery.rule import RecoveryRule
from securemail_desktop.policy.compile import Ruleset
from securemail_desktop.policy.decision import Enforcement, PolicyId
from securemail_desktop.policy.freshness import FreshnessDays

ANY_VERSION = "0"


@dataclass(frozen=True, slots=True)
class Policy:
    """A validated policy. The fields that rules need are the policy package's own; these are for the others.

    `inside` are the organisation's domains; `gateways` the domains to which a gateway enforces TLS, domain -> gateway's name;
    `smime_anchors` PEM certificates that vouch for S/MIME (TLS roots never do); `undo` seconds that a send is held with Undo;
    `lock_after` minutes without a key or a mouse movement after which the window locks, 0 for never;
    `urgent_contact` what held messages name as the alternative, or empty. `notices` say what in the policy was not followed and why
    (a lower layer that touched a locked key), one sentence each. `enforcement` is what the organisation declares;
    `contacts` whom authors can ask, (for what, who); `keys` whom the program may ask for recipients' keys; `tls` whether promises
    of TLS by domains are asked for, and count;
    `freshness` what becomes of it when its source is silent; `open_lists` the lists inside that are read outside, with who reads them there;
    `minimum_version` the oldest version of this program that the organisation wants to be used;
    `recovery` for whom what opens mail is kept, None for nobody;
    `device_signature` whether what goes outside bears the device's signature, which `enforced` implies; `tls_header`
    whether the gateway knows the header that asks for TLS;
    `given` the names of the settings that its files set, the others are the program's own.
    `ruleset` is the policy package's own.
    """

    id: PolicyId
    inside: tuple[str, ...]
    gateways: tuple[tuple[str, str], ...]
    smime_anchors: tuple[str, ...]
    undo: int
    lock_after: int
    urgent_contact: str
    notices: tuple[str, ...] = ()
    enforcement: Enforcement = Enforcement.ADVISORY
    contacts: tuple[tuple[str, str], ...] = ()
    keys: KeyRules = field(default_factory=KeyRules)
    tls: TlsRules = field(default_factory=TlsRules)
    freshness: FreshnessDays = field(default_factory=FreshnessDays)
    device_signature: bool = False
    tls_header: bool = False
    given: frozenset[str] = frozenset()
    open_lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    minimum_version: str = ANY_VERSION
    recovery: RecoveryRule | None = None
    ruleset: Ruleset = field(default_factory=Ruleset, repr=False)

    def outdated(self, version: str) -> bool:
        """Say whether a version of this program, numbers with points between them, is older than the organisation wants."""
        return _numbers(version) < _numbers(self.minimum_version)

    def with_open_lists(self, lists: Mapping[str, tuple[str, ...]]) -> "Policy":
        """Return the policy with lists that a directory told of; what its own files say of a list goes before."""
        return replace(self, open_lists={**lists, **self.open_lists}) if lists else self

    def inside_for(self, key: str) -> tuple[str, ...]:
        """Return the organisation's domains as they count for an address: none for a list that outside people read."""
        return () if key in self.open_lists else self.inside


def _numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version without zeros at the end, so that 1.0 is not older than 1.0.0."""
    numbers = [int(number) for number in re.findall(r"[0-9]+", version)]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
