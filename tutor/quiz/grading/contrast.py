"""The subjects that the points of a rubric set side by side, such as a generator and its judge.

Where two points speak of two things, an answer that swaps the things has all the right words and is
wrong. So each point knows the name of its own subject and of the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.grounding.words import STOP_WORDS
from tutor.quiz.grading.matching import Phrase
from tutor.quiz.grading.reading import Statement

_LEADS = frozenset({"the", "a", "an", "with", "for", "during"})
_NO_SUBJECT = frozenset(
    """
    cause reason effect result price purpose aim goal it they this these that there answer
    advantage drawback gain cost
    """.split()  # noqa: SIM905 - a block of words is easier to read and mend than a list
)
_EMPTY = STOP_WORDS - {"one"}
"""What no subject is known by; "one" tells one stage from two."""

_LONGEST = 5
"""Words of a subject that can be a name; more is a clause."""


_CONTRAST = re.compile(
    r"\b(?:each|both|two|three|four|differ\w*|distinguish\w*|contrast\w*|compare\w*|versus|vs)\b",
    re.IGNORECASE,
)


def subjects(question: str, points: Sequence[Sequence[Statement]]) -> list[frozenset[Phrase]]:
    """Return the phrases that name the subject of each point and of no other.

    A point without such a phrase, or with no rival that has one, gets none. So does every point of
    a question that neither names two of the subjects nor asks how things differ.
    """
    names = [_subject(point) for point in points]
    texts = [{word.text for part in point for word in part.words} for point in points]
    own: list[frozenset[Phrase]] = []
    for i, name in enumerate(names):
        elsewhere = set().union(*(text for j, text in enumerate(texts) if j != i))
        told = [word for word in name if word not in _EMPTY and word not in elsewhere]
        if told:
            own.append(frozenset((word,) for word in told))
        elif name and any(_differ_in_small_words(name, other) for other in names):
            own.append(frozenset({name}))
        else:
            own.append(frozenset())
    asked = set(re.findall(r"[^\W_]+", question.lower()))
    named = sum(any(asked.issuperset(phrase) for phrase in phrases) for phrases in own)
    several = sum(bool(phrases) for phrases in own) > 1
    if several and (named > 1 or _CONTRAST.search(question)):
        return own
    return [frozenset() for _ in own]


def _subject(point: Sequence[Statement]) -> Phrase:
    """Return the words of a point's subject, or nothing where it names none."""
    if not point or not any(part.has_verb for part in point):
        return ()  # a bare name, as in a list of them
    words = [word.text for word in point[0].subject]
    if len(point[0].clauses) > 1 and len(point[0].clauses[0]) < len(words):
        words = [word.text for word in point[0].clauses[0]]  # "In the loop: a person ..."
    while words and words[0] in _LEADS:
        words = words[1:]
    if len(words) > _LONGEST or set(words) & _NO_SUBJECT or words == ["one"]:
        return ()
    return tuple(words)


def _differ_in_small_words(one: Phrase, other: Phrase) -> bool:
    """Tell "in the loop" from "on the loop"."""
    telling = [[word for word in name if word not in STOP_WORDS] for name in (one, other)]
    return one != other and bool(telling[0]) and telling[0] == telling[1]
