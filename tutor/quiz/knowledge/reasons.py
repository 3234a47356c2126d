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
from tutor.grounding.sentences import Kind, Unit, split
from tutor.grounding.words import content_stems
from tutor.quiz.english import (
    Form,
    form_of,
    gerund_of,
    is_base_verb,
    is_plural,
    sentence_case,
    third_person,
    verb_of,
    words,
)
from tutor.quiz.knowledge.definitions import is_presentable
from tutor.quiz.knowledge.terms import Usage, is_term
from tutor.schema import Chunk


class Relation(StrEnum):
    """How the two sides of a sentence hang together."""

    REASON = "reason"  # what is so, and why
    RESULT = "result"  # what is so, and what comes of it
    CONDITION = "condition"  # what may be so, and what happens then
    MEANS = "means"  # what is done, and by doing what
    CONTRAST = "contrast"  # what is so of one thing, and what of another
    COMPARISON = "comparison"  # what is more or less so than something else; no second side


_SIDE = r"[^;:()]+?"
_REST = r"[^;:()]+"
_PATTERNS = tuple(
    (relation, re.compile(pattern + r"\."))
    for relation, pattern in (
        (
            Relation.CONDITION,
            rf"(?P<joint>If|When|Whenever|Once|Without)\s+(?P<what>[^,;:()]+),\s+(?P<why>{_REST})",
        ),
        (Relation.REASON, rf"(?:Because|Since)\s+(?P<why>[^,;:()]+),\s+(?P<what>{_REST})"),
        (Relation.REASON, rf"(?P<what>{_SIDE}),?\s+because\s+(?P<why>{_REST})"),
        (Relation.REASON, rf"(?P<what>{_SIDE}),\s+since\s+(?P<why>{_REST})"),
        (Relation.RESULT, rf"(?P<what>{_SIDE}),?\s+(?P<joint>so that)\s+(?P<why>{_REST})"),
        (
            Relation.RESULT,
            rf"(?P<what>{_SIDE}),\s+(?P<joint>so)\s+(?!far\b|much\b|many\b|long\b|on\b|does?\b)"
            rf"(?P<why>{_REST})",
        ),
        (
            Relation.RESULT,
            rf"(?P<what>{_SIDE}),\s+(?P<joint>and therefore|and hence)\s+(?P<why>{_REST})",
        ),
        (
            Relation.MEANS,
            r"(?P<what>[^,;:()]+?),?\s+by\s+(?!meaning\b)(?P<why>(?:[a-z]+ly\s)?[a-z]+ing\b[^;:()]+)",
        ),
        (Relation.CONTRAST, rf"(?P<what>[^,;:()]+?),\s+(?:while|whereas)\s+(?P<why>{_REST})"),
        (Relation.CONTRAST, rf"(?:While|Whereas)\s+(?P<what>[^,;:()]+),\s+(?P<why>{_REST})"),
        (Relation.COMPARISON, r"(?P<what>[^,;:()]+\sthan\s[^,;:()]+)"),
    )
)
_OPENS_BADLY = re.compile(
    r"(?:this|that|these|those|which|and|but|or|so|not|it|they|for|in|on|if|when|at|to|also|thus"
    r"|of|both|either|neither|he|she|we|i|just|only|some|why|how|remember|note|see|let"
    r"|then|there|such|its|their|whether|where|today|now|with (?:this|that|these|those))\b",
    re.IGNORECASE,
)
_POINTS_ELSEWHERE = re.compile(
    r"\b(?:it|they|them|there|he|she|him|her|we|our|either|neither|others)\b"
    r"|^(?:\S+ ){0,2}(?:its|their|such)\b|\bthe other$"
    r"|\b(?:this|that|these|those|so|here|such|same)$"
    r"|\bones?\b(?=$|,| (?:is|are|has|have|can|that|which|with|in|of)\b)"
    r"|\b(?:than|of|for|by|to|in|like|with|on|from|all|at) (?:this|that|these|those)\b"
    r"|\b(?:far|much|too|even) (?:[a-z]+er|better|worse|more|less|high|low|late|early)$",
    re.IGNORECASE,
)
"""Words of a claim that only the sentences before it explain."""
_WHY_OPENS_BADLY = re.compile(
    r"(?:of|this|that|these|those|such|otherwise|the (?:former|latter|other))\b", re.I
)

