# /// script
# dependencies = ["numpy"]
# ///
"""Train the weights of the recipients' behaviour model: `recipients.py extract MAILBOXES FEATURES`, then `recipients.py train FEATURES`.

The development mailboxes are streams as `securemail recipients check --jsonl` reads them, with labels beside. Each is read three times: whole,
as a fresh mailbox (the last 60 sent and 200 received messages), and without the answered message. To the labelled mistakes are added typos that
the answered message already held, which the data has not. Display names are left out: the data has none where an address was never seen, which
would tell. Only weights leave this script; no address does.
"""

import argparse
import gzip
import hashlib
import json
import pickle
import random
import sys
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from securemail_desktop.cli import recipients as stream
from securemail_desktop.message.address import Address
from securemail_desktop.recipients.calibrate import REPLAYED, old_message, shift_of
from securemail_desktop.recipients.case import case_of
from securemail_desktop.recipients.features import features
from securemail_desktop.recipients.index import RecipientIndex
from securemail_desktop.recipients.model import Situation, situation
from securemail_desktop.recipients.past import Past
from securemail_desktop.recipients.reading import read

TARGET = Path(__file__).parents[2] / "securemail_desktop" / "recipients" / "data" / "weights.json"
RIDGE = 60.0
# Typos that are inherited are made here, from clean drafts; replayed messages only set the thresholds.
WEIGHT = {"inherited": 0.5, "replay": 0.0}
KEYS = {a: b for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm") for a, b in zip(row, row[1:] + row[-2], strict=True)}


def lines(path: Path, variant: str) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as stream_file:
        entries = [json.loads(line) for line in stream_file]
    first = next(i for i, e in enumerate(entries) if e["type"] == "draft")
    dropped: set[int] = set()
    if variant == "cold":
        for kind, kept in (("sent", 60), ("recv", 200)):
            dropped |= set([i for i in range(first) if entries[i]["type"] == kind][:-kept])
    if variant == "nothread":
        for entry in entries:
            if entry["type"] == "draft":
                entry["parent"] = None
    return [entry for i, entry in enumerate(entries) if i not in dropped]


def mistyped(address: str, dice: random.Random) -> str:
    local, _, domain = address.partition("@")
    part = local if dice.random() < 0.6 or len(domain.split(".")[0]) < 4 else domain.split(".")[0]
    at = dice.randrange(1, len(part)) if len(part) > 1 else 0
    wrong = dice.choice(
        (
            part[:at] + part[at + 1 :],
            part[:at] + part[at : at + 1] + part[at:],
            part[: at - 1] + part[at : at + 1] + part[at - 1 : at] + part[at + 1 :],
            part[:at] + KEYS.get(part[at : at + 1], "e") + part[at + 1 :],
        )
    )
    typed = f"{wrong}@{domain}" if part is local else f"{local}@{wrong}{domain.removeprefix(part)}"
    return address if ".." in typed or typed.startswith(".") or ".@" in typed else typed


def inherited(entry: dict[str, Any], index: RecipientIndex, dice: random.Random) -> tuple[dict[str, Any], int] | None:
    """Return the draft with a recipient mistyped in it and in the answered message, and the recipient's place."""
    if not entry["parent"]:
        return None
    people = {address for _, address in [*entry["parent"]["to"], *entry["parent"]["cc"]]}
    everyone = [*entry["to"], *entry["cc"]]
    places = [i for i, (_, a) in enumerate(everyone) if a in people and (p := index.person(a.lower())) and p.sent]
    if not places:
        return None
    place = dice.choice(places)
    right = everyone[place][1]
    wrong = mistyped(right, dice)
    if wrong == right or index.person(wrong.lower()):
        return None
    text = json.dumps({k: entry[k] for k in ("parent", "to", "cc")}).replace(json.dumps(right), json.dumps(wrong))
    return {**entry, **json.loads(text)}, place


def examples(entry: dict[str, Any], user: Address, index: RecipientIndex) -> tuple[list[str], list[dict[str, float]], str]:
    nameless = {**entry, "to": [["", a] for _, a in entry["to"]], "cc": [["", a] for _, a in entry["cc"]]}
    draft = stream._draft(nameless, user)
    case = case_of(draft, stream._thread(entry.get("parent")), Past(index, int(draft.date.timestamp())))
    reading = read(case)
    by_key = {address.key: features(address, reading) for address in case.others}
    keys = [r.address.key for r in draft.recipients]
    return keys, [by_key.get(key, {}) for key in keys], situation(case).value


def replay(index: RecipientIndex, position: int) -> tuple[list[str], list[dict[str, float]], str]:
    reading = old_message(index, position)
    return list(reading.case.keys), [features(address, reading) for address in reading.case.others], situation(reading.case).value


def mailbox(job: tuple[Path, str, dict[str, Any]]) -> list[tuple[Any, ...]]:
    path, variant, labels = job
    dice = random.Random(path.name)
    entries = iter(lines(path, variant))
    head = next(entries)
    user = stream._address((head["name"], head["addr"]))
    index = RecipientIndex((user,), ())
    found: list[tuple[Any, ...]] = []
    replayed = False
    for entry in entries:
        if entry["type"] == "draft" and not replayed:
            replayed = True
            found += [(path.name, variant, f"replay {p}", "replay", -1, *replay(index, p)) for p in index.log.sent_positions[-REPLAYED:]]
        if entry["type"] == "sent":
            index.learn_sent(stream._correspondence(entry, user))
        elif entry["type"] == "recv":
            index.learn_received(stream._correspondence(entry, stream._address(entry["from"])))
        else:
            label = labels[entry["id"]]
            found.append((path.name, variant, entry["id"], label["type"], label["leak"], *examples(entry, user, index)))
            if label["leak"] < 0 and variant != "nothread" and (typo := inherited(entry, index, dice)):
                found.append((path.name, variant, entry["id"] + "+", "inherited", typo[1], *examples(typo[0], user, index)))
    return found


def extract(folder: Path, out: Path, variants: list[str], users: int) -> None:
    with gzip.open(folder / "labels.jsonl.gz", "rt", encoding="utf-8") as label_file:
        labels = {e["id"]: e for e in map(json.loads, label_file)}
    paths = sorted(folder.glob("u*.jsonl.gz"))[: users or None]
    jobs = [(p, v, {k: e for k, e in labels.items() if e["user"] == p.name.split(".")[0]}) for p in paths for v in variants]
    with Pool(2) as pool:
        rows = [row for part in pool.imap_unordered(mailbox, jobs) for row in part]
    digest = hashlib.sha256(b"".join(p.read_bytes() for p in sorted(folder.glob("*.gz")))).hexdigest()
    out.write_bytes(pickle.dumps({"digest": digest, "rows": rows}))


Fitted = tuple[np.ndarray, float]


def table(rows: list[tuple[Any, ...]], names: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, list[tuple[int, int]]]:
    """Return features, labels, situations and mailboxes of every recipient, and where each stands: (draft, place)."""
    column = {name: i for i, name in enumerate(names)}
    places = [(d, j) for d, row in enumerate(rows) for j, found in enumerate(row[6]) if found]
    x = np.zeros((len(places), len(names)))
    for i, (d, j) in enumerate(places):
        for name, value in rows[d][6][j].items():
            x[i, column[name]] = value
    y = np.array([rows[d][4] == j for d, j in places], dtype=float)
    return x, y, np.array([rows[d][7] for d, _ in places]), np.array([rows[d][0] for d, _ in places]), places


def fit(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> Fitted:
    """Return weights and bias of a logistic regression (L2 on standardised features), by Newton's method."""
    spread = x.std(0) + 1e-6
    z = np.hstack([x / spread, np.ones((len(x), 1))])
    ridge = np.append(np.full(x.shape[1], RIDGE), 1e-6)
    beta = np.zeros(z.shape[1])
    for _ in range(40):
        p = 1 / (1 + np.exp(-np.clip(z @ beta, -30, 30)))
        curvature = (z * (weight * p * (1 - p))[:, None]).T @ z + np.diag(ridge)
        step = np.linalg.solve(curvature, z.T @ (weight * (p - y)) + ridge * beta)
        beta -= step
        if np.abs(step).max() < 1e-4:
            break
    return beta[:-1] / spread, float(beta[-1])


def fit_all(x: np.ndarray, y: np.ndarray, kind: np.ndarray, weight: np.ndarray, chosen: np.ndarray) -> dict[str, Fitted]:
    """Return the weights of each situation. New mail is rare; answers without their conversation help it out at a third of their weight."""
    models = {}
    for which in Situation:
        share = np.where(kind == which.value, 1.0, 0.3 * ((which is Situation.NEW) & (kind == Situation.UNTHREADED.value)))
        use = chosen & (share > 0)
        models[which.value] = fit(x[use], y[use], (weight * share)[use])
    return models


def threshold(clean: list[float], per_hundred: float) -> float:
    return sorted(clean, reverse=True)[int(per_hundred * len(clean) / 100)] + 1e-9


def cross_validate(data: tuple[Any, ...], rows: list[tuple[Any, ...]], weight: np.ndarray) -> dict[str, float]:
    """Print recall by kind of mistake with the mailbox left out of training; return the thresholds of the shipped tiers."""
    x, y, kind, box, places = data
    fold = {name: i % 5 for i, name in enumerate(sorted(set(box)))}
    folds = np.array([fold[b] for b in box])
    score = np.zeros(len(y))
    for k in range(5):
        for which, (w, bias) in fit_all(x, y, kind, weight, folds != k).items():
            here = (folds == k) & (kind == which)
            score[here] = x[here] @ w + bias
    return report(score, rows, places)


def report(score: np.ndarray, rows: list[tuple[Any, ...]], places: list[tuple[int, int]]) -> dict[str, float]:
    """Print recall by kind, without and with the shift of each mailbox; return the thresholds."""
    odds: dict[int, dict[int, float]] = {}
    for i, (d, j) in enumerate(places):
        odds.setdefault(d, {})[j] = float(score[i])
    tiers = levels("full", odds, rows, {})
    for variant in ("nothread", "cold", "full"):
        boxes = {rows[d][0] for d in odds}
        replays = {
            box: [max(by.values()) for d, by in odds.items() if rows[d][:2] == (box, variant) and rows[d][3] == "replay"] for box in boxes
        }
        shifts = {box: shift_of(scores, tiers["sheet"], tiers["bar"]) for box, scores in replays.items()}
        levels(variant, odds, rows, {})
        shifted = levels(variant, odds, rows, shifts)
        alarms: dict[str, list[bool]] = {box: [] for box in boxes}
        for d, by in odds.items():
            if rows[d][1] == variant and rows[d][3] == "clean":
                alarms[rows[d][0]].append(max(by.values()) - shifts[rows[d][0]] >= tiers["sheet"])
        print("  alarms as shipped, per 100:", round(100 * float(np.mean([a for found in alarms.values() for a in found])), 2))
    # Between the two: fresh mailboxes alarm more often than those with history.
    return {"sheet": (tiers["sheet"] + shifted["sheet"]) / 2, "bar": tiers["bar"]}


def levels(variant: str, odds: dict[int, dict[int, float]], rows: list[tuple[Any, ...]], shifts: dict[str, float]) -> dict[str, float]:
    """Print recall by kind at 0.2, 1 and 3 alarms per 100 clean drafts; return the log-odds there."""
    drafts = {d: {j: o - shifts.get(rows[d][0], 0.0) for j, o in by.items()} for d, by in odds.items() if rows[d][1] == variant}
    clean = [max(by.values()) for d, by in drafts.items() if rows[d][3] == "clean"]
    tiers = {"sure": threshold(clean, 0.2), "sheet": threshold(clean, 1), "bar": threshold(clean, 3)}
    leaks = [d for d in drafts if rows[d][4] >= 0]
    print(
        f"{variant}: {len(clean)} clean drafts, {'shifted by mailbox' if shifts else 'not shifted'}",
        {k: round(v, 2) for k, v in tiers.items()},
    )
    groups = {group: [d for d in leaks if rows[d][3] == group] for group in sorted({rows[d][3] for d in leaks})}
    groups |= {"all but inherited": [d for d in leaks if rows[d][3] != "inherited"], "new": [d for d in leaks if rows[d][7] == "new"]}
    for name, members in groups.items():
        found = [drafts[d].get(rows[d][4], -99.0) for d in members]
        print(f"  {name:<18}{len(found):>6}" + "".join(f"{np.mean([o >= t for o in found]):7.3f}" for t in tiers.values()))
    return tiers


def train(features_file: Path) -> None:
    stored = pickle.loads(features_file.read_bytes())
    rows = stored["rows"]
    names = sorted({name for row in rows for found in row[6] for name in found})
    data = table(rows, names)
    x, y, kind, _, places = data
    weight = np.array([WEIGHT.get(rows[d][3], 1.0) for d, _ in places])
    tiers = cross_validate(data, rows, weight)
    models = fit_all(x, y, kind, weight, np.ones(len(y), dtype=bool))
    document: dict[str, Any] = {"data_sha256": stored["digest"], "thresholds": {k: round(v, 3) for k, v in tiers.items()}}
    for which, (w, bias) in models.items():
        kept = {name: round(float(v), 4) for name, v in zip(names, w, strict=True) if abs(v) >= 0.0005}
        document[which] = {"bias": round(bias, 4), "weights": kept}
    TARGET.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="extract features, or train the weights")
    commands = parser.add_subparsers(dest="command", required=True)
    extracting = commands.add_parser("extract")
    extracting.add_argument("mailboxes", type=Path)
    extracting.add_argument("features", type=Path)
    extracting.add_argument("--variants", default="full,cold,nothread")
    extracting.add_argument("--users", type=int, default=0)
    training = commands.add_parser("train")
    training.add_argument("features", type=Path)
    arguments = parser.parse_args()
    if arguments.command == "extract":
        extract(arguments.mailboxes, arguments.features, arguments.variants.split(","), arguments.users)
    else:
        train(arguments.features)


if __name__ == "__main__":
    main()
