"""Questions as people type them: with slips of the finger, in small letters, without a mark."""

from __future__ import annotations

import random
import re

_LONG_WORD = re.compile(r"(?<![\w-])[A-Za-z][a-z]{4,}(?![\w-])")
_MISTYPED, _CARELESS = 0.15, 0.2


def as_typed(question: str, chance: random.Random) -> str:
    """Return ``question`` as it is, mostly; else mistyped, or without capitals and its mark."""
    if chance.random() < _MISTYPED:
        words = _LONG_WORD.findall(question)
        for word in chance.sample(words, min(len(words), chance.choice((1, 1, 2)))):
            question = question.replace(word, _slip(word, chance), 1)
    if chance.random() < _CARELESS:
        question = (question[:1].lower() + question[1:]).rstrip("?.")
    return question


def _slip(word: str, chance: random.Random) -> str:
    """Return ``word`` with an inner letter dropped, doubled or swapped with the next."""
    place = chance.randrange(1, len(word) - 1)
    head, letter, tail = word[:place], word[place], word[place + 1 :]
    return chance.choice(
        (f"{head}{tail}", f"{head}{letter}{letter}{tail}", f"{head}{tail[0]}{letter}{tail[1:]}")
    )
