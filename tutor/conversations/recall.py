"""Remember a long conversation in little room: old turns in short, the newest word for word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.schema import Turn

SUMMARY = "summary"
"""The role of the turn that stands for the older ones."""

_FIRST_SENTENCE = re.compile(r".+?[.!?](?=\s|$)", re.DOTALL)
_QUESTION_LENGTH = 80
_SENTENCE_LENGTH = 160


@dataclass(frozen=True, slots=True)
class _Exchange:
    """A question and its answer, and how they are told at each level of detail."""

    turns: tuple[Turn, ...]

    @property
    def told(self) -> tuple[str, ...]:
        """In full, by the first sentence of the answer, by the question alone, not at all."""
        texts = [" ".join(turn.text.split()) for turn in self.turns]
        question = _cut(texts[0], _QUESTION_LENGTH)
        answer = _FIRST_SENTENCE.match(texts[-1]) if len(texts) > 1 else None
        first = _cut(answer[0], _SENTENCE_LENGTH) if answer else ""
        whole = " ".join(turn.text for turn in self.turns)
        return whole, f"{question} {first}".strip(), question, ""


def condense(turns: Sequence[Turn], room: int) -> tuple[Turn, ...]:
    """Return ``turns`` (oldest first) in about ``room`` characters.

    The newest stay as they are. Those before come together in one turn of the role ``summary``:
    the question with the first sentence of its answer, then the question alone, and the oldest as
    a number of questions. Nothing goes without being counted.
    """
    exchanges = _exchanges(turns)
    told = [exchange.told for exchange in exchanges]
    levels = [0] * len(exchanges)
    length = sum(len(versions[0]) for versions in told)
    for index, level in _steps(len(exchanges)):
        if length <= room:
            break
        length += len(told[index][level]) - len(told[index][level - 1])
        levels[index] = level
    if not any(levels):
        return tuple(turns)
    parts = [told[i][level] for i, level in enumerate(levels) if 0 < level < 3]
    if missing := levels.count(3):
        parts.insert(0, f"{missing} earlier question{'s' if missing > 1 else ''}.")
    whole = [turn for i, level in enumerate(levels) if not level for turn in exchanges[i].turns]
    return (Turn(SUMMARY, " ".join(parts)), *whole)


def _exchanges(turns: Sequence[Turn]) -> list[_Exchange]:
    """Put each question together with what follows it."""
    groups: list[list[Turn]] = []
    for turn in turns:
        if turn.role == "tutor" and groups:
            groups[-1].append(turn)
        else:
            groups.append([turn])
    return [_Exchange(tuple(group)) for group in groups]


def _steps(count: int) -> list[tuple[int, int]]:
    """Return which exchange to shorten next, and to which level: the old first, the newest last."""
    old = [(index, level) for level in (1, 2, 3) for index in range(count - 1)]
    return [*old, (count - 1, 1), (count - 1, 2)] if count else []


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rsplit(" ", 1)[0] + "…"
