"""Throughput of taking messages apart, beside the standard library's parser in the same run: `mime.py`.

A plain text, a newsletter with twenty parts, and a message with an attachment of 20 MB; each is parsed and all contents are decoded.
"""

import email
import email.policy
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from securemail_desktop.message.compose import draft_bytes
from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.parse import parse_draft
from tests.support.send_path import draft_to, to


def messages() -> dict[str, bytes]:
    plain = replace(draft_to(*to("bob@hospital.example")), text="Please call the ward about the dose.\n" * 50)
    parts = tuple(Attachment(f"p{n}.png", "image/png", os.urandom(3_000), f"p{n}@x", inline=True) for n in range(18))
    large = replace(plain, attachments=(Attachment("scan.bin", "application/octet-stream", os.urandom(20_000_000)),))
    drafts = {
        "plain text, 2 kB": plain,
        "newsletter, 20 parts": replace(plain, html="<p>Hello</p>" * 500, attachments=parts),
        "20 MB": large,
    }
    return {name: draft_bytes(draft) for name, draft in drafts.items()}


def standard(source: bytes) -> object:
    message = email.message_from_bytes(source, policy=email.policy.default)
    return message["subject"], message["to"], [part.get_content() for part in message.walk() if not part.is_multipart()]


def speed(parse: Callable[[bytes], object], source: bytes) -> float:
    parse(source)
    began, rounds = time.perf_counter(), 0
    while time.perf_counter() - began < 1.0:
        parse(source)
        rounds += 1
    return rounds * len(source) / 1e6 / (time.perf_counter() - began)


def main() -> None:
    for name, source in messages().items():
        own, peer = speed(parse_draft, source), speed(standard, source)
        print(f"{name:<22} {own:8.1f} MB/s   standard library {peer:8.1f} MB/s   ratio {own / peer:.1f}")
    print("target: not slower than the standard library")


if __name__ == "__main__":
    main()
