"""A study guide: key ideas, terms with their definitions, mistakes to avoid - all cited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tutor.grounding.pieces import Block, Piece, Style, leans_on_previous
from tutor.quiz.drafting import draft
from tutor.quiz.english import sentence_case
from tutor.quiz.knowledge.facts import Fact
from tutor.quiz.knowledge.glossary import Glossary
from tutor.schema import Answer, Chunk, QuizItem, StudyGuide
from tutor.study.aspects import Aspect
from tutor.study.layout import Layout, as_answer, blocks_of, chosen, set_out
from tutor.study.material import Material, Statement

IDEAS, MISTAKES, LIMITS = "Key ideas", "Common mistakes", "Limits"
TERMS = "Terms"

_IDEA_WORDS = 160
_IDEA_LEAST = 7
_MISTAKE_WORDS = 120
_NO_IDEAS = (Aspect.EXAMPLE, Aspect.CODE, Aspect.MISTAKE)
_MOST_TERMS = 10
_FAR = 3
"""How far a question is from the topic that has nothing to do with it."""

_LEAST_LIKENESS = 0.25
"""Cosine to the topic from which a term belongs into its guide."""

_DRAFTS = 4
"""How many times the questions of a guide are drafted, to choose those on its topic from."""


def study_guide(
    material: Material, glossary: Glossary, chunks: Sequence[Chunk], *, questions: int, seed: int
) -> StudyGuide:
    """Return the guide to a topic, with up to ``questions`` made from ``chunks``."""
    told = as_answer(material, outline(material, glossary))
    items = draft(chunks, glossary, count=_DRAFTS * questions, seed=seed).items
    return StudyGuide(material.topic, told, about(material, told, items)[:questions])


def outline(material: Material, glossary: Glossary, key_terms: Sequence[str] = ()) -> Layout:
    """Return the sections for which the notes have something, as one cited text.

    ``key_terms`` are those that lessons name; they come first among the terms.
    """
    said: set[str] = set()
    parts: list[tuple[str, Sequence[Block]]] = []
    said_best = [*material.definitions()[:1], *material.central()]
    if ideas := chosen([one for one in said_best if _is_idea(one)], _IDEA_WORDS, said):
        parts.append((IDEAS, _as_list(blocks_of(ideas))))
    terms = tuple(_terms(material, glossary, key_terms))
    if terms:
        parts.append((TERMS, [Block(Style.BULLETS, terms)]))
    for title, aspect in ((MISTAKES, Aspect.MISTAKE), (LIMITS, Aspect.LIMIT)):
        if pieces := chosen(material.telling(aspect), _MISTAKE_WORDS, said):
            parts.append((title, _as_list(blocks_of(pieces))))
    return set_out(parts)


def about(material: Material, told: Answer, items: Sequence[QuizItem]) -> tuple[QuizItem, ...]:
    """Return the items on the topic, on what the guide tells, and on its lesson, in this order."""

    def distance(item: QuizItem) -> int:
        if material.is_named(f"{item.stem} {item.evidence.quote}"):
            return 0
        if any(item.evidence.quote in citation.passage.text for citation in told.citations):
            return 1
        return 2 if item.evidence.source == material.lesson.source else _FAR

    return tuple(sorted((one for one in items if distance(one) < _FAR), key=distance))


def _is_idea(statement: Statement) -> bool:
    """Tell whether a statement says something of weight that can be read by itself."""
    candidate = statement.candidate
    plain = candidate.plain.removeprefix(candidate.unit.label).lstrip(" :.-")
    return (
        statement.aspect not in _NO_IDEAS
        and len(plain.split()) >= _IDEA_LEAST
        and not leans_on_previous(plain)
    )


def _as_list(blocks: Iterable[Block]) -> list[Block]:
    return [
        block if block.style is Style.CODE else Block(Style.BULLETS, block.pieces)
        for block in blocks
    ]


def _terms(material: Material, glossary: Glossary, key_terms: Sequence[str]) -> Iterator[Piece]:
    """Yield a piece for each term that the passages define, key terms first, then the nearest."""
    first = {glossary.identity(term) for term in key_terms}
    found = {
        glossary.identity(fact.term): (fact, piece)
        for fact in reversed(glossary.facts)
        if fact.verb != "" and (piece := _place(fact, material))
    }
    names = [fact.term for fact, _ in found.values()]
    likeness = dict(zip(found, glossary.similarity(material.topic, names), strict=True))
    order = sorted(found, key=lambda key: (key not in first, -likeness[key]))
    near = [key for key in order if key in first or likeness[key] >= _LEAST_LIKENESS]
    for key in near[:_MOST_TERMS]:
        yield found[key][1]


def _place(fact: Fact, material: Material) -> Piece | None:
    """Return the definition of a fact as a piece of the passage in which it stands, if any."""
    for page in material.pages:
        if fact.chunk.id in page.passage.chunk_ids:
            start = page.passage.text.find(fact.quote)
            if start >= 0:
                text = f"**{sentence_case(fact.term)}:** {fact.definition}."
                return Piece(page, start, start + len(fact.quote), text)
    return None
