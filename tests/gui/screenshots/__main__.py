"""Renders the scenes to PNG files, to be looked at: `python -m tests.gui.screenshots FOLDER [--scale 2] [--letters 2] [--only NAME]`.

Not a test: it is how the look was judged, in every scheme, wide and narrow, with long names, empty and with errors.
"""

import argparse
import os
import sys
from pathlib import Path


def options() -> argparse.Namespace:
    """Return what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.gui.screenshots", description="Render every window and state.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", default="1", help="1 to 3")
    parser.add_argument("--letters", type=float, default=1.0, help="how many times their usual size the letters have")
    parser.add_argument("--schemes", default="light,dark,contrast-light,contrast-dark")
    parser.add_argument("--only", default="", help="what a scene's name holds")
    return parser.parse_args()


def render(asked: argparse.Namespace) -> None:
    """Set each scene once and take its picture in every scheme and size."""
    from PySide6.QtWidgets import QApplication

    from securemail_desktop.gui.background import Background
    from securemail_desktop.gui.look import Scheme
    from tests.gui.screenshots.scenes import SCENES
    from tests.gui.screenshots.stage import Scene, Stage, clear_stage, open_stage, rest

    def shoot(stage: Stage, scene: Scene) -> None:
        window = scene.make(stage)
        window.show()
        for scheme in map(Scheme, asked.schemes.split(",")):
            stage.look.apply(scheme)
            for size in scene.sizes or ((window.width(), window.height()),):
                window.resize(*size)
                rest(60)
                wide = f"-{size[0]}" if scene.sizes else ""
                window.grab().save(str(asked.folder / f"{scene.name}{wide}-{scheme}-{asked.scale}x.png"))
        clear_stage()

    stage = open_stage(Background())
    letters = QApplication.font()
    letters.setPointSizeF(asked.letters * letters.pointSizeF())
    QApplication.setFont(letters)
    stage.look.apply(Scheme.LIGHT)
    for scene in SCENES:
        if asked.only in scene.name:
            sys.stderr.write(f"{scene.name}\n")
            shoot(stage, scene)
    stage.background.close()


if __name__ == "__main__":
    asked = options()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = asked.scale
    asked.folder.mkdir(parents=True, exist_ok=True)
    render(asked)
