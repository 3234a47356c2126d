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
from tutor.grounding.words import content_stems
from tutor.quiz.english import gerund_of, third_person
from tutor.quiz.knowledge.definitions import is_presentable
from tutor.quiz.knowledge.reasons import is_clause
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
_UNLESS = re.compile(
    r",? unless (?P<thing>an? [^,;]+?) is (?:added|at hand|attached|available|given|provided|used)$"
)
_QUALIFIES = re.compile(
    r"\b(?:without|unless|only|except|until|till|alone|though|although|if|when|where|while|whereas"
    r"|may|might|often|usually|sometimes|mostly|mainly|partly|rarely|necessarily|generally|some"
    r"|many|most|always|as long as|in general|at (?:best|least|most)|by (?:it|them)sel(?:f|ves))\b",
    re.IGNORECASE,
)
"""Words by which a correction holds in some cases or to some degree."""
_PLACED = re.compile(
    r"\b(?:at|in|during|within|under|inside|on|for)"
    r" (?!(?:all|contrast|fact|once|practice|truth|turn)\b)(?P<where>(?:[\w-]+ ?){1,4})",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b\w*[A-Z]\w*\b")
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


def safe_claim(belief: Mistake) -> str:
    """Return a false belief so that it is false however it is read, or "" if that cannot be told.

    A correction with a condition leaves the bare belief true in other cases. "unless a map is
    given" goes before the belief as "without a map"; with any other condition, and with a case or a
    name of which the belief says nothing, there is no safe claim.
    """
    told, unless = set(content_stems(belief.what)), _UNLESS.search(belief.why)
    why = belief.why[: unless.start()] if unless else belief.why
    named = {found.lower() for found in _NAME.findall(why)} - set(belief.what.lower().split())
    elsewhere = any(set(content_stems(found["where"])) - told for found in _PLACED.finditer(why))
    if named or elsewhere or _QUALIFIES.search(why):
        return ""
    return f"without {unless['thing']}, {belief.what}" if unless else belief.what


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
