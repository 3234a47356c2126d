"""How a fact is put as a question, statement or gap, by the shape of its definition.

Every frame reads as a sentence whatever term stands in it, so that the frame never gives the
answer away.
"""

from __future__ import annotations

import re
from itertools import pairwise

from tutor.quiz.english import (
    Form,
    gerund_of,
    head_noun,
    indefinite_article,
    is_plural,
    is_third_person,
    plural_verb,
    sentence_case,
    words,
)
from tutor.quiz.items import GAP
from tutor.quiz.knowledge.facts import Fact
from tutor.quiz.knowledge.terms import Usage

_FOUND_IN_BRACKETS = r"\s*\([^()]{2,60}\)"


_NUMERALS = {2: "two", 3: "three", 4: "four", 5: "five"}
_HINT = (
    r" The missing term (?:begins with \u201c.\u201d|has \w+ words, which begin with "
    r"(?P<initials>[^.]+))\.$"
)

SELECT_ALL = " Select all that apply."
"""What a multiple-response stem ends with."""

RESULTS_FROM = "Which of these results from"
"""How a question after the result of a thing begins."""

ILLUSTRATES = " illustrate?"
"""How a question after the term of an example ends."""

DECISION = (
    r"A team (?:looks for this advantage above all|has to avoid this drawback): "
    r"\u201c(?P<said>[^\u201d]+)\u201d\. Then (?P<best>.+) suits? it better than (?P<second>.+)\.$"
)
"""A statement that has the learner decide between two things."""

SAID_OF_IT = "what is said of it."
"""How a matching item ends that asks for what is said of two things by two aspects."""

SIDE_OF = r"^Which of these (?:is|are) (?:true|an advantage|advantages|a drawback|drawbacks) of\b"
"""How a stem begins that asks what is so of one thing rather than of another."""

_ASKING = re.compile(
    rf"{SIDE_OF}|^{RESULTS_FROM}\b|,? rather than (?:of )?[^,?]+(?=[,?])|{_HINT}"
    r"|^A team (?:looks for|has to avoid) this [^:]+:"
    r"|(?<=\u201d)\. Then .+ suits? it better than .+$"
    r"|^(?:Which(?: (?:of these|term|description))?"
    r"(?: means| stands for| fits the term| does the example| statements about"
    r"| are| is| was| were)?"
    r"|What (?:does|do|is|are|sets)"
    r"|Match (?:each )?(?:example|term)s?.*"
    r"|Put (?:the (?:steps|phases|stages|events) of|these events)"
    r"|You want to)\b"
    r"| illustrate(?=\?)| do(?=\?)| used for(?=\?)|^The term | are true(?=\?)"
    r"|, you would use| apart from .*$| in their right order(?=\.)| in the order .*$"
    rf"|\.? Which of these would you use(?=\?)|{re.escape(SELECT_ALL)}$"
    r"|^(?:Why|How)(?= )|\. What (?:follows from this|is wrong with that)(?=\?)|^Somebody\b"
    r"|^What (?:happens|(?:can|could|should) you do) (?:if|when|whenever|once|without)\b"
    r"|^Unlike [^,]{1,60},|(?<=^Which term), unlike [^,]{1,60}, means"
    r"|(?<=^Which of these), unlike [^,]{1,60},(?: is| are)?|^You need\b|^If you need\b"
)


_SCOPE = re.compile(r"(?P<scope>(?:In|Of (?:the|these)) [^,]{1,60}), (?P<rest>.+)")


def asked(stem: str) -> str:
    """Return what a stem speaks of: the stem without the words that only do the asking."""
    scope, rest = split_scope(stem)
    said = _ASKING.sub("", rest.replace(GAP, " ")).rstrip("?. ").strip()
    return f"{scope}, {said}" if scope else said


def split_scope(stem: str) -> tuple[str, str]:
    """Return where a stem says that it holds ("In CrewAI"), or "", and the rest as if it opened."""
    match = _SCOPE.fullmatch(stem)
    return (match["scope"], sentence_case(match["rest"])) if match else ("", stem)


