"""Levels 2 and 3: reasons, results, cases, ways and contrasts, as items drafted without a model."""

from __future__ import annotations

from dataclasses import replace

import pytest
from quiz_notes import chunks_of

from tutor.index.query_encoder import QueryEncoder
from tutor.quiz.contrasts import excludes, set_against
from tutor.quiz.drafting import draft
from tutor.quiz.gates import check, check_beside
from tutor.quiz.gates.gate import changes_over
from tutor.quiz.gates.options import distractors_are_refuted
from tutor.quiz.items import FALSE, TRUE
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.knowledge.reasons import Relation, read_reasons
from tutor.quiz.knowledge.terms import Usage
from tutor.quiz.levels import level_is_what_it_says
from tutor.quiz.questions import ask, differ_in_a_word, opposites, other_numbers
from tutor.schema import ItemKind, Pair, QuizItem

BREAD = """\
# Bread

## Rising

Sour dough keeps for weeks because its acid stops the growth of mould. A cool cellar slows the
yeast down, so that the dough gains flavour overnight. Long rises improve bread because enzymes have
more time to break the starch down.

An **early fold** is a method that lines up the gluten of a dough. A **late fold** is a method that
presses large bubbles of gas out. A **banneton** is a basket of cane in which a
dough keeps its shape. A late fold strains a dough more than an early fold.

## Baking

A **baking stone** is a slab that protects the bottom of a loaf by storing heat of its own. If an
oven is too cool, the crust stays pale. Wheat doughs stretch far, while rye doughs break early.
A round loaf grows slower than a flat loaf.
"""

USAGE = Usage.of(["We bake the bread with a yeast.", "The salt and the sugar are for yeast."])


def read(text: str) -> list[tuple[Relation, str, str, str]]:
    """Return relation, joint and sides of what is read from a paragraph."""
    found = read_reasons(chunks_of(f"# Bread\n\n{text}\n"), USAGE)
    return [(one.relation, one.joint, one.what, one.why) for one in found]


@pytest.fixture(scope="module")
def bread(query_encoder: QueryEncoder) -> Glossary:
    return Glossary(chunks_of(BREAD, "/notes/bread.md"), query_encoder)


def made(glossary: Glossary, kind: ItemKind, level: int, seed: int = 0) -> tuple[QuizItem, ...]:
    chunks = list(glossary.chunks.values())
    return draft(chunks, glossary, count=9, kinds=[kind], level=level, seed=seed).items


# ------------------------------------------------------------------------------ reading


@pytest.mark.parametrize(
    ("sentence", "sides"),
    [
        (
            "Because salt slows yeast down, bakers add the salt late.",
            (Relation.REASON, "", "bakers add the salt late", "salt slows yeast down"),
        ),
        (
            "Rye holds little gas, so the loaf stays small.",
            (Relation.RESULT, "so", "Rye holds little gas", "the loaf stays small"),
        ),
        (
            "Forgetting to cover a dough, so that a skin forms on top.",
            (Relation.CONDITION, "If", "you forget to cover a dough", "a skin forms on top"),
        ),
        (
            "Steam keeps a crust soft by cooling the surface of the loaf.",
            (
                Relation.MEANS, "", "Steam keeps a crust soft",
                "cooling the surface of the loaf",
            ),
        ),
        (
            "A peel is a board that moves a loaf by sliding under the whole crust.",
            (Relation.MEANS, "", "A peel moves a loaf", "sliding under the whole crust"),
        ),
        (
            "- **Steamer**: Keeps a crust soft by cooling the surface of the loaf.",
            (
                Relation.MEANS, "", "Steamer keeps a crust soft",
                "cooling the surface of the loaf",
            ),
        ),
        (
            "Spelt needs little water, whereas whole rye needs a lot.",
            (Relation.CONTRAST, "", "Spelt needs little water", "whole rye needs a lot"),
        ),
        (
            "A hot oven works faster than a cool oven.",
            (Relation.COMPARISON, "", "A hot oven works faster than a cool oven", ""),
        ),
        (
            "A couche is a cloth for loaves. It needs flour because wet dough sticks to linen.",
            (Relation.REASON, "", "A couche needs flour", "wet dough sticks to linen"),
        ),
        (
            "Crumb is a matter of taste; dense crumbs burn slowly because air moves badly there.",
            (Relation.REASON, "", "Dense crumbs burn slowly", "air moves badly there"),
        ),
    ],
)  # fmt: skip
def test_what_hangs_together_is_read(sentence: str, sides: tuple[Relation, str, str, str]) -> None:
    assert sides in read(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "It is wise to wait because the crumb is still setting inside.",
        "This helps a lot because the crumb is still setting inside.",
        "A couche is a cloth that is dusted because wet dough sticks to linen.",  # which of both?
        "The loaf is far better because the crumb is still setting inside.",  # than what?
        "The aim is to save time by baking two loaves at once.",
        "Mix the flour by turning the bowl with one hand.",
    ],
)
def test_what_needs_its_surroundings_or_is_no_claim_is_not_read(sentence: str) -> None:
    assert read(f"A couche is a cloth for long loaves.\n\n{sentence}") == []


