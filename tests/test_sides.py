"""Level 2: what notes say of two things side by side, as items drafted without a model."""

from __future__ import annotations

from dataclasses import replace

import pytest
from quiz_notes import chunks_of

from tutor.index.query_encoder import QueryEncoder
from tutor.quiz.drafting import draft
from tutor.quiz.gates import check
from tutor.quiz.gates.decisions import decision_follows_from_its_side, is_decided_enough
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.knowledge.sides import GOOD, names_either, read_sides
from tutor.quiz.verdict_cues import CONTRAST, CUES, DECIDED
from tutor.schema import ItemKind, QuizItem

MILLS = """\
# Mills

## Windmills vs. watermills

- **Windmills**:
  - **Advantages**:
    - Cheap to set up on any open hill.
    - Free of quarrels about water rights.
  - **Disadvantages**:
    - Idle whenever the air is calm.
- **Watermills**:
  - **Advantages**:
    - Steady by day and by night.
    - Strong enough for heavy hammers.
  - **Disadvantages**:
    - Bound to the banks of rivers.

## How stone floors and plank floors differ

Stone floors:

- Hold the weight of full sacks.
- Keep cool through the summer.
- Stone floors need lime.

Plank floors:

- Break under the heavy carts.
- Move with every change of weather.
- They burn.

## Kinds of grain

- **Rye**: Grows on poor soil in the north.
- **Wheat**: Demands rich soil and a mild winter.
"""


@pytest.fixture(scope="module")
def mills(query_encoder: QueryEncoder) -> Glossary:
    return Glossary(chunks_of(MILLS, "/notes/mills.md"), query_encoder)


def made(glossary: Glossary, kind: ItemKind) -> tuple[QuizItem, ...]:
    chunks = list(glossary.chunks.values())
    return draft(chunks, glossary, count=9, kinds=[kind], level=2).items


def test_sides_are_read_with_owner_and_aspect() -> None:
    told = {(one.owner, one.aspect, one.said) for one in read_sides(chunks_of(MILLS))}
    assert ("Windmills", "advantage", "Cheap to set up on any open hill") in told
    assert ("Watermills", "disadvantage", "Bound to the banks of rivers") in told
    assert ("Stone floors", "", "Keep cool through the summer") in told


def test_what_points_back_or_names_its_owner_is_no_side() -> None:
    told = " ".join(one.said for one in read_sides(chunks_of(MILLS)))
    assert "burn" not in told
    assert "lime" not in told


def test_members_of_a_mere_list_are_not_compared() -> None:
    assert not [one for one in read_sides(chunks_of(MILLS)) if one.owner in ("Rye", "Wheat")]


def test_a_choice_asks_what_is_so_of_one_rather_than_of_the_other(mills: Glossary) -> None:
    items = made(mills, ItemKind.MULTIPLE_CHOICE)
    owners = {one.said: one.owner for one in mills.sides}
    sides = [item for item in items if "rather than" in item.stem]
    assert any("an advantage of" in item.stem for item in sides)
    assert any("true of" in item.stem for item in sides)
    for item in sides:
        assert not check(item, mills)
        others = {owners[option] for option in item.options if option != item.key}
        assert len(others) == 1
        assert owners[item.key] not in others


def test_several_right_ones_are_all_of_one_thing(mills: Glossary) -> None:
    items = made(mills, ItemKind.MULTIPLE_RESPONSE)
    owners = {one.said: one.owner for one in mills.sides}
    assert items
    for item in items:
        assert not check(item, mills)
        assert len({owners[key] for key in item.keys}) == 1
        assert len({owners[option] for option in item.options}) == 2


def test_statements_say_it_of_either(mills: Glossary) -> None:
    items = [item for item in made(mills, ItemKind.TRUE_FALSE) if "rather than" in item.stem]
    owners = {one.said.lower(): one.owner for one in mills.sides}
    assert {item.key for item in items} == {"True", "False"}
    for item in items:
        subject, _, said = item.stem.removesuffix(".").split(", ", 2)
        assert (owners[said] == subject) == (item.key == "True")