def scoped(where: str, text: str, usage: Usage) -> str:
    """Return a stem or statement behind where it holds ("in CrewAI"), if anything tells that."""
    return f"{sentence_case(where)}, {_inside(text, usage)}" if where else text


def ask_among(called: str, fact: Fact) -> str:
    """Return a question after a member of a named class, such as "the 5 V's of big data"."""
    if fact.form is Form.VERB:
        return f"Of {called}, which {fact.definition}?"  # one is asked for, however it is named
    return re.sub("^Which (?:of these|term)", f"Of {called}, which", ask_for_term(fact))


def ask_for_term(fact: Fact) -> str:
    """Return a question to which the term is the answer."""
    if fact.form in (Form.VERB, Form.PLURAL_VERB):
        plural = _plural_predicate(fact.definition) if fact.plural and fact.verb is None else None
        return f"Which of these {plural or fact.definition}?"
    if fact.form is Form.GERUND:
        return f"Which term means {fact.definition}?"
    if fact.form is Form.USE:
        return f"Which of these {'are' if fact.plural else 'is'} {fact.definition}?"
    one_thing = fact.form is Form.BARE and not is_plural(head_noun(fact.definition))
    if one_thing or (not fact.plural and (fact.form is Form.BARE or _is_of_many(fact))):
        return f"Which term stands for {fact.definition}?"
    return f"Which of these {_be(fact)} {fact.definition}?"


def _be(fact: Fact) -> str:
    """Return the form of "to be" that goes with a definition: what is no more, was."""
    many = fact.plural and _many(fact)
    if fact.verb in ("was", "were"):
        return "were" if many else "was"
    return "are" if many else "is"


def _is_of_many(fact: Fact) -> bool:
    """Say whether one thing is described as many: "Variety: the diverse types of data"."""
    return fact.form is Form.NOUN and is_plural(head_noun(fact.definition) or "one")


def _many(fact: Fact) -> bool:
    """Say whether the definition of a plural term goes with "are"."""
    return fact.verb is not None or fact.form is Form.BARE


def ask_for_contrast(fact: Fact, other: Fact, usage: Usage) -> str:
    """Return a question after what tells a term from its neighbour."""
    return f"What sets {named(fact, usage)} apart from {named(other, usage)}?"


def named(fact: Fact, usage: Usage) -> str:
    """Return the term of a fact as a subject, with the article that the notes give it."""
    spelled = usage.spelled(fact.term)
    if fact.article == "the":
        return f"the {spelled}"
    if fact.article in ("a", "an") and not fact.plural:
        return f"{indefinite_article(spelled)} {spelled}"
    return usage.as_subject(fact.term)


def state_unlike(fact: Fact, one: Fact, other: Fact, usage: Usage) -> str | None:
    """Return a statement that ``one``, unlike ``other``, is what the notes say of ``fact``."""
    said = state(fact, one.term, usage)
    if said is None or not _opens_with(said, one.term):
        return None
    return f"Unlike {named(other, usage)}, {_inside(said, usage)}"


def hint(term: str, *, whole: bool) -> str:
    """Return the sentence that tells how the term for a gap begins, so that no synonym fits.

    It tells the beginnings of all its words, unless ``whole`` is false, because a shorter name of
    the term would do.
    """
    initials = [f"\u201c{word[0]}\u201d" for word in term.split()]
    if not whole or len(initials) == 1:
        return f" The missing term begins with {initials[0]}."
    words = f"{_NUMERALS.get(len(initials), len(initials))} words"
    listed = f"{', '.join(initials[:-1])} and {initials[-1]}"
    return f" The missing term has {words}, which begin with {listed}."


def hint_in(stem: str) -> str:
    """Return the hint that a stem with a gap ends with, or ""."""
    found = re.search(_HINT, stem)
    return found.group() if found else ""


def rules_out(stem: str, key: str, other: str) -> bool:
    """Say whether the hint of a stem tells the key from another term by how they begin."""
    found = re.search(_HINT, stem)
    if not found:
        return False
    right, wrong = ([word[0] for word in name.lower().split()] for name in (key, other))
    comparable = found["initials"] and len(right) == len(wrong)
    return right != wrong if comparable else right[0] != wrong[0]


