"""Short and long answers drafted from notes: what is asked, and rubrics that can be earned."""

from __future__ import annotations

from dataclasses import replace

import pytest
from quiz_notes import all_chunks, chunks_of

from tutor.index.query_encoder import QueryEncoder
from tutor.quiz.drafting import Draft, draft
from tutor.quiz.gates import check
from tutor.quiz.grading import grade
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.knowledge.reasons import Relation, read_reasons
from tutor.quiz.knowledge.terms import Usage
from tutor.schema import ItemKind, Verdict

REASONS = """\
# Storage

## Copies

A replica is no backup because every deletion is copied to it just as faithfully. This is bad
because it costs a lot of money each year. Large shards are slow to move because the whole shard
has to travel over the network at once.

## Backups

A **full backup** is a copy of every single file on a disk. A **partial backup** is a copy that
holds only recent changes and so needs little space. The **restore window** is the span of hours in
which a disk can be brought back.
"""


@pytest.fixture(scope="module")
def glossary(query_encoder: QueryEncoder) -> Glossary:
    return Glossary([*all_chunks(), *chunks_of(REASONS, "/notes/storage.md")], query_encoder)


def drafted(glossary: Glossary, kind: ItemKind, level: int) -> Draft:
    chunks = list(glossary.chunks.values())
    return draft(chunks, glossary, count=3, kinds=[kind], level=level)


def test_only_reasons_that_stand_alone_are_read() -> None:
    found = read_reasons(chunks_of(REASONS), Usage())
    assert [reason.what for reason in found] == [
        "A replica is no backup",
        "Large shards are slow to move",
    ]
    assert found[0].quote in REASONS


RELATIONS = """# Brewing

The grinder runs slowly, so that the beans stay cool. If the water is too hot, the coffee tastes
bitter. It fails, so that nothing works. Without a paper filter, fine grounds end in the cup.
"""


def test_results_and_cases_are_read_where_both_sides_stand_alone() -> None:
    read = read_reasons(chunks_of(RELATIONS), Usage())
    assert [(one.relation, one.joint, one.what, one.why) for one in read] == [
        (Relation.RESULT, "so that", "The grinder runs slowly", "the beans stay cool"),
        (Relation.CONDITION, "If", "the water is too hot", "the coffee tastes bitter"),
        (Relation.CONDITION, "Without", "a paper filter", "fine grounds end in the cup"),
    ]


@pytest.mark.parametrize(
    ("kind", "level", "opening"),
    [
        (ItemKind.SHORT_ANSWER, 1, "What "),
        (ItemKind.SHORT_ANSWER, 2, "Why "),
        (ItemKind.SHORT_ANSWER, 3, "Which idea does the example "),
        (ItemKind.LONG_ANSWER, 2, "What is the difference between "),
    ],
)
def test_drafts_ask_what_their_level_asks(
    kind: ItemKind, level: int, opening: str, glossary: Glossary, query_encoder: QueryEncoder
) -> None:
    items = drafted(glossary, kind, level).items
    assert items
    for item in items:
        assert item.stem.startswith(opening)
        assert check(item, glossary) == []
        assert grade(item, item.key, encoder=query_encoder).correct
        assert grade(item, item.stem, encoder=query_encoder).verdict is Verdict.WRONG


def test_a_question_about_a_reason_does_not_tell_it(glossary: Glossary) -> None:
    stems = {item.stem for item in drafted(glossary, ItemKind.SHORT_ANSWER, 2).items}
    assert "Why is a replica no backup?" in stems


def test_a_rubric_that_the_notes_do_not_hold_is_turned_away(glossary: Glossary) -> None:
    item = drafted(glossary, ItemKind.SHORT_ANSWER, 1).items[0]
    foreign = replace(item.rubric[0], text="It paints the walls of a cathedral in bright colours.")
    reasons = [one.gate for one in check(replace(item, rubric=(foreign,)), glossary)]
    assert "rubric can be earned" in reasons
    assert "rubric can be earned" in [one.gate for one in check(replace(item, rubric=()), glossary)]


def test_a_question_takes_the_article_of_the_notes(glossary: Glossary) -> None:
    chunks = [c for c in glossary.chunks.values() if c.source == "/notes/storage.md"]
    made = draft(chunks, glossary, count=9, kinds=[ItemKind.SHORT_ANSWER])
    assert "What is the restore window?" in {item.stem for item in made.items}
