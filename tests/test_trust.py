"""Where a fact holds, how much speaks for an item, and which items a quiz takes first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from quiz_notes import chunks_of

from tutor.index.query_encoder import QueryEncoder
from tutor.quiz.desk import Desk
from tutor.quiz.distractors import is_apart, is_doubtful
from tutor.quiz.drafting import draft
from tutor.quiz.english import Form
from tutor.quiz.gates import check, check_beside
from tutor.quiz.gates.company import helps, is_poor_company, place_of, tells_name
from tutor.quiz.items import is_longest
from tutor.quiz.knowledge.definitions import read_label
from tutor.quiz.knowledge.facts import Fact
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.knowledge.lists import class_of_title
from tutor.quiz.knowledge.scope import domain_of, peers_of
from tutor.quiz.knowledge.terms import Usage
from tutor.quiz.makers.choices import term_choice
from tutor.quiz.makers.gaps import cloze
from tutor.quiz.makers.matching import descriptions
from tutor.quiz.makers.statements import statement
from tutor.quiz.trust import is_sure, promise, trust
from tutor.quiz.wording import asked, split_scope
from tutor.schema import ItemKind, QuizItem

SAILING = """\
# Sailing

A sailing boat is a machine that is moved by the wind in its sails. The crew of a boat trims the
sails all day long. Boats of the Optimist class are small. An Optimist is a boat for children.

## Parts of a Sailing Boat

- **Keel**: Keeps the hull from drifting sideways when the wind blows across it.
- **Rudder**: Turns the hull to one side when the helmsman moves the tiller.
- **Boom**: Stretches the lower edge of the mainsail away from the mast.
- **Shroud**: Holds up the mast from the sides against the pull of the sails.
- **Sailing boat lamp**: Shows other vessels at night where it lies at anchor.

## The 3 R's of rescue with examples

1. **Reach**: The handing of a pole from the deck to somebody in the water.
2. **Row**: The approach in a dinghy when a pole is too short for the distance.
3. **Ring**: The throwing of a buoy with a line that is made fast on board.

## What a sailing boat is

A telltale is a piece of wool on a sail that shows how the air flows along it.

## Knots

- **Cleat hitch method**: Fastens a line to a horn of metal so that it can be freed under load.
- **Stopping**: Tying a thick end so that it cannot slip out of a block or through an eye.
"""


@pytest.fixture(scope="module")
def sailing(query_encoder: QueryEncoder) -> Glossary:
    return Glossary(chunks_of(SAILING, "/notes/sailing.md"), query_encoder)


def fact(glossary: Glossary, term: str) -> Fact:
    return next(one for one in glossary.facts if one.term == term)


def first_choice(glossary: Glossary, term: str) -> QuizItem:
    items = term_choice(Desk(glossary, 1, 0), fact(glossary, term))
    return next(item for item in items if not check(item, glossary))


# -------------------------------------------------------------------------- where it holds


@pytest.mark.parametrize(
    ("title", "called"),
    [
        ("The 5 V's of Big Data with Examples", "5 V's of Big Data"),
        ("2. Types of rock", "Types of rock"),
        ("Key instruments (old ones)", "Key instruments"),
        ("Granite vs. Basalt", ""),
        ("Transport across membranes", ""),
        ("How volcanoes work", ""),
        ("Cooling", ""),
    ],
)
def test_only_a_title_in_the_plural_names_a_class(title: str, called: str) -> None:
    assert class_of_title(title) == called


def test_a_question_says_of_which_class_its_options_are(sailing: Glossary) -> None:
    keel = first_choice(sailing, "Keel")
    assert keel.stem.startswith("Of the parts of a sailing boat, which keeps the hull from ")
    assert set(keel.options) <= {"Keel", "Rudder", "Boom", "Shroud"}
    reach = first_choice(sailing, "Reach")
    assert reach.stem.startswith("Of the 3 R's of rescue, which is the handing of a pole ")


def test_a_statement_says_in_what_it_holds(sailing: Glossary) -> None:
    telltale = fact(sailing, "telltale")
    assert domain_of(telltale, sailing) == "a sailing boat"
    gap = next(cloze(Desk(sailing, 1, 0), telltale))
    assert gap.stem.startswith("In a sailing boat, a(n) ____ is a piece of wool on a sail ")
    assert check(gap, sailing) == []


def test_a_place_that_would_tell_the_term_makes_no_gap(sailing: Glossary) -> None:
    desk = Desk(sailing, 1, 0)
    lamp = fact(sailing, "Sailing boat lamp")
    assert desk.placed(lamp, "A lamp shows.", asked=True) == ""
    said = desk.placed(lamp, "A lamp is the light of a boat.", asked=False)
    assert said.endswith(", a lamp is the light of a boat.")
    assert not said.startswith("A lamp")
    assert desk.placed(lamp, "A lamp is a light.", asked=False) == "A lamp is a light."


def test_where_a_stem_holds_is_no_part_of_what_it_claims() -> None:
    stem = "Of the 3 R's of rescue, which is the handing of a pole?"
    assert split_scope(stem) == ("Of the 3 R's of rescue", "Which is the handing of a pole?")
    assert asked(split_scope(stem)[1]) == "the handing of a pole"
    assert split_scope("Is it so?") == ("", "Is it so?")


def test_a_list_under_a_vague_title_is_no_class(sailing: Glossary) -> None:
    assert peers_of(fact(sailing, "Stopping"), sailing) is None
    assert peers_of(fact(sailing, "telltale"), sailing) is None


def test_a_class_whose_noun_all_members_bear_tells_none_of_them(
    query_encoder: QueryEncoder,
) -> None:
    text = """\
