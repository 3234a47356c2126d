"""Whether two things have changed places: "turns noise into a sample" and "a sample into noise".

A link is two words and what leads from the first to the second: a verb or small words such as
"into", "than" and "of". "Y from x" is the link "x to y", "y after x" is "x before y", and "y is
made by x" is "x makes y". What links x to y in a point must not link y to x in an answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from tutor.grounding.words import stem
from tutor.quiz.grading.reading import Word, is_verb

Link = tuple[str, str, frozenset[str]]
"""The stems of two words and of what stands between them that leads somewhere."""

_SPAN = 8
"""Words between the two ends of a link at most."""

_SAME_WAY = {"into": "to", "towards": "to", "onto": "to", "prior": "before", "whose": "of"}
_REVERSED = {"from": "to", "after": "before"}
_LEADS = frozenset(
    "to from than before after of per for by given".split()  # noqa: SIM905
) | frozenset(_SAME_WAY)
_BE = frozenset({"is", "are", "was", "were", "be", "been", "being"})
_DETERMINERS = frozenset({"a", "an", "the", "any", "another", "its", "their", "every", "each"})

_EITHER_WAY = frozenset(
    stem(word)
    for word in """
    differ different distinguish separate independent apart similar equal close near next same
    compare relate relative link connect parallel respect distance
    """.split()  # noqa: SIM905 - a block of words is easier to read and mend than a list
)
"""Words that say of x and y what they say of y and x."""


def are_turned_round(point: Sequence[Word], told: Sequence[Word]) -> bool:
    """Say whether ``told`` links two words of ``point`` the other way round."""
    known = {word.stem for word in point if word.telling}
    known &= {word.stem for word in told if word.telling}
    verbs = frozenset(word.stem for place, word in enumerate(point) if is_verb(point, place)) - _BE
    wanted, given = (_links(words, known, verbs) for words in (point, told))
    return any(
        (y, x, by) in given and (x, y, by) not in given and (y, x, by) not in wanted
        for x, y, by in wanted
    )


def _links(words: Sequence[Word], known: set[str], verbs: frozenset[str]) -> set[Link]:
    """Return the links between the words whose stems are ``known``."""
    found = set()
    for place, word in enumerate(words):
        if word.stem not in known:
            continue
        for end in range(place + 2, min(len(words), place + 2 + _SPAN)):
            other = words[end]
            if other.stem in known and other.stem != word.stem:
                link = _link(words, place, end, verbs)
                if link is not None:
                    found.add(link)
    return found


def _link(words: Sequence[Word], start: int, end: int, verbs: frozenset[str]) -> Link | None:
    """Return the link between the words at two places, if anything leads from one to the other."""
    between = words[start + 1 : end]
    if any(word.stem in _EITHER_WAY for word in words[max(0, start - 2) : end]):
        return None
    one, other = words[start].stem, words[end].stem
    small = [
        word.text
        for place, word in enumerate(words[start + 1 : end], start + 1)
        if word.text in _LEADS and not _is_of_verb(words, place) and not _is_cut(words, place)
    ]
    passive = any(word.text in _BE for word in between)
    acts = frozenset(word.stem for word in between if word.stem in verbs)
    if passive and "by" in small and acts:
        return other, one, acts
    ways = [_SAME_WAY.get(text, text) for text in small]
    if len(ways) == 1 and ways[0] in _REVERSED:
        return other, one, frozenset({_REVERSED[ways[0]]})
    by = frozenset(ways) or (frozenset() if passive else acts)
    return (one, other, by) if by else None


def _is_cut(words: Sequence[Word], place: int) -> bool:
    """Say whether a mark or a word that reading leaves out follows: "the day after which"."""
    return place + 1 >= len(words) or words[place + 1].start - words[place].end > 1


def _is_of_verb(words: Sequence[Word], place: int) -> bool:
    """Say whether "to" at ``place`` belongs to a verb, as in "to predict a word"."""
    if words[place].text != "to" or place + 1 >= len(words):
        return False
    return words[place + 1].text not in _DETERMINERS and is_verb(words, place + 1)
