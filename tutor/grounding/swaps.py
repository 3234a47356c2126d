"""Sentences that have the words of their evidence and say them of the wrong thing.

"GRUs have more gates than LSTMs" and "LSTMs have more gates than GRUs" are the same words. What
belongs to what is told by the form of the notes: the name above an item or before an "is", the two
sides of a "than", and the clause that a number or one of two opposites stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tutor.grounding.evidence import Evidence
from tutor.grounding.markup import clean
from tutor.grounding.names import names_in
from tutor.grounding.opposites import OPPOSITES
from tutor.grounding.words import STOP_WORDS, content_stems, singular, stem, tokens

_THAN = re.compile(r"\bthan\b", re.IGNORECASE)
_NOT_OF = re.compile(
    r"\b(?:unlike|in contrast to|compared (?:to|with)|(?:rather|other) than|instead of)\s+[^,;.]+",
    re.IGNORECASE,
)
"""What a sentence is said not to be about."""

_CLAUSE = re.compile(r"[,;:.!?()\n](?:\s|$)|\b(?:while|whereas|and|but|although)\b")

_LITTLE = frozenset(map(stem, STOP_WORDS))
_ONES = frozenset({"one"})
_OPENING = 5
"""Words within which a sentence names what it is about."""

_FEWEST = 2
"""Words that a clause shares at least with the one that it is taken to repeat."""


def is_swapped(plain: str, evidence: Evidence) -> bool:
    """Tell whether a cleaned sentence says of one thing what its evidence says of another."""
    return (
        _is_of_another(plain, evidence)
        or _compares_otherwise(plain, evidence)
        or _ties_otherwise(plain, evidence)
        or _turns_names_round(plain, evidence)
    )


def _is_of_another(plain: str, evidence: Evidence) -> bool:
    """Tell whether a sentence begins with another thing than the one its evidence speaks of.

    That one is then not named at all, or the two are compared the other way round.
    """
    told = _NOT_OF.sub("", plain)
    stems = {stem(word) for word in tokens(told)}
    opening = {stem(word) for word in tokens(told)[:_OPENING]}
    first_half = {stem(word) for word in tokens(told)[: 2 * _OPENING]}
    for other in evidence.others if evidence.subject else ():
        mine, theirs = evidence.subject - other, other - evidence.subject
        if not theirs or not theirs <= opening:
            continue
        if not mine and theirs & set(content_stems(evidence.quote)):
            continue
        if not mine & first_half and not mine <= stems:
            return True
        if _THAN.search(told) and _first(told, theirs) < _first(told, mine):
            return True
    return False


def _first(text: str, stems: frozenset[str]) -> int:
    """Return the place of the first word that has one of the stems."""
    return next(place for place, word in enumerate(tokens(text)) if stem(word) in stems)


def _compares_otherwise(plain: str, evidence: Evidence) -> bool:
    """Tell whether a comparison has the sides that its evidence has, the other way round."""
    said, there = _sides(plain), _sides(evidence.text)
    if not said or not there:
        return False
    (left, right), (before, after) = said, there
    return bool(left & after and right & before) and not right & after


def _sides(text: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """Return the stems before and after a "than", without those that stand on both sides."""
    left, than, right = _NOT_OF.sub("", text).partition(" than ")
    if not than:
        return None
    before, after = (frozenset(content_stems(side)) - _ONES for side in (left, right))
    return before - after, after - before


def _turns_names_round(plain: str, evidence: Evidence) -> bool:
    """Tell whether a sentence has two names of its evidence, and these in the other order."""
    said, there = _names(plain), _names(clean(evidence.quote))
    both = [name for name in said if name in there]
    if len(both) != 2 or there.index(both[0]) < there.index(both[1]):
        return False
    words = [singular(word) for word in tokens(plain)]
    first, second = sorted(map(words.index, both))
    return not set(words[first + 1 : second]) <= {"and", "or"}


def _names(text: str) -> list[str]:
    """Return the stems of the names in a text that are one word, each once, in order."""
    words = (tokens(name) for name in names_in(text))
    return list(dict.fromkeys(singular(word[0]) for word in words if len(word) == 1))


def _ties_otherwise(plain: str, evidence: Evidence) -> bool:
    """Tell whether a number, or one of two opposites, stands with words that the other belongs to.

    What counts is the line of the evidence that shares most words with a clause of the sentence,
    and the clause of a line that has both.
    """
    lines = evidence.premise.splitlines()
    places = [[_stems(line) for line in lines]]
    places += [[_stems(clause) for clause in _CLAUSE.split(line)] for line in lines]
    clauses = [_stems(clause) for clause in _CLAUSE.split(plain)]
    return any(_is_tied_otherwise(clause, there) for clause in clauses for there in places)


def _is_tied_otherwise(clause: frozenset[str], there: Sequence[frozenset[str]]) -> bool:
    for key, rivals in _keys(clause, there):
        told = clause - _LITTLE - rivals - {key}
        mine = max((len(told & one) for one in there if key in one), default=0)
        others = (len(told & one) for one in there if rivals & one and key not in one)
        if max(others, default=0) > max(mine, _FEWEST - 1):
            return True
    return False


def _keys(
    clause: frozenset[str], there: Sequence[frozenset[str]]
) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield what could be swapped in a clause, with what it could be swapped for."""
    known = frozenset().union(*there)
    numbers = frozenset(word for word in known if word[0].isdigit())
    for word in clause:
        rivals = numbers - clause if word in numbers else frozenset()
        for one, other in OPPOSITES:
            for mine, theirs in ((one, other), (other, one)):
                if word in mine & known and not theirs & clause:
                    rivals |= theirs & known
        if rivals:
            yield word, rivals


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in tokens(text))
