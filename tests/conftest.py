"""CI draws the same examples each time, so that a change is judged and not a draw; developers and --long go on searching."""

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