def _opens_with(said: str, term: str) -> bool:
    return bool(re.match(rf"(?:(?:an?|the)\s)?{re.escape(term)}\b", said, re.IGNORECASE))


def _inside(text: str, usage: Usage) -> str:
    """Return a statement as it goes on behind a comma."""
    small = re.match(r"(?:An?|A\(n\)|The)\s", text)
    return text[:1].lower() + text[1:] if small else usage.lowered(text)


def ask_for_use(fact: Fact) -> str | None:
    """Return a question that names something to be done and asks what serves it.

    ``None`` where what the notes say of the term is no purpose.
    """
    wanted = purpose(fact)
    return f"You want to {wanted}. Which of these would you use?" if wanted else None


def purpose(fact: Fact) -> str | None:
    """Return what the term of a fact serves, as it stands behind "to"; ``None`` if nothing."""
    found = _purpose(fact)
    return None if found is None or _POINTS_BACK.search(found) else found


_POINTS_BACK = re.compile(
    r"\b(?:its?|their|them|they|itself|which|both)\b|\band (?:then )?\w+ing\b"
)
_DEEDS = frozenset(
    """
    align analyze answer assess balance build calculate capture classify cluster combine compare
    compress compute connect convert create detect determine distribute encode estimate evaluate
    extract filter find forward generate identify improve increase initialize integrate label learn
    limit link map mask measure merge minimize model monitor normalize optimize organize parse
    predict prevent process prune quantify rank recognize reduce regularize remove represent resize
    retrieve sample save scale search segment select shrink simplify smooth speed split stabilize
    store summarize track train transfer transform translate tune turn understand update visualize
    """.split()  # noqa: SIM905 - a block of words is easier to read and mend than a list
)
"""What one may set out to do."""


_ACT = re.compile(
    r"(?:the|a|an)\s(?:(?:practice|method|process|procedure|technique|task|act|way|strategy)\sof"
    r"\s(?P<verb>\w+ing)\s|(?P<deed>\w+ing)\sof\s)"
)
"""A doing put as a thing: "the splitting of ...", "the practice of adding ..."."""


def _purpose(fact: Fact) -> str | None:
    first, _, rest = fact.definition.partition(" ")
    if fact.form is Form.USE:
        joint, _, purpose = rest.partition(" ")
        if joint == "to":
            return purpose if purpose.split(" ", 1)[0] in _DEEDS else None
        first, _, rest = purpose.partition(" ")
    if fact.form in (Form.USE, Form.GERUND):
        verb = gerund_of(first)
        return f"{verb} {rest}" if verb in _DEEDS else None
    if fact.form is Form.NOUN and (act := _ACT.match(fact.definition)):
        verb = gerund_of(act["verb"] or act["deed"])
        return f"{verb} {fact.definition[act.end() :]}" if verb else None
    if fact.form is Form.VERB:
        verb = plural_verb(first)
        return _plural_predicate(fact.definition) if verb in _DEEDS else None
    return None


def ask_for_example(fact: Fact) -> str:
    """Return a question that gives the example and asks for what it illustrates."""
    return f"Which of these does the example \u201c{fact.example}\u201d{ILLUSTRATES}"


def state(fact: Fact, term: str, usage: Usage) -> str | None:
    """Return a statement that says of ``term`` what the notes say of the fact's own term.

    ``None`` where no natural sentence can be made.
    """
    plural = fact.plural if term == fact.term else is_plural(term)
    if plural != fact.plural and (fact.statement or fact.form is not Form.VERB):
        return None
    if fact.statement:
        return _restate(fact, term, usage)
    if fact.form is Form.VERB:
        predicate = _plural_predicate(fact.definition) if plural else fact.definition
        return f"{sentence_case(usage.as_subject(term))} {predicate}." if predicate else None
    if fact.form is Form.NOUN and not fact.plural:
        if _is_of_many(fact):
            return f"The term \u201c{usage.spelled(term)}\u201d stands for {fact.definition}."
        return f"{sentence_case(usage.as_subject(term))} is {fact.definition}."
    if fact.form is Form.USE:
        verb = "are" if fact.plural else "is"
        return f"{sentence_case(usage.as_subject(term))} {verb} {fact.definition}."
    if fact.form is Form.GERUND:
        return f"{sentence_case(usage.spelled(term))} means {fact.definition}."
    if fact.form is Form.BARE:
        verb = "are" if fact.plural else "is"
        return f"{sentence_case(usage.as_subject(term))} {verb} {fact.definition}."
    return None


