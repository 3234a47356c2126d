"""Level 2: what results from a thing as it is defined, as items drafted without a model."""

from __future__ import annotations

from dataclasses import replace

import pytest
from quiz_notes import chunks_of

from tutor.index.query_encoder import QueryEncoder
from tutor.quiz.drafting import draft
from tutor.quiz.gates import check
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.knowledge.reasons import Relation
from tutor.quiz.makers.clauses import as_case
from tutor.quiz.questions import opposites
from tutor.schema import ItemKind, QuizItem

HARBOUR = """\
# Harbours

## Walls and lights

A lighthouse is a tower with a lamp on top, so that ships find the entrance at night. A dry dock is
a basin that can be emptied, so that the hull of a ship can be painted. A tide gauge is a scale
fixed to a quay, so that captains know the depth of water. A bollard is a short post on a quay, so
that crews can tie up their boats. A buoy is a float on a chain, so that pilots keep off shallows. A
crane is a tall hoist, so that heavy goods come ashore quickly.
"""


@pytest.fixture(scope="module")
def harbour(query_encoder: QueryEncoder) -> Glossary:
    return Glossary(chunks_of(HARBOUR, "/notes/harbour.md"), query_encoder)


def made(glossary: Glossary, kind: ItemKind) -> tuple[QuizItem, ...]:
    chunks = list(glossary.chunks.values())
    return draft(chunks, glossary, count=9, kinds=[kind], level=2).items


def test_results_of_other_terms_are_the_wrong_options(harbour: Glossary) -> None:
    results = {one.why.lower() for one in harbour.reasons}
    items = [i for i in made(harbour, ItemKind.MULTIPLE_CHOICE) if "results from" in i.stem]
    assert items
    for item in items:
        assert not check(item, harbour)
        assert {option.lower() for option in item.options} <= results


def test_terms_are_matched_with_what_results_from_them(harbour: Glossary) -> None:
    items = made(harbour, ItemKind.MATCHING)
    assert items
    for pair in items[0].pairs:
        assert pair.prompt.lower() in pair.evidence.quote.lower()
        assert pair.match.lower() in " ".join(pair.evidence.quote.lower().split())


TRADES = {
    "baker": "A rye loaf is fresh for weeks because acid stops the growth of mould.",
    "smith": "A steel blade is hard because quick cooling traps carbon in crystals.",
    "potter": "Glazed jars hold wine because molten sand closes the pores of the clay.",
    "weaver": "Wool cloth is warm in winter because curled hairs enclose still air.",
}


def test_statements_of_several_lessons_are_matched_with_their_reasons(
    query_encoder: QueryEncoder,
) -> None:
    chunks = [
        chunk
        for trade, said in TRADES.items()
        for chunk in chunks_of(f"# The {trade}\n\n{said}\n", f"/notes/{trade}.md")
    ]
    glossary = Glossary(chunks, query_encoder)
    (item,) = made(glossary, ItemKind.MATCHING)
    assert item.stem == "Match each statement with its reason."
    assert len({pair.evidence.source for pair in item.pairs}) == 4
    assert not check(item, glossary)


def test_a_label_opens_with_its_joint_only_where_it_is_a_case(harbour: Glossary) -> None:
    result = harbour.reasons[0]
    assert result.joint == "so that"
    assert as_case(result) == result.what
    case = replace(result, relation=Relation.CONDITION, joint="If", what="the light fails")
    assert as_case(case) == "If the light fails"


@pytest.mark.parametrize(
    "clause",
    [
        "It is even more powerful than the older one",
        "Signs help captains to find more accurate paths",
        "The loss no longer improves",
    ],
)
def test_no_opposite_is_put_that_would_fool_nobody(clause: str) -> None:
    assert not opposites(clause)