# ----------------------------------------------------------------------------- questions


@pytest.mark.parametrize(
    ("clause", "question"),
    [
        ("The dough is kept in a cold cellar", "Why is the dough kept in a cold cellar?"),
        ("Salt slows the yeast down", "Why does salt slow the yeast down?"),
        ("Long rises improve bread", "Why do long rises improve bread?"),
        ("Yeast works", "Why does yeast work?"),
        ("A baker can wait", "Why can a baker wait?"),
        ("The mill has developed a new stone", "Why has the mill developed a new stone?"),
        ("In winter, dough rises slowly", None),
        ("A loaf of good bread", None),
    ],
)
def test_a_clause_becomes_a_question(clause: str, question: str | None) -> None:
    assert ask("Why", clause, USAGE) == question


@pytest.mark.parametrize(
    ("clause", "turned"),
    [
        ("the yeast grows in warm milk", ["the yeast shrinks in warm milk"]),
        ("it needs more time", ["it needs less time"]),
        ("it needs more loaves", ["it needs fewer loaves"]),
        ("late folds come before early folds", ["late folds come after early folds"]),
        ("the shop is in the high street", []),
        ("at least a day passes", []),
        ("less and less water stays", []),
    ],
)
def test_a_word_is_turned_into_its_opposite(clause: str, turned: list[str]) -> None:
    assert [one for one in opposites(clause) if "warm" not in clause or "warm" in one] == turned


def test_a_number_has_neighbours_unless_there_are_two() -> None:
    assert other_numbers("it takes 20 minutes") == [
        "it takes 40 minutes", "it takes 10 minutes", "it takes 200 minutes",
    ]  # fmt: skip
    assert other_numbers("2 loaves take 20 minutes") == []
    assert differ_in_a_word("it takes 20 minutes", "it takes 40 minutes")
    assert not differ_in_a_word("it takes 20 minutes", "it is done in 40 minutes")


# --------------------------------------------------------------------------------- items


def test_every_item_of_levels_two_and_three_passes_every_gate(bread: Glossary) -> None:
    kinds = (ItemKind.TRUE_FALSE, ItemKind.CLOZE, ItemKind.SHORT_ANSWER)
    items = [item for kind in kinds for level in (2, 3) for item in made(bread, kind, level)]
    assert len(items) >= 5
    assert all(check(item, bread) == [] for item in items)


def test_a_false_statement_turns_a_word_or_changes_the_subjects_over(bread: Glossary) -> None:
    items = [i for seed in range(9) for i in made(bread, ItemKind.TRUE_FALSE, 2, seed)]
    false = {item.stem for item in items if item.key == FALSE}
    assert "Rye doughs stretch far, while wheat doughs break early." in false
    assert "A round loaf grows faster than a flat loaf." in false
    assert any("less time" in stem for stem in false)
    true = {item.stem for item in items if item.key == TRUE}
    assert not true & false


def test_reasons_ways_and_cases_are_asked_for(bread: Glossary) -> None:
    stems = {item.stem for item in made(bread, ItemKind.SHORT_ANSWER, 2)}
    assert "Why do long rises improve bread?" in stems
    assert "How does a baking stone protect the bottom of a loaf?" in stems
    cases = {item.stem for item in made(bread, ItemKind.SHORT_ANSWER, 3)}
    assert cases == {"What happens if an oven is too cool?"}


def test_only_terms_that_the_notes_set_against_each_other_are_contrasted(bread: Glossary) -> None:
    facts = {fact.term: fact for fact in bread.facts}
    assert set_against(facts["early fold"], facts["late fold"], bread)
    assert not set_against(facts["early fold"], facts["banneton"], bread)
    contrasts = [i for i in made(bread, ItemKind.TRUE_FALSE, 2) if i.stem.startswith("Unlike")]
    assert contrasts
    assert all("fold" in item.stem for item in contrasts)


def test_two_sorts_by_their_names_need_not_exclude_each_other(query_encoder: QueryEncoder) -> None:
    text = (
        "**Slow baking** is the baking of a loaf at a low heat.\n\n"
        "**Steam baking** is the baking of a loaf in a moist heat.\n\n"
        "**Early baking** is the baking of a loaf before dawn.\n\n"
        "**Late baking** is the baking of a loaf after dawn.\n"
    )
    notes = Glossary(chunks_of(text, "/notes/baking.md"), query_encoder)
    facts = {fact.term: fact for fact in notes.facts}
    assert set_against(facts["Slow baking"], facts["Steam baking"], notes)
    assert not excludes(facts["Slow baking"], facts["Steam baking"], notes)
    assert excludes(facts["Early baking"], facts["Late baking"], notes)


