"""CI draws the same examples each time, so that a change is judged and not a draw; developers and --long go on searching."""

import os

from hypothesis import HealthCheck, settings

SLOW = (HealthCheck.too_slow,)
settings.register_profile("steady", deadline=None, suppress_health_check=SLOW)  # a busy machine is no failure
settings.load_profile("steady")
settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=SLOW)
if os.environ.get("CI"):
    settings.load_profile("ci")
