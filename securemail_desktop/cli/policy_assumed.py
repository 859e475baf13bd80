"""What a dry run of a policy takes for granted: the organisation's domains, and what recipients can open, as the caller says it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from securemail_desktop.cli.exit import UsageError
from securemail_desktop.encryption.capability import Capabilities, Capability
from securemail_desktop.encryption.discover import OWN_TRANSPORT
from securemail_desktop.encryption.method import Method
from securemail_desktop.message.address import Address, parse_address
from securemail_desktop.message.errors import MessageError
from securemail_desktop.policy.model import Policy
from securemail_desktop.sending.facts import is_inside

Promise = tuple[str, Method]
"""`Address.key` of a recipient, or his domain, and a method that he can open."""


def with_inside(policy: Policy, domains: Sequence[str]) -> Policy:
    """Return the policy with more domains of the organisation; raise `UsageError`."""
    return replace(policy, inside=(*policy.inside, *(_domain(d) for d in domains)))


def promised(can: Sequence[str]) -> tuple[Promise, ...]:
    """Return what ADDRESS=METHOD and DOMAIN=METHOD say; raise `UsageError`."""
    return tuple(_promise(text) for text in can)


def given_to(address: Address, given: Sequence[Promise], now: datetime) -> Iterator[Capability]:
    """Return what was promised for a recipient."""
    return (Capability(method, "given", "given with --can", now) for key, method in given if key in {address.key, address.domain})


def means_of(address: Address, policy: Policy, given: Sequence[Promise], now: datetime) -> Capabilities:
    """Return what a recipient can open by promise, the policy's gateways and the organisation's own transport."""
    return Capabilities((*given_to(address, given, now), *_transport(address, policy, now)))


def _transport(address: Address, policy: Policy, now: datetime) -> Iterator[Capability]:
    gateway = dict(policy.gateways).get(address.domain)
    if is_inside(address.domain, policy.inside_for(address.key)):
        yield Capability(Method.TLS, OWN_TRANSPORT, "inside your organisation's own mail system", now)
    elif gateway:
        yield Capability(Method.TLS, gateway, f"your gateway {gateway} enforces encryption to {address.domain}", now)


def _promise(text: str) -> Promise:
    who, _, method = text.rpartition("=")
    try:
        return (parse_address(who).key if "@" in who else parse_address(f"x@{who}").domain), Method(method)
    except (MessageError, ValueError) as error:
        raise UsageError(f"--can wants ADDRESS=METHOD such as bob@partner.example=smime, got '{text}'") from error


def _domain(text: str) -> str:
    try:
        return parse_address(f"x@{text}").domain
    except MessageError as error:
        raise UsageError(f"--inside wants a domain such as clinic.example, got '{text}'") from error
