"""The quoted answer: what is chosen for a question, and how it is set out and cited."""

import re

import pytest
import rock_notes

from tutor.grounding.candidates import Encoder
from tutor.grounding.citations import cited_numbers
from tutor.grounding.definitions import defines
from tutor.grounding.extract import Extract, compose
from tutor.grounding.questions import Expects, Form, read
from tutor.index.query_encoder import QueryEncoder
from tutor.retrieval.sentence_cache import SentenceCache
from tutor.schema import Passage

ROCKS = rock_notes.passage(rock_notes.ROCKS, heading=("Rocks",))
VOLCANOES = rock_notes.passage(rock_notes.VOLCANOES, heading=("Volcanoes",), score=0.9)
GEMS = rock_notes.passage(rock_notes.GEMS, heading=("Gems",), score=0.8)
NOTES = [ROCKS, VOLCANOES, GEMS]


@pytest.fixture(scope="module")
def encoder(query_encoder: QueryEncoder) -> Encoder:
    return SentenceCache(query_encoder)


def bare(text: str) -> str:
    """Return an answer without markers and bold."""
    return re.sub(r" ?\[\d+\]", "", text).replace("**", "")


# --------------------------------------------------------------------- what is asked


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("What is a rock?", Form.DEFINITION),
        ("what does stride mean in a convolution?", Form.DEFINITION),
        ("Explain the rock cycle.", Form.DEFINITION),
        ("What are the types of rock?", Form.LIST),
        ("Name three dangers of volcanoes", Form.LIST),
        ("What are the 5 V's of big data?", Form.LIST),
        ("How do I clean a find?", Form.STEPS),
        ("What steps turn text into tensors?", Form.STEPS),
        ("What is the difference between lava and magma?", Form.COMPARISON),
        ("How does granite differ from marble?", Form.COMPARISON),
        ("Compare frogs and toads.", Form.COMPARISON),
        ("Frogs against toads: what is different?", Form.COMPARISON),
        ("Frogs and toads: how does each catch flies?", Form.COMPARISON),
        ("What do frogs and toads each eat?", Form.COMPARISON),
        ("Which remedies against warts are there?", Form.LIST),
        ("What are the five Vs of big data?", Form.LIST),
        ("rock cycle?", Form.DEFINITION),
        ("rock cycle code", Form.FACT),
        ("Who described the rock cycle?", Form.FACT),
        ("Which lava is smooth?", Form.FACT),
        ("Which model in the list of models has 7 billion parameters?", Form.FACT),
    ],
)
def test_the_form_of_a_question_is_read_from_its_words(question: str, form: Form) -> None:
    assert read(question).form is form


def test_numbered_sides_of_a_comparison_are_made_alike() -> None:
    assert read("L1 vs L2 regularization").sides == ("L1 regularization", "L2 regularization")


def test_the_sides_of_a_comparison_are_made_alike() -> None:
    asked = read("What is the difference between semantic and instance segmentation?")
    assert asked.sides == ("semantic segmentation", "instance segmentation")
    asked = read("How much memory does Model 7B need compared with Model 13B?")
    assert asked.sides == ("Model 7B", "Model 13B")


def test_a_number_named_in_a_list_question_is_read() -> None:
    assert read("Which three types of rock are there?").count == 3
    assert read("How many types are there?").expects is Expects.NUMBER


# ----------------------------------------------------------------------- what is chosen


def answer(question: str, encoder: QueryEncoder, passages: list[Passage] | None = None) -> str:
    return compose(question, passages or NOTES, encoder).text


def test_a_definition_question_gets_the_defining_sentence(encoder: Encoder) -> None:
    assert bare(answer("What is a rock?", encoder)).startswith(
        "A rock is a solid mass of minerals that formed naturally."
    )


