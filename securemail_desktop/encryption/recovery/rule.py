"""What policy says about recovery: for whom keys are kept, and where."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RecoveryRule:
    """`certificate` is the recovery key's, in PEM; `folder` where packages are written besides the user's own folder, empty for nowhere."""

    certificate: str
    folder: str = ""