WORDS = range(4, 26)
"""Words of a second side, or of a case: fewer say too little, more read badly."""

CLAIM_WORDS = range(2, 26)
"""Words of what is so: "GPUs matter" is enough to ask why."""

MIN_CONTENT = 2
"""Words of a side that carry meaning."""

_NO_CLAUSE = (Form.VERB, Form.GERUND, Form.USE, Form.OTHER)
_CUT_OFF = (" learned", " made", " chosen", " and", " only", " is", " are", " part")

_INNER = re.compile(r"\b(?:is|are) an?\b.*\b(?:that|which|who)\b")
"""A definition, whose relative clause may be all that the reason is one for."""

_NO_DEED = re.compile(r"\b(?:is|are) (?:an?|the|to|done|made)\b")
_EXPLETIVE = re.compile(r"It (?:is|was|can be|may be) (?:\w+ly )?\w+ (?:to|that|whether|if|for)\b")
"""An "it" that stands for nothing: "it is wise to ..."."""

_ADDRESS = re.compile(r"\b(?:you|your)\b")
"""A reader may be spoken to: "if you stop early, ..." can be asked as it is."""

_CODE = re.compile(r"`([^`={}\\]{1,20})`")
_ASIDE = re.compile(r"\s\((?:(?:e\.g\.|i\.e\.|such as|like|see)\s[^()]*|\S+(?:\s\S+){0,2})\)")
"""What is in brackets and can be left out: examples, abbreviations, other names."""

_THAT_DOES = re.compile(
    r"^((?:An? |The )?[^\W\d_][^,;:]{1,50}?) (?:is|are) (?:an?|the) [^,;:]{3,60}? (?:that|which)"
    r" ([a-z]+s [^,;:]+ by (?:[a-z]+ly )?[a-z]+ing\b)"
)
"""What a thing does, told as what it is: "A kiln is an oven that hardens clay by heating it"."""

_DEFINES = re.compile(
    r"(?P<subject>(?:(?:An?|The)\s+)?[^\W\d_][\w'\u2019/+.-]*(?:\s[\w'\u2019/+.-]+){0,3}?)"
    r"(?:\s\([^()]{2,60}\))?\s(?:is|are)\s(?:an?|the|any)\s"
)
"""A sentence that says what its subject is: "it" in the next one means that subject."""

