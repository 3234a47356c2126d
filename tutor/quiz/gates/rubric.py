"""The gate on short and long answers: a rubric that stands in the notes and can be earned."""

from __future__ import annotations

from tutor.grounding.markup import clean
from tutor.grounding.words import content_stems
from tutor.quiz.gates.gate import share
from tutor.quiz.grading import grade
from tutor.quiz.knowledge.glossary import Glossary
from tutor.schema import ItemKind, QuizItem

MAX_POINTS = 6
"""Points of a rubric: more are an essay."""

MIN_COVERAGE = 0.8
"""Share of a point's content words that stand in its quote or in the question."""


def rubric_can_be_earned(item: QuizItem, glossary: Glossary) -> str:
    """Demand points that stand in the notes, which the model answer earns and the question not."""
    if item.kind not in (ItemKind.SHORT_ANSWER, ItemKind.LONG_ANSWER):
        return ""
    if not 1 <= len(item.rubric) <= MAX_POINTS:
        return f"Its rubric has {len(item.rubric)} points, not 1 to {MAX_POINTS}."
    for point in item.rubric:
        said = set(content_stems(f"{clean(point.evidence.quote)} {item.stem}"))
        if share(point.text, said) < MIN_COVERAGE:
            return f"The notes do not say \u201c{point.text}\u201d where it is quoted from."
    if not grade(item, item.key, encoder=glossary.encoder).correct:
        return "Its own model answer would not get full marks."
    if grade(item, item.stem, encoder=glossary.encoder).score:
        return "Repeating the question would get marks."
    return ""
