"""Quoted answers from notes of any subject: telegram style, tables, dates, doers, lists of all."""

import re

import pytest
import rock_notes

from tutor.grounding.candidates import Encoder
from tutor.grounding.extract import compose
from tutor.grounding.sentences import Kind, split
from tutor.index.query_encoder import QueryEncoder
from tutor.retrieval.sentence_cache import SentenceCache


@pytest.fixture(scope="module")
def encoder(query_encoder: QueryEncoder) -> Encoder:
    return SentenceCache(query_encoder)


def answer(question: str, notes: str, encoder: Encoder, heading: str = "Notes") -> str:
    passage = rock_notes.passage(notes, heading=(heading,))
    text = compose(question, [passage], encoder).text
    return re.sub(r" ?\[\d+\]", "", text).replace("**", "")


TELEGRAM = """\
Sails and wind
lee: side away from the wind
luff - front edge of a sail
leech = back edge of a sail
tack: turn of the bow through the wind, speed drops
sail types
  * jib - small, before the mast
  * spinnaker - large, for wind from behind
knots to know
1) bowline
2) clove hitch
"""

DATES = """\
DATES
1519  Magellan sets sail
1577  Drake leaves Plymouth
1620  Mayflower crosses the Atlantic
"""


def test_lines_in_lower_case_that_each_tell_of_a_thing_are_entries() -> None:
    units = split(TELEGRAM)
    labels = [unit.label for unit in units if unit.kind is Kind.ITEM]
    assert labels[:4] == ["lee", "luff", "leech", "tack"]
    assert [unit.text for unit in units if unit.kind is Kind.LEAD] == [
        "sail types",
        "knots to know",
    ]


def test_a_colon_in_wrapped_prose_begins_no_entry() -> None:
    units = split(
        "A ship of the line carried guns on two decks or more, and it needed a very large\n"
        "crew: eight hundred men or so. It was built from the wood of oaks that had grown for\n"
        "a century before they were felled.\n"
    )
    assert [unit.kind for unit in units] == [Kind.SENTENCE, Kind.SENTENCE]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("what is luff?", "Sails and wind \u203a luff: front edge of a sail"),
        ("what is the leech of a sail?", "Sails and wind \u203a leech: back edge of a sail"),
        (
            "which sail types are there?",
            "sail types\n\n- jib: small, before the mast\n- spinnaker:",
        ),
    ],
)
def test_an_entry_answers_alone(question: str, said: str, encoder: Encoder) -> None:
    assert answer(question, TELEGRAM, encoder, "Sails and wind").startswith(said)


def test_an_event_is_told_under_its_year(encoder: Encoder) -> None:
    assert answer("when did Drake leave Plymouth?", DATES, encoder) == (
        "DATES \u203a 1577: Drake leaves Plymouth"
    )


TABLE = """\
| | Sloop | Ketch | Schooner |
|---|---|---|---|
| masts | one | two | two or more |
| crew | two | three | five |
"""


def test_a_row_is_named_by_its_columns_though_the_first_has_no_name(encoder: Encoder) -> None:
    said = answer("how many masts does a ketch have?", TABLE, encoder)
    assert said.startswith("masts: Sloop: one, Ketch: two, Schooner: two or more")


def test_the_row_that_names_the_columns_is_no_answer(encoder: Encoder) -> None:
    assert not answer("what is a schooner?", TABLE, encoder).startswith("Sloop, Ketch")


def test_two_columns_of_a_table_are_compared_row_by_row(encoder: Encoder) -> None:
    said = answer("what is the difference between a sloop and a ketch?", TABLE, encoder)
    assert said == "- masts: Sloop: one, Ketch: two\n- crew: Sloop: two, Ketch: three"


def test_a_table_of_two_columns_does_not_name_the_second(encoder: Encoder) -> None:
    notes = "| wind | name |\n|---|---|\n| force 8 | gale |\n| force 12 | hurricane |\n"
    assert answer("what is force 8 called?", notes, encoder).startswith("force 8: gale")


def test_a_sentence_that_sets_both_sides_apart_is_the_comparison(encoder: Encoder) -> None:
    notes = (
        "A pinnace carries sails, whereas a barge is towed by a horse. Nobody builds a pinnace "
        "today. The paint of barges fades in the sun.\n"
    )
    said = answer("difference between a pinnace and a barge", notes, encoder)
    assert said == "A pinnace carries sails, whereas a barge is towed by a horse."


def test_what_measures_one_side_by_the_other_defines_neither(encoder: Encoder) -> None:
    notes = (
        "A new rope holds a ship at the quay. A chain keeps an anchor on the ground. A new rope is "
        "usually lighter than a chain.\n"
    )
    said = answer("rope vs chain", notes, encoder)
    assert "holds a ship" in said
    assert "keeps an anchor" in said


def test_who_did_it_is_told_by_the_sentence_with_the_deed(encoder: Encoder) -> None:
    notes = (
        "Nelson was killed at sea. Villeneuve saw Nelson on deck, and Nelson fears nobody. Hardy, "
        "who stood beside him, buries Nelson. Collingwood takes command.\n"
    )
    said = answer("who buries Nelson?", notes, encoder)
    assert said.startswith("Hardy, who stood beside him, buries Nelson.")


def test_all_of_any_kind_are_listed_under_their_own_title_only(encoder: Encoder) -> None:
    notes = (
        "## Dangers at sea\n\n- fog, which hides other ships from sight\n- ice, which cuts hulls\n"
        "- storms, which break masts\n\n## Ropes\n\n- sheet: pulls a sail in\n- halyard: lifts it\n"
    )
    said = answer("which dangers are there at sea?", notes, encoder)
    assert said.count("\n- ") == 3
    assert "halyard" not in said


def test_what_is_counted_is_shown_with_its_count(encoder: Encoder) -> None:
    notes = (
        "A watch has three parts:\n\n1. Bells: the time\n2. Helm: the course\n3. Log: the speed\n"
    )
    said = answer("how many parts does a watch have?", notes, encoder)
    assert said.startswith("A watch has three parts:")
    assert "3. Log" in said


def test_the_first_thing_under_a_bare_name_says_what_it_is(encoder: Encoder) -> None:
    notes = (
        "- Ballast\n  - stones low in the hull\n  - keeps the ship upright\n- Cargo\n  - goods\n"
    )
    assert "stones low in the hull" in answer("what is ballast?", notes, encoder)


def test_a_sentence_that_an_announcement_brings_is_told_once(encoder: Encoder) -> None:
    notes = "Tides come in two kinds. Spring tides are high. Neap tides are low.\n"
    assert answer("what tides are there?", notes, encoder).count("Spring tides are high") == 1


def test_a_glossary_is_not_announced_by_the_paragraph_above_it(encoder: Encoder) -> None:
    notes = "## Ranks\n\nCooks earn little.\n\nBosun: sees to ropes\nMate: keeps the watch\n"
    said = answer("which ranks are there?", notes, encoder, "Ranks")
    assert said.startswith("Ranks:\n\n- Bosun")
