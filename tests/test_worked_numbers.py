"""Level 3 in numbers: what notes work out, worked out anew and held against its formula."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from quiz_notes import chunks_of

from tutor.index.query_encoder import QueryEncoder
from tutor.quiz.drafting import draft
from tutor.quiz.gates import check
from tutor.quiz.gates.numbers import number_follows_from_the_formula
from tutor.quiz.items import FALSE, TRUE
from tutor.quiz.knowledge.formulas import evaluate, fraction, names_in, parse, shown, slips
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.knowledge.worked import are_of_a_size, fresh
from tutor.schema import ItemKind, QuizItem

BAKERY = """\
# Bakery

## Sieving

A sieve makes whole lumps (WL) and broken lumps (BL), and it loses some dust grains (DG).

**Yield** is the share of lumps that stay whole: `WL / (WL + BL)`.

**Purity** is the share of whole lumps in the bin: `WL / (WL + DG)`.

## Trays

A tray of 24 rows by 15 columns holds `24 \u00d7 15 + 15 = 375` rolls, whatever the flour.

If 5% of a batch sticks to the tin, 40 loaves lose `0.05 \u00d7 40 = 2` loaves.

For tin width `w` and gap width `g`, the row width is `w + 2g`.

A crate of 0.5 pounds with 14 loaves of 3 pounds weighs `14 \u00d7 3 + 0.5 = 42.5` pounds.