def test_a_section_of_terms_is_a_list_too(encoder: Encoder) -> None:
    notes = [
        rock_notes.passage(
            "Kinds differ in where the stone breaks.\n\n**Cleavage** is the splitting along "
            "a plane of crystals. Mica has it.\n\n"
            "**Fracture** is the breaking along no plane at all.\n",
            heading=("Stone", "Kinds of breaking"),
        )
    ]
    assert bare(answer("Which kinds of breaking are there?", encoder, notes)) == (
        "- Cleavage is the splitting along a plane of crystals.\n"
        "- Fracture is the breaking along no plane at all."
    )


def test_the_section_that_is_named_for_what_is_listed_comes_first(encoder: Encoder) -> None:
    notes = [
        rock_notes.passage(
            "**Erosion** is the wearing down of stone. **Burial** is its sinking under mud.\n",
            heading=("Breaking stone",),
        ),
        rock_notes.passage(
            "# Stone\n\nIt lasts.\n\n## Kinds of breaking\n\n**Cleavage** is the splitting along "
            "a plane of crystals.\n\n**Fracture** is the breaking along no plane at all.\n",
            heading=("Stone",),
            score=0.9,
        ),
    ]
    assert bare(answer("List the kinds of breaking stone", encoder, notes)).startswith(
        "- Cleavage is the splitting"
    )


def test_what_is_listed_is_no_item_of_its_list(encoder: Encoder) -> None:
    notes = [
        rock_notes.passage(
            "## Hammer heads\n\nA **hammer head** is the part that strikes. The **chisel head** is "
            "a head for splitting. The **pick head** is a head for prying.\n"
        )
    ]
    assert bare(answer("List the hammer heads", encoder, notes)) == (
        "A hammer head is the part that strikes.\n\n- The chisel head is a head for splitting.\n"
        "- The pick head is a head for prying."
    )


def test_one_kind_beside_the_definition_is_no_list(encoder: Encoder) -> None:
    notes = [
        rock_notes.passage(
            "## Hammer heads\n\nA **hammer head** is the part that strikes. The **chisel head** is "
            "a head for splitting. Others pry, and some do both.\n"
        )
    ]
    assert "- " not in answer("List the hammer heads", encoder, notes)


def test_a_definition_stands_alone_even_if_its_list_fits_the_question(encoder: Encoder) -> None:
    notes = [
        rock_notes.passage(
            "Key concepts:\n\n- **Strata**: Layers of rock laid one on the other.\n- **Dip**: The "
            "angle at which a layer leans.\n- **Fault**: A crack along which rock has moved.\n"
        )
    ]
    assert (
        bare(answer("What are strata?", encoder, notes))
        == "Strata: Layers of rock laid one on the other."
    )


def test_a_sentence_about_doing_something_with_a_thing_does_not_define_it() -> None:
    assert defines("Measuring the dip is difficult in thick forest.", "", "dip") == 0.0
    assert defines("The dip is the angle at which a layer leans.", "", "the dip") == 1.0
    assert defines("The dip was introduced by Steno.", "", "the dip") == 0.0
    assert defines("Long-term stress (LTS) is a load that stays.", "", "LTS") == 1.0
    assert defines("Maps show the dip (where a layer leans most).", "", "dip") == 1.0


def test_it_in_a_second_question_is_the_topic_of_the_first() -> None:
    assert read("What is erosion and how do I stop it?").parts[1] == "do I stop erosion"


def test_a_second_question_without_a_topic_is_about_that_of_the_first() -> None:
    assert read("What is erosion and what value is safe?").parts[1] == "value is safe (erosion)"
    assert read("What is lava and what is magma?").parts[1] == "is magma"


def test_a_list_question_gets_the_whole_list_under_its_lead_in(encoder: Encoder) -> None:
    assert bare(answer("What are the types of rock?", encoder)) == (
        "There are three types of rock:\n\n"
        "1. Igneous rock: Forms when magma cools. Granite is an example.\n"
        "2. Sedimentary rock: Forms when layers of sand and mud are pressed together.\n"
        "3. Metamorphic rock: Forms when heat and pressure change another rock."
    )


