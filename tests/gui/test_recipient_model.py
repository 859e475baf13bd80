"""What a chip says, and in which tone."""

import pytest
from PySide6.QtCore import Qt

from securemail_desktop.encryption.method import Method
from securemail_desktop.gui.recipient_model import Chip, RecipientModel
from securemail_desktop.gui.tones import Tone
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import AddressField, Recipient
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.sending.state import Outlook, Verdict

BOB = parse_address("Bob Meyer <bob@x.example>")


def concern(risk: float) -> Concern:
    return Concern("any", Tier.CHIP, BOB.key, "You have never written to bob@x.example.", ("keep",), risk=risk)


@pytest.mark.parametrize(
    ("verdict", "risk", "icon", "tone"),
    [
        (Verdict.PROTECTED, 0.0, "lock", Tone.GOOD),
        (Verdict.PROTECTED, 0.01, "lock", Tone.GOOD),
        (Verdict.PROTECTED, 0.5, "warning", Tone.CAUTION),
        (Verdict.SEND, 0.0, "envelope", Tone.CALM),
        (Verdict.HELD, 0.5, "pause", Tone.CAUTION),
        (Verdict.BLOCKED, 0.5, "blocked", Tone.DANGER),
    ],
)
def test_icon_and_tone(verdict: Verdict, risk: float, icon: str, tone: Tone) -> None:
    chip = Chip(BOB, Outlook(Recipient(BOB), Method.SMIME, "Opens.", verdict), (concern(risk),) if risk else ())
    assert (chip.icon, chip.tone) == (icon, tone)


def test_held_says_so_first() -> None:
    assert Chip(BOB, Outlook(Recipient(BOB), Method.NONE, "There is no way.", Verdict.HELD)).line == "Held: there is no way."


def test_accessible_name_is_the_whole_sentence() -> None:
    model = RecipientModel(AddressField.TO)
    model.add([BOB, BOB])
    model.show({BOB.key: Outlook(Recipient(BOB), Method.SMIME, "Protected: opens", Verdict.PROTECTED)}, {BOB.key: (concern(0.01),)})
    assert model.rowCount() == 1
    spoken = model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Bob Meyer <bob@x.example>. Protected: opens. You have never written to bob@x.example."
