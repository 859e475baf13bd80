"""How faithfully the view shows the letters of `tests/corpus/newsletters`: `python tests/benchmarks/html_fidelity.py`.

What a reader must see is what Chromium shows of each letter at 700 pixels without a network. `--chromium` asks it anew (Debian: `apt install
chromium`) and writes the `.txt` beside each letter; `--pictures FOLDER` draws each letter in Chromium, in light and in dark side by side.
"""

import argparse
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from securemail_desktop.gui.app import make_application, make_look
from securemail_desktop.gui.html_view import HtmlView
from securemail_desktop.gui.look import Scheme
from tests.support.html_measure import Measured, measure
from tests.support.letters import FOLDER, expected, names, parts, source

WIDTHS = (700, 420)
HEIGHT = 1000
CHROMIUM = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND")
READER = """
<script>
const HIDDEN = e => { for (; e && e.nodeType == 1; e = e.parentElement) { const s = getComputedStyle(e);
  if (s.overflow.includes('hidden') && (e.offsetHeight < 2 || e.offsetWidth < 2) && s.display != 'inline') return true; } return false; };
const BLOCK = e => { while (getComputedStyle(e).display == 'inline') e = e.parentElement; return e; };
function read(doc) { const lines = []; let block = null, line = '';
  const flush = () => { if (line.trim()) lines.push(line.replace(/\\s+/g, ' ').trim()); line = ''; };
  const walker = doc.createTreeWalker(doc.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let n = walker.nextNode(); n; n = walker.nextNode()) {
    if (n.nodeType == 1) { if (n.tagName == 'BR') flush(); continue; }
    const p = n.parentElement, s = getComputedStyle(p);
    if (/^(STYLE|SCRIPT|OPTION|TITLE)$/.test(p.tagName) || !p.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    if (parseFloat(s.fontSize) < 2 || HIDDEN(p)) continue;
    if (BLOCK(p) != block) { flush(); block = BLOCK(p); }
    line += n.data; }
  flush(); return lines; }
addEventListener('load', () => { const out = {}; for (const f of document.querySelectorAll('iframe')) out[f.id] = read(f.contentDocument);
  document.documentElement.textContent = 'JSON' + JSON.stringify(out) + 'END'; });
</script>"""


def ask_chromium() -> None:
    frames = "".join(f'<iframe id="{name}" width=700 height=2000 srcdoc="{html.escape(source(name))}"></iframe>' for name in names())
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "all.html"
        page.write_text(f"<!doctype html><meta charset=utf-8>{READER}{frames}", "utf-8")
        dump = subprocess.run(["chromium", *CHROMIUM, "--dump-dom", page.as_uri()], capture_output=True, text=True, check=True).stdout
    found = re.search(r"JSON(.*)END", dump, re.DOTALL)
    assert found, "Chromium told nothing"
    for name, lines in json.loads(html.unescape(found[1])).items():
        (FOLDER / f"{name}.txt").write_text("".join(f"{line}\n" for line in lines), "utf-8")


def draw(view: HtmlView, name: str) -> QImage:
    view.show_message(source(name), "", parts())
    QApplication.processEvents()
    return view.grab().toImage()


def chromium_picture(name: str, folder: Path) -> QImage:
    file, picture = folder / f"{name}.html", folder / f"{name}-chromium.png"
    file.write_text(f"<!doctype html>{source(name)}" if "<!doctype" not in source(name)[:20].lower() else source(name), "utf-8")
    if not picture.exists():
        command = ["chromium", *CHROMIUM, f"--screenshot={picture}", f"--window-size={WIDTHS[0]},{HEIGHT}", file.as_uri()]
        subprocess.run(command, capture_output=True, check=True)
    return QImage(str(picture))


def side_by_side(images: list[QImage], file: Path) -> None:
    sheet = QImage(sum(image.width() + 10 for image in images), HEIGHT, QImage.Format.Format_RGB32)
    sheet.fill(QColor("#808080"))
    painter, left = QPainter(sheet), 0
    for image in images:
        painter.drawImage(left, 0, image)
        left += image.width() + 10
    painter.end()
    sheet.save(str(file))


def report(name: str, measured: Measured, seconds: float) -> None:
    print(
        f"{name:28s} {measured.found:3d}/{measured.expected:<3d} extra {measured.extra:4d} overflow {measured.overflow:4d}"
        f" contrast {measured.contrast:5.1f} overlaps {measured.overlaps} smallest {measured.smallest:3d} {1000 * seconds:6.0f} ms"
        + "".join(f"\n      missing: {line[:100]}" for line in measured.missing)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--chromium", action="store_true")
    options = parser.parse_args()
    if options.chromium:
        ask_chromium()
    application = make_application()
    results: list[tuple[Measured, float]] = []
    shots: dict[str, list[QImage]] = {name: [] for name in names()}
    for scheme, width in ((Scheme.LIGHT, WIDTHS[0]), (Scheme.DARK, WIDTHS[0]), (Scheme.LIGHT, WIDTHS[1])):
        print(f"\n{scheme.name}, {width} pixels")
        view = HtmlView(make_look(application, scheme))
        view.resize(width, HEIGHT)
        view.show()
        for name in names():
            begin = time.perf_counter()
            image = draw(view, name)
            seconds = time.perf_counter() - begin
            results.append((measure(view, expected(name)), seconds))
            shots[name].append(image)
            report(name, *results[-1])
        view.close()
    summary(results)
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
        for name, images in shots.items():
            drawn = [chromium_picture(name, options.pictures)] if shutil.which("chromium") else []
            side_by_side([*drawn, *images], options.pictures / f"{name}.png")


def summary(results: list[tuple[Measured, float]]) -> None:
    measures = [measured for measured, _ in results]
    lines, found = sum(m.expected for m in measures), sum(m.found for m in measures)
    print(f"\n{len(names())} letters, {lines // 3} lines each of {len(measures) // len(names())} times")
    print(f"lines shown in Chromium's order: {100 * found / lines:.1f} %, missing: {sum(len(m.missing) for m in measures)}")
    print(f"letters wider than the window: {sum(m.overflow > 0 for m in measures)}; least contrast {min(m.contrast for m in measures):.2f}")
    print(f"paragraphs over each other: {sum(m.overlaps for m in measures)}; smallest text {min(m.smallest for m in measures)} pixels")
    print(
        f"time to show: median {1000 * sorted(t for _, t in results)[len(results) // 2]:.0f} ms, most {1000 * max(t for _, t in results):.0f} ms"
    )


if __name__ == "__main__":
    main()
