"""What is shown of an item on paper and on cards: what to do, what to choose from, the solution."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.quiz.formats.evidence import ARROW, OPEN
from tutor.schema import ItemKind, QuizItem

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_SORTED = (ItemKind.MULTIPLE_CHOICE, ItemKind.MULTIPLE_RESPONSE, ItemKind.ORDERING)


def marks(options: Sequence[str]) -> list[str]:
    """Return ``A)``, ``B)`` and so on, numbers where letters run out."""
    if len(options) > len(LETTERS):
        return [f"{number})" for number in range(1, len(options) + 1)]
    return [f"{letter})" for letter in LETTERS[: len(options)]]


def asks_choice(item: QuizItem) -> bool:
    """Say whether the options of an item are shown with marks; True and False need none."""
    return item.kind in _SORTED or item.kind is ItemKind.MATCHING


def prompts(item: QuizItem) -> list[str]:
    """Return the prompts of a matching item, in the order shown."""
    return [pair.prompt for pair in item.pairs]


def solution(item: QuizItem, between: str = " ") -> list[str]:
    """Return the key in lines, with the marks of the options; ``between`` mark and option."""
    chosen = dict(zip(item.options, marks(item.options), strict=True))
    keys = [f"{chosen[key]}{between}{key}" if asks_choice(item) else key for key in item.keys]
    match item.kind:
        case ItemKind.MATCHING:
            asked = enumerate(prompts(item), start=1)
            return [f"{n}. {one} {ARROW} {key}" for (n, one), key in zip(asked, keys, strict=True)]
        case ItemKind.ORDERING:
            return [f"{number}. {key}" for number, key in enumerate(keys, start=1)]
        case ItemKind.CLOZE if item.accepted:
            return [f"{item.key} (also: {', '.join(item.accepted)})"]
    return keys


def lines_to_write(item: QuizItem) -> int:
    """Return how many lines an answer in the learner's own words needs; 0 for other kinds."""
    if item.kind not in OPEN:
        return 0
    return 2 if item.kind is ItemKind.SHORT_ANSWER else 2 + 2 * max(2, len(item.rubric))
