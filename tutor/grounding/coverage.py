"""Do the notes cover a question? One score, one threshold, fitted on labelled questions.

A tutor that guesses is worse than one that says "the notes do not cover this". The score is the
probability, by a logistic model over the six numbers of ``signals``, that the passages answer
the question. Weights and threshold come from

    python benchmarks/fit_abstention.py NOTES_FOLDER

which fits them on questions over two sets of notes and shows how they carry over from one to
the other.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from tutor.grounding.candidates import Encoder
from tutor.grounding.doing import is_told_how
from tutor.grounding.language import is_in_another_language, is_sum
from tutor.grounding.lists import stands_aside
from tutor.grounding.markup import clean_heading
from tutor.grounding.names import names_lacking
from tutor.grounding.relation import is_touched
from tutor.grounding.signals import Signals, observe
from tutor.grounding.vocabulary import Vocabulary
from tutor.schema import Passage

WEIGHTS = Signals(
    similarity=4.23, length=1.91, gap=-4.96, unknown=-2.36, unfound=-1.64, untied=-3.19
)
BIAS = -2.36

THRESHOLD = 0.42
"""Score from which the notes cover a question."""

SURE = 0.70
"""Score below which a covered question is answered with a hedge."""

_HALF_SURE = SURE - 0.01
"""The best score of notes that never do what "how do I" asks for, say nothing of what is asked of
a thing, or are in another language than the question: they come near it."""

_PLURAL = re.compile(r"(?<=\b[A-Z]{2})s\b|(?<=\b[A-Z]{3})s\b|(?<=\b[A-Z]{4})s\b")
"""The end of "GRUs", which is no name of its own."""

_MOST_TOPICS = 4


@dataclass(frozen=True, slots=True)
class Coverage:
    """How surely the notes cover a question.

    ``score`` is 0 to 1, ``similarity`` the cosine of the best sentence, ``missing`` are names
    that the notes never use, ``topics`` the nearest headings, best first.
    """

    score: float
    similarity: float
    missing: tuple[str, ...]
    topics: tuple[str, ...]

    @property
    def covered(self) -> bool:
        """Whether to answer."""
        return self.score >= THRESHOLD

    @property
    def sure(self) -> bool:
        """Whether to answer without a hedge."""
        return self.score >= SURE


def assess(
    question: str,
    passages: Sequence[Passage],
    vocabulary: Vocabulary,
    encoder: Encoder | None = None,
) -> Coverage:
    """Tell how surely ``passages`` (best first, found for ``question``) answer it.

    ``question`` stands alone and is spelt right. Without an ``encoder`` the similarity of the
    passages themselves is used.
    """
    topics = nearest_topics(passages)
    if not passages or is_sum(question):
        return Coverage(0.0, 0.0, (), topics)
    asked = question.lower() if question.isupper() else _PLURAL.sub("", question)
    signals = observe(asked, passages, vocabulary, encoder)
    unknown, _ = names_lacking(asked, passages, vocabulary)
    score = score_of(signals)
    if (
        not is_told_how(asked, passages)
        or is_in_another_language(asked, vocabulary)
        or not is_touched(asked, passages, vocabulary, encoder)
    ):
        score = min(score, _HALF_SURE)
    return Coverage(score, signals.similarity, tuple(sorted(unknown)), topics)


def score_of(signals: Signals) -> float:
    """Return the probability that the notes answer, 0 to 1."""
    pairs = zip(astuple(WEIGHTS), astuple(signals), strict=True)
    return 1 / (1 + math.exp(-BIAS - sum(weight * value for weight, value in pairs)))


def nearest_topics(passages: Sequence[Passage]) -> tuple[str, ...]:
    """Return the titles of the sections the passages stand in, best first, each once."""
    titles: dict[str, str] = {}
    for passage in passages:
        title = clean_heading(passage.heading[-1]) if passage.heading else ""
        dull = title.lower().startswith(("summary", "in summary")) or stands_aside(title)
        if 1 < len(title) <= 80 and not dull:
            titles.setdefault(title.lower().rstrip("s?"), title)
    return tuple(titles.values())[:_MOST_TOPICS]
