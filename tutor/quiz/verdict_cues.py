"""Whether the form of a true/false statement tells its verdict, as it does if one form is one way.

Notes say much that is so and little that is not: a statement with "so that" is easily copied and
hardly ever turned. Whoever then agrees to every "so that" is right, and has learned nothing. So
statements are counted by what stands out in their form, and each form has to have both verdicts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from tutor.quiz.items import FALSE, TRUE
from tutor.quiz.wording import DECISION
from tutor.schema import ItemKind, QuizItem

CONTRAST, DECIDED, NUMBER = "contrast", "decision", "number"

CUES: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        CONTRAST: r"\bunlike\b|\brather than\b",
        DECIDED: DECISION,
        NUMBER: r"\d",
        "two sides": r", (?:while|whereas)\b",
        "reason": r"\bbecause\b|\bsince\b",
        "result": r"\bso that\b|, so\b|\b(?:therefore|hence|thus)\b",
        "case": r"^(?:if|when|whenever|once|without)\b",
        "means": r"\bby (?:\w+ly )?\w+ing\b",
        "comparison": r"(?<!rather )\bthan\b",
        "use": r"\b(?:is|are) used\b",
        "definition": r"\b(?:is|are) (?:an?|the)\b",
        "examples": r"\b(?:such as|including|for example|e\.g\.)",
        "quoted": "^\u201c",
        "denial": r"\b(?:not|never|no|cannot|hardly)\b",
        "hedge": r"\b(?:usually|often|mostly|typically|generally|sometimes|may|might|can|could)\b",
        "absolute": r"\b(?:always|never|only|none|nothing)\b",
    }.items()
}
"""What stands out in the form of a statement."""

LONG = "long"


def cues_of(stem: str) -> Iterator[str]:
    """Yield the names of the cues that a statement shows."""
    return (name for name, pattern in CUES.items() if pattern.search(stem))


def lead_of_true(items: Iterable[QuizItem], cue: str = "") -> int:
    """Return by how many the statements that are true are more than those that are false.

    Given a ``cue``, only the statements that show it are counted.
    """
    return sum(
        1 if item.key == TRUE else -1
        for item in items
        if item.kind is ItemKind.TRUE_FALSE and (not cue or CUES[cue].search(item.stem))
    )


def leaning_cue(item: QuizItem, others: Sequence[QuizItem], slack: int = 0) -> str | None:
    """Return a cue of a statement that others with its verdict show more than ``slack`` times more.

    "" stands for no cue but the verdict: that is the usual one of all statements by then. Of an
    item that is fine, and of what is no statement, ``None`` is returned.
    """
    if item.kind is not ItemKind.TRUE_FALSE:
        return None
    sign = 1 if item.key == TRUE else -1
    cues = ("", *cues_of(item.stem))
    return next((cue for cue in cues if sign * lead_of_true(others, cue) > slack), None)


def best_cue(items: Sequence[QuizItem]) -> tuple[str, float]:
    """Return the cue by which most verdicts are guessed, and the share, 0 to 1, that it guesses.

    Statements that show it are all taken for what most of them are, and so are the others.
    """
    stems = [(item.stem, item.key) for item in items if item.kind is ItemKind.TRUE_FALSE]
    if not stems:
        return "", 0.0
    usual = median(len(stem.split()) for stem, _ in stems)
    shown = {name: [bool(cue.search(stem)) for stem, _ in stems] for name, cue in CUES.items()}
    shown[LONG] = [len(stem.split()) > usual for stem, _ in stems]
    keys = [key for _, key in stems]
    guessed = {name: _guessed(seen, keys) for name, seen in shown.items()}
    best = max(guessed, key=guessed.__getitem__)
    return best, guessed[best] / len(stems)


def _guessed(shown: Sequence[bool], keys: Sequence[str]) -> int:
    """Return how many verdicts are guessed by one cue."""
    told = list(zip(shown, keys, strict=True))
    return sum(max(told.count((seen, TRUE)), told.count((seen, FALSE))) for seen in (True, False))