The oven of 4 decks needs `7 \u00d7 13 = 91` kilowatts.
"""


@pytest.fixture(scope="module")
def bakery(query_encoder: QueryEncoder) -> Glossary:
    return Glossary(chunks_of(BAKERY, "/notes/bakery.md"), query_encoder)


def made(glossary: Glossary, kind: ItemKind, seed: int = 0) -> tuple[QuizItem, ...]:
    chunks = list(glossary.chunks.values())
    return draft(chunks, glossary, count=9, kinds=[kind], level=3, seed=seed).items


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("784 \u00d7 128 + 128", 100480),
        ("((3 - 2)\u00b2 + (5 - 7)\u00b2) / 2", 2.5),
        ("floor((n + 2p - 5) / 2) + 1", 17),
        ("2^10", 1024),
        ("-ln 1", 0),
        ("1,024 / 4", 256),
    ],
)
def test_a_formula_is_read_and_worked_out(text: str, value: float) -> None:
    tree = parse(text)
    assert tree is not None
    assert evaluate(tree, {"n": 32, "p": 3}) == value


@pytest.mark.parametrize(
    "text", ["__import__('os')", "a.b", "open('x')", "n if n else 1", "'a' * 3", "[1, 2]", "1 = 2"]
)
def test_what_is_no_arithmetic_is_not_read(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize("text", ["1 / 0", "9 ** 9 ** 9", "log(0)", "n + 1"])
def test_what_has_no_result_gives_none(text: str) -> None:
    tree = parse(text)
    assert tree is not None
    assert evaluate(tree, {}) is None


def test_a_fraction_is_taken_out_of_latex() -> None:
    assert fraction(r"\text{Yield} = \frac{\text{whole lumps}}{a + b}") == "(whole_lumps) / (a + b)"


def test_slips_forget_exchange_and_mistake() -> None:
    tree = parse("a / (a + b)")
    assert tree is not None
    assert names_in(tree) == ["a", "b"]
    results = {evaluate(one, {"a": 3, "b": 1}) for one in slips(tree)}
    assert {3, 4, 1, 4 / 3} <= results


def test_numbers_are_written_with_commas_and_their_decimals() -> None:
    assert shown(100480, 0) == "100,480"
    assert shown(0.4, 2) == "0.40"
    assert shown(-0.0001, 2) == "0.00"


def test_formulas_are_told_in_the_words_of_the_notes(bakery: Glossary) -> None:
    told = {one.what for one in bakery.worked}
    assert "Given 40 broken lumps, 40 dust grains and 40 whole lumps, the Yield is ____." in told
    assert "A tray of 24 rows by 15 columns holds ____ rolls." in told
    assert "If 5% of a batch sticks to the tin, 40 loaves lose ____ loaves." in told
    assert "Given a tin width of 8 and a gap width of 8, the row width is ____." in told


def test_a_sum_whose_numbers_come_from_nowhere_is_not_asked(bakery: Glossary) -> None:
    assert not [one for one in bakery.worked if "kilowatts" in one.quote]


def test_fresh_numbers_are_others_and_give_a_result(bakery: Glossary) -> None:
    for one in bakery.worked:
        for seed in range(5):
            numbers = fresh(one, random.Random(seed))
            assert numbers is not None
            assert numbers != [given.text for given in one.given]
            assert one.read(one.told(numbers, one.result(numbers))) == numbers


def test_a_half_is_not_taken_for_what_another_half_leaves(bakery: Glossary) -> None:
    crate = next(one for one in bakery.worked if "crate" in one.what)
    assert float(crate.result(["0.2", "10", "4"])) == pytest.approx(40.2)


@pytest.mark.parametrize(
    ("right", "wrong", "fair"),
    [
        ("0.25", ["0.50", "0.33"], True),
        ("0.011", ["0.051", "0.050", "0.049"], False),  # alone of its size
        ("40", ["80", "82"], False),  # alone beside two that are as good as one
        ("40", ["42", "80"], True),
        ("-2.60", ["-3.00", "-1.20"], True),
        ("7,168", ["6,912", "2,560", "1,024"], True),
        ("2", ["12", "15"], False),
    ],
)
def test_a_key_is_not_told_by_its_size(right: str, wrong: list[str], fair: bool) -> None:
    assert are_of_a_size(right, wrong) == fair


def layer_of(sentence: str, encoder: QueryEncoder) -> Glossary:
    return Glossary(chunks_of(f"# Layers\n\n{sentence}\n", "/notes/layers.md"), encoder)


def test_a_count_that_takes_biases_in_says_so(query_encoder: QueryEncoder) -> None:
    text = (
        "A layer of 32 kernels of size 3 by 3 has `32 \u00d7 (3 \u00d7 3) + 32 = 320` parameters."
    )
    layers = layer_of(text, query_encoder)
    (one,) = layers.worked
    assert one.what == "With biases, a layer of 32 kernels of size 3 by 3 has ____ parameters."
    items = made(layers, ItemKind.TRUE_FALSE)
    assert items
    assert not check(items[0], layers)


def test_a_count_that_may_or_may_not_take_biases_in_is_no_statement(
    query_encoder: QueryEncoder,
) -> None:
    text = "A layer from 24 inputs to 16 outputs has `24 \u00d7 16 = 384` parameters."
    layers = layer_of(text, query_encoder)
    assert [one.is_settled for one in layers.worked] == [False]
    assert not made(layers, ItemKind.TRUE_FALSE)
    assert not made(layers, ItemKind.CLOZE)


@pytest.mark.parametrize("kind", [ItemKind.MULTIPLE_CHOICE, ItemKind.TRUE_FALSE, ItemKind.CLOZE])
def test_items_in_numbers_pass_every_gate(bakery: Glossary, kind: ItemKind) -> None:
    items = made(bakery, kind)
    assert len(items) >= 3
    for item in items:
        assert not check(item, bakery)
        assert item.level == 3


def test_the_same_seed_gives_the_same_numbers(bakery: Glossary) -> None:
    one, same, other = (made(bakery, ItemKind.CLOZE, seed) for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_a_key_that_the_formula_does_not_give_is_turned_away(bakery: Glossary) -> None:
    item = next(i for i in made(bakery, ItemKind.MULTIPLE_CHOICE) if "tray" in i.stem)
    other = next(option for option in item.options if option != item.key)
    wrong = replace(item, keys=(other,))
    assert "does not follow" in number_follows_from_the_formula(wrong, bakery)
    twice = replace(item, options=(*item.options, f"{item.key}.0"))
    assert "as well" in number_follows_from_the_formula(twice, bakery)


def test_a_verdict_against_the_formula_is_turned_away(bakery: Glossary) -> None:
    for item in made(bakery, ItemKind.TRUE_FALSE):
        turned = replace(item, keys=(FALSE if item.key == TRUE else TRUE,))
        assert "says otherwise" in number_follows_from_the_formula(turned, bakery)
