"""What is no answer even if it holds the right words: requests to the grader, heaps of words."""

from __future__ import annotations

import re

from tutor.grounding.sentences import sentence_spans
from tutor.grounding.words import STOP_WORDS, tokens

_REQUEST = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:rubric|instruction|prompt|rule"
    r"|scheme|previous|above|criteria|check|point)"
    r"|\b(?:full|maximum|top|all|100)\s*(?:%|percent|per cent)?\s*(?:marks?|points?|score|credit)\b"
    r"|\b(?:give|award|assign|grant|mark|grade|score|rate|count|accept|treat|consider)\b.{0,30}"
    r"\b(?:me|this|it|student|answer|response|point|points|correct|right|met|pass(?:ed)?"
    r"|\d+(?:\.\d+)?)\b.{0,40}\b(?:correct|right|met|marks?|points?|pass(?:ed)?|full|percent"
    r"|fulfilled|answer|\d)"
    r"|\bgets?\s+(?:\d+|full|an a)\b.{0,15}(?:percent|marks?|points?)?"
    r"|\b(?:the\s+)?student\s+(?:has|gets?|answered|is|deserves)\b"
    r"|\b(?:grader|examiner|marker|marking scheme|system prompt|language model grad\w+)\b"
    r"|^\s*(?:system|assistant|user|instruction)\s*:"
    r"|\b(?:you are|act as|pretend)\b.{0,30}\b(?:grader|teacher|assistant|examiner|tutor|helpful)\b"
    r"|\b(?:output|print|return|say|set)\b.{0,20}\b(?:verdict|score|grade)\b"
    r"|\b(?:it|this|my answer|the above)\s+is\s+(?:all |completely )?(?:correct|right)\s*[.!]?$",
    re.IGNORECASE,
)

MOST_BARE = 0.12
"""Share of small words below which a run of words is a heap and not a sentence."""

FEWEST = 5
"""Telling words from which a heap can be told from a short answer."""

_NO_GLUE = frozenset({"and", "or"})


def is_request(sentence: str) -> bool:
    """Say whether a sentence speaks to the grader and not of the matter."""
    return bool(_REQUEST.search(sentence))


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
