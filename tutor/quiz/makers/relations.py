"""Items on what hangs together: reasons, results, and what happens in a given case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import combinations, pairwise

from tutor.grounding.markup import clean
from tutor.quiz.desk import POOL, Desk
from tutor.quiz.english import is_base_verb, is_plural, is_third_person, sentence_case, words
from tutor.quiz.gates.form import MIN_OPTIONS
from tutor.quiz.items import FALSE, GAP, OPTIONS, TRUE, evidence
from tutor.quiz.knowledge.reasons import Reason, Relation, is_clause
from tutor.quiz.knowledge.terms import is_aspect, shares_word
from tutor.quiz.makers.matching import of_pairs, pairable
from tutor.quiz.questions import ask, inside, opposites, other_numbers, serves, subject_of
from tutor.quiz.wording import hint
from tutor.schema import ItemKind, Pair, QuizItem

MAX_LIKENESS = 0.6
"""Cosine of two reasons above which each may be one for the other's matter as well."""

MAX_CROSSED = 0.4
"""Cosine of a first side to the second side of another sentence above which these may go together,
so that a pair would not be plain."""

MIN_LIKENESS = 0.3
"""Cosine to the reason or to its matter below which a second side tempts nobody."""

_WHO_IS_WHO = re.compile(r"\b(?:is|remains|becomes) the\b", re.IGNORECASE)
_RELATIVE = re.compile(
    r"(?:the\s)?(?:lower|upper|higher|deeper|larger|smaller|later|earlier|former|latter|first|last"
    r"|final|initial)\s",
    re.IGNORECASE,
)
"""How a subject begins that is one of several, of which only the text around tells the whole."""

_VALUED = re.compile(r"\b(?:more|less|fewer|better|worse|best|worst|easier|faster)\b")
"""What a thing is done for is hardly ever the worse."""

_POSSIBLE = re.compile(r"\b(?:may|might|can|could|possibly|perhaps)\b", re.IGNORECASE)
"""What is only possible can hardly be false."""

