"""Cutting notes of every make into quotable units."""

from hypothesis import given
from hypothesis import strategies as st

from tutor.grounding.markup import clean, clean_heading
from tutor.grounding.sentences import Kind, Unit, sentence_spans, split, split_sentences, trail


def shown(units: tuple[Unit, ...]) -> list[str]:
    return [f"{'  ' * len(trail(units, i))}{unit.text}" for i, unit in enumerate(units)]


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def test_abbreviations_decimals_and_initials_do_not_end_a_sentence() -> None:
    text = "Use e.g. 3.5 g of salt. Dr. B. Hale et al. agree. It costs approx. 2.50 dollars."
    assert sentences(text) == [
        "Use e.g. 3.5 g of salt.",
        "Dr. B. Hale et al. agree.",
        "It costs approx. 2.50 dollars.",
    ]


def test_code_in_a_sentence_does_not_end_it() -> None:
    assert sentences("Call `a.run(). Then` first. Then stop.") == [
        "Call `a.run(). Then` first.",
        "Then stop.",
    ]


def test_a_stop_glued_to_the_next_word_ends_a_sentence() -> None:
    assert sentences("It was learned.Explanation: it is known.") == [
        "It was learned.",
        "Explanation: it is known.",
    ]


def test_a_markdown_list_hangs_under_its_lead_in_and_its_items() -> None:
    units = split(
        "# Cells\n\nThere are two kinds:\n\n1. **Plant cells:**\n   - Have walls.\n"
        "2. **Animal cells:**\n   - Have none. They are soft.\n\nBoth divide.\n"
    )
    assert shown(units) == [
        "# Cells",
        "  There are two kinds:",
        "    **Plant cells:**",
        "      Have walls.",
        "    **Animal cells:**",
        "      Have none.",
        "        They are soft.",
        "  Both divide.",
    ]
    assert [unit.label for unit in units[2:5:2]] == ["Plant cells", "Animal cells"]


def test_a_lecture_glued_into_one_line_gets_its_structure_back() -> None:
    text = (
        "**2. Bridges and Tunnels** - **Bridges**: Carry a road over water. *Example*: a rope "
        "bridge. - **Tunnels**: - **Advantages**: - Safe from storms. - Quiet for the people above."
        " - **Disadvantages**: - Dear to dig. **3. Ferries** - **Ferry**: A boat for cars."
    )
    assert shown(split(text)) == [
        "**2. Bridges and Tunnels**",
        "  **Bridges**: Carry a road over water.",
        "    *Example*: a rope bridge.",
        "  **Tunnels**:",
        "    **Advantages**:",
        "      Safe from storms.",
        "      Quiet for the people above.",
        "    **Disadvantages**:",
        "      Dear to dig.",
        "**3. Ferries**",
        "  **Ferry**: A boat for cars.",
    ]


def test_lines_below_a_lead_in_are_its_items_without_bullets() -> None:
    units = split("Here are the differences:\nFrogs:\nLive in water.\nToads:\nLive on land.\n")
    assert shown(units)[1:] == ["Frogs:", "  Live in water.", "Toads:", "  Live on land."]


def test_wrapped_lines_are_one_sentence() -> None:
    units = split(
        "The valley was carved by a glacier that moved down from the mountains in the\n"
        "north and melted long ago.\n"
    )
    assert len(units) == 1


def test_code_blocks_and_tables_are_kept_apart_from_prose() -> None:
    units = split(
        "Run this:\n\n```sh\nmake. It\n# not a heading\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    assert [unit.kind for unit in units] == [Kind.LEAD, Kind.CODE, Kind.ROW, Kind.ROW]
    assert units[1].text.startswith("```sh")
    assert units[1].text.endswith("```")


def test_a_line_that_states_a_figure_is_no_heading() -> None:
    units = split("Sizes\n\nLength of the bridge: 120 metres\n\nIt is long.\n")
    assert [unit.kind for unit in units] == [Kind.HEADING, Kind.SENTENCE, Kind.SENTENCE]


@given(st.text(alphabet="ab .:!?\n-*#1`|\t\u2022(", max_size=300))
def test_units_are_verbatim_in_order_and_never_overlap(text: str) -> None:
    end = 0
    for unit in split(text):
        assert text[unit.start : unit.end] == unit.text
        assert unit.start >= end
        end = unit.end


@given(st.text(alphabet="ab .:!?\n-*1", max_size=200))
def test_splitting_free_text_loses_no_word(text: str) -> None:
    pieces = "".join(split_sentences(text))
    for letter in "ab1":
        assert pieces.count(letter) == text.count(letter)


def test_cleaning_takes_markup_off_and_leaves_code_alone() -> None:
    assert clean(r"**Bold** and *soft*\ text \$5, see [docs](#) [3].") == (
        "Bold and soft text $5, see docs."
    )
    assert clean("\u2022 `a * b ** c` stays, **this** goes") == "`a * b ** c` stays, this goes"


def test_headings_are_cleaned_to_titles() -> None:
    assert clean_heading("### **2. Types of Rock:**") == "Types of Rock"
    assert clean_heading("Lecture, https://example.org/video") == "Lecture"


def test_a_number_that_opens_a_line_by_accident_belongs_to_the_sentence() -> None:
    text = (
        "Word vectors came from a pair of simple models that were published by Mikolov in\n"
        "2013. The step from a limit of one leaves a gradient with two entries, that is (3,\n"
        "4) before it is cut to length.\n"
    )
    said = [unit.text.replace("\n", " ") for unit in split(text)]
    assert said[0].endswith("Mikolov in 2013.")
    assert said[1].endswith("(3, 4) before it is cut to length.")


def test_a_sentence_that_begins_in_the_middle_of_a_line_is_no_heading() -> None:
    for text in (
        "In the first bridge, cables of length\n512 are hung from 8 towers, so the cost is low.",
        "The first one was built by\nIsambard Brunel in\n1864, after long delays.",
    ):
        assert [(unit.kind, unit.text) for unit in split(text)] == [(Kind.SENTENCE, text)]


def test_a_title_above_a_number_stays_a_title() -> None:
    units = split(
        "Speed\n3 times faster than by ferry.\n\nSizes of bridges\n12 m, 40 m and 120 m.\n"
    )
    assert [unit.kind for unit in units] == [Kind.HEADING, Kind.SENTENCE] * 2
