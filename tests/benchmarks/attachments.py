"""Time to read attachments in the confined process: its start, then each kind of file once it is warm, through the pipes and back."""

import statistics
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.reading import AttachmentText
from securemail_desktop.session.attachment_texts import AttachmentTexts
from securemail_desktop.session.reading_process import ReadingProcess, reading_command
from tests.support.office import para, sheet, word
from tests.support.pdf import Pdf

LINE = "Maria Lopez, MRN 4711, potassium 6.1 mmol/L on Monday; please call about the biopsy."
REPEATS = 30


def report() -> bytes:
    """Return 20 pages of 50 lines."""
    document = Pdf()
    for page in range(20):
        document.page(*(f"{page}.{line} {LINE}" for line in range(50)), packed=True)
    return document.build()


FILES: dict[str, bytes] = {
    "PDF, 20 pages": report(),
    "Word, 500 paragraphs": word(para(LINE) * 500),
    "Excel, 10,000 cells": sheet(("<row>" + f"<c t='str'><v>{LINE[:11]}</v></c>" * 10 + "</row>") * 1_000),
    "CSV, 1 MB": (LINE.encode() + b"\n") * 11_600,
}


def seconds(work: Callable[[], object]) -> float:
    """Return how long it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    with closing(ReadingProcess(reading_command())) as process:
        first = Attachment("", "text/plain", b"x")
        print(f"start and first file: {seconds(lambda: process.read(first)) * 1000:.0f} ms")
        for name, content in FILES.items():
            file = Attachment("", "", content)
            found: AttachmentText = process.read(file)
            times = sorted(seconds(lambda file=file: process.read(file)) for _ in range(REPEATS))  # type: ignore[misc]
            letters = sum(len(line.text) for line in found.lines)
            middle, slowest = statistics.median(times) * 1000, times[-1] * 1000
            print(
                f"{name}: median {middle:.1f} ms, slowest {slowest:.1f} ms ({len(content):,} octets, {letters:,} letters) {found.unreadable}"
            )
    with AttachmentTexts() as texts:
        large = Attachment("", "", b"x" * 25_000_000)
        texts.read([large])
        print(f"known file of 25 MB, looked up in a review: {seconds(lambda: texts.text(large)) * 1000:.1f} ms")


if __name__ == "__main__":
    main()
