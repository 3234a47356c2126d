"""Items that a model words: code says what is asked and between what, and the model how.

A small model that invents a whole question asks for what the passage does not say, and its wrong
options are either right or absurd. Given a term and what the notes say of it, the same model words
a plain question after it, or tells a case that is not in the notes. So options and evidence are
those of code, and the model's words take the place of the stem. Whether these mean what the notes
say, the gates judge by meaning (``gates.meaning``) and the examiner by answering.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from tutor.errors import UnusableReply
from tutor.grounding.markup import clean
from tutor.grounding.words import content_stems
from tutor.llm.grammar import literal, rules, sequence, text
from tutor.quiz.by_model.proposals import VERSIONS, Proposal
from tutor.quiz.desk import Desk
from tutor.quiz.english import Form
from tutor.quiz.gates import check
from tutor.quiz.gates.meaning import case_of, case_term, tells_case, terms_of_case
from tutor.quiz.items import FALSE, GAP, OPTIONS, TRUE, item_id
from tutor.quiz.knowledge.facts import Fact
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.makers.choices import term_choice
from tutor.quiz.selection import Demand, demand_met
from tutor.quiz.wording import hint_in
from tutor.schema import Chunk, ItemKind, QuizItem

QUESTION, CASE = "ask_for_term", "tell_case"
"""The tasks, as ``agents.yaml`` names them."""

CASE_LEVEL = 3

_SHORTEST, _LONGEST = {QUESTION: 20, CASE: 40}, {QUESTION: 200, CASE: 280}
"""Characters of what a model words."""

_ASKED_BY_QUESTION = (ItemKind.MULTIPLE_CHOICE, ItemKind.CLOZE)

KEPT = 0.5
"""Share of the words of a meaning that a question for a gap keeps: it has no options to go by, and
models shorten "a small matrix used to extract features by sliding" to "used to extract features".
"""

NEW_WORDS = 2
"""Words of a case that the definition has not: with fewer it only tells that once more."""

RIVALS = 2
"""Other terms from which the term of a case has to be told, at least."""

_SLOT = "{}"
_IN = re.compile(r"^In [^,]{1,60}, ")
"""Where a question holds (see ``scope``). "Of the 5 V's of big data, which ..." is left whole."""

_WHICH = f"{_SLOT} Which term fits the example?"
_CLAIM = f"{_SLOT} The term \u201c%s\u201d fits the example."


@dataclass(frozen=True, slots=True)
class Brief:
    """What a model is asked to word, and the versions of the item that its words make whole.

    ``meaning`` is what the notes say of ``term``; ``plain`` is the item in the words of code, if
    there is one to fall back on. ``name`` tells briefs apart.
    """

    task: str
    term: str
    meaning: str
    versions: tuple[QuizItem, ...]
    plain: QuizItem | None = None

    @property
    def name(self) -> str:
        """The identity of a brief within a quiz."""
        return f"{self.task} {self.versions[0].evidence.chunk_id} {self.meaning}"

    @property
    def grammar(self) -> str:
        """The grammar (GBNF) of the reply: one question, or a sentence or two."""
        least, most = _SHORTEST[self.task], _LONGEST[self.task]
        if self.task == QUESTION:
            words = text(most, least=least, first="[A-Z]", exclude=".?!")
            return rules(root=sequence(words, literal("?")))
        return rules(root=text(most, least=least, first="[A-Z]", exclude="?:"))


def briefs(
    kind: ItemKind,
    chunk: Chunk,
    desk: Desk,
    offered: Sequence[Proposal],
    demand: Demand = Demand.PASSING,
) -> Iterator[Brief]:
    """Yield what a model may word of a chunk, for an item of this kind and the desk's level.

    ``offered`` is what code would ask of it; at level 1 the model words these anew. A case is told
    of what tells its term well enough for the ``demand``, by the item that has no case yet.
    """
    if desk.level == 1 and kind in _ASKED_BY_QUESTION:
        for item in (one.item for one in offered if not one.item.stem.startswith("Of ")):
            stem = "".join([*_IN.findall(item.stem)[:1], _SLOT])
            if kind is ItemKind.CLOZE:
                stem += f" {GAP}.{hint_in(item.stem)}"
            meaning = clean(item.evidence.quote)
            yield Brief(QUESTION, item.key, meaning, (replace(item, stem=stem),), item)
    if desk.level == CASE_LEVEL:
        here = (fact for fact in desk.glossary.facts if fact.chunk.id == chunk.id)
        for fact in (f for f in here if f.form is not Form.SENTENCE and not desk.is_used(f)):
            versions = tuple(islice(_around_case(kind, fact, desk), VERSIONS))
            if versions and demand_met(versions[0], desk) >= demand:
                term = desk.glossary.usage.spelled(fact.term)
                yield Brief(CASE, term, fact.definition, versions)


def _around_case(kind: ItemKind, fact: Fact, desk: Desk) -> Iterator[QuizItem]:
    """Yield items that ask for the term of a fact, in which the case is still missing."""
    if kind is ItemKind.MULTIPLE_CHOICE:
        yield from (replace(item, stem=_WHICH) for item in term_choice(desk, fact))
    elif kind is ItemKind.TRUE_FALSE and len(desk.others(fact)) >= RIVALS:
        verdict = desk.next_verdict()
        terms = [fact.term] if verdict == TRUE else desk.others(fact)
        for term in terms:
            yield desk.item(
                fact,
                kind,
                _CLAIM % desk.glossary.usage.spelled(term),
                fact.quote,
                keys=[verdict],
                options=[TRUE, FALSE],
                explanation=desk.explanation(fact),
            )


def worded(brief: Brief, reply: str, desk: Desk) -> QuizItem:
    """Return the item that a model's words make, in the first version with which all is well.

    Where none is, it is the first version.

    Raises:
        UnusableReply: the words were cut off, are not in the writing of the notes, ask for a term
            by so little of what the notes say that others would do, or tell no case but the
            definition itself.
    """
    said, told = " ".join(reply.split()), set(content_stems(brief.meaning))
    if len(said) >= _LONGEST[brief.task] or not _scripts(said) <= _scripts(brief.meaning):
        raise UnusableReply("The model's words break off, or are in another writing; try again.")
    if brief.task == QUESTION and not brief.versions[0].options and _kept(brief, said) < KEPT:
        raise UnusableReply("The model's words leave out what tells the term apart; try again.")
    if brief.task == CASE and len(set(content_stems(said)) - told) < NEW_WORDS:
        raise UnusableReply("The model's case is the definition once more; try again.")
    if brief.task == CASE and not said.endswith((".", "!")):
        said += "."
    items = [_with_words(version, said) for version in brief.versions]
    return next((item for item in items if not check(item, desk.glossary)), items[0])


def _kept(brief: Brief, said: str) -> float:
    """Return the share, 0 to 1, of the content words of a meaning that a question keeps."""
    meant = [word for word in content_stems(brief.meaning) if word not in content_stems(brief.term)]
    return sum(word in content_stems(said) for word in meant) / max(1, len(meant))


def meanings(item: QuizItem, glossary: Glossary) -> str:
    """Return what the notes say of all terms of a case, in the order of the alphabet.

    That is what a case has to be solved by; for other items it is "".
    """
    if not tells_case(item):
        return ""
    terms = sorted(terms_of_case(item, glossary))
    known = (glossary.by_term.get(glossary.identity(term), [])[:1] for term in terms)
    return " ".join(f"{fact.gist}." for facts in known for fact in facts)


def as_choice(item: QuizItem, desk: Desk) -> QuizItem:
    """Return a statement on a case as the choice of the term that fits, and other items as is.

    Models solve a choice that would agree to any statement.
    """
    if item.kind is not ItemKind.TRUE_FALSE or not tells_case(item):
        return item
    fact = next(one for one in desk.glossary.facts if one.quote == item.evidence.quote)
    named = [fact.term, case_term(item), *desk.others(fact)]
    distinct = {desk.glossary.identity(term): term for term in reversed(named)}
    terms = tuple(reversed(distinct.values()))[:OPTIONS]
    return replace(
        item,
        kind=ItemKind.MULTIPLE_CHOICE,
        stem=_WHICH.replace(_SLOT, case_of(item)),
        options=terms,
        keys=terms[:1],
    )


def _with_words(version: QuizItem, said: str) -> QuizItem:
    inside = said if version.stem.startswith(_SLOT) else said[:1].lower() + said[1:]
    stem = version.stem.replace(_SLOT, inside, 1)
    identity = item_id(version.kind, stem, version.options, version.evidence.chunk_id)
    return replace(version, id=identity, stem=stem)


def _scripts(said: str) -> set[str]:
    """Return the writings of the letters of a text: LATIN, GREEK, CJK, ..."""
    return {unicodedata.name(letter, "?").split()[0] for letter in said if letter.isalpha()}
