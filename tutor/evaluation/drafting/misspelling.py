"""Misspelt variants of drafted questions."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from tutor.evaluation.drafting.draft import Draft
from tutor.grounding.english import is_everyday
from tutor.grounding.words import STOP_WORDS

_WORD = re.compile(r"(?<![\w-])[A-Za-z][a-z]{5,}(?![\w-])")
_MOST_SLIPS = 2


def misspelt(drafts: Iterable[Draft], rng: random.Random) -> Iterator[Draft]:
    """Yield each draft with one or two words mistyped; those with no word to mistype are left out.

    A slip never makes another English word, and the first letter stays, as it mostly does.
    """
    for draft in drafts:
        words = [word for word in _WORD.findall(draft.question) if word.lower() not in STOP_WORDS]
        slips = rng.sample(words, min(len(words), _MOST_SLIPS))
        question = draft.question
        for word in slips:
            question = question.replace(word, _slip(word, rng), 1)
        if question != draft.question:
            yield replace(draft, kind="typo", question=question, difficulty=2)


def _slip(word: str, rng: random.Random) -> str:
    """Return ``word`` with a letter dropped, doubled or swapped with the next; or as it is."""
    places = rng.sample(range(1, len(word) - 1), len(word) - 2)
    for place in places:
        mistyped = rng.choice(_SLIPS)(word, place)
        if mistyped != word and not is_everyday(mistyped.lower()):
            return mistyped
    return word


_SLIPS: tuple[Callable[[str, int], str], ...] = (
    lambda word, i: word[:i] + word[i + 1 :],
    lambda word, i: word[:i] + word[i] + word[i:],
    lambda word, i: word[:i] + word[i + 1] + word[i] + word[i + 2 :],
)
