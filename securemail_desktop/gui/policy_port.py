"""What the window needs of the organisation's signed policies; `session.PolicyUpdates` has it, and so has the fake of the tests."""

from typing import Protocol

from securemail_desktop.session.policy_updates import PolicyStatus


class PolicyPort(Protocol):
    """The policy that holds, and where it comes from."""

    @property
    def status(self) -> PolicyStatus:
        """Return what is known now; raise `StoreError`."""
        ...

    def check(self) -> PolicyStatus:
        """Ask for the newest policy and put it in force; blocks. Raise `JournalError`, `StoreError`."""
        ...