MIN_CASE = 5
"""The same for a condition and what happens then, together."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What is so (``what``, no stop), why (``why``, likewise), and where the notes say it.

    Of a result, ``why`` is what comes of it; of a condition, what happens then. ``joint`` is the
    word that opens a condition (If, When, Without) or a result (so, so that). ``order`` is its
    place among all of them.
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


def read_reasons(chunks: Iterable[Chunk], usage: Usage) -> list[Reason]:
    """Return the reasons, results, conditions and the like in the order of the chunks.

    ``usage`` tells how the notes write the terms that label what is said of them.
    """
    found: list[Reason] = []
    for chunk in chunks:
        topic = clean_heading(chunk.heading[-1]) if chunk.heading else ""
        for quote, sides in _sentences(chunk, usage):
            relation, joint, what, why = sides
            found.append(Reason(what, why, chunk, quote, topic, len(found), relation, joint))
    return found


_Sides = tuple[Relation, str, str, str]
"""Relation, joint, what and why, as in ``Reason``."""


def _sentences(chunk: Chunk, usage: Usage) -> Iterator[tuple[str, _Sides]]:
    """Yield quote, relation and sides of each statement that can be asked about by itself."""
    before: tuple[Unit, str] | None = None  # the sentence before, where it defines something
    for unit in split(chunk.text):
        if unit.kind not in (Kind.SENTENCE, Kind.ITEM):
            before = None
            continue
        plain, start = _plain(unit, usage), unit.start
        if (
            before
            and (told := _with_subject(plain, before[1]))
            and _follows(unit, before[0], chunk)
        ):
            plain, start = told, before[0].start
        else:
            defined = _DEFINES.match(plain)
            before = (unit, defined["subject"]) if defined else None
        for statement in plain.removesuffix(".").split("; "):
            if found := _read(f"{sentence_case(statement)}."):
                yield chunk.text[start : unit.end], found
                break


def _read(statement: str) -> _Sides | None:
    """Return how the two sides of a statement hang together, if it can be asked about."""
    if leans_on_previous(statement) or not is_presentable(_ADDRESS.sub("", statement)):
        return None
    for relation, pattern in _PATTERNS:
        match = pattern.fullmatch(statement)
        if match is not None and _stands_alone(relation, match):
            what, why = match["what"].strip(), (match.groupdict().get("why") or "").strip()
            joint = match.groupdict().get("joint") or ""
            if relation is Relation.RESULT and form_of(what) is Form.GERUND:
                return _case(what, why)
            return relation, joint, what, why
    return None


def _case(what: str, why: str) -> _Sides | None:
    """Read a doing and its result as a case: "Forgetting to stir, so that it burns"."""
    doing, _, rest = what.partition(" ")
    deed = gerund_of(doing)
    return (Relation.CONDITION, "If", f"you {deed} {rest}", why) if deed else None


def _plain(unit: Unit, usage: Usage) -> str:
    """Return a unit cleaned, without asides and marks of code, and with a stop.

    A label becomes the subject of what it does ("Stove: Heats ..."), or is left out.
    """
    plain = clean(unit.text)
    if unit.label:
        plain = plain.removeprefix(unit.label).lstrip(" :\u2013-")
    plain = _CODE.sub(r"\1", _ASIDE.sub("", plain))
    if unit.label and is_term(unit.label) and not is_plural(unit.label):
        plain = _does(sentence_case(usage.as_subject(unit.label)), plain)
    plain = _THAT_DOES.sub(r"\1 \2", plain)
    return plain if plain.endswith((".", "?", "!", ":")) else f"{plain}."


def _does(subject: str, body: str) -> str:
    """Return what is said of a labelled term as a sentence, where it is something that it does."""
    form = form_of(body)
    first, _, rest = body.partition(" ")
    deed = gerund_of(first) if form is Form.GERUND else None
    if form is Form.VERB:
        return f"{subject} {first.lower()} {rest}"
    return f"{subject} {third_person(deed)} {rest}" if deed else body


def _with_subject(plain: str, subject: str) -> str:
    """Return a sentence with ``subject`` for the pronoun that opens it, or "" if none does."""
    if _EXPLETIVE.match(plain):
        return ""
    pronoun, _, rest = plain.partition(" ")
    fits = {"It": False, "They": True}.get(pronoun)
    return f"{subject} {rest}" if fits is not None and fits == is_plural(subject) else ""


def _follows(unit: Unit, before: Unit, chunk: Chunk) -> bool:
    """Say whether two sentences stand side by side in one paragraph."""
    between = chunk.text[before.end : unit.start]
    return not between.strip() and between.count("\n") < 2


def _stands_alone(relation: Relation, match: re.Match[str]) -> bool:
    """Say whether both sides make sense without the sentences around."""
    what, why = match["what"].strip(), (match.groupdict().get("why") or "").strip()
    if _OPENS_BADLY.match(what) or _POINTS_ELSEWHERE.search(what) or what.endswith(_CUT_OFF):
        return False
    if relation is Relation.CONDITION:
        is_whole = match["joint"] == "Without" or form_of(what) not in _NO_CLAUSE
        said = content_stems(f"{what} {why}")
        return is_whole and is_clause(why) and len(said) >= MIN_CASE
    if not _says_enough(what, CLAIM_WORDS):
        return False
    if relation is Relation.COMPARISON:
        return _has_verb(what)
    if _WHY_OPENS_BADLY.match(why) or not _says_enough(why, WORDS):
        return False
    if relation is Relation.MEANS:
        vague = _NO_DEED.search(what) or is_base_verb(what.split()[0])
        return _has_verb(what) and not vague and not _POINTS_ELSEWHERE.search(why)
    if relation is Relation.REASON:
        return _has_verb(what) and not _INNER.search(what)
    return form_of(what) in (Form.SENTENCE, Form.GERUND) and is_clause(why)


def _has_verb(clause: str) -> bool:
    """Say whether a clause is whole; of few words the last may be the verb ("Yeast works")."""
    return verb_of([word.lower() for word in words(clause)]) is not None


def is_clause(text: str) -> bool:
    """Say whether a side is a whole clause that names what it speaks of."""
    return (
        form_of(text) not in _NO_CLAUSE
        and len(text.split()) in WORDS
        and not _OPENS_BADLY.match(text)
    )


def _says_enough(side: str, words: range) -> bool:
    return len(side.split()) in words and len(content_stems(side)) >= MIN_CONTENT
