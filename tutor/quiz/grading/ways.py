"""What leads from one thing to another, and what comes before what.

"From x to y", "x into y" and "y from x" are one way; so are "x before y" and "y after x".
"""

from __future__ import annotations

from collections.abc import Sequence

from tutor.quiz.grading.reading import Word, is_verb

ENDS = frozenset({"to", "into", "towards"})
BE = frozenset({"is", "are", "was", "were", "be", "been", "being"})

SPAN = 8
"""Words on one side of a way."""

_DETERMINERS = frozenset({"a", "an", "the", "any", "another", "its", "their", "every", "each"})
"""Behind these "to" leads to a thing, and not to a verb."""

_MOST = 0.6
"""Share of what stands at one end that must stand at the other one."""

Way = tuple[frozenset[str], frozenset[str]]
"""The stems of what something leads from, and of what it leads to."""


def run_backwards(point: Sequence[Word], told: Sequence[Word]) -> bool:
    """Say whether ``told`` leads back where ``point`` comes from, or has first what comes last."""
    return any(
        _is_reverse(one, other)
        for ways in (_ways, _times)
        for one in ways(point)
        for other in ways(told)
    )


def _ways(words: Sequence[Word]) -> list[Way]:
    """Return what leads where in ``words``."""
    found = []
    for place, word in enumerate(words):
        if word.text == "from":
            end = next((at for at, w in behind(words, place) if w.text in ENDS), None)
            if end is not None:
                found.append((stems_of(words[place + 1 : end]), stems_of(_until_pivot(words, end))))
            else:
                found.append(
                    (stems_of(_until_pivot(words, place)), stems_of(_since_verb(words, place)))
                )
        elif word.text == "into" or (word.text == "to" and _leads_to_thing(words, place)):
            before = _since_verb(words, place)
            if all(other.text != "from" for other in before):
                found.append((stems_of(before), stems_of(_until_pivot(words, place))))
    return _distinct(found)


def _times(words: Sequence[Word]) -> list[Way]:
    """Return what comes before what in ``words``."""
    found = []
    for place, word in enumerate(words):
        if word.text in ("before", "after"):
            sides = stems_of(words[:place]), stems_of(words[place + 1 : place + 1 + SPAN])
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


def _leads_to_thing(words: Sequence[Word], place: int) -> bool:
    return place + 1 < len(words) and words[place + 1].text in _DETERMINERS


def behind(words: Sequence[Word], place: int) -> list[tuple[int, Word]]:
    """Return the words behind ``place`` that may belong to it, with their places."""
    return list(enumerate(words))[place + 1 : place + 1 + SPAN]


def _until_pivot(words: Sequence[Word], place: int) -> Sequence[Word]:
    """Return the words behind ``place``, up to where another thing is spoken of."""
    stops = (at for at, word in behind(words, place) if word.text in ENDS | {"from"})
    return words[place + 1 : next(stops, place + 1 + SPAN)]


def _since_verb(words: Sequence[Word], place: int) -> Sequence[Word]:
    """Return the words between ``place`` and the verb before it; those before a passive."""
    for at in range(place - 1, 0, -1):
        if words[at].text in BE:
            return words[max(0, at - SPAN) : at]
        if is_verb(words, at) and not any(word.text in BE for word in words[max(0, at - 2) : at]):
            return words[at + 1 : place]
    return words[max(0, place - SPAN) : place]


def stems_of(words: Sequence[Word]) -> frozenset[str]:
    """Return the stems of the telling ones among ``words``."""
    return frozenset(word.stem for word in words if word.telling)
