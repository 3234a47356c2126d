"""The reasons that the notes give: sentences of the shape "this is so because of that"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tutor.grounding.markup import clean, clean_heading
from tutor.grounding.pieces import leans_on_previous
from tutor.grounding.sentences import Kind, split
from tutor.grounding.words import content_stems
from tutor.quiz.definitions import is_presentable
from tutor.schema import Chunk

_BECAUSE = re.compile(r"(?P<what>[^;:()]+?),?\s+because\s+(?P<why>[^;:()]+)\.")
_OPENS_BADLY = re.compile(
    r"(?:this|that|these|those|which|and|but|or|so|not|it|they|for|in|on|if|when|at|to|also|thus"
    r"|of|he|she|we|you|i|just|only|some|why|how|remember|note|see|let)\b",
    re.IGNORECASE,
)
_POINTS_ELSEWHERE = re.compile(
    r"\b(?:it|its|they|them|their|there|he|she|him|her|one|ones|such|same|others?|we|you)\b"
    r"|\b(?:this|that|these|those|so|here)$"
    r"|\b(?:than|of|for|by|to|in|like) (?:this|that|these|those)\b",
    re.IGNORECASE,
)
"""Words of a claim that only the sentences before it explain."""
_WHY_OPENS_BADLY = re.compile(
    r"(?:of|this|that|these|those|such|the (?:former|latter|other))\b", re.I
)

WORDS = range(4, 26)
"""Words of each side: fewer say too little, more read badly."""

MIN_CONTENT = (2, 3)
"""Words that carry meaning in what is so, and in why."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What is so (``what``, no stop), why (``why``, likewise), and where the notes say it.

    ``order`` is its place among the reasons of the notes.
    """

    what: str
    why: str
    chunk: Chunk
    quote: str
    topic: str
    order: int

    @property
    def term(self) -> str:
        """What it is about, for the choice of topics."""
        return self.topic


def read_reasons(chunks: Iterable[Chunk]) -> list[Reason]:
    """Return the reasons in the order of the chunks."""
    found: list[Reason] = []
    for chunk in chunks:
        topic = clean_heading(chunk.heading[-1]) if chunk.heading else ""
        for quote, what, why in _sentences(chunk):
            found.append(Reason(what, why, chunk, quote, topic, len(found)))
    return found


def _sentences(chunk: Chunk) -> Iterator[tuple[str, str, str]]:
    """Yield quote, what and why of each sentence that can be asked about by itself."""
    for unit in split(chunk.text):
        if unit.kind is not Kind.SENTENCE:
            continue
        plain = clean(unit.text)
        match = _BECAUSE.fullmatch(plain)
        if match is None or leans_on_previous(plain) or not is_presentable(plain):
            continue
        what, why = match["what"].strip(), match["why"].strip()
        if _OPENS_BADLY.match(what) or _POINTS_ELSEWHERE.search(what):
            continue
        if _WHY_OPENS_BADLY.match(why):
            continue
        if all(map(_says_enough, (what, why), MIN_CONTENT)):
            yield unit.text, what, why


def _says_enough(side: str, least: int) -> bool:
    return len(side.split()) in WORDS and len(content_stems(side)) >= least
