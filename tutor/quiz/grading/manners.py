"""What is no answer even if it holds the right words: requests to the grader, heaps of words."""

from __future__ import annotations

import re

from tutor.grounding.requests import is_request
from tutor.grounding.sentences import sentence_spans
from tutor.grounding.words import STOP_WORDS, tokens

MOST_BARE = 0.12
"""Share of small words below which a run of words is a heap and not a sentence."""

FEWEST = 5
"""Telling words from which a heap can be told from a short answer."""

_NO_GLUE = frozenset({"and", "or"})


def without_requests(text: str) -> str:
    """Return ``text`` with every sentence that speaks to the grader blanked out, places kept."""
    kept = list(text)
    for line in re.finditer(r"[^\n]+", text):
        for start, end in sentence_spans(line.group()):
            if is_request(line.group()[start:end]):
                span = slice(line.start() + start, line.start() + end)
                kept[span] = " " * (end - start)
    return "".join(kept)


def is_heap(text: str) -> bool:
    """Say whether ``text`` strings telling words together without saying anything with them."""
    words = tokens(text)
    glue = sum(word in STOP_WORDS and word not in _NO_GLUE for word in words)
    bare = len(words) - glue
    return bare >= FEWEST and glue / len(words) < MOST_BARE
