"""Matching items out of tables: each thing and what one column has of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from tutor.grounding.words import content_stems
from tutor.quiz.desk import Desk
from tutor.quiz.english import head_noun, is_plural, sentence_case
from tutor.quiz.items import evidence
from tutor.quiz.knowledge.definitions import is_presentable
from tutor.quiz.knowledge.lists import sort_of
from tutor.quiz.knowledge.nouns import is_general, lemma
from tutor.quiz.knowledge.scope import lowered
from tutor.quiz.knowledge.tables import NoteTable, Row
from tutor.quiz.knowledge.terms import shares_word
from tutor.quiz.makers.matching import FEWEST_PAIRS, PAIRS, of_pairs
from tutor.schema import Pair, QuizItem

LONGEST_CELL = 14
"""Words of a cell that can be matched at a glance."""

LONGEST_TITLE = 50
"""Characters of a title that can open a stem."""

_OWNED = frozenset(
    """
    cause consequence definition description duration effect example explanation formula function
    job location meaning movement name outcome property purpose reaction remedy result role sign
    symbol symptom treatment unit use
    """.split()  # noqa: SIM905
)
"""Nouns of a header that name something each thing has, beside those that class things."""

_ASIDES = frozenset(("comment", "note", "remark"))
"""Headers of columns that hold whatever there is to say."""

_ASIDE = re.compile(r"\s*\([^()]*\)")
_SAYS = re.compile(r"(?:stands for|means|refers to|does|is|contains)", re.IGNORECASE)
_CLAUSE = re.compile(r"(?:what|who|where|when|how|why)\s.+", re.IGNORECASE)
_NO_THING = re.compile(
    r"(?:years?|dates?|no\.?|#|numbers?|features?|aspects?|criteri(?:on|a))", re.I
)


def cells(desk: Desk, table: NoteTable) -> Iterator[QuizItem]:
    """Level 1: the things of a table, and what one of its columns has of each.

    Only a column whose cells all differ tells them apart.
    """
    thing = _thing(desk, table)
    for column in range(1, len(table.header)) if thing else ():
        asked = _asked(desk, table, column)
        rows = [row for row in table.rows if _is_clear(row, column)]
        if asked and _are_apart([row.cells[column] for row in table.rows]):
            for size in range(min(PAIRS, len(rows)), FEWEST_PAIRS - 1, -1):
                for chosen in list(combinations(rows, size))[:3]:
                    stem = _placed(table, f"match each {thing} with {asked}.")
                    yield _item(desk, table, stem, chosen, column)


def _placed(table: NoteTable, text: str) -> str:
    """Return a stem behind the title of its table, since a "group" may be one of anything."""
    topic = _ASIDE.sub("", table.topic)
    if topic.isupper() and " " in topic:
        topic = topic.capitalize()
    fits = topic and is_presentable(topic) and "," not in topic and len(topic) <= LONGEST_TITLE
    return f"In \u201c{topic}\u201d, {text}" if fits else sentence_case(text)


def _thing(desk: Desk, table: NoteTable) -> str:
    """Return what a table calls the things of its first column, in the singular, or ""."""
    name = table.header[0]
    if _NO_THING.fullmatch(name) or not is_presentable(name) or not name.replace(" ", "").isalpha():
        return ""
    said = lowered(name, desk.glossary.usage)
    before, _, last = said.rpartition(" ")
    return f"{before} {lemma(last)}".strip() if is_plural(said) else said


def _asked(desk: Desk, table: NoteTable, column: int) -> str:
    """Return what a column tells of a thing, as it stands behind "with", or ""."""
    name = table.header[column]
    if not name or not is_presentable(name) or sort_of(name) in ("good", "bad"):
        return ""
    said = lowered(name, desk.glossary.usage)
    if _CLAUSE.fullmatch(said):
        return f"{said} in it" if said == "what happens" else said
    if _SAYS.fullmatch(said):
        return f"what it {said}"
    head = head_noun(said).lower()
    if head in _ASIDES:
        return ""
    known = head in _OWNED or lemma(head) in _OWNED or is_general(head)
    return f"its {said}" if known and not is_plural(said) else ""


def _is_clear(row: Row, column: int) -> bool:
    """Say whether the cells of a row can be shown, and neither tells the other."""
    thing, said = row.cells[0], row.cells[column]
    shown = all(re.search(r"[^\W_]", text) and is_presentable(text) for text in (thing, said))
    return shown and len(said.split()) <= LONGEST_CELL and not shares_word(thing, said)


def _are_apart(said: Sequence[str]) -> bool:
    """Say whether no cell of a column says all that another says."""
    stems = [frozenset(content_stems(text)) or frozenset((text,)) for text in said]
    return all(not one <= other and not other <= one for one, other in combinations(stems, 2))


def _item(desk: Desk, table: NoteTable, stem: str, rows: Sequence[Row], column: int) -> QuizItem:
    text = table.chunk.text
    pairs = [
        Pair(
            desk.option(row.cells[0]),
            sentence_case(row.cells[column]),
            evidence(table.chunk, text[row.start : row.end]),
        )
        for row in rows
    ]
    spare = [row.cells[column] for row in table.rows if row not in rows and _is_clear(row, column)]
    told = "; ".join(f"{row.cells[0]}: {row.cells[column]}" for row in rows)
    return of_pairs(
        desk,
        table,
        stem,
        text[rows[0].start : rows[0].end],
        pairs,
        spare=[sentence_case(one) for one in spare[:1]],
        explanation=f"The notes have: {told}.",
    )
