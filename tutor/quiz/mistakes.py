"""The mistakes that notes warn of: what one may do or believe wrongly, and what is wrong about it.

Read from lists under a heading such as "Common mistakes": "Baking before the oven is hot, so that
the crust stays pale", "Believing that sugar feeds mould: it draws the water out".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tutor.grounding.markup import clean, clean_heading
from tutor.grounding.sentences import Kind, split, trail
from tutor.quiz.definitions import is_presentable
from tutor.quiz.english import gerund_of, third_person
from tutor.quiz.reasons import is_clause
from tutor.schema import Chunk

_TITLE = re.compile(
    r"\b(?:mistakes|pitfalls|misconceptions|misunderstandings|myths|traps)\b", re.IGNORECASE
)
_CODE = re.compile(r"`([\w.]{1,20})(?:\(\))?`")
_BELIEF = re.compile(
    r"(?:Believing|Thinking|Saying|Assuming|Claiming|Supposing) that (?P<what>[^:;]+)"
    r"[:;] (?P<why>.+)\."
)
_DEED = re.compile(
    r"(?P<what>[A-Z][a-z]+ing [^:;]+?)(?:: (?P<why>[^:;]+)|, so that (?P<then>.+))\."
)
_TWO_DEEDS = re.compile(r"\band (?:then )?[a-z]+ing\b")
_CALLED_WRONG = re.compile(
    r"(?:believing|thinking|saying|assuming|claiming|supposing) that\b", re.IGNORECASE
)
_POINTS_BACK = re.compile(r"(?:it|its|they|their|them|this|that|these|those|here|there)\b", re.I)
_ADVICE = re.compile(r"(?:use|call|prefer|look|print|check|avoid|keep|try|take|set|make)\b", re.I)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is done or believed wrongly (``what``), and what is wrong about it (``why``).

    Of a deed, ``what`` is what somebody does ("bakes before the oven is hot"); a ``belief`` is a
    claim. Neither side has a stop. ``lesson`` is the heading above the list of mistakes.
    """

    what: str
    why: str
    belief: bool
    chunk: Chunk
    quote: str
    topic: str
    order: int

    @property
    def term(self) -> str:
        """What it is about, for the choice of topics."""
        return self.topic


def read_mistakes(chunks: Iterable[Chunk]) -> list[Mistake]:
    """Return the mistakes that the chunks give a reason for, in their order."""
    found: list[Mistake] = []
    for chunk in chunks:
        units = split(chunk.text)
        headings = [clean_heading(heading) for heading in chunk.heading]
        for index, unit in enumerate(units):
            above = [units[place].label for place in trail(units, index)]
            if unit.kind is not Kind.ITEM or not any(map(_TITLE.search, [*headings[-1:], *above])):
                continue
            lesson = next((h for h in reversed(headings) if not _TITLE.search(h)), "")
            if sides := _read(clean(unit.text)):
                found.append(Mistake(*sides, chunk, unit.text, lesson, len(found)))
    return found


def is_called_wrong(sentence: str) -> bool:
    """Say whether a sentence of the notes gives a claim as a mistake."""
    return bool(_CALLED_WRONG.match(sentence))


def _read(text: str) -> tuple[str, str, bool] | None:
    """Return what is wrong, why, and whether it is a belief; ``None`` without a reason."""
    plain = _CODE.sub(r"\1", text if text.endswith(".") else f"{text}.")
    if belief := _BELIEF.fullmatch(plain):
        what, why = belief["what"], belief["why"]
        whole = not _POINTS_BACK.match(what) and is_presentable(f"{what} {why}")
        return (what, why, True) if whole else None
    deed = _DEED.fullmatch(plain)
    if deed is None:
        return None
    doing, _, rest = deed["what"].partition(" ")
    verb, why = gerund_of(doing), deed["why"] or deed["then"]
    if verb is None or _TWO_DEEDS.search(rest):
        return None
    says_why = is_clause(why) and not _POINTS_BACK.match(why) and not _ADVICE.match(why)
    if not says_why or not is_presentable(f"{rest} {why}"):
        return None
    return f"{third_person(verb)} {rest}", why, False
