"""Marking a response: exact for what is chosen, forgiving for what is typed.

A typing slip is forgiven only where it cannot be another answer: never in a short word or in a
number, never if it turns the term into its opposite or into another term of the notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tutor.grounding.distance import edit_distance
from tutor.grounding.words import tokens
from tutor.schema import Grade, ItemKind, QuizItem

_TRUE = frozenset({"true", "t", "yes", "y", "right", "correct"})
_FALSE = frozenset({"false", "f", "no", "n", "wrong", "incorrect"})
_CHOICE = re.compile(r"[(\[]?\s*([A-Za-z]|\d{1,2})\s*[)\].:]?")
_PLURAL_ENDING = re.compile(r"(?<=[a-z]{2})(?<![sui])(?<!ia)s$")
_PLURAL_ACRONYM = re.compile(r"\b([A-Z][A-Z0-9-]*[A-Z0-9])s\b")
_NEGATION = re.compile(r"\b(?:not|no|never|none|neither|nor|isn't|without)\b", re.IGNORECASE)
_OPPOSING_PREFIX = re.compile(
    r"^(?:un|in|im|ir|non|anti|de|dis|semi|self|over|under|multi|uni|bi|mono)-?"
)


def grade(item: QuizItem, response: str, other_terms: Iterable[str] = ()) -> Grade:
    """Return the verdict on ``response``; ``other_terms`` are wrong even if they look like a slip.

    Choices may be given by letter, number or their own words, verdicts as true, t, yes and so on.
    """
    response = " ".join(response.split())
    if not response:
        return Grade(False, 0.0, f"No answer. {_solution(item)}")
    if item.kind is ItemKind.CLOZE:
        return _grade_gap(item, response, other_terms)
    chosen = chosen_option(item, response)
    if chosen is None:
        return Grade(False, 0.0, f"That is none of the options. {_solution(item)}")
    if chosen == item.key:
        return Grade(True, 1.0, "Right.")
    return Grade(False, 0.0, f"Not quite. {_solution(item)}")


def chosen_option(item: QuizItem, response: str) -> str | None:
    """Return the option that ``response`` means, or ``None`` if that is not clear.

    An option's own words win over letters and numbers, so that an option "2" is chosen by "2".
    """
    said = _folded(response)
    for option in item.options:
        if _folded(option) == said:
            return option
    if item.kind is ItemKind.TRUE_FALSE:
        for option, words in zip(item.options, (_TRUE, _FALSE), strict=False):
            if said in words:
                return option
    if match := _CHOICE.fullmatch(response.strip()):
        return _by_position(item.options, match[1])
    near = [option for option in item.options if _is_slip(said, _folded(option))]
    return near[0] if len(near) == 1 else None


def _by_position(options: Sequence[str], mark: str) -> str | None:
    place = int(mark) - 1 if mark.isdigit() else ord(mark.lower()) - ord("a")
    return options[place] if 0 <= place < len(options) else None


def _solution(item: QuizItem) -> str:
    return f"The answer is \u201c{item.key}\u201d."


# ------------------------------------------------------------------------------ gaps


def _grade_gap(item: QuizItem, response: str, other_terms: Iterable[str]) -> Grade:
    right = [_folded(answer) for answer in (item.key, *item.accepted)]
    said = _folded(response)
    if any(_same(said, answer) for answer in right):
        return Grade(True, 1.0, "Right.")
    others = [_folded(term) for term in other_terms]
    is_other = any(_same(said, other) for other in others)
    is_slip = any(_is_slip(said, answer) for answer in right)
    if is_slip and not is_other and not _NEGATION.search(response):
        return Grade(True, 1.0, f"Right; it is spelled \u201c{item.key}\u201d.")
    return Grade(False, 0.0, f"Not quite. {_solution(item)}")


def _folded(text: str) -> str:
    """Return ``text`` without case, punctuation, hyphens and a leading article."""
    words = tokens(_PLURAL_ACRONYM.sub(r"\1", text))
    if len(words) > 1 and words[0] in {"a", "an", "the"}:
        words = words[1:]
    return " ".join(words)


def _same(said: str, answer: str) -> bool:
    """Say whether two folded answers are one but for plural endings and spaces."""
    if said.replace(" ", "") == answer.replace(" ", ""):
        return True
    return _singular(said) == _singular(answer)


def _singular(text: str) -> tuple[str, ...]:
    """Return the words with plural endings off; "bias" and "loss" keep theirs."""
    return tuple(_PLURAL_ENDING.sub("", re.sub(r"ies$", "ys", word)) for word in text.split())


def _is_slip(said: str, answer: str) -> bool:
    """Say whether ``said`` can only be ``answer`` with a slip of the finger or two."""
    allowed = 0 if len(answer) < 5 else 1 if len(answer) < 9 else 2
    if not allowed or re.findall(r"\d+", said) != re.findall(r"\d+", answer):
        return False
    if said[:1] != answer[:1] or len(said.split()) > len(answer.split()) + 1:
        return False
    if _are_opposed(said, answer):
        return False
    return edit_distance(said, answer, allowed) <= allowed


def _are_opposed(one: str, other: str) -> bool:
    """Say whether some word differs only by a prefix: supervised and unsupervised."""
    for left, right in zip(one.split(), other.split(), strict=False):
        bare = [_OPPOSING_PREFIX.sub("", word) for word in (left, right)]
        if left != right and (bare[0] == bare[1] or bare[0] == right or bare[1] == left):
            return True
    return False
