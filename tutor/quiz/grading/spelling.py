"""When two typed answers are one: case, articles, plurals and slips of the finger.

A slip is forgiven only where it cannot be another answer: never in a short word or in a number, and
never if it turns the term into its opposite.
"""

from __future__ import annotations

import re

from tutor.grounding.distance import edit_distance
from tutor.grounding.words import tokens

_PLURAL_ENDING = re.compile(r"(?<=[a-z]{2})(?<![sui])(?<!ia)s$")
_PLURAL_ACRONYM = re.compile(r"\b([A-Z][A-Z0-9-]*[A-Z0-9])s\b")
_OPPOSING_PREFIX = re.compile(
    r"^(?:un|in|im|ir|non|anti|de|dis|semi|self|over|under|multi|uni|bi|mono)-?"
)


def folded(text: str) -> str:
    """Return ``text`` without case, punctuation, hyphens and a leading article."""
    words = tokens(_PLURAL_ACRONYM.sub(r"\1", text))
    if len(words) > 1 and words[0] in {"a", "an", "the"}:
        words = words[1:]
    return " ".join(words)


def same(said: str, answer: str) -> bool:
    """Say whether two folded answers are one but for plural endings and spaces."""
    if said.replace(" ", "") == answer.replace(" ", ""):
        return True
    return _singular(said) == _singular(answer)


def _singular(text: str) -> tuple[str, ...]:
    """Return the words with plural endings off; "bias" and "loss" keep theirs."""
    return tuple(_PLURAL_ENDING.sub("", re.sub(r"ies$", "ys", word)) for word in text.split())


def is_slip(said: str, answer: str) -> bool:
    """Say whether ``said`` can only be ``answer`` with a slip of the finger or two; both folded."""
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
