"""The parts of an answer that may say something by themselves: clauses, statements, and pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tutor.quiz.grading.reading import Statement, Word, statements

LONGEST_QUOTE = 160
"""Characters of a statement that is quoted as a whole to the learner who wrote it."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A clause, a statement, or two statements in a row (``double``).

    ``text`` is what was written, ``quote`` the same with all of its statement if that is short.
    """

    words: tuple[Word, ...]
    statement: Statement
    text: str
    quote: str
    double: bool = False

    def holds(self, other: Stretch) -> bool:
        """Say whether the words of another are all among its own."""
        first, last = other.words[0], other.words[-1]
        return self.words[0].start <= first.start and last.end <= self.words[-1].end

    def overlaps(self, other: Stretch) -> bool:
        """Say whether the two share words of the answer."""
        return (
            self.words[0].start < other.words[-1].end and other.words[0].start < self.words[-1].end
        )


def stretches(answer: str) -> list[Stretch]:
    """Return every clause and statement, and what two neighbouring statements say together."""
    told = statements(answer)
    found = []
    for statement in told:
        for words in dict.fromkeys((statement.words, *statement.clauses)):
            text = _written(answer, words)
            whole = _written(answer, statement.words)
            quote = whole if len(whole) <= LONGEST_QUOTE else text
            found.append(Stretch(words, statement, text, quote))
    for one, other in pairwise(told):
        words = one.words + other.words
        text = _written(answer, words)
        found.append(Stretch(words, one, text, text, double=True))
    return found


def _written(answer: str, words: Sequence[Word]) -> str:
    return answer[words[0].start : words[-1].end]
