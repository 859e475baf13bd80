"""Report how the check for the wrong patient does on invented letters: recall and false alarms by kind, for both halves of the templates.

python tests/training/wrong_patient.py [NUMBER]
"""

import sys
from collections import defaultdict

from securemail_desktop.message.text.attachment import attachment_text
from securemail_desktop.message.text.body import field_texts
from securemail_desktop.phi.scan import scan
from securemail_desktop.recipients.check import check_recipients
from securemail_desktop.recipients.index import RecipientIndex
from securemail_desktop.recipients.wrong_patient import NAME
from tests.support.patient_letters import Letter, letters


def flagged(letter: Letter, index: RecipientIndex) -> bool:
    """Say whether the check doubts a letter."""
    texts = field_texts(letter.draft, attachment_text)
    found = scan([(text.field, text.text) for text in texts])
    return any(concern.check == NAME for concern in check_recipients(letter.draft, index, found, texts))


def main() -> None:
    """Print the figures."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    for half in (0, 1):
        index = RecipientIndex.from_rows([], ("clinic.example",), [])
        kinds: dict[tuple[bool, str], list[bool]] = defaultdict(list)
        for letter in letters(number, half):
            kinds[letter.wrong, letter.kind].append(flagged(letter, index))
        print("templates looked at" if half == 0 else "templates left out")
        for (wrong, kind), flags in sorted(kinds.items()):
            print(f"  {'wrong' if wrong else 'right'}: {kind}: {sum(flags)} of {len(flags)}")


if __name__ == "__main__":
    main()