def test_how_to_gets_the_steps(encoder: Encoder) -> None:
    assert bare(answer("How do I clean a find?", encoder)).splitlines()[-3:] == [
        "1. Brush the dust off.",
        "2. Wash it in water with a drop of vinegar.",
        "3. Let it dry for two days.",
    ]


def test_a_question_for_code_gets_the_block_whole(encoder: Encoder) -> None:
    text = answer("How do I write Python code that reads the catalogue?", encoder)
    assert text.startswith("Read a catalogue of finds with this code:")
    assert '```python\nimport csv\n\nfinds = list(csv.DictReader(open("finds.csv")))\n```' in text


def test_a_comparison_sets_both_sides_next_to_each_other(encoder: Encoder) -> None:
    text = answer("What is the difference between a shield volcano and a stratovolcano?", encoder)
    title, rule, row = text.splitlines()
    assert title == "| Shield volcano | Stratovolcano |"
    assert rule == "| --- | --- |"
    shield, strato = row.strip("| ").split(" | ")
    assert "runny lava" in shield
    assert "thick lava" in strato


def test_steps_told_in_two_lists_under_the_title_asked_for_are_shown_whole(
    encoder: Encoder,
) -> None:
    kiln = rock_notes.passage(
        "# Pottery\n\nA kiln is an oven that turns clay into stone.\n\n## The steps of a kiln\n\n"
        "Before lighting, every time:\n\n1. Dry the pots.\n2. Stack them on the shelves.\n\n"
        "While it burns, hour by hour:\n\n1. Warm it slowly.\n2. Hold the heat.\n3. Let it "
        "cool.\n\n## Mistakes\n\nThese are the worst:\n\n1. Haste.\n2. Damp."
    )
    text = answer("What are the steps of a kiln?", encoder, [kiln])
    assert re.findall(r"^\d\. \w+", text, re.MULTILINE) == [
        "1. Dry", "2. Stack", "1. Warm", "2. Hold", "3. Let"
    ]  # fmt: skip


def test_a_comparison_spells_its_titles_as_the_notes_do(encoder: Encoder) -> None:
    notes = [
        rock_notes.passage(
            "Igneous rocks are sorted by QAPF. A QAPF diagram is a chart of four minerals. An AFM "
            "plot is a chart of three oxides. Most AFMs are drawn as triangles."
        )
    ]
    assert answer("Compare the afm and the qapf.", encoder, notes).startswith("| AFM | QAPF |")


def test_a_comparison_in_one_respect_answers_in_that_respect(encoder: Encoder) -> None:
    notes = [
        rock_notes.passage(
            "A frog is an animal that lives near water. A toad is an animal that lives on land. A "
            "frog jumps two metres far. A toad jumps only half a metre far."
        )
    ]
    text = answer("How do frogs and toads differ in how far they jump?", encoder, notes)
    assert "two metres" in text
    assert "half a metre" in text


def test_nothing_is_said_of_a_side_that_the_notes_do_not_name(encoder: Encoder) -> None:
    text = answer("What is the difference between a mud volcano and a stratovolcano?", encoder)
    assert "Mud volcano" not in text


def test_a_side_of_two_words_is_not_named_by_one_of_them(encoder: Encoder) -> None:
    notes = [
        rock_notes.passage(
            "A core of iron lies deep in the earth. Tap a sample with a hammer.\n\n"
            "A drill takes out a cylinder of rock, which is the core sample."
        )
    ]
    text = answer("core sample vs hammer sample", encoder, notes)
    assert "iron" not in text


def test_who_began_a_thing_is_told_by_a_sentence_on_its_beginning(encoder: Encoder) -> None:
    notes = [
        rock_notes.passage(
            "Mohs and Vickers are the scales in use. The Mohs scale runs from talc to diamond. The "
            "Mohs scale of hardness was introduced by Friedrich in Vienna."
        )
    ]
    assert "Friedrich" in answer("who invented the Mohs scale?", encoder, notes)


