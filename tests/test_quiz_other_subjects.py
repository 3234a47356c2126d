"""Definitions as notes of any subject write them: glossaries, lower case, what is no more."""

from __future__ import annotations

import pytest
from quiz_notes import chunks_of

from tutor.index.query_encoder import QueryEncoder
from tutor.quiz.drafting import draft
from tutor.quiz.english import Form, form_of
from tutor.quiz.knowledge.facts import Fact
from tutor.quiz.knowledge.glossary import Glossary
from tutor.schema import ItemKind

HARBOURS = """\
# Harbours

## Parts

- **quay**: a wall of stone along which ships tie up.
- **Slipway** - a slope of concrete that lets boats down into the water.

Pier: platform on pillars that reaches out into deep water.
Bollard: phase in which the ropes are wound around a post of iron.
Dredger = ship that keeps the channel deep for others.

The Harbour Board of Saltmere was a body of nine merchants who set the fees for every berth.
A hulk was a ship that had lost its masts and lay moored for good.

## Tides

1. Flood: the waters rise and the boats float.
2. Ebb: the waters fall back from the stones of the quay.
3. Slack: two currents meet when the moon is high above the bay.
"""


@pytest.fixture(scope="module")
def said(query_encoder: QueryEncoder) -> dict[str, Fact]:
    glossary = Glossary(chunks_of(HARBOURS, "/notes/harbours.md"), query_encoder)
    return {fact.term.lower(): fact for fact in glossary.facts}


def test_a_label_may_go_on_in_lower_case_behind_a_colon_or_dash(said: dict[str, Fact]) -> None:
    assert said["quay"].definition == "a wall of stone along which ships tie up"
    assert said["slipway"].definition == "a slope of concrete that lets boats down into the water"


def test_lines_of_a_glossary_are_read_without_any_mark_up(said: dict[str, Fact]) -> None:
    fact = said["bollard"]
    assert fact.definition == "a phase in which the ropes are wound around a post of iron"
    assert fact.quote.startswith("Bollard: phase in which")


def test_what_is_no_more_was(query_encoder: QueryEncoder, said: dict[str, Fact]) -> None:
    assert said["hulk"].verb == said["harbour board of saltmere"].verb == "was"
    glossary = Glossary(chunks_of(HARBOURS, "/notes/harbours.md"), query_encoder)
    chunks = list(glossary.chunks.values())
    kinds = [ItemKind.CLOZE, ItemKind.TRUE_FALSE, ItemKind.MULTIPLE_CHOICE]
    stems = [item.stem for item in draft(chunks, glossary, count=20, kinds=kinds).items]
    past = [stem for stem in stems if "lost its masts" in stem or "nine merchants" in stem]
    assert past
    assert all(" was a " in stem for stem in past)


def test_what_happens_is_no_definition(said: dict[str, Fact]) -> None:
    assert not {"flood", "ebb", "slack"} & said.keys()


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("the two halves of a shell separate when the water is warm", Form.SENTENCE),
        ("the ropes line up along the wall", Form.SENTENCE),
        ("two new currents form", Form.SENTENCE),
        ("an order of the master to do what was promised", Form.NOUN),
        ("measures to raise the level of the water", Form.BARE),
        ("rules made by the board under an old law", Form.BARE),
        ("life-threatening storms caused by warm air", Form.BARE),
        ("raises the level of the water", Form.VERB),
    ],
)
def test_the_form_of_a_definition_is_told_by_its_verb(text: str, form: Form) -> None:
    assert form_of(text) is form
