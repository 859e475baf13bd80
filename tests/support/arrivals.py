"""What has arrived outside since a story began."""

from securemail_desktop.demo.organisation import Organisation


class Arrivals:
    """Counts by message, from the moment it is made."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation
        self._before = organisation.arrived

    def of(self, address: str) -> list[int]:
        """Return how often each new message arrived at an address."""
        return [count for (_, to), count in (self._organisation.arrived - self._before).items() if to == address]
