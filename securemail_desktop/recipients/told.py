"""What the organisation tells of addresses: whose they are among its patients, and which of its lists are read outside."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from securemail_desktop.phi.patient_list import NOBODY, PatientList


@dataclass(frozen=True, slots=True)
class Told:
    """Its patient list, and by `Address.key` the addresses or domains outside that read a list of its own."""

    patients: PatientList = NOBODY
    open_lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


NOTHING = Told()