# Work

## Kinds of Unemployment

- **Frictional unemployment**: The time that people spend between two jobs.
- **Structural unemployment**: A lasting mismatch between the skills of workers and the jobs.
- **Cyclical unemployment**: The loss of jobs in a recession when spending falls.
"""
    glossary = Glossary(chunks_of(text), query_encoder)
    item = first_choice(glossary, "Cyclical unemployment")
    assert item.stem.startswith("Of the kinds of unemployment, which is the loss of jobs ")
    assert len(item.options) == 3


@pytest.mark.parametrize(
    "text",
    [
        "One seller faces all the buyers and sets the price.",
        "The higher the price of a good, the smaller the quantity that is bought.",
        "The branch that brings forth all the other ones.",
    ],
)
def test_clauses_and_parts_of_what_is_not_said_are_no_definitions(text: str) -> None:
    parts = read_label("Monopoly", text, Usage())
    assert parts is None or parts.form is Form.SENTENCE


# ------------------------------------------------------------------------------- gaps


def test_a_general_head_stays_in_the_sentence(sailing: Glossary) -> None:
    item = next(cloze(Desk(sailing, 1, 0), fact(sailing, "Cleat hitch method")))
    assert "____ method fastens a line" in item.stem
    assert item.key.lower() == "cleat hitch"
    assert any(name.lower() == "cleat hitch method" for name in item.accepted)
    assert check(item, sailing) == []


# ------------------------------------------------------------------------------ trust


def test_a_question_of_one_class_is_trusted_more_than_one_that_says_little(
    sailing: Glossary,
) -> None:
    keel = first_choice(sailing, "Keel")
    assert 0 < trust(keel, sailing) < 1
    assert is_sure(keel, sailing)
    full, short = fact(sailing, "telltale"), fact(sailing, "Rudder")
    assert promise(full) > promise(short)


def test_what_no_fact_stands_behind_is_not_doubted(sailing: Glossary) -> None:
    ordering = next(iter(draft(list(sailing.chunks.values()), sailing, count=1).items))
    strange = QuizItem(
        id="x", kind=ItemKind.SHORT_ANSWER, stem="What is a reef?", options=(), keys=("A fold.",),
        accepted=(), explanation="", topic="", level=1, evidence=ordering.evidence,
    )  # fmt: skip
    assert trust(strange, sailing) == 1.0


def test_what_is_sure_comes_first_and_the_rest_when_more_is_asked(sailing: Glossary) -> None:
    chunks = list(sailing.chunks.values())
    few = draft(chunks, sailing, count=3, seed=1).items
    many = draft(chunks, sailing, count=30, seed=1).items
    assert all(is_sure(item, sailing) for item in few)
    assert len(many) > 6
    assert len({item.stem for seed in range(4) for item in draft(
        chunks, sailing, count=3, seed=seed).items}) > 3  # fmt: skip


def test_keys_are_not_the_longest_option_again_and_again(sailing: Glossary) -> None:
    kinds = [ItemKind.MULTIPLE_CHOICE]
    items = draft(list(sailing.chunks.values()), sailing, count=4, kinds=kinds).items
    assert len(items) == 4
    assert sum(map(is_longest, items)) <= 2


# -------------------------------------------------------------------- wrong options, pairs


GLUES = """\
# Glues

## Workshop

- **Epoxy glue**: Hardens by a reaction of two liquids that are mixed just before use.
- **Bone glue**: Melts in warm water and has joined the wood of violins for ages.

## Boats

- **Hull glue**: Joins the planks of a boat so well that they never part at sea.
  It is mostly an epoxy.
