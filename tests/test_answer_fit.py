"""A quotation that fits its question: how, why, when, which kinds, yes or no."""

import re
from collections import Counter

import pytest
import rock_notes

from tutor.grounding.candidates import Encoder
from tutor.grounding.context import points_back
from tutor.grounding.coverage import assess
from tutor.grounding.extract import compose
from tutor.grounding.questions import Expects, Form, read
from tutor.grounding.relation import is_touched
from tutor.grounding.vocabulary import Vocabulary
from tutor.grounding.words import tokens
from tutor.index.query_encoder import QueryEncoder
from tutor.retrieval.sentence_cache import SentenceCache
from tutor.schema import Passage


@pytest.fixture(scope="module")
def encoder(query_encoder: QueryEncoder) -> Encoder:
    return SentenceCache(query_encoder)


def answer(question: str, encoder: Encoder, *passages: Passage) -> str:
    """Return an answer without markers and bold."""
    return re.sub(r" ?\[\d+\]", "", compose(question, passages, encoder).text).replace("**", "")


def vocabulary_of(*passages: Passage) -> Vocabulary:
    return Vocabulary(Counter(word for one in passages for word in tokens(one.text)))


# ---------------------------------------------------------------------- reading the question


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("types of rock", Form.LIST),
        ("the main advantages and limitations of slate", Form.LIST),
        ("steps to clean a find", Form.STEPS),
        ("explain how a geyser works", Form.STEPS),
        ("Is granite igneous?", Form.VERDICT),
        ("Is it true that slate never burns?", Form.VERDICT),
        ("doesn't slate burn?", Form.VERDICT),
        ("Can you explain the rock cycle?", Form.DEFINITION),
    ],
)
def test_a_question_in_few_words_is_read_like_one_in_many(question: str, form: Form) -> None:
    assert read(question).form is form


def test_what_is_claimed_is_the_topic_of_a_question_for_a_verdict() -> None:
    assert read("Is it true that slate never burns?").topic == "slate never burns"


def test_the_sort_of_thing_that_a_name_stands_for_is_no_part_of_it() -> None:
    assert read("what is the rock burst problem?").topic == "rock burst"
    assert read("what is a problem?").topic == "problem"


def test_why_asks_for_a_reason() -> None:
    assert read("Why does slate split?").expects is Expects.REASON


# -------------------------------------------------------------------------------- how it works


def test_how_a_thing_works_is_told_by_what_goes_on_in_it_not_by_its_effects(
    encoder: Encoder,
) -> None:
    effects = rock_notes.passage(
        "## Impact of stone sieving speed\n\n- **Purpose**: Stone sieving cleans gravel.\n"
        "- **Effects of speed**:\n  - **High speed**: Stone sieving leaves dust.\n"
        "  - **Low speed**: Stone sieving wears out the sieve.\n",
        heading=("Impact of stone sieving speed",),
    )
    method = rock_notes.passage(
        "## Challenges of gravel\n\n- **Dust**: Gravel is dusty.\n"
        "- **Stone sieving (SSV)**: Sorts gravel by shaking it through finer and finer meshes.\n",
        heading=("Challenges of gravel",),
        score=0.8,
    )
    text = answer("How does stone sieving work?", encoder, effects, method)
    assert "shaking it through finer and finer meshes" in text
    assert "speed" not in text


def test_a_list_under_how_it_works_is_shown_whole(encoder: Encoder) -> None:
    notes = rock_notes.passage(
        "# Geysers\n\nA geyser is a spring that shoots up.\n\n## How geysers work\n\n"
        "1. **Filling**: Water seeps into a deep pipe.\n2. **Heating**: Hot rock heats it from "
        "below.\n3. **Bursting**: A geyser throws it out when it boils over by its own steam.\n",
        heading=("Geysers",),
    )
    lines = answer("how do geysers work", encoder, notes).splitlines()
    assert lines[-3:] == [
        "1. Filling: Water seeps into a deep pipe.",
        "2. Heating: Hot rock heats it from below.",
        "3. Bursting: A geyser throws it out when it boils over by its own steam.",
    ]


