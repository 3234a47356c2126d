"""Whether two sides have changed places: "turns noise into a sample" and "a sample into noise".

The sides of a point are the words before and behind a pivot: its verb, or a word such as "into" and
"than". In a passive, and with "after" for "before", they should change places, otherwise not. What
leads from one thing to another is also compared across its wordings: "from x to y", "x into y" and
"y from x" are one way. And what stands behind a preposition may not stand behind another one, with
a third thing in its place: "packets between networks by address".
"""

from __future__ import annotations

from collections.abc import Sequence

from tutor.quiz.grading.reading import Word, is_verb

_INVERSE = {"into": "from", "than": "", "before": "after", "after": "before"}
_BE = frozenset({"is", "are", "was", "were", "be", "been", "being"})

_MOST = 0.6
"""Share of the words of each side that must stand on the other one."""

_REACH = 4
"""Words behind a verb in which "by" shows a passive."""

_ENDS = frozenset({"to", "into", "towards"})
_DETERMINERS = frozenset({"a", "an", "the", "any", "another", "its", "their", "every", "each"})
"""Behind these "to" leads to a thing, and not to a verb."""

_PREPOSITIONS = frozenset(
    {"of", "in", "on", "by", "with", "for", "between", "among", "over", "across", "around", "at"}
)

_SPAN = 8
"""Words on one side of a way."""

Way = tuple[frozenset[str], frozenset[str]]
"""The stems of what something leads from, and of what it leads to."""


def is_exchanged(point: Sequence[Word], told: Sequence[Word]) -> bool:
    """Say whether ``told`` has the sides of ``point`` the wrong way round."""
    for ways in (_ways, _times):
        if any(_is_reverse(one, other) for one in ways(point) for other in ways(told)):
            return True
    if _is_shuffled(point, told):
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
    auxiliary = any(other.text in _BE for other in told[max(0, at - 2) : at])
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


def _ways(words: Sequence[Word]) -> list[Way]:
    """Return what leads where in ``words``."""
    found = []
    for place, word in enumerate(words):
        if word.text == "from":
            end = next((at for at, w in _behind(words, place) if w.text in _ENDS), None)
            if end is not None:
                found.append((_stems(words[place + 1 : end]), _stems(_until_pivot(words, end))))
            else:
                found.append(
                    (_stems(_until_pivot(words, place)), _stems(_since_verb(words, place)))
                )
        elif word.text == "into" or (word.text == "to" and _leads_to_thing(words, place)):
            before = _since_verb(words, place)
            if all(other.text != "from" for other in before):
                found.append((_stems(before), _stems(_until_pivot(words, place))))
    return _distinct(found)


def _times(words: Sequence[Word]) -> list[Way]:
    """Return what comes before what in ``words``."""
    found = []
    for place, word in enumerate(words):
        if word.text in ("before", "after"):
            sides = _stems(words[:place]), _stems(words[place + 1 : place + 1 + _SPAN])
            found.append(sides if word.text == "before" else sides[::-1])
    return _distinct(found)


def _distinct(ways: Sequence[Way]) -> list[Way]:
    """Return ways without what stands at both of their ends, if something is left at each."""
    return [(start - end, end - start) for start, end in ways if start - end and end - start]


def _is_reverse(one: Way, other: Way) -> bool:
    """Say whether a way leads where another comes from, and comes from where that leads."""
    crossed = [one[0] & other[1], one[1] & other[0]]
    sizes = [min(len(one[0]), len(other[1])), min(len(one[1]), len(other[0]))]
    straight = len(one[0] & other[0]) + len(one[1] & other[1])
    if straight >= sum(map(len, crossed)):
        return False
    return all(len(both) >= _MOST * size for both, size in zip(crossed, sizes, strict=True))


def _is_shuffled(point: Sequence[Word], told: Sequence[Word]) -> bool:
    """Say whether what a preposition goes with in ``point`` goes with another one in ``told``."""
    wanted, given = _governed(point), _governed(told)
    mentioned, said = _stems(point), _stems(told)
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
            stops = (at for at, w in _behind(words, place) if w.text in _PREPOSITIONS | _ENDS)
            behind = words[place + 1 : next(stops, place + 1 + _SPAN)]
            found[word.text] = found.get(word.text, frozenset()) | _stems(behind)
    return found


def _leads_to_thing(words: Sequence[Word], place: int) -> bool:
    return place + 1 < len(words) and words[place + 1].text in _DETERMINERS


def _behind(words: Sequence[Word], place: int) -> list[tuple[int, Word]]:
    return list(enumerate(words))[place + 1 : place + 1 + _SPAN]


def _until_pivot(words: Sequence[Word], place: int) -> Sequence[Word]:
    """Return the words behind ``place``, up to where another thing is spoken of."""
    stops = (at for at, word in _behind(words, place) if word.text in _ENDS | {"from"})
    return words[place + 1 : next(stops, place + 1 + _SPAN)]


def _since_verb(words: Sequence[Word], place: int) -> Sequence[Word]:
    """Return the words between ``place`` and the verb before it; those before a passive."""
    for at in range(place - 1, 0, -1):
        if words[at].text in _BE:
            return words[max(0, at - _SPAN) : at]
        if is_verb(words, at) and not any(word.text in _BE for word in words[max(0, at - 2) : at]):
            return words[at + 1 : place]
    return words[max(0, place - _SPAN) : place]


def _stems(words: Sequence[Word]) -> frozenset[str]:
    return frozenset(word.stem for word in words if word.telling)
