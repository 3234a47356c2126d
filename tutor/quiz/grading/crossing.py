"""Whether what belongs to two things in a point belongs to the other one each in an answer.

It may hang on a preposition ("packets between networks by address"), on the two ends of an axis ("a
small model", "a large one"), or be claimed of two subjects.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise, permutations

from tutor.quiz.grading.opposites import end_of
from tutor.quiz.grading.reading import Word

_ENDS = frozenset({"to", "into", "towards"})
_PREPOSITIONS = frozenset(
    {"of", "in", "on", "by", "with", "for", "between", "among", "over", "across", "around", "at"}
)
_SPAN = 8
"""Words behind a preposition that may belong to it."""

_JOINS = frozenset({"and", "while", "whereas", "but"})

_CLAIM = 2
"""Words of its own that a claim has at least; less is a list of things."""

_REACH = 4
"""Words behind the end of an axis that may belong to it."""


def are_crossed(point: Sequence[Word], told: Sequence[Word]) -> bool:
    """Say whether ``told`` gives each of two things what ``point`` gives the other one."""
    checks = (_is_shuffled, _ends_are_crossed, _claims_are_crossed)
    return any(check(point, told) for check in checks)


def _is_shuffled(point: Sequence[Word], told: Sequence[Word]) -> bool:
    """Say whether what a preposition goes with in ``point`` goes with another one in ``told``."""
    wanted, given = _governed(point), _governed(told)
    mentioned, said = _stems_of(point), _stems_of(told)
    for preposition in wanted.keys() & given.keys():
        own = wanted[preposition] - given[preposition]
        other = given[preposition] - wanted[preposition]
        elsewhere = any(own & given[one] for one in given if one != preposition)
        if own and other and own <= said and other <= mentioned and elsewhere:
            return True
    return False


def _governed(words: Sequence[Word]) -> dict[str, frozenset[str]]:
    """Return the stems that stand behind each preposition, up to the next one."""
    found: dict[str, frozenset[str]] = {}
    for place, word in enumerate(words):
        if word.text in _PREPOSITIONS:
            after = words[place + 1 : place + 1 + _SPAN]
            stops = (at for at, w in enumerate(after) if w.text in _PREPOSITIONS | _ENDS)
            own = _stems_of(after[: next(stops, _SPAN)])
            found[word.text] = found.get(word.text, frozenset()) | own
    return found


def _ends_are_crossed(point: Sequence[Word], told: Sequence[Word]) -> bool:
    """Say whether what stands behind one end of an axis in ``point`` is behind the other's here."""
    wanted, given = _behind_ends(point), _behind_ends(told)
    for (axis, sign), own in wanted.items():
        other = wanted.get((axis, -sign))
        here, there = given.get((axis, sign)), given.get((axis, -sign))
        if sign < 0 or other is None or here is None or there is None:
            continue
        straight = len(own & here) + len(other & there)
        crossed = [len(own & there), len(other & here)]
        if all(crossed) and sum(crossed) > straight:
            return True
    return False


def _behind_ends(words: Sequence[Word]) -> dict[tuple[int, int], frozenset[str]]:
    """Return what stands right behind each end of an axis that is named, as stems."""
    found: dict[tuple[int, int], frozenset[str]] = {}
    for place, word in enumerate(words):
        if (end := end_of(word.stem)) is not None:
            after = words[place + 1 : place + 1 + _REACH]
            stop = next((at for at, w in enumerate(after) if end_of(w.stem)), _REACH)
            found[end] = found.get(end, frozenset()) | _stems_of(after[:stop])
    return found


def _claims_are_crossed(point: Sequence[Word], told: Sequence[Word]) -> bool:
    """Say whether two claims have exchanged words, in whichever order they stand."""
    wanted, given = _claims(point), _claims(told)
    if not (len(wanted) == len(given) == 2):
        return False
    one, other = wanted
    here, there = max(
        permutations(given), key=lambda pair: len(one & pair[0]) + len(other & pair[1])
    )
    return bool((one - here) & there and (other - there) & here)


def _claims(words: Sequence[Word]) -> list[frozenset[str]]:
    """Return the stems of each claim that the others have not, if it has several."""
    gaps = [at for at, (one, other) in enumerate(pairwise(words), 1) if _is_gap(one, other)]
    parts = [_stems_of(words[start:end]) for start, end in pairwise([0, *gaps, len(words)])]
    shared = {stem for one, other in combinations(parts, 2) for stem in one & other}
    return [part - shared for part in parts if len(part) >= _CLAIM and part - shared]


def _is_gap(one: Word, other: Word) -> bool:
    """Say whether a mark or a word that was left out, such as "and", stands between two words."""
    return other.start - one.end > 1 or other.text in _JOINS


def _stems_of(words: Sequence[Word]) -> frozenset[str]:
    """Return the stems of the telling ones among ``words``."""
    return frozenset(word.stem for word in words if word.telling)
