"""What hangs together in the notes: reasons, results and conditions, sentence by sentence.

Only sentences whose two sides each make sense by themselves are read: "this is so because of that",
"this, so that", "if this, that".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from tutor.grounding.markup import clean, clean_heading
from tutor.grounding.pieces import leans_on_previous
from tutor.grounding.sentences import Kind, split
from tutor.grounding.words import content_stems
from tutor.quiz.definitions import is_presentable
from tutor.quiz.english import Form, form_of
from tutor.schema import Chunk


class Relation(StrEnum):
    """How the two sides of a sentence hang together."""

    REASON = "reason"  # what is so, and why
    RESULT = "result"  # what is so, and what comes of it
    CONDITION = "condition"  # what may be so, and what happens then


_PATTERNS = (
    (Relation.REASON, re.compile(r"(?P<what>[^;:()]+?),?\s+because\s+(?P<why>[^;:()]+)\.")),
    (Relation.REASON, re.compile(r"(?P<what>[^;:()]+?),\s+since\s+(?P<why>[^;:()]+)\.")),
    (
        Relation.RESULT,
        re.compile(
            r"(?P<what>[^;:()]+?)(?:,\s+so(?!\s+that)|,?\s+so\s+that)\s+(?P<why>[^;:()]+)\."
        ),
    ),
    (
        Relation.CONDITION,
        re.compile(r"(?P<joint>If|When|Without)\s+(?P<what>[^,;:()]+),\s+(?P<why>[^;:()]+)\."),
    ),
)
_OPENS_BADLY = re.compile(
    r"(?:this|that|these|those|which|and|but|or|so|not|it|they|for|in|on|if|when|at|to|also|thus"
    r"|of|both|either|neither|he|she|we|you|i|just|only|some|why|how|remember|note|see|let)\b",
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

_NO_CLAUSE = (Form.VERB, Form.GERUND, Form.USE, Form.OTHER)
_CUT_OFF = (" learned", " made", " chosen", " and", " only")

MIN_CASE = 5
"""The same for a condition and what happens then, together."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What is so (``what``, no stop), why (``why``, likewise), and where the notes say it.

    Of a result, ``why`` is what comes of it; of a condition, what happens then, and ``joint`` is
    the word that opens it (If, When or Without). ``order`` is its place among all of them.
    """

    what: str
    why: str
    chunk: Chunk
    quote: str
    topic: str
    order: int
    relation: Relation = Relation.REASON
    joint: str = ""

    @property
    def term(self) -> str:
        """What it is about, for the choice of topics."""
        return self.topic


def read_reasons(chunks: Iterable[Chunk]) -> list[Reason]:
    """Return the reasons, results and conditions in the order of the chunks."""
    found: list[Reason] = []
    for chunk in chunks:
        topic = clean_heading(chunk.heading[-1]) if chunk.heading else ""
        for quote, relation, match in _sentences(chunk):
            what, why = match["what"].strip(), match["why"].strip()
            joint = match.groupdict().get("joint") or ""
            found.append(Reason(what, why, chunk, quote, topic, len(found), relation, joint))
    return found


def _sentences(chunk: Chunk) -> Iterator[tuple[str, Relation, re.Match[str]]]:
    """Yield quote, relation and sides of each sentence that can be asked about by itself."""
    for unit in split(chunk.text):
        if unit.kind not in (Kind.SENTENCE, Kind.ITEM):
            continue
        plain = clean(unit.text)
        if unit.label:
            plain = plain.removeprefix(unit.label).lstrip(" :")
        if leans_on_previous(plain) or not is_presentable(plain):
            continue
        for relation, pattern in _PATTERNS:
            match = pattern.fullmatch(plain)
            if match is not None and _stands_alone(relation, match):
                yield unit.text, relation, match
                break


def _stands_alone(relation: Relation, match: re.Match[str]) -> bool:
    """Say whether both sides make sense without the sentences around."""
    what, why = match["what"].strip(), match["why"].strip()
    if _OPENS_BADLY.match(what) or _POINTS_ELSEWHERE.search(what):
        return False
    if relation is Relation.CONDITION:
        is_whole = match["joint"] == "Without" or form_of(what) not in _NO_CLAUSE
        said = content_stems(f"{what} {why}")
        return is_whole and is_clause(why) and len(said) >= MIN_CASE
    if _WHY_OPENS_BADLY.match(why) or not all(map(_says_enough, (what, why), MIN_CONTENT)):
        return False
    whole = form_of(what) in (Form.SENTENCE, Form.GERUND) and not what.endswith(_CUT_OFF)
    return relation is Relation.REASON or (whole and is_clause(why))


def is_clause(text: str) -> bool:
    """Say whether a side is a whole clause that names what it speaks of."""
    return (
        form_of(text) not in _NO_CLAUSE
        and len(text.split()) in WORDS
        and not _OPENS_BADLY.match(text)
    )


def _says_enough(side: str, least: int) -> bool:
    return len(side.split()) in WORDS and len(content_stems(side)) >= least
