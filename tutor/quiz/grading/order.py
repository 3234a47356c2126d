"""Whether two sides have changed places: "turns noise into a sample" and "a sample into noise".

The sides of a point are the words before and behind a pivot: its verb, or a word such as "into" and
"than". In a passive, and with "after" for "before", they should change places, otherwise not. Sides
that are worded in another way are left to ``ways`` and ``crossing``.
"""

from __future__ import annotations

from collections.abc import Sequence

from tutor.quiz.grading.crossing import are_crossed
from tutor.quiz.grading.reading import Word, is_verb
from tutor.quiz.grading.ways import BE, run_backwards

_INVERSE = {"into": "from", "than": "", "before": "after", "after": "before"}

_MOST = 0.6
"""Share of the words of each side that must stand on the other one."""

_REACH = 4
"""Words behind a verb in which "by" shows a passive."""


def is_exchanged(point: Sequence[Word], told: Sequence[Word]) -> bool:
    """Say whether ``told`` has the sides of ``point`` the wrong way round."""
    if run_backwards(point, told) or are_crossed(point, told):
        return True
    for place, word in enumerate(point):
        if word.text not in _INVERSE and not is_verb(point, place):
            continue
        for at in _pivots(word, told):
            sides = _sides(point[:place], point[place + 1 :], told)
            crossed = _crossed(*(sides if not _is_inverse(word, told, at) else sides[::-1]), at)
            if crossed:
                return True
    return False


def _pivots(word: Word, told: Sequence[Word]) -> list[int]:
    """Return where ``told`` has the pivot ``word`` or the one that means it the other way round."""
    if word.text in _INVERSE:
        same = [at for at, other in enumerate(told) if other.text == word.text]
        inverse = _INVERSE[word.text]
        return same or [at for at, other in enumerate(told) if other.text == inverse]
    return [at for at, other in enumerate(told) if other.stem == word.stem]


def _is_inverse(word: Word, told: Sequence[Word], at: int) -> bool:
    if word.text in _INVERSE:
        return told[at].text != word.text
    auxiliary = any(other.text in BE for other in told[max(0, at - 2) : at])
    return auxiliary and any(other.text == "by" for other in told[at + 1 : at + _REACH])


def _sides(
    left: Sequence[Word], right: Sequence[Word], told: Sequence[Word]
) -> tuple[list[int], list[int]]:
    """Return where the words of each side stand in ``told``; words of both sides are left out."""
    stems = [{word.stem for word in side if word.telling} for side in (left, right)]
    return (
        [at for at, word in enumerate(told) if word.stem in stems[0] - stems[1]],
        [at for at, word in enumerate(told) if word.stem in stems[1] - stems[0]],
    )


def _crossed(left: Sequence[int], right: Sequence[int], pivot: int) -> bool:
    """Say whether most of the left side stands behind the pivot, most of the right before it."""
    if not left or not right:
        return False
    behind = sum(at > pivot for at in left) / len(left)
    before = sum(at < pivot for at in right) / len(right)
    return behind >= _MOST and before >= _MOST