# ----------------------------------------------------------------- a title that asks the question


def test_a_section_whose_title_asks_the_question_answers_it(encoder: Encoder) -> None:
    notes = rock_notes.passage(
        "## Why was the rock hammer invented?\n\nBefore it, finds were dug out with sticks, which "
        "broke them. It was made to end this.\n\n## Who uses the rock hammer\n\nThe rock hammer is "
        "used by collectors everywhere.\n",
        heading=("Tools",),
    )
    assert answer("Why was the rock hammer invented?", encoder, notes) == (
        "Before it, finds were dug out with sticks, which broke them. It was made to end this."
    )


def test_the_list_of_a_section_whose_title_asks_the_question_comes_with_its_lead(
    encoder: Encoder,
) -> None:
    notes = rock_notes.passage(
        "## When to use a rock hammer\n\nA hammer only helps if you know the stone. There are "
        "rules of thumb for its use:\n\n- **Hard stone**: The find sits in granite.\n"
        "- **Permission**: The owner allows it.\n",
        heading=("Tools",),
    )
    text = answer("when should I use a rock hammer", encoder, notes)
    assert "There are rules of thumb for its use:" in text
    assert text.endswith(
        "- Hard stone: The find sits in granite.\n- Permission: The owner allows it."
    )


def test_of_reasons_told_in_a_list_none_is_left_out(encoder: Encoder) -> None:
    notes = rock_notes.passage(
        "## Digging on the beach\n\n- **Problems**:\n  - **Tide**: Digging on the beach fails as "
        "the sea fills the pit.\n  - **Sand**: Digging on the beach fails as the walls of a pit "
        "cave in.\n  - **Tourists**: They ask questions.\n",
        heading=("Digging on the beach",),
    )
    text = answer("why does digging on the beach fail", encoder, notes)
    assert [line[:6] for line in text.splitlines() if line.startswith("- ")] == [
        "- Tide", "- Sand", "- Tour",
    ]  # fmt: skip


# ------------------------------------------------------------------------------------- kinds


def test_kinds_told_of_here_and_there_are_gathered_by_their_names(encoder: Encoder) -> None:
    notes = rock_notes.passage(
        "## Tools\n\nPlain hammers: Strike a stone from above.\n\nGeology hammers (GHs):\n\n"
        "- Description: They have a pick on the other side.\n- Uses: Digging.\n",
        heading=("Tools",),
    )
    assert answer("types of hammers", encoder, notes).splitlines() == [
        "- Plain hammers: Strike a stone from above.",
        "- Geology hammers: They have a pick on the other side.",
    ]


def test_the_title_of_a_list_says_whose_it_is(encoder: Encoder) -> None:
    notes = rock_notes.passage(
        "# Hammers\n\n## Pick hammers\n\n### Drawbacks\n\n- They bend.\n- They cost much.\n\n"
        "## Kinds of chisels\n\n- Flat chisels split.\n- Point chisels pierce.\n",
        heading=("Hammers",),
    )
    assert answer("drawbacks of pick hammers", encoder, notes).startswith(
        "Pick hammers \u203a Drawbacks:"
    )
    assert answer("kinds of chisels", encoder, notes).startswith("Kinds of chisels:")


# --------------------------------------------------------------------------------- yes or no


def test_what_says_yes_stands_alone(encoder: Encoder) -> None:
    notes = rock_notes.passage(
        "Granite is a stone that cooled slowly below the ground. Yes, granite is an igneous rock, "
        "as basalt and most of the floor of the sea are. Igneous rock is found on every continent, "
        "and so is granite.",
    )
    assert answer("Is granite an igneous rock?", encoder, notes) == (
        "Yes, granite is an igneous rock, as basalt and most of the floor of the sea are."
    )


