"""Which policy holds: the organisation's folder, the last good one when that is broken, the built-in strict one when there is none.

The last good policy's files lie in the encrypted store, so that nobody can slip in another one.
"""

from base64 import b64decode, b64encode
from pathlib import Path

from securemail_desktop.policy.load import PolicyError, builtin_policy, load_contents, load_policy, load_with_files
from securemail_desktop.policy.model import Policy
from securemail_desktop.store.settings import Settings

MACHINE_POLICY = Path("/etc/securemail/policies/managed")
_LAST_GOOD = "last-good-policy"


def policy_folder(settings: Settings) -> str:
    """Return the folder that the policy is read from, empty where there is none; the machine's wins entirely."""
    chosen = settings.get("policy-folder")
    folder = str(MACHINE_POLICY) if MACHINE_POLICY.is_dir() else chosen
    return folder if isinstance(folder, str) else ""


def still_stands(policy: Policy, folder: str) -> bool:
    """Say whether the folder holds this very policy, without looking into the store; one that cannot be read does not."""
    if not folder:
        return not MACHINE_POLICY.is_dir()
    try:
        return load_policy(Path(folder)).id == policy.id
    except PolicyError:
        return False


def policy_in_force(settings: Settings, inside: tuple[str, ...]) -> tuple[Policy, str]:
    """Return the policy that holds and a notice, empty when all is well. A broken policy leaves the last good one in force."""
    folder = policy_folder(settings)
    if not folder:
        return builtin_policy(inside), ""
    try:
        policy, files = load_with_files(Path(folder))
    except PolicyError as error:
        return _last_good(settings, inside, str(error).splitlines()[0])
    kept = {name: b64encode(content).decode("ascii") for name, content in files.items()}
    if settings.get(_LAST_GOOD) != kept:
        settings.put(_LAST_GOOD, kept)
    return policy, ""


def _last_good(settings: Settings, inside: tuple[str, ...], problem: str) -> tuple[Policy, str]:
    try:
        policy = load_contents(_unpacked(settings.get(_LAST_GOOD)))
    except (PolicyError, ValueError):
        return builtin_policy(inside), f"The policy cannot be read, so the built-in strict one is in force; tell your IT: {problem}"
    return policy, f"The policy cannot be read, so the last good one stays in force; tell your IT: {problem}"


def _unpacked(files: object) -> dict[str, bytes]:
    """Return the kept files; raise `ValueError` when they are none."""
    return {str(name): b64decode(str(text), validate=True) for name, text in files.items()} if isinstance(files, dict) else {}