def test_the_minus_of_a_formula_ends_no_label(encoder: Encoder) -> None:
    notes = [
        rock_notes.passage(
            "How to weigh a stone under water:\n\n"
            "1. `lift = 2 (a - b) = 4`\n2. `weight = 3 - lift`\n"
        )
    ]
    text = answer("How do I weigh a stone under water?", encoder, notes)
    assert "`lift = 2 (a - b) = 4`" in text
    assert "`weight = 3 - lift`" in text


def test_a_mistake_is_quoted_without_those_beside_it(encoder: Encoder) -> None:
    notes = [
        rock_notes.passage(
            "- Washing salt crystals in water.\n- Labelling finds from memory.\n",
            heading=("Collecting", "Common mistakes"),
        )
    ]
    text = answer("Why should I label finds?", encoder, notes)
    assert "Labelling finds" in text
    assert "salt" not in text


def test_a_year_is_that_of_the_version_asked_of(encoder: Encoder) -> None:
    notes = [
        rock_notes.passage(
            "- **Drill-2 (2019):** The release of Drill-2 was held back at first.\n"
            "- **Drill-4 (2023):** The newest drill goes deeper.\n"
        )
    ]
    text = answer("When was Drill-4 released?", encoder, notes)
    assert "2023" in text
    assert "2019" not in text


def test_a_question_in_other_words_gets_what_is_nearest_in_each_passage_by_name(
    encoder: Encoder,
) -> None:
    notes = [
        rock_notes.passage(
            "Subsidence is the slow sinking of the ground. A house above an old mine gets cracks.",
            heading=("Ground", "Damage to buildings"),
        ),
        rock_notes.passage(
            "Sand is what a rock leaves when it weathers.", heading=("Sand",), score=0.8
        ),
    ]
    question = "Why do my walls break open although nobody touched the cellar where men dug coal?"
    first, second = answer(question, encoder, notes).splitlines()
    assert first.startswith(
        "- **Damage to buildings:** Subsidence is the slow sinking of the ground. A house"
    )
    assert second.startswith("- Sand is")


def test_what_stands_under_common_mistakes_is_no_answer(encoder: Encoder) -> None:
    notes = [
        rock_notes.passage(
            "Slate is always older than granite.", heading=("Slate", "Common mistakes")
        ),
        rock_notes.passage(
            "The age of slate is anything up to a billion years.", heading=("Slate",)
        ),
    ]
    assert bare(answer("How old is slate?", encoder, notes)).startswith("The age of slate")


def test_a_sentence_that_announces_things_is_followed_by_them(encoder: Encoder) -> None:
    notes = [
        rock_notes.passage(
            "The hardness of a mineral has two measures. The Mohs scale goes by what scratches "
            "what. The Vickers number goes by the dent of a diamond. Diamonds come from Africa."
        )
    ]
    text = bare(answer("Which two measures of hardness are there?", encoder, notes))
    assert "Mohs" in text
    assert "Vickers" in text
    assert "Africa" not in text


def test_the_code_that_a_sentence_introduces_comes_with_it(encoder: Encoder) -> None:
    notes = [
        rock_notes.passage(
            "Next, log in to the rock archive.\n\n```\n!archive login\n```\n\nThe archive says:\n\n"
            "```\nWelcome(user='guest', rocks=300)\n```\n"
        )
    ]
    text = answer("How do I log in to the rock archive?", encoder, notes)
    assert "!archive login" in text
    assert "Welcome" not in text


def test_a_fact_question_gets_its_sentence_and_little_else(encoder: Encoder) -> None:
    text = bare(answer("How long does the rock cycle take?", encoder))
    assert "The cycle takes about 200 million years." in text
    assert len(text.split()) <= 45


def test_an_item_is_shown_with_the_names_above_it(encoder: Encoder) -> None:
    text = answer("Which lava is smooth?", encoder)
    assert "**Lava Types \u203a Pahoehoe:** Smooth lava that flows like honey." in text