def _restate(fact: Fact, term: str, usage: Usage) -> str | None:
    """Put ``term`` into the sentence of the notes, in the place of its subject."""
    claim = _claim(fact)
    match = _subject_pattern(fact).search(claim)
    if not match:
        return None
    if term == fact.term:
        written = re.sub(_FOUND_IN_BRACKETS, "", match.group())
    else:
        written = usage.as_subject(term)
    if match.start() == 0:
        written = sentence_case(written)
    return claim[: match.start()] + written + claim[match.end() :]


def _claim(fact: Fact) -> str:
    """Return the sentence of a fact as far as its definition goes, without a second claim."""
    opening = fact.definition[1:].split(",")[0]
    start = fact.statement.find(opening) - 1
    if start < 1:
        return fact.statement  # the definition comes first, or lost an aside on the way
    return f"{fact.statement[:start]}{fact.definition}."


def _subject_pattern(fact: Fact) -> re.Pattern[str]:
    article = rf"(?:{fact.article}\s+)?" if fact.article else ""
    return re.compile(
        rf"\b{article}{re.escape(fact.term)}(?!\w)(?:{_FOUND_IN_BRACKETS})?", re.IGNORECASE
    )


def gap(fact: Fact, usage: Usage) -> str | None:
    """Return the statement of a fact with its term left out."""
    if fact.statement:
        claim = _claim(fact)
        match = _subject_pattern(fact).search(claim)
        if not match:
            return None
        article = {"a": "A(n) ", "an": "A(n) ", "the": "The "}.get(fact.article, "")
        if match.start():
            article = article.lower()
        return claim[: match.start()] + article + GAP + claim[match.end() :]
    if fact.form is Form.VERB and not fact.plural:
        return f"{_article_of_gap(fact, usage)}{GAP} {fact.definition}."
    if fact.form is Form.USE and not fact.plural:
        return f"{_article_of_gap(fact, usage)}{GAP} is {fact.definition}."
    if fact.form is Form.NOUN and _is_of_many(fact):
        return None if fact.plural else f"{GAP} is the term for {fact.definition}."
    if fact.form is Form.NOUN and usage.is_name(fact.term) and not fact.plural:
        return f"{_article_of_gap(fact, usage)}{GAP} is {fact.definition}."
    if fact.form is Form.GERUND or (fact.form in (Form.NOUN, Form.BARE) and not fact.plural):
        article = _article_of_gap(fact, usage).lower()
        return f"{_as_subject(fact.definition)} is called {article}{GAP}."
    if fact.form is Form.BARE:
        return f"{_as_subject(fact.definition)} are called {GAP}."
    return None


_ADDED = re.compile(r", (?:\w+ed|made|often|that|usually|where|which|who|with)\b[^,]*$")


def _as_subject(definition: str) -> str:
    """Return a definition as the subject of a sentence, with the comma that ends an addition."""
    return f"{sentence_case(definition)}{',' if _ADDED.search(definition) else ''}"


def _article_of_gap(fact: Fact, usage: Usage) -> str:
    """Return the article before the gap of a term, which tells nothing of how the term begins."""
    article = usage.as_subject(fact.term).partition(" ")[0]
    return {"a": "A(n) ", "an": "A(n) ", "the": "The "}.get(article, "")


def _plural_predicate(predicate: str) -> str | None:
    """Turn "reduces ..." into "reduce ..."; ``None`` if a second verb would have to turn too."""
    parts = predicate.split(" ")
    place = 1 if parts[0].endswith("ly") else 0
    verb = plural_verb(parts[place])
    rest = words(" ".join(parts[place + 1 :]))
    if verb is None or any(
        before == "and" and is_third_person(word) for before, word in pairwise(rest)
    ):
        return None
    return " ".join([*parts[:place], verb, *parts[place + 1 :]])
