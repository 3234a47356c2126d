"""Spelling repair of questions against the words of the notes.

A word is looked at only if neither the notes nor everyday English know it. The nearest known word
by edit distance replaces it, words of the notes first. Names with capitals or digits inside are
left alone, and so is what has no near neighbour: it may be a term that the notes do not cover.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tutor.grounding.distance import edit_distance
from tutor.grounding.english import is_everyday, word_ranks
from tutor.grounding.words import STOP_WORDS, stem

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")

_VERB = re.compile(r"[a-z]{3}i[sz](?:e[sd]?|ing|ation)$")
"""British or American verbs; word lists often have only one of the two spellings."""

_SLIPS = {
    "wat": "what", "wht": "what", "waht": "what", "whta": "what", "whats": "what's",
    "wats": "what's", "teh": "the", "hte": "the", "dose": "does", "dos": "does", "doez": "does",
    "r": "are", "u": "you", "ur": "your", "y": "why", "hwo": "how", "hw": "how", "wich": "which",
    "whihc": "which", "witch": "which", "wen": "when", "whne": "when", "wher": "where",
    "whos": "who is", "thru": "through", "cuz": "because", "bcoz": "because", "bc": "because",
    "pls": "please", "plz": "please", "usd": "used", "diff": "difference", "btw": "between",
    "b/w": "between", "wrt": "about", "explane": "explain", "explan": "explain",
    "thier": "their", "thats": "that's", "hows": "how is", "isnt": "isn't", "doesnt": "doesn't",
    "adn": "and", "nad": "and", "fro": "for", "taht": "that", "si": "is", "becuase": "because",
}  # fmt: skip
"""Slips and chat spellings of function words; edit distance would take them for other words."""

_NO_PARTS = STOP_WORDS | {"able", "ible", "ness", "less", "ment", "tion", "ally", "ware", "pre"}
"""Words and endings at which a word is not parted in two."""

_COMMON = 9_000
"""How many of the most common English words are tried where the notes have no near word."""

_ENGLISH_PENALTY = 0.75
"""Edits that a word of the notes may be farther away than an English one and still be taken."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A question with its spelling repaired; ``changes`` are the (written, meant) pairs."""

    text: str
    changes: tuple[tuple[str, str], ...]


class Speller:
    """Repairs words against ``vocabulary``, the lower-case words of the notes with their counts."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        self._counts = vocabulary
        self._stems = {stem(word) for word in vocabulary}
        self._near: dict[str, list[str]] = _by_opening(vocabulary)
        self._english: dict[str, list[str]] | None = None

    def repair(self, text: str) -> Repair:
        """Return ``text`` with misspelt words replaced; the rest of it stays as it is."""
        changes: list[tuple[str, str]] = []

        def mend(match: re.Match[str]) -> str:
            written = match.group()
            meant = self._meant(written)
            if meant is None:
                return written
            changes.append((written, meant))
            return meant[0].upper() + meant[1:] if written[0].isupper() else meant

        mended = _WORD.sub(mend, text)
        return Repair(mended, tuple(changes))

    def knows(self, word: str) -> bool:
        """Tell whether the notes have the lower-case ``word`` in any inflection.

        "recal" has the stem of "recall" but is no inflection of it.
        """
        if word in self._counts:
            return True
        return stem(word) in self._stems and word + word[-1] not in self._counts

    def _meant(self, written: str) -> str | None:
        word = written.lower()
        if word in _SLIPS and self._counts.get(word, 0) < 2 and written == word:
            return _SLIPS[word]
        if word in ("r", "u") and written == word:  # "R" is a language
            return _SLIPS[word]
        if not _may_be_misspelt(written) or self.knows(word) or is_everyday(word):
            return None
        is_name = written[0].isupper()
        near = self._nearest(word, is_name=is_name)
        return near or ("" if is_name else self._completed(word)) or self._parted(word)

    def _nearest(self, word: str, *, is_name: bool) -> str | None:
        reach = _reach(word)
        best: tuple[float, int, str] | None = None
        for candidate, penalty in self._candidates(word):
            if penalty and is_name:
                continue  # "Mamba" is no slip for an everyday word
            if abs(len(candidate) - len(word)) > reach or not _alike(word, candidate):
                continue
            edits = edit_distance(word, candidate, reach)
            if edits <= reach:
                entry = (edits + penalty, -self._counts.get(candidate, 0), candidate)
                best = min(best, entry) if best else entry
        return best[2] if best else None

    def _candidates(self, word: str) -> Iterator[tuple[str, float]]:
        if self._english is None:
            common = (known for known, rank in word_ranks().items() if rank < _COMMON)
            self._english = _by_opening(known for known in common if known not in self._counts)
        openings = {word[0], word[1]}  # the second letter: the first two may have been swapped
        for opening in openings:
            yield from ((known, 0.0) for known in self._near.get(opening, ()))
            yield from ((known, _ENGLISH_PENALTY) for known in self._english.get(opening, ()))

    def _completed(self, word: str) -> str | None:
        """Return "backpropagation" for "backprop" where the notes have one such word only."""
        longer = [known for known in self._near.get(word[0], ()) if known.startswith(word)]
        if len({stem(known) for known in longer}) != 1:
            return None
        return max(longer, key=lambda known: (self._counts[known], known))

    def _parted(self, word: str) -> str | None:
        """Return "skip gram" for "skipgram" where the notes know both parts."""
        for cut in range(3, len(word) - 2):
            left, right = word[:cut], word[cut:]
            if left in self._counts and right in self._counts and not {left, right} & _NO_PARTS:
                return f"{left} {right}"
        return None


def _alike(word: str, candidate: str) -> bool:
    """Keep "memorise" from becoming "memories": such verbs are only taken for verbs like them."""
    same_ending = word[-3:] == candidate[-3:]  # "vanising" is a slip for "vanishing"
    return not _VERB.search(word) or same_ending or bool(_VERB.search(candidate))


def _may_be_misspelt(written: str) -> bool:
    """Leave short words, codes and names such as ``LoRA``, ``GPT4`` or ``F1`` alone."""
    if len(written) < 5 or "'" in written or "\u2019" in written:
        return False
    if any(letter.isupper() for letter in written[1:]):
        return False
    return sum(letter.isdigit() for letter in written) <= 1


def _reach(word: str) -> int:
    """Return how many edits a misspelling of this length may have."""
    return 1 if len(word) < 8 else 2


def _by_opening(words: Iterable[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for word in words:
        if len(word) >= 3 and not word.isdigit():
            groups[word[0]].append(word)
    return groups
