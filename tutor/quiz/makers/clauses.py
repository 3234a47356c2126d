"""Sentences of the notes with two sides: which can be asked about by themselves, and in what words.

Of "the dough rises because yeast makes gas" the first side is what is so, the second side, why.
"""

from __future__ import annotations

import re

from tutor.quiz.desk import Desk
from tutor.quiz.english import is_base_verb, is_plural, sentence_case, without_article
from tutor.quiz.knowledge.reasons import Reason, Relation, is_clause
from tutor.quiz.knowledge.terms import is_aspect
from tutor.quiz.questions import ask, inside, other_numbers, subject_of

DEFINES = re.compile(r"\b(?:is|are) (?:an?|the)\b")
"""What is defined can be recalled by the definition alone."""

POSSIBLE = re.compile(r"\b(?:may|might|can|could|possibly|perhaps)\b", re.IGNORECASE)
"""What is only possible can hardly be false."""

PRONOUN = re.compile(r"(?:it|they|you|there)\b", re.IGNORECASE)

_RELATIVE = re.compile(
    r"(?:the\s)?(?:lower|upper|higher|deeper|larger|smaller|later|earlier|former|latter|first|last"
    r"|final|initial)\s",
    re.IGNORECASE,
)
"""How a subject begins that is one of several, of which only the text around tells the whole."""

_ADVICE = re.compile(r"you (?P<verb>can|could|should|must|need to|have to|'ll need to) (?:then )?")
_DEFINITE = re.compile(r"(?:(?:In|With|On|From) )?(?:the|both|all)\s(?P<name>.+)", re.IGNORECASE)
_TOLD_BY = re.compile(r"\b(?:of|in|from|for|that|which)\b")
_COUNTED = re.compile(r"\bthe (?:two|three|four|other|first|second|last|usual)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"(?<![\w'\u2019/-])[b-zB-HJ-Z](?![\w'\u2019/-])")


def belongs(desk: Desk, one: Reason) -> bool:
    """Say whether a sentence can be asked about at this level by itself."""
    fits = (one.relation is Relation.CONDITION) == (desk.level == 3)
    return fits and stands_alone(desk, one)


def stands_alone(desk: Desk, one: Reason) -> bool:
    """Say whether a first side can be understood without the section that it stands in.

    "The scaling" and "the two directions" need it; "the cost of self-attention" does not, nor does
    a term of the notes.
    """
    subject = subject_of(one.what) or one.what
    bare = without_article(subject)
    if one.relation is not Relation.CONDITION and is_aspect(bare):
        return False  # "Code" or "features": whose?
    if _COUNTED.search(one.what) or _LETTER.search(f"{one.what} {one.why}"):
        return False
    if _RELATIVE.match(subject):
        return False
    return is_told(desk, subject)


def is_told(desk: Desk, clause: str) -> bool:
    """Say whether a definite subject says what it is: a term, or "the cost of ..."."""
    subject = subject_of(clause) or clause
    definite = _DEFINITE.match(subject)
    if definite is None or _TOLD_BY.search(subject):
        return True
    known = desk.glossary.by_term.get(desk.glossary.identity(definite["name"]), ())
    return any(fact.article == "the" or is_plural(definite["name"]) for fact in known)


def result_is_told(desk: Desk, one: Reason) -> bool:
    """Say whether it is told which thing a result speaks of: "the text is too small"."""
    return not one.why.startswith("the ") or is_told(desk, one.why)


def is_answer(one: Reason) -> bool:
    """Say whether the second side is an answer by itself."""
    if one.relation in (Relation.CONTRAST, Relation.COMPARISON):
        return False
    return one.relation is Relation.MEANS or is_clause(one.why)


def sort_of_answer(one: Reason) -> str:
    """Return by what the answer opens, as all options have to: a deed, "it", a clause."""
    if one.relation is Relation.MEANS:
        return "by"
    if _is_advice(one):
        return "deed"
    pronoun = PRONOUN.match(one.why)
    return pronoun.group().lower() if pronoun else ""


def _is_advice(one: Reason) -> bool:
    return bool(_ADVICE.match(one.why)) or is_base_verb(one.why.partition(" ")[0])


def question(desk: Desk, one: Reason) -> str | None:
    """Return the question to which the second side is the answer, or ``None``."""
    match one.relation:
        case Relation.REASON:
            return ask("Why", one.what, desk.glossary.usage)
        case Relation.MEANS:
            return ask("How", one.what, desk.glossary.usage)
        case Relation.RESULT:
            return f"{one.what}. What follows from this?"
        case Relation.CONDITION:
            case = f"{one.joint.lower()} {one.what}?"
            advice = _ADVICE.match(one.why)
            if _is_advice(one):
                verb = advice["verb"] if advice else "should"
                return f"What {verb if verb in ('can', 'could') else 'should'} you do {case}"
            return f"What happens {case}"
        case _:
            return None


def as_case(one: Reason) -> str:
    """Return a condition as a label: "If the dough is cold"; of other sentences the first side."""
    joint = one.joint if one.relation is Relation.CONDITION else ""
    return sentence_case(f"{joint} {one.what}".strip())


def answer(one: Reason, why: str = "") -> str:
    """Return the second side, or ``why`` in its place, as an answer without a stop."""
    said = _ADVICE.sub("", why or one.why, count=1)
    return f"By {said}" if one.relation is Relation.MEANS else sentence_case(said)


def joined(desk: Desk, one: Reason, first: str, second: str) -> str:
    """Return a statement of both sides, in the way the notes join them."""
    match one.relation:
        case Relation.REASON:
            return f"{sentence_case(first)} because {second}."
        case Relation.RESULT:
            return f"{first}, {one.joint} {second}."
        case Relation.MEANS:
            return f"{first} by {second}."
        case Relation.COMPARISON:
            return f"{first}."
        case Relation.CONTRAST:
            return f"{sentence_case(first)}, while {inside(second, desk.glossary.usage)}."
        case _:
            return f"{one.joint} {first}, {second}."


def other_values(one: Reason) -> list[str]:
    """Return the second side with another number, where the number comes out of the first side."""
    worked_out = _DIGIT.search(one.what) and not set(_NUMBER.findall(one.what)) & set(
        _NUMBER.findall(one.why)
    )
    return other_numbers(one.why)[:2] if worked_out and "%" not in one.why else []
