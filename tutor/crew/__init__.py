"""Roles and passages into answers and quizzes, by CrewAI.

This is the only package that imports crewai. Its telemetry, tracing, version check and
first-run question are switched off here, by environment, before any module can import it.
"""

import os
from pathlib import Path

os.environ["CREWAI_DISABLE_TELEMETRY"] = "true"
os.environ["CREWAI_TRACING_ENABLED"] = "false"
os.environ["CREWAI_DISABLE_VERSION_CHECK"] = "true"
os.environ["OTEL_SDK_DISABLED"] = "true"


def keep_records_in(folder: Path) -> None:
    """Make CrewAI keep its record of the last run in ``folder``, not in a place of its own.

    It looks for the place when it is imported, so this has to come before.
    """
    os.environ["CREWAI_STORAGE_DIR"] = str(folder.resolve())