def test_a_sentence_that_leans_on_another_comes_with_it(encoder: Encoder) -> None:
    notes = [
        rock_notes.passage(
            "Basalt is a dark rock made by lava. It covers most of the floor of the oceans. Fish "
            "swim above."
        )
    ]
    text = bare(answer("What covers the floor of the oceans?", encoder, notes))
    assert text.startswith("Basalt is a dark rock made by lava. It covers most of the floor")


def test_a_table_row_is_told_with_its_columns(encoder: Encoder) -> None:
    assert "**Ruby:** Hardness: 9, Colour: red" in answer("How hard is a ruby?", encoder)


def test_a_question_with_two_halves_gets_both(encoder: Encoder) -> None:
    text = answer("Who described the rock cycle, and what does pahoehoe flow like?", encoder)
    assert "Lyell" in text
    assert "honey" in text


def test_headings_and_questions_are_never_the_answer(encoder: Encoder) -> None:
    notes = [rock_notes.passage("# What is slate?\n\nWhat is slate?\n\nSlate splits into sheets.")]
    assert bare(answer("What is slate?", encoder, notes)) == "Slate splits into sheets."


def test_markup_debris_is_not_shown(encoder: Encoder) -> None:
    notes = [
        rock_notes.passage(
            r"**Marble**: Limestone that was \"baked\" under pressure [3].\ *Example*: a statue in "
            "Rome."
        )
    ]
    text = answer("What is marble?", encoder, notes)
    assert 'Limestone that was "baked" under pressure.' in text
    assert not re.search(r"\\|\[3\]|\*Example", text)


def test_a_long_list_is_cut_to_its_labels_before_it_is_cut_off(encoder: Encoder) -> None:
    items = [
        f"{n}. **Danger {n}:** "
        + f"Some words about danger number {n} go on and on"
        + " and on" * 9
        + "."
        for n in range(1, 9)
    ]
    notes = [rock_notes.passage("The dangers of caves are:\n\n" + "\n".join(items))]
    lines = answer("What are the dangers of caves?", encoder, notes).splitlines()
    assert [bare(line) for line in lines[-8:]] == [f"{n}. Danger {n}" for n in range(1, 9)]


# --------------------------------------------------------------------------- citations

QUESTIONS = [
    "What is a rock?",
    "What are the types of rock?",
    "How do I clean a find?",
    "What is the difference between a shield volcano and a stratovolcano?",
    "Which dangers does an eruption bring?",
    "How hard is a ruby?",
    "How do I write Python code that reads the catalogue?",
    "Who described the rock cycle, and what does pahoehoe flow like?",
]


@pytest.fixture(scope="module", params=QUESTIONS)
def extract(request: pytest.FixtureRequest, encoder: Encoder) -> Extract:
    return compose(request.param, NOTES, encoder)


def test_every_quote_is_verbatim(extract: Extract) -> None:
    assert extract.citations
    assert all(citation.quote in citation.passage.text for citation in extract.citations)


def test_markers_and_citations_belong_together(extract: Extract) -> None:
    numbers = [citation.number for citation in extract.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    assert set(cited_numbers(extract.text)) == set(numbers)
    assert {number for claim in extract.claims for number in claim.citations} == set(numbers)


def test_every_claim_is_supported_and_its_words_are_those_of_its_quote(extract: Extract) -> None:
    quotes = {citation.number: citation.quote for citation in extract.citations}
    for claim in extract.claims:
        assert claim.supported
        assert claim.text in extract.text
        said = set(re.findall(r"[a-z]{4,}", claim.text.split(":** ")[-1].lower()))
        there = quotes[claim.citations[0]] + " Hardness Colour"  # columns named in the header row
        assert said <= set(re.findall(r"[a-z]{4,}", there.lower()))


def test_nothing_to_quote_gives_an_empty_extract(encoder: Encoder) -> None:
    assert compose("What is a rock?", [], encoder) == Extract("", (), ())
    assert compose("What is a rock?", [rock_notes.passage("---\n\n***\n")], encoder).text == ""


def test_without_an_encoder_words_alone_choose() -> None:
    assert "200 million years" in compose("How long does the rock cycle take?", NOTES).text