def test_two_things_are_matched_by_two_aspects(mills: Glossary) -> None:
    items = made(mills, ItemKind.MATCHING)
    assert items
    prompts = {pair.prompt.lower() for pair in items[0].pairs}
    assert prompts == {
        "advantage of windmills",
        "disadvantage of windmills",
        "advantage of watermills",
        "disadvantage of watermills",
    }


def test_a_decision_rests_on_an_advantage_or_a_drawback(mills: Glossary) -> None:
    chunks = list(mills.chunks.values())
    items = draft(chunks, mills, count=9, kinds=[ItemKind.TRUE_FALSE], level=3).items
    told = [item for item in items if "suit it better than" in item.stem]
    assert {item.key for item in told} == {"True", "False"}
    for item in told:
        assert not check(item, mills)
        side = next(one for one in mills.sides if one.quote == item.evidence.quote)
        chosen = item.stem.split("\u201d")[1].split(" suit ")[0]
        speaks_for_it = (side.owner in chosen) == (side.sort == GOOD)
        assert speaks_for_it == (item.key == "True")


def test_a_decision_against_its_side_is_turned_away(mills: Glossary) -> None:
    chunks = list(mills.chunks.values())
    items = draft(chunks, mills, count=9, kinds=[ItemKind.TRUE_FALSE], level=3).items
    item = next(item for item in items if "suit it better than" in item.stem)
    turned = replace(item, keys=("False" if item.key == "True" else "True",))
    assert "speaks against" in decision_follows_from_its_side(turned, mills)


def test_a_decision_quotes_whatever_phrase_the_notes_have(mills: Glossary) -> None:
    chunks = list(mills.chunks.values())
    stems = " ".join(
        item.stem
        for seed in range(4)
        for item in draft(
            chunks, mills, count=9, kinds=[ItemKind.TRUE_FALSE], level=3, seed=seed
        ).items
    )
    assert "A team looks for this advantage above all: \u201c" in stems
    assert "A team has to avoid this drawback: \u201c" in stems


def test_a_phrase_that_holds_a_part_of_one_name_decides_nothing() -> None:
    assert names_either("Slow in its two-step way", "two-stage mills", "one-stage mills")
    assert names_either("Noisy as the wind is", "Wind mills", "Water mills")
    assert not names_either("Idle at a mill without work", "Wind mills", "Water mills")


def test_two_things_are_decided_between_twice_at_most(mills: Glossary) -> None:
    chunks = list(mills.chunks.values())
    items = draft(chunks, mills, count=9, kinds=[ItemKind.TRUE_FALSE], level=3).items
    told = [item for item in items if "suit it better than" in item.stem]
    assert len(told) == 2
    third = replace(
        told[0],
        id="",
        stem="A team has to avoid this drawback: \u201cNoise\u201d. "
        + told[0].stem.split("\u201d. ")[1],
    )
    assert is_decided_enough(third, told)
    assert not is_decided_enough(third, told[:1])


def test_an_option_of_the_same_thing_is_turned_away(mills: Glossary) -> None:
    item = next(i for i in made(mills, ItemKind.MULTIPLE_RESPONSE))
    wrong = replace(item, keys=item.keys[:1])
    assert check(wrong, mills)


def test_every_sort_of_statement_has_both_verdicts(mills: Glossary) -> None:
    chunks = list(mills.chunks.values())
    for level, alike in ((2, CUES[CONTRAST]), (3, CUES[DECIDED])):
        items = draft(chunks, mills, count=9, kinds=[ItemKind.TRUE_FALSE], level=level).items
        keys = [item.key for item in items if alike.search(item.stem)]
        assert abs(keys.count("True") - keys.count("False")) <= 1
        assert len(keys) > 1