def test_a_contrast_without_sense_and_a_need_are_not_what_their_level_says(
    bread: Glossary,
) -> None:
    contrast = next(i for i in made(bread, ItemKind.TRUE_FALSE, 2) if i.stem.startswith("Unlike"))
    assert level_is_what_it_says(contrast, bread) == ""
    void = replace(contrast, stem="Unlike a banneton, a late fold is a method.")
    assert level_is_what_it_says(void, bread)
    twice = replace(contrast, stem=contrast.stem.replace(".", ", while bread is not."))
    assert level_is_what_it_says(twice, bread)
    need = replace(
        contrast, level=3, stem="If you need a basket of cane, you would use a banneton."
    )
    assert level_is_what_it_says(need, bread)


def test_a_changed_over_contrast_is_known_from_its_sentence() -> None:
    sentence = "Wheat doughs stretch far, while rye doughs break early."
    assert changes_over("Rye doughs stretch far, while wheat doughs break early.", sentence)
    assert not changes_over(sentence, sentence)


def test_two_items_with_the_same_descriptions_do_not_stand_in_one_quiz(bread: Glossary) -> None:
    item = made(bread, ItemKind.TRUE_FALSE, 2)[0]
    options = (
        "A stretch of the dough before its main rise takes place",
        "A stretch of the dough after its main rise took place",
        "A basket of cane in which any dough keeps its shape",
    )
    one = replace(
        item, id="1", kind=ItemKind.MULTIPLE_CHOICE, stem="What is an early fold?",
        options=options, keys=options[:1], evidence=replace(item.evidence, quote="one"),
    )  # fmt: skip
    other = replace(
        one, id="2", stem="How would a baker explain a banneton to a friend at the fair?",
        keys=options[2:], evidence=replace(item.evidence, quote="two"),
    )  # fmt: skip
    assert check_beside(other, [one])
    fresh = tuple(f"{text} in the autumn of the year" for text in ("Snow", "Rain", "Hail"))
    assert not check_beside(replace(other, options=fresh, keys=fresh[:1]), [one])


# ------------------------------------------------------------------ orders and pairs


def ordered(glossary_of: QueryEncoder, title: str, *steps: str) -> tuple[QuizItem, ...]:
    lines = "\n".join(f"{place}. **{step}**" for place, step in enumerate(steps, 1))
    text = f"# Bakery\n\n## {title}\n\n{lines}\n"
    return made(Glossary(chunks_of(text), glossary_of), ItemKind.ORDERING, 1)


DEEDS = ("Weigh the flour", "Stir the dough", "Cut the loaf", "Store the loaf")


def test_deeds_are_put_in_order_under_a_name(query_encoder: QueryEncoder) -> None:
    steps = ("Weigh the Flour", "Stir the dough", "Cut the loaf", "Store the loaf")
    (item,) = ordered(query_encoder, "How a Bakery Works", *steps)
    assert item.stem == "Put the steps of \u201cBakery\u201d in their right order."
    assert item.keys == ("Weigh the flour", *steps[1:])


@pytest.mark.parametrize(
    ("title", "steps"),
    [
        ("Steps of baking", ("Input flour", *DEEDS[1:])),  # tells its place
        ("Steps of baking", ("Flour mill", "Brick oven", "Bread knife", "Wooden shelf")),  # parts
        ("Steps of baking", DEEDS[:3]),  # first and last are common sense
        ("Steps of baking", ("Weighing the flour", *DEEDS[1:])),  # not put alike
        ("Steps of baking, for everyone", DEEDS),
        ("Steps of WSCS", DEEDS),  # initials
    ],
)
def test_parts_places_and_clumsy_titles_are_not_put_in_order(
    title: str, steps: tuple[str, ...], query_encoder: QueryEncoder
) -> None:
    assert ordered(query_encoder, title, *steps) == ()


def test_a_spare_description_belongs_to_no_term(bread: Glossary) -> None:
    item = next(i for i in made(bread, ItemKind.TRUE_FALSE, 2) if i.stem.startswith("Unlike"))
    pairs = tuple(
        Pair(fact.term, fact.definition, item.evidence)
        for fact in bread.facts
        if fact.term in ("early fold", "late fold")
    )
    keys = tuple(pair.match for pair in pairs)
    spare = (*keys, "a rack on which all loaves cool down")
    matching = replace(item, kind=ItemKind.MATCHING, pairs=pairs, keys=keys, options=spare)
    assert distractors_are_refuted(matching, bread) == ""
