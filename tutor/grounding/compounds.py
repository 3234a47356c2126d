"""Compounds in a question whose words the notes have each by itself, but never together.

Notes that speak of support, of vectors and of machines need not speak of a support vector machine;
neither do notes on neural networks speak of graph neural networks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from tutor.grounding.questions import Form, read
from tutor.grounding.words import (
    QUESTION_WORDS,
    STOP_WORDS,
    content_stems,
    content_words,
    stem,
    tokens,
)
from tutor.schema import Passage

_SETTING = re.compile(r"\s+(?:in|for|of|on|at|during|within|with|by|from|between|and|or)\s+")
"""Where the name of a thing ends and its setting begins."""

_LONGEST = 4
"""Content words of a name; more are a description, which the notes may give in other words."""

_REACH = 2
"""Content words within which two words stand together."""

_FEWEST_LETTERS = 3
"""Letters of a shortened word ("max" for "maximum")."""

_KNOWN = 2
"""Times from which the notes know the compound that a strange word stands before."""

_KIND = 0.8
"""How much less a strange kind of a known thing tells than a thing that is strange altogether."""

_DOER = frozenset({"i", "you", "we", "one", "to", "can", "could", "should", "would", "will"})
"""Words before a verb: in "how do I train neural networks", "train" names no kind of network."""


def strangeness(question: str, passages: Sequence[Passage]) -> float:
    """Return how surely a compound of the question is none of the passages', from 0 to 1."""
    texts = [content_stems(" ".join([*one.heading, one.text])) for one in passages]
    name = _asked_of(question)
    if name and any(not _together(pair, texts) for pair in pairwise(name)):
        return 1.0
    kinds = _kinds(question)
    strange = any(
        _together(pair, texts) >= _KNOWN and not _together((kind, pair[0]), texts)
        for kind, pair in kinds
    )
    return _KIND if strange else 0.0


def _asked_of(question: str) -> list[str]:
    """Return the stems of the compound that a definition or "how does X work" asks of, if any."""
    ask = read(question)
    if ask.form not in (Form.DEFINITION, Form.STEPS):
        return []
    words = [w for w in content_words(_SETTING.split(ask.topic)[0]) if w not in QUESTION_WORDS]
    return [stem(word) for word in words] if 2 <= len(words) <= _LONGEST else []


def _kinds(question: str) -> list[tuple[str, tuple[str, str]]]:
    """Return the stems of every run "graph neural network" after a small word, 1 + 2 of them."""
    words = tokens(question)
    content = [w not in STOP_WORDS and w not in QUESTION_WORDS and w.isalpha() for w in words]
    return [
        (stem(words[i]), (stem(words[i + 1]), stem(words[i + 2])))
        for i in range(1, len(words) - 2)
        if all(content[i : i + 3]) and words[i - 1] in STOP_WORDS - _DOER
    ]


def _together(pair: tuple[str, str], texts: Sequence[Sequence[str]]) -> int:
    """Return how often both words of a pair stand within reach of each other."""
    first, second = pair
    return sum(
        any(_same(second, near) for near in text[max(0, i - _REACH) : i + _REACH + 1])
        for text in texts
        for i, one in enumerate(text)
        if _same(first, one)
    )


def _same(asked: str, there: str) -> bool:
    return asked == there or (len(asked) >= _FEWEST_LETTERS and there.startswith(asked))
