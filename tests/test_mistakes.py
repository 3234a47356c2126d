"""Levels 2 and 3: the mistakes that notes warn of, as items drafted without a model."""

from __future__ import annotations

from dataclasses import replace

import pytest
from quiz_notes import chunks_of

from tutor.index.query_encoder import QueryEncoder
from tutor.quiz.drafting import draft
from tutor.quiz.gates import check
from tutor.quiz.glossary import Glossary
from tutor.quiz.items import FALSE, TRUE
from tutor.quiz.mistakes import is_called_wrong, read_mistakes
from tutor.schema import ItemKind, QuizItem

BREAD = """\
# Sour dough

Sour dough keeps for weeks because its acid stops the growth of mould. A cool cellar slows the
yeast down, so that the dough gains flavour overnight.

## Common mistakes

- Believing that sugar feeds the mould of bread: it draws the water out of the crumb.
- Thinking that the oven matters most: it does not.
- Using a cold oven, so that the crust stays pale and leathery.
- Forgetting to salt the dough: unsalted yeast works far too fast.
- Storing loaves in plastic bags: moist air feeds green mould.
- Cutting bread while hot: steam leaves the crumb gummy and dense.
- Weighing water by eye: small errors change the stiffness of a dough.
- Kneading too long: use a timer.
- Stirring it twice.

## Storage

- Keeping bread warm: stale crumbs dry out.
"""


@pytest.fixture(scope="module")
def bread(query_encoder: QueryEncoder) -> Glossary:
    return Glossary(chunks_of(BREAD, "/notes/bread.md"), query_encoder)


def made(glossary: Glossary, kind: ItemKind, level: int) -> tuple[QuizItem, ...]:
    chunks = list(glossary.chunks.values())
    return draft(chunks, glossary, count=9, kinds=[kind], level=level).items


def test_mistakes_are_read_with_what_is_wrong_about_them() -> None:
    found = read_mistakes(chunks_of(BREAD))
    assert [(one.belief, one.what, one.why) for one in found[:3]] == [
        (True, "sugar feeds the mould of bread", "it draws the water out of the crumb"),
        (True, "the oven matters most", "it does not"),
        (False, "uses a cold oven", "the crust stays pale and leathery"),
    ]
    assert {one.topic for one in found} == {"Sour dough"}


def test_what_has_no_reason_or_only_advice_is_no_item() -> None:
    told = " ".join(one.what for one in read_mistakes(chunks_of(BREAD)))
    assert "kneads" not in told
    assert "stirs" not in told
    assert "warm" not in told  # under another heading


def test_a_false_belief_is_a_statement_that_is_false(bread: Glossary) -> None:
    items = [item for item in made(bread, ItemKind.TRUE_FALSE, 2) if "Sugar" in item.stem]
    assert [(item.stem, item.key) for item in items] == [("Sugar feeds the mould of bread.", FALSE)]
    assert not check(items[0], bread)


def test_a_belief_that_leaves_its_subject_open_is_not_asked(bread: Glossary) -> None:
    assert not [item for item in made(bread, ItemKind.TRUE_FALSE, 2) if "oven matters" in item.stem]


def test_a_false_belief_cannot_be_called_true(bread: Glossary) -> None:
    item = next(i for i in made(bread, ItemKind.TRUE_FALSE, 2) if "Sugar" in i.stem)
    assert "distractors are refuted" in {r.gate for r in check(replace(item, keys=(TRUE,)), bread)}


def test_a_deed_is_asked_for_what_is_wrong_with_it(bread: Glossary) -> None:
    items = made(bread, ItemKind.MULTIPLE_CHOICE, 3)
    reasons = {one.why[:1].upper() + one.why[1:] for one in bread.mistakes}
    deeds = [item for item in items if item.stem.startswith("Somebody ")]
    assert deeds
    for item in deeds:
        assert item.stem.endswith(". What is wrong with that?")
        assert item.key in reasons
        assert not check(item, bread)


def test_deeds_are_matched_with_what_is_wrong_with_them(bread: Glossary) -> None:
    items = made(bread, ItemKind.MATCHING, 3)
    assert items
    assert items[0].stem == "Match each mistake with what is wrong with it."
    assert len(items[0].options) - len(items[0].pairs) in (0, 1)
    for pair in items[0].pairs:
        assert pair.prompt.split()[0] in pair.evidence.quote


def test_a_sentence_that_names_a_belief_calls_it_wrong() -> None:
    assert is_called_wrong("Saying that rye is a weed: it is a cereal.")
    assert not is_called_wrong("Rye is a cereal.")