def test_what_settles_a_claim_comes_before_what_only_explains_it(encoder: Encoder) -> None:
    notes = rock_notes.passage(
        "Slate is a stone that splits into thin plates, and roofs are made of it.\n\n"
        "To say that slate roofs last for ever is only half the truth: frost breaks them.",
    )
    text = answer("Is it true that slate roofs last for ever?", encoder, notes)
    assert text.startswith("To say that slate roofs last for ever is only half the truth")


# ---------------------------------------------------------------------------- pointing back


@pytest.mark.parametrize(
    ("sentence", "points"),
    [
        ("These issues make digging hard.", True),
        ("It is a stone that splits.", True),
        ("The hammer was made to overcome these limitations.", True),
        ("For marble it does not, since heat changed it.", True),
        ("Slate splits into plates, and these plates make roofs.", False),
        ("Marble is one of those that heat changed.", False),
        ("Of all stones, slate splits best.", False),
    ],
)
def test_a_sentence_that_points_back_is_known(sentence: str, points: bool) -> None:
    assert points_back(sentence) is points


def test_an_answer_does_not_open_by_pointing_at_what_is_not_shown(encoder: Encoder) -> None:
    notes = rock_notes.passage(
        "## Trouble with digging\n\n1. **Water**:\n   - Water fills the pit.\n\n"
        "These issues make digging in wet ground hard.\n\n"
        "2. **Mud**:\n   - Mud makes digging hard because wet ground slides back.\n",
        heading=("Trouble with digging",),
    )
    text = answer("Why is digging in wet ground hard?", encoder, notes)
    assert "because wet ground slides back" in text
    assert not text.startswith("These")


def test_sentences_that_lean_on_one_another_come_together(encoder: Encoder) -> None:
    notes = rock_notes.passage(
        "Weathering is the breaking of stone by air and water. For sandstone it takes a century. "
        "For granite it takes ten thousand years, since granite is hard."
    )
    text = answer("How long does granite last?", encoder, notes)
    assert text.startswith("Weathering is the breaking of stone by air and water.")
    assert text.endswith("For granite it takes ten thousand years, since granite is hard.")


# ------------------------------------------------------------------------------ the relation


def test_notes_that_never_touch_what_is_asked_of_a_thing_come_only_near_it(
    encoder: Encoder,
) -> None:
    notes = rock_notes.passage(
        "## Rock clubs\n\nA rock club is a group of collectors who share a goal. Collectors in "
        "rock clubs trade finds on Sundays.\n",
        heading=("Rock clubs",),
    )
    known = vocabulary_of(notes, rock_notes.passage("Taxes are paid once a year."))
    assert not is_touched("How do rock clubs share taxes?", [notes], known, encoder)
    assert not assess("How do rock clubs share taxes?", [notes], known, encoder).sure
    assert is_touched("How do rock clubs trade finds?", [notes], known, encoder)


def test_a_judgement_need_not_stand_in_the_notes(encoder: Encoder) -> None:
    notes = rock_notes.passage(
        "## Rock clubs\n\nRock clubs lose members who move away.\n", heading=("Rock clubs",)
    )
    known = vocabulary_of(notes, rock_notes.passage("Bad taxes."))
    assert is_touched("Why are rock clubs bad?", [notes], known, encoder)


def test_another_word_for_what_is_asked_touches_it(encoder: Encoder) -> None:
    notes = rock_notes.passage(
        "## Rock clubs\n\nRock clubs show pictures of their finds.\n", heading=("Rock clubs",)
    )
    known = vocabulary_of(notes, rock_notes.passage("Images fade."))
    assert is_touched("How do rock clubs show images?", [notes], known, encoder)


def test_the_plural_of_an_abbreviation_is_known_where_the_abbreviation_is(
    encoder: Encoder,
) -> None:
    notes = rock_notes.passage("A GH has fewer parts than an SH, the sledge hammer.")
    known = vocabulary_of(notes)
    plural = assess("Do GHs have fewer parts than SHs?", [notes], known, encoder)
    assert plural.missing == ()
