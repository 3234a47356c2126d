"""Levels 2 and 3: the mistakes that notes warn of, as items drafted without a model."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from quiz_notes import chunks_of

from tutor.index.query_encoder import QueryEncoder
from tutor.quiz.drafting import draft
from tutor.quiz.gates import check
from tutor.quiz.items import FALSE, TRUE
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.knowledge.mistakes import is_called_wrong, read_mistakes, safe_claim
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


def claim(text: str) -> str:
    (belief,) = read_mistakes(chunks_of(f"# Dough\n\n## Common mistakes\n\n- {text}\n"))
    return safe_claim(belief)


@pytest.mark.parametrize(
    "text",
    [
        "Believing that yeast dies in the cold: at noon, cellars are warm enough.",
        "Believing that yeast dies in the cold: it sleeps, though old yeast may suffer.",
        "Saying that dough knows the time: only a clock brings order in.",
        "Thinking that a crumb keeps its shape: its pores in the oven grow far larger.",
        "Thinking that a loaf is round for ever: the Batard is baked long.",
        "Believing that rye keeps dough flat: it does, unless wheat helps it.",
    ],
)
def test_a_belief_that_is_false_on_a_condition_is_no_statement(text: str) -> None:
    assert claim(text) == ""


def test_what_excepts_from_a_correction_goes_before_the_belief() -> None:
    text = "Believing that bakers look weights up: they know them, unless a book is given."
    assert claim(text) == "without a book, bakers look weights up"


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


def test_deeds_of_several_lessons_are_not_mixed(query_encoder: QueryEncoder) -> None:
    listed = [line for line in BREAD.splitlines() if re.match("- (?:F|Sto|C|U|W)", line)]
    notes = [
        chunks_of(f"# Lesson\n\n## Common mistakes\n\n{line}\n", f"/notes/{place}.md")
        for place, line in enumerate(listed)
    ]
    glossary = Glossary([chunk for chunks in notes for chunk in chunks], query_encoder)
    assert len([one for one in glossary.mistakes if not one.belief]) == 5
    assert not made(glossary, ItemKind.MULTIPLE_CHOICE, 3)
    assert not made(glossary, ItemKind.MATCHING, 3)


def test_a_pair_that_repeats_a_word_is_not_matched(query_encoder: QueryEncoder) -> None:
    echoing = BREAD.replace("moist air feeds", "moist plastic feeds")
    assert echoing != BREAD
    assert not made(Glossary(chunks_of(echoing), query_encoder), ItemKind.MATCHING, 3)  # too few


def test_a_belief_with_its_case_passes_every_gate(query_encoder: QueryEncoder) -> None:
    mistake = "Believing that bakers look weights up: they know them, unless a book is given."
    glossary = Glossary(chunks_of(f"{BREAD}\n## Common mistakes\n\n- {mistake}\n"), query_encoder)
    stem = "Without a book, bakers look weights up."
    items = [item for item in made(glossary, ItemKind.TRUE_FALSE, 2) if item.stem == stem]
    assert [item.key for item in items] == [FALSE]
    assert check(replace(items[0], keys=(TRUE,)), glossary)


def test_a_sentence_that_names_a_belief_calls_it_wrong() -> None:
    assert is_called_wrong("Saying that rye is a weed: it is a cereal.")
    assert not is_called_wrong("Rye is a cereal.")
