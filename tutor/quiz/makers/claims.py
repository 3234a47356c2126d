"""True/false items on what hangs together: a sentence of the notes, or one with a word turned."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from tutor.grounding.markup import clean
from tutor.quiz.desk import Desk
from tutor.quiz.english import (
    is_base_verb,
    is_third_person,
    sentence_case,
    without_article,
    words,
)
from tutor.quiz.items import FALSE, TRUE
from tutor.quiz.knowledge.reasons import Reason, Relation
from tutor.quiz.makers.clauses import (
    POSSIBLE,
    belongs,
    joined,
    other_values,
    result_is_told,
    sort_of_answer,
)
from tutor.quiz.questions import inside, opposites, serves, subject_of
from tutor.schema import ItemKind, QuizItem

_CUES = {
    Relation.REASON: "reason",
    Relation.RESULT: "result",
    Relation.CONDITION: "case",
    Relation.MEANS: "means",
    Relation.CONTRAST: "two sides",
    Relation.COMPARISON: "comparison",
}
"""What stands out in a statement of each relation: it has to have both verdicts."""

_WHO_IS_WHO = re.compile(r"\b(?:is|remains|becomes) the\b", re.IGNORECASE)
_VALUED = re.compile(r"\b(?:more|less|fewer|better|worse|best|worst|easier|faster)\b")
"""What a thing is done for is hardly ever the worse."""


def relation_statement(desk: Desk, one: Reason) -> Iterator[QuizItem]:
    """Levels 2 and 3: a sentence of the notes, or one with a word turned into its opposite."""
    if not belongs(desk, one) or not _can_be_judged(desk, one):
        return
    plain, false = joined(desk, one, one.what, one.why), _false_claims(desk, one)
    if one.relation is Relation.COMPARISON and not false:
        return
    verdict = desk.next_verdict(_CUES[one.relation])
    claims = [plain] if verdict == TRUE else false
    told = clean(one.quote)
    for claim in claims:
        yield desk.item(
            one,
            ItemKind.TRUE_FALSE,
            claim,
            one.quote,
            keys=(verdict,),
            options=(TRUE, FALSE),
            explanation=f"The notes say: {told}" if verdict == FALSE else told,
        )


def _can_be_judged(desk: Desk, one: Reason) -> bool:
    """Say whether a sentence makes one plain claim that is either true or false."""
    if POSSIBLE.search(f"{one.what} {one.why}") or sort_of_answer(one) == "deed":
        return False
    match one.relation:
        case Relation.CONTRAST:
            return not (_says_two(one.what) or _says_two(one.why) or _only_denies(one))
        case Relation.CONDITION:
            return result_is_told(desk, one)
        case Relation.REASON:  # or else it says how two things compare, and then why
            return " than " not in one.what
        case Relation.MEANS:  # of what the notes do not define, it is a mere piece of news
            subject = without_article(subject_of(one.what) or "")
            return desk.glossary.identity(subject) in desk.glossary.by_term
        case _:
            return True


def _only_denies(one: Reason) -> bool:
    """Say whether two sides differ in one word that is the other denied: "(un)supervised"."""
    left, right = set(one.what.lower().split()), set(one.why.lower().split())
    return any(
        f"{prefix}{word}" in right - left or f"{prefix}{word}" in left - right
        for word in left ^ right
        for prefix in ("un", "in", "non", "non-", "ir", "im")
    )


def _says_two(side: str) -> bool:
    """Say whether a side of a contrast makes two claims, or only says who is who."""
    said = [word.lower() for word in words(side)]
    verbs = [is_third_person(b) or is_base_verb(b) for a, b in pairwise(said) if a == "and"]
    return any(verbs) or bool(_WHO_IS_WHO.search(side))


def _false_claims(desk: Desk, one: Reason) -> list[str]:
    """Return statements with the opposite of one word, or with the subjects changed over."""
    if one.relation is Relation.CONTRAST:
        return _changed_over(desk, one)
    if one.relation is Relation.COMPARISON:
        than = one.what.partition(" than ")[2]
        return [f"{other}." for other in reversed(opposites(one.what)) if other.endswith(than)]
    turned = [*other_values(one), *reversed(opposites(one.why))]
    if one.relation is Relation.MEANS and serves(one.what):
        return []
    if one.joint == "so that":
        turned = [other for other in turned if not _VALUED.search(_changed(one.why, other))]
    return [joined(desk, one, one.what, other) for other in turned]


def _changed(text: str, other: str) -> str:
    """Return the words that one text has and the other has not."""
    return " ".join(word for word in text.split() if word not in other.split())


def _changed_over(desk: Desk, one: Reason) -> list[str]:
    """Return a contrast with its two subjects in each other's place, if both go with the verbs."""
    left, right = subject_of(one.what), subject_of(one.why)
    both = f"{one.what} {one.why}"
    if not left or not right or len(re.findall(re.escape(left), both, re.I)) > 1:
        return []
    if len(re.findall(re.escape(right), both, re.I)) > 1:
        return []  # "... fools the other": it would come to fool itself
    usage = desk.glossary.usage
    first = sentence_case(right) + one.what[len(left) :]
    second = inside(left, usage) + one.why[len(right) :]
    verbs = {
        one.what[len(left) :].split()[0][-1] == "s",
        one.why[len(right) :].split()[0][-1] == "s",
    }
    return [joined(desk, one, first, second)] if len(verbs) == 1 else []
