"""Read what the front matter of a note says of its place in a course.

    ---
    title: Convolutional networks
    module: Vision
    objectives: [Carry out a convolution by hand]
    prerequisites: [02-neural-networks/01-tensors.md]
    key_terms: [kernel, stride]
    ---

Only ``module`` makes a note a lesson; the lists may be left out.
"""

from __future__ import annotations

from typing import Any

import yaml

from tutor.ingestion.headings import front_matter_end
from tutor.schema import Lesson


def lesson_of(text: str) -> Lesson | None:
    """Return the lesson that a note is by its front matter.

    ``None`` if it has none, names no module, or does not say what it says in the right form:
    front matter is written for many programs, and no note is refused for it.
    """
    fields = _fields(text[: front_matter_end(text)])
    try:
        return Lesson(
            module=_line(fields.get("module")),
            objectives=_lines(fields.get("objectives")),
            prerequisites=_lines(fields.get("prerequisites")),
            key_terms=_lines(fields.get("key_terms")),
        )
    except ValueError:
        return None


def _fields(front_matter: str) -> dict[Any, Any]:
    """Return the fields of front matter, all scalars as text; none where it is not YAML."""
    try:
        read = next(yaml.load_all(front_matter, Loader=yaml.BaseLoader), None)
    except (yaml.YAMLError, RecursionError):  # the latter where brackets nest without end
        return {}
    return read if isinstance(read, dict) else {}


def _line(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("not a line of text")
    return " ".join(value.split())


def _lines(value: object) -> tuple[str, ...]:
    """Return the entries of a list; a field left out or empty has none."""
    if value is None or value == "":
        return ()
    if not isinstance(value, list):
        raise ValueError("not a list")
    return tuple(dict.fromkeys(map(_line, value)))
