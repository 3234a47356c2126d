"""Level 3: cases that notes tell within a definition, and the terms that they are cases of."""

from __future__ import annotations

import pytest
from quiz_notes import chunks_of

from tutor.index.query_encoder import QueryEncoder
from tutor.quiz.drafting import draft
from tutor.quiz.gates import check
from tutor.quiz.knowledge.glossary import Glossary
from tutor.schema import ItemKind

KITCHEN = """\
# Kitchen

## Ways to keep food

- **Pickling**: Storing food in a sour liquid that microbes cannot bear (e.g., covering sliced
  cucumbers with vinegar).
- **Salting**: Removing water from food by means of salt, like packing fresh herrings in barrels.
- **Smoking**: Treating food with the vapours of burning wood (e.g., beech, oak, alder).
- **Drying**: Leaving food in warm moving air until its water is gone.
"""


@pytest.fixture(scope="module")
def kitchen(query_encoder: QueryEncoder) -> Glossary:
    return Glossary(chunks_of(KITCHEN, "/notes/kitchen.md"), query_encoder)


def test_a_doing_told_in_a_definition_is_a_case(kitchen: Glossary) -> None:
    cases = {fact.term: fact.example for fact in kitchen.facts}
    assert cases["Pickling"] == "Covering sliced cucumbers with vinegar"
    assert cases["Salting"] == "Packing fresh herrings in barrels"


def test_a_list_of_things_is_none(kitchen: Glossary) -> None:
    assert not [fact for fact in kitchen.facts if fact.term == "Smoking" and fact.example]


def test_a_case_is_put_under_one_of_the_terms_of_its_list(kitchen: Glossary) -> None:
    chunks = list(kitchen.chunks.values())
    kinds = [ItemKind.MULTIPLE_CHOICE]
    items = draft(chunks, kitchen, count=9, kinds=kinds, level=3).items
    shown = [item for item in items if "illustrate?" in item.stem]
    assert shown
    for item in shown:
        assert not check(item, kitchen)
        assert set(item.options) <= {"Pickling", "Salting", "Smoking", "Drying"}