_ADVICE = re.compile(r"you (?P<verb>can|could|should|must|need to|have to|'ll need to) (?:then )?")
_PRONOUN = re.compile(r"(?:it|they|you|there)\b", re.IGNORECASE)
_DEFINITE = re.compile(r"(?:(?:In|With|On|From) )?(?:the|both|all)\s(?P<name>.+)", re.IGNORECASE)
_TOLD_BY = re.compile(r"\b(?:of|in|from|for|that|which)\b")
_COUNTED = re.compile(r"\bthe (?:two|three|four|other|first|second|last|usual)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"(?<![\w'\u2019/-])[b-zB-HJ-Z](?![\w'\u2019/-])")


def relation_choice(desk: Desk, one: Reason) -> Iterator[QuizItem]:
    """Levels 2 and 3: a first side, and second sides of other sentences to choose from."""
    if not belongs(desk, one):
        return
    stem = question(desk, one)
    if stem is None or not is_answer(one):
        return
    if one.relation is Relation.CONDITION and not _result_is_told(desk, one):
        return
    own = answer(one)
    turned = [answer(one, other) for other in _turned(one)]
    if not turned:
        return  # what stands in other sentences tempts too little by itself
    near = [answer(other) for other in _others(desk, one)[:POOL]]
    for size in range(OPTIONS - 1, MIN_OPTIONS - 2, -1):
        for others in combinations([*turned, *near], size):
            yield desk.item(
                one,
                ItemKind.MULTIPLE_CHOICE,
                stem,
                one.quote,
                keys=(own,),
                options=(own, *others),
                explanation=clean(one.quote),
            )


def relation_statement(desk: Desk, one: Reason) -> Iterator[QuizItem]:
    """Levels 2 and 3: a sentence of the notes, or one with a word turned into its opposite."""
    if not belongs(desk, one) or not _can_be_judged(desk, one):
        return
    verdict, false = desk.next_verdict(), _false_claims(desk, one)
    if one.relation is Relation.COMPARISON and not false:
        return
    claims = [_claim(desk, one, one.why)] if verdict == TRUE else false
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
    if _POSSIBLE.search(f"{one.what} {one.why}") or _sort_of_answer(one) == "deed":
        return False
    match one.relation:
        case Relation.CONTRAST:
            return not (_says_two(one.what) or _says_two(one.why) or _only_denies(one))
        case Relation.CONDITION:
            return _result_is_told(desk, one)
        case Relation.REASON:  # or else it says how two things compare, and then why
            return " than " not in one.what
        case Relation.MEANS:  # of what the notes do not define, it is a mere piece of news
            subject = re.sub(r"^(?:an?|the)\s", "", subject_of(one.what) or "", flags=re.IGNORECASE)
            return desk.glossary.identity(subject) in desk.glossary.by_term
        case _:
            return True


def _result_is_told(desk: Desk, one: Reason) -> bool:
    """Say whether it is told which thing a result speaks of: "the text is too small"."""
    return not one.why.startswith("the ") or is_told(desk, one.why)


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


def relation_gap(desk: Desk, one: Reason) -> Iterator[QuizItem]:
    """Levels 2 and 3: a sentence whose subject is a term, left out: only the reason tells it."""
    vague = DEFINES.search(one.what) or _POSSIBLE.search(one.why)
    if not belongs(desk, one) or one.relation not in _TELLING or vague:
        return
    side = one.why if one.relation is Relation.CONDITION else one.what
    subject = subject_of(side) or ""
    term = re.sub(r"^(?:An?|The)\s", "", subject, flags=re.IGNORECASE)
    glossary = desk.glossary
    if glossary.identity(term) not in glossary.by_term:
        return
    spellings = glossary.spellings(term)
    if subject.startswith("The ") or any(o[0].lower() != term[0].lower() for o in spellings):
        return  # one thing among others, or another name that the hint would rule out
    blank = {"A": f"A(n) {GAP}", "An": f"A(n) {GAP}"}
    opened = blank.get(subject.split(" ", 1)[0].capitalize() if " " in subject else "", GAP)
    text = opened + side[len(subject) :]
    whole = (
        f"{one.joint} {one.what}, {text[:1].lower()}{text[1:]}."
        if one.relation is Relation.CONDITION
        else _joined(desk, one, text, one.why)
    )
    if not shares_word(term, whole.replace(GAP, " ")):
        yield desk.item(
            one,
            ItemKind.CLOZE,
            whole + hint(term, whole=all(len(o.split()) == len(term.split()) for o in spellings)),
            one.quote,
            keys=(glossary.usage.spelled(term),),
            spellings=spellings,
            explanation=clean(one.quote),
        )


def relation_pairs(desk: Desk, one: Reason) -> Iterator[QuizItem]:
    """Levels 2 and 3: first sides of sentences and their second sides, one of these to spare."""
    if not _can_be_paired(desk, one):
        return
    others = (
        other
        for other in desk.glossary.reasons
        if other.quote not in desk.told
        and other.relation is one.relation
        and _sort_of_answer(other) == _sort_of_answer(one)
        and other.chunk.source == one.chunk.source
        and _can_be_paired(desk, other)
    )
    chosen, spare = pairable(one, others, partial(_apart, desk))
    if not chosen:
        return
    pairs = [Pair(_case(each), answer(each), evidence(each.chunk, each.quote)) for each in chosen]
    yield of_pairs(
        desk,
        one,
        _TASKS[one.relation],
        one.quote,
        pairs,
        spare=[answer(each) for each in spare],
        explanation=" ".join(clean(each.quote) for each in chosen),
    )


_TELLING = (Relation.REASON, Relation.RESULT, Relation.CONDITION)
DEFINES = re.compile(r"\b(?:is|are) (?:an?|the)\b")
"""What is defined can be recalled by the definition alone."""

_TASKS = {
    Relation.REASON: "Match each statement with its reason.",
    Relation.RESULT: "Match each statement with what it leads to.",
    Relation.CONDITION: "Match each case with what happens then.",
}


def stands_alone(desk: Desk, one: Reason) -> bool:
    """Say whether a first side can be understood without the section that it stands in.

    "The scaling" and "the two directions" need it; "the cost of self-attention" does not, nor does
    a term of the notes.
    """
    subject = subject_of(one.what) or one.what
    bare = re.sub(r"^(?:an?|the)\s", "", subject, flags=re.IGNORECASE)
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


def belongs(desk: Desk, one: Reason) -> bool:
    """Say whether a sentence can be asked about at this level by itself."""
    fits = (one.relation is Relation.CONDITION) == (desk.level == 3)
    return fits and stands_alone(desk, one)


def _can_be_paired(desk: Desk, one: Reason) -> bool:
    if one.relation not in _TASKS:
        return False
    return is_answer(one) and belongs(desk, one) and not _PRONOUN.match(one.why)


def is_answer(one: Reason) -> bool:
    """Say whether the second side is an answer by itself."""
    if one.relation in (Relation.CONTRAST, Relation.COMPARISON):
        return False
    return one.relation is Relation.MEANS or is_clause(one.why)


def _turned(one: Reason) -> list[str]:
    """Return second sides that say the opposite, or another number: at most one of each word."""
    return _other_numbers(one) or opposites(one.why)[-1:]


def _other_numbers(one: Reason) -> list[str]:
    """Return the second side with another number, where the number comes out of the first side."""
    worked_out = _DIGIT.search(one.what) and not set(_NUMBER.findall(one.what)) & set(
        _NUMBER.findall(one.why)
    )
    return other_numbers(one.why)[:2] if worked_out and "%" not in one.why else []


def _others(desk: Desk, one: Reason) -> list[Reason]:
    """Return sentences whose second sides look as if they could follow, the most tempting first."""
    pool = [
        other
        for other in desk.glossary.reasons
        if is_answer(other)
        and other.quote != one.quote
        and other.chunk.source == one.chunk.source
        and 0.5 <= len(other.why) / len(one.why) <= 2
        and stands_alone(desk, other)
        and (not _DIGIT.search(other.why) or bool(_DIGIT.search(one.why)))
        and _sort_of_answer(other) == _sort_of_answer(one)
        and other.why[-1].isalnum() == one.why[-1].isalnum()
    ]
    likeness = desk.glossary.similarity(one.why, [other.why for other in pool])
    matter = desk.glossary.similarity(one.what, [other.why for other in pool])
    scored = [
        (float(max(like, about)), other)
        for like, about, other in zip(likeness, matter, pool, strict=True)
        if max(like, about) >= MIN_LIKENESS and like <= MAX_LIKENESS and about <= MAX_LIKENESS
    ]
    return [other for _, other in sorted(scored, key=lambda pair: (-pair[0], pair[1].order))]


def _sort_of_answer(one: Reason) -> str:
    """Return by what the answer opens, as all options have to: a deed, "it", a clause."""
    if one.relation is Relation.MEANS:
        return "by"
    if _is_advice(one):
        return "deed"
    pronoun = _PRONOUN.match(one.why)
    return pronoun.group().lower() if pronoun else ""


def _is_advice(one: Reason) -> bool:
    return bool(_ADVICE.match(one.why)) or is_base_verb(one.why.partition(" ")[0])


def _apart(desk: Desk, one: Reason, other: Reason) -> bool:
    """Say whether neither second side could be taken for the other's in a matching item."""
    similarity = desk.glossary.similarity
    crossed = max(similarity(one.what, [other.why])[0], similarity(other.what, [one.why])[0])
    alike = similarity(clean(one.quote), [clean(other.quote)])[0]
    return bool(alike <= MAX_LIKENESS and crossed <= MAX_CROSSED and one.chunk.id != other.chunk.id)


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


def _case(one: Reason) -> str:
    return sentence_case(f"{one.joint} {one.what}".strip())


def answer(one: Reason, why: str = "") -> str:
    """Return the second side, or ``why`` in its place, as an answer without a stop."""
    said = _ADVICE.sub("", why or one.why, count=1)
    return f"By {said}" if one.relation is Relation.MEANS else sentence_case(said)


def _claim(desk: Desk, one: Reason, second: str) -> str:
    return _joined(desk, one, one.what, second)


def _joined(desk: Desk, one: Reason, first: str, second: str) -> str:
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


def _false_claims(desk: Desk, one: Reason) -> list[str]:
    """Return statements with the opposite of one word, or with the subjects changed over."""
    if one.relation is Relation.CONTRAST:
        return _changed_over(desk, one)
    if one.relation is Relation.COMPARISON:
        than = one.what.partition(" than ")[2]
        return [f"{other}." for other in reversed(opposites(one.what)) if other.endswith(than)]
    turned = [*_other_numbers(one), *reversed(opposites(one.why))]
    if one.relation is Relation.MEANS and serves(one.what):
        return []
    if one.joint == "so that":
        turned = [other for other in turned if not _VALUED.search(_changed(one.why, other))]
    return [_claim(desk, one, other) for other in turned]


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
    return [_joined(desk, one, first, second)] if len(verbs) == 1 else []