"""


def test_a_term_that_goes_on_to_name_the_key_is_no_wrong_option(
    query_encoder: QueryEncoder,
) -> None:
    glossary = Glossary(chunks_of(GLUES), query_encoder)
    epoxy = fact(glossary, "Epoxy glue")
    assert not is_apart(epoxy, "Hull glue", glossary)
    assert is_apart(epoxy, "Bone glue", glossary)


def test_what_the_notes_say_of_a_term_here_and_there_is_counted_by_rarity(
    sailing: Glossary,
) -> None:
    said = "a small boat for children"
    assert sailing.told(said, "Optimist") > 0.9
    assert sailing.told(said, "Keel") == 0
    assert sailing.told("", "Keel") == 0


def test_terms_of_a_wide_class_from_elsewhere_are_not_matched(sailing: Glossary) -> None:
    for one in sailing.facts:
        for item in descriptions(Desk(sailing, 1, 0), one):
            prompts = {pair.prompt for pair in item.pairs}
            of_boats = {"Keel", "Rudder", "Boom", "Shroud", "Sailing boat lamp"}
            assert prompts <= of_boats or prompts <= {"Reach", "Row", "Ring"}


# ------------------------------------------------------------------------ between items


def test_a_false_statement_does_not_stand_beside_what_tells_it(sailing: Glossary) -> None:
    desk = Desk(sailing, 1, 0)
    desk.items.append(next(statement(Desk(sailing, 1, 1), fact(sailing, "telltale"))))
    wrong = next(
        item for one in sailing.facts for item in statement(desk, one) if item.key == "False"
    )
    subject = split_scope(wrong.stem)[1].removeprefix("The ").removeprefix("A ").split()[0]
    told = first_choice(sailing, subject.capitalize())
    assert [why.gate for why in check_beside(wrong, [told])] == ["not a repeat"]
    assert [why.gate for why in check_beside(told, [wrong])] == ["not a repeat"]


def test_items_with_the_same_terms_help_each_other(sailing: Glossary) -> None:
    keel = first_choice(sailing, "Keel")
    rudder = replace(keel, id="other", keys=("Rudder",), options=(*keel.options[:3], "Rudder"))
    assert helps(keel, rudder)
    assert helps(rudder, keel)
    assert not helps(keel, replace(rudder, options=("Rudder", "Mast", "Sheet", "Sail")))
    assert not helps(keel, first_choice(sailing, "Row"))


def test_a_name_that_is_asked_for_is_told_by_whatever_shows_it(sailing: Glossary) -> None:
    gap = next(cloze(Desk(sailing, 1, 0), fact(sailing, "telltale")))
    said = replace(gap, id="s", kind=ItemKind.TRUE_FALSE, stem="Telltales hang on the shroud.")
    choice = first_choice(sailing, "Keel")
    shown = replace(choice, options=(*choice.options[:3], "Telltale"))
    assert tells_name(gap, said)
    assert not tells_name(said, gap)
    assert tells_name(gap, shown)  # it begins with the letter that is given
    assert not tells_name(replace(choice, keys=("Boom",)), shown)  # an option among others
    assert tells_name(choice, replace(said, stem="The keel is under water."))
    assert not tells_name(replace(choice, keys=("0.5",), options=("0.5", "0.7")), said)


def test_a_small_quiz_takes_neither_twice_from_a_section_nor_tells_its_own_answers(
    sailing: Glossary,
) -> None:
    chunks = list(sailing.chunks.values())
    for seed in range(6):
        items = draft(chunks, sailing, count=2, seed=seed).items
        assert len({place_of(item.evidence) for item in items}) == 2
        assert not any(
            tells_name(one, other) for one in items for other in items if one is not other
        )
    crowded = draft(chunks, sailing, count=12).items
    assert any(is_poor_company(item, crowded[:place]) for place, item in enumerate(crowded))


def test_passages_without_headings_of_their_own_are_places_by_themselves(
    sailing: Glossary,
) -> None:
    chunk = next(iter(sailing.chunks.values()))
    bare = replace(chunk, heading=chunk.heading[:1])
    assert place_of(bare) != place_of(replace(bare, id="other"))
    under = replace(chunk, heading=("Sailing", "Knots"))
    assert place_of(under) == place_of(replace(under, id="other"))


def test_a_thing_of_a_class_takes_its_article_in_a_statement(sailing: Glossary) -> None:
    desk = Desk(sailing, 1, 0)
    said = [item.stem for name in ("Keel", "Boom") for item in statement(desk, fact(sailing, name))]
    assert said
    assert all(text.startswith("In a sailing boat, the ") for text in said)


def test_what_is_called_something_quite_different_is_doubtful(query_encoder: QueryEncoder) -> None:
    text = (
        "# Harbours\n\nA docking system is a mechanism that pulls a ship to the wall of the port. "
        "A docking system is a battle between two ropes, the long and the short one of them.\n"
    )
    glossary = Glossary(chunks_of(text), query_encoder)
    by_genus = {one.definition.split()[1]: one for one in glossary.facts}
    assert is_doubtful(by_genus["battle"], glossary)
    assert not is_doubtful(by_genus["mechanism"], glossary)
