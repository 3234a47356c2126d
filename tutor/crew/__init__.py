"""Roles and passages into answers and quizzes, by CrewAI.

This is the only package that imports crewai. Its telemetry, tracing, version check and
first-run question are switched off here, by environment, before any module can import it.
"""

import os

os.environ["CREWAI_DISABLE_TELEMETRY"] = "true"
os.environ["CREWAI_TRACING_ENABLED"] = "false"
os.environ["CREWAI_DISABLE_VERSION_CHECK"] = "true"
os.environ["OTEL_SDK_DISABLED"] = "true"
