"""Time and memory of the recipients' index with a big mailbox: `recipients.py [SENT] [RECEIVED]`, 100,000 each when left out.

The mailbox is invented: 20,000 people in 3,000 domains, met by a Zipf law, in groups; words by a Zipf law as well.
"""

import random
import resource
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import Draft, Recipient
from securemail_desktop.recipients.calibrate import prepare
from securemail_desktop.recipients.check import judge
from securemail_desktop.recipients.index import Correspondence, RecipientIndex

START = datetime(2020, 1, 1, tzinfo=UTC)
ALICE = Address("alice", "hospital.example", "Alice Ward")
FIRST = [
    "anna",
    "bob",
    "carol",
    "dora",
    "emil",
    "frida",
    "gustav",
    "hanna",
    "ivan",
    "julia",
    "karl",
    "lena",
    "maria",
    "nora",
    "otto",
    "paula",
    "ralf",
    "sara",
    "tom",
    "ute",
    "vera",
    "willi",
    "xenia",
    "yara",
    "zoe",
]
LETTERS = "abcdefghiklmnoprstuvw"


class Mail:
    """Invented mail with a dice of its own."""

    def __init__(self, people: int, words: int) -> None:
        self.dice = random.Random(7)
        self.domains = [f"{self.word(4, 10)}.example" for _ in range(3000)] + ["gmail.com"] * 300
        self.people = [self.person() for _ in range(people)]
        self.words = [self.word(4, 10) for _ in range(words)]
        self.weights = list(accumulate(1 / (i + 5) for i in range(people)))
        self.word_weights = list(accumulate(1 / (i + 5) for i in range(words)))

    def word(self, least: int, most: int) -> str:
        return "".join(self.dice.choices(LETTERS, k=self.dice.randint(least, most)))

    def person(self) -> Address:
        first, last = self.dice.choice(FIRST), self.word(4, 9)
        return Address(f"{first}.{last}", self.dice.choice(self.domains), f"{first.title()} {last.title()}")

    def group(self) -> tuple[Address, ...]:
        size = min(12, 1 + int(self.dice.expovariate(0.4)))
        return tuple(self.dice.choices(self.people, cum_weights=self.weights, k=size))

    def text(self) -> str:
        return " ".join(self.dice.choices(self.words, cum_weights=self.word_weights, k=60))

    def message(self, number: int, *, sent: bool) -> Correspondence:
        when = START + timedelta(minutes=15 * number)
        group = self.group()
        sender, others = (ALICE, group) if sent else (group[0], (ALICE, *group[1:]))
        text = self.text()
        return Correspondence(sender, others, when, (), f"<{number}@x>", "", (), text[:50], text if sent else "")


def report(name: str, started: float) -> None:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:<34}{time.perf_counter() - started:8.2f} s   peak {memory:6.0f} MB")


def drafts(mail: Mail, index: RecipientIndex, count: int) -> list[float]:
    spent = []
    for number in range(count):
        group = [*mail.group(), mail.person()] if number % 3 == 0 else list(mail.group())
        draft = Draft(ALICE, tuple(map(Recipient, group)), mail.text()[:50], mail.text(), "<d@x>", START + timedelta(days=2100))
        thread = index.thread(f"<{mail.dice.randrange(len(index.log))}@x>")
        began = time.perf_counter()
        judge(draft, thread, index, phi=True)
        spent.append(1000 * (time.perf_counter() - began))
    return sorted(spent)


def main(sent: int, received: int) -> None:
    mail = Mail(20_000, 30_000)
    messages = [mail.message(number, sent=number % (sent + received) < sent) for number in range(sent + received)]
    mail.dice.shuffle(messages)
    index = RecipientIndex((ALICE,), ("hospital.example",))
    started = time.perf_counter()
    report("the mail itself", started)
    for message in messages:
        (index.learn_sent if message.sender is ALICE else index.learn_received)(message)
    report(f"learned {len(messages)} messages", started)
    started = time.perf_counter()
    rows = list(index.rows())
    report(f"exported {len(rows)} rows", started)
    started = time.perf_counter()
    RecipientIndex.from_rows((ALICE,), ("hospital.example",), rows)
    report("read back", started)
    started = time.perf_counter()
    prepare(index)
    report("replayed 150 sent", started)
    spent = drafts(mail, index, 300)
    print(f"a draft: p50 {statistics.median(spent):.1f} ms, p95 {spent[int(0.95 * len(spent))]:.1f} ms, most {spent[-1]:.1f} ms")


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:3] or (100_000, 100_000)))
