"""Cutting notes: nothing lost, spans exact, and cuts where a reader would make them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.ingestion.chunker import split
from tutor.ingestion.decoding import clean
from tutor.ingestion.headings import front_matter_end
from tutor.ingestion.loader import load_note
from tutor.ingestion.packing import LIMIT, TARGET
from tutor.schema import Chunk, Note

SENTENCE = "The gradient tells the model which way to change every weight it has. "
PARAGRAPH = SENTENCE * 5


def chunks_of(text: str, name: str = "a.md", pages: tuple[int, ...] = ()) -> list[Chunk]:
    return split(Note(name, "T", text, "0", pages), "course")


def assert_sound(text: str, chunks: list[Chunk]) -> None:
    """Check what holds for the chunks of any text at all."""
    end = 0
    kept = ""
    for i, chunk in enumerate(chunks):
        assert chunk.position == i
        assert end <= chunk.start < chunk.end
        assert chunk.text == text[chunk.start : chunk.end]
        assert chunk.text == chunk.text.strip()
        assert len(chunk.text) <= LIMIT
        assert chunk.start_line == text.count("\n", 0, chunk.start) + 1
        assert chunk.end_line == text.count("\n", 0, chunk.end) + 1
        end = chunk.end
        kept += chunk.text
    assert len({chunk.id for chunk in chunks}) == len(chunks)
    assert letters(kept) == letters(text[front_matter_end(text) :])


def letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


# ---------------------------------------------------------------------------- any text

_words = st.text("ab Z.,:?!()*_`#|-=~1é漢\t", max_size=60)
_lines = st.one_of(
    st.just(""),
    _words,
    st.builds("{} {}".format, st.sampled_from(["#", "##", "-", "1.", "  -", "|", ">"]), _words),
    st.sampled_from(
        ["```", "~~~~", "---", "===", "**A b:**", "| a | b |", "|---|---|", "    x = 1", ".. c::"]
    ),
    st.builds(
        str.__mul__, st.sampled_from([SENTENCE, "word ", "x", "- Ab **c**: d "]), st.just(40)
    ),
)
_names = st.sampled_from(["a.md", "a.txt", "a.rst", "a.csv", "a.pdf"])


@given(st.text(max_size=3_000), _names)
def test_no_text_is_lost_and_spans_are_exact(text: str, name: str) -> None:
    text = clean(text)
    assert_sound(text, chunks_of(text, name))


@given(st.lists(_lines, max_size=40), _names)
@settings(max_examples=200, deadline=None)
def test_no_markdown_is_lost_and_spans_are_exact(lines: list[str], name: str) -> None:
    text = "\n".join(lines)
    assert_sound(text, chunks_of(text, name))


@given(st.lists(st.integers(0, 1500), max_size=4))
@settings(max_examples=30, deadline=None)
def test_no_chunk_reaches_over_a_page_that_starts_at_a_paragraph(sizes: list[int]) -> None:
    pages = ["", *(SENTENCE * (size // 50) for size in sizes)]
    starts = tuple(sum(len(page) + 2 for page in pages[:i]) for i in range(len(pages)))
    text = "\n\n".join(pages)
    for chunk in chunks_of(text, "a.pdf", starts):
        assert chunk.page is not None
        page_end = starts[chunk.page] if chunk.page < len(starts) else len(text)
        assert starts[chunk.page - 1] <= chunk.start
        assert chunk.end <= page_end


def test_an_empty_text_has_no_chunks() -> None:
    assert chunks_of(" \n\n---\n") == []


def test_a_long_text_is_cut_in_time() -> None:
    lines = [f"# {i}\n\n{PARAGRAPH}\n\n```\n- {SENTENCE}" for i in range(1_000)]
    chunks = chunks_of("\n".join(lines))
    assert len(chunks) > 300


# ----------------------------------------------------------------------------- headings


def trails(text: str, name: str = "a.md") -> list[tuple[str, ...]]:
    return [chunk.heading for chunk in chunks_of(text, name)]


def test_the_heading_trail_follows_the_levels() -> None:
    text = "\n\n".join(
        f"{mark} {title}\n\n{PARAGRAPH}"
        for mark, title in [("#", "A"), ("##", "B"), ("####", "C"), ("##", "D"), ("#", "E")]
    )
    assert trails(text) == [("A",), ("A", "B"), ("A", "B", "C"), ("A", "D"), ("E",)]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("## **Bold** and `code`:", "Bold and code"),
        ("# [Linked](https://example.org) ##", "Linked"),
        ("**What is loss?**", "What is loss?"),
        ("### **Steps:**", "Steps"),
        (r"# The pad\_token", "The pad_token"),
        ("Underlined\n==========", "Underlined"),
        ("Underlined too\n---", "Underlined too"),
    ],
)
def test_markup_of_headings_is_understood_and_left_out_of_the_trail(line: str, title: str) -> None:
    assert trails(f"{line}\n\n{PARAGRAPH}") == [(title,)]


def test_headings_of_plain_text_are_recognised() -> None:
    text = (
        f"Kinds of Models\n\n{PARAGRAPH}\n\n1. Linear Models\n\n{PARAGRAPH}\n\n"
        f"2. Trees:\n\n{PARAGRAPH}\n\nHow do trees grow\n{PARAGRAPH}"
    )
    assert trails(text, "a.txt") == [
        ("Kinds of Models",),
        ("Kinds of Models", "1. Linear Models"),
        ("Kinds of Models", "2. Trees"),
        ("How do trees grow",),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "A sentence that stands alone.\n\n" + PARAGRAPH,
        "1. First\n\n2. Second\n\n3. Third",
        "The following kinds exist:\n\n- one\n- two",
        "hard wrapped text that goes on in the\nnext line and so on",
        "```\n# a comment\n```",
        "https://example.org/Some-Page\n\n" + PARAGRAPH,
    ],
)
def test_what_only_resembles_a_heading_is_text(text: str) -> None:
    assert set(trails(text, "a.txt")) == {()}


def test_underlines_of_restructured_text_rank_by_appearance() -> None:
    text = (
        f"=====\nTitle\n=====\n\n{PARAGRAPH}\n\nPart\n~~~~\n\n{PARAGRAPH}\n\n"
        f"Detail\n------\n\n{PARAGRAPH}\n\nNext\n~~~~\n\n{PARAGRAPH}"
    )
    assert trails(text, "a.rst") == [
        ("Title",),
        ("Title", "Part"),
        ("Title", "Part", "Detail"),
        ("Title", "Next"),
    ]


def test_a_definition_stays_with_its_heading() -> None:
    text = f"# Terms\n\n{PARAGRAPH * 2}\n\n## Epoch\n\nOne pass over the data.\n\n{PARAGRAPH * 3}"
    definition = next(chunk for chunk in chunks_of(text) if "One pass" in chunk.text)
    assert definition.text.startswith("## Epoch")
    assert definition.heading == ("Terms", "Epoch")


def test_a_bare_heading_goes_with_what_follows() -> None:
    chunks = chunks_of(f"# Course\n\n## Week 1\n\n{PARAGRAPH}")
    assert [(chunk.heading, chunk.text[:8]) for chunk in chunks] == [
        (("Course", "Week 1"), "# Course")
    ]


def test_tiny_siblings_share_a_chunk_and_keep_their_headings() -> None:
    text = f"# Terms\n\n{PARAGRAPH}\n\n" + "\n\n".join(
        f"## {word}\n\nA short definition." for word in ("Batch", "Epoch", "Step")
    )
    last = chunks_of(text)[-1]
    assert last.heading == ("Terms",)
    assert [word in last.text for word in ("## Batch", "## Epoch", "## Step")] == [True] * 3


def test_sections_of_some_length_keep_to_themselves() -> None:
    text = "\n\n".join(f"## {word}\n\n{SENTENCE * 4}" for word in ("Batch", "Epoch"))
    assert trails(text) == [("Batch",), ("Epoch",)]


def test_front_matter_is_in_no_chunk() -> None:
    chunks = chunks_of(f"---\ntitle: Secret\n---\n\n{SENTENCE}")
    assert [chunk.text for chunk in chunks] == [SENTENCE.strip()]
    assert chunks[0].start_line == 5


# ------------------------------------------------------------------------ cuts that hurt


def whole_in_one_chunk(part: str, text: str) -> bool:
    return any(part in chunk.text for chunk in chunks_of(text))


CODE = "```python\n" + "\n\n".join(f"step_{i} = forward(step)" for i in range(30)) + "\n```"
TABLE = "| name | use |\n|------|-----|\n" + "\n".join(f"| row {i} | a use |" for i in range(50))


@pytest.mark.parametrize("block", [CODE, TABLE])
@pytest.mark.parametrize("before", range(2, 9))
def test_code_and_tables_stay_whole(block: str, before: int) -> None:
    text = f"{PARAGRAPH * before}\n\n{block}\n\n{PARAGRAPH}"
    assert whole_in_one_chunk(block, text)


@pytest.mark.parametrize("before", range(2, 9))
def test_a_lead_in_stays_with_its_list(before: int) -> None:
    text = f"{PARAGRAPH * before}\n\nThere are three kinds:\n\n" + f"- {SENTENCE * 3}\n" * 6
    assert whole_in_one_chunk("three kinds:\n\n- The gradient", text)


@pytest.mark.parametrize("before", range(1, 9))
def test_the_options_of_a_question_stay_together(before: int) -> None:
    question = "Which is a loss?\nA) Cross entropy\nB) A layer\nC) A batch\nD) An epoch"
    assert whole_in_one_chunk(question, f"{PARAGRAPH * before}\n\n{question}\n\n{PARAGRAPH}")


def test_list_items_are_not_cut() -> None:
    items = [f"- Item {i}. {SENTENCE * 3}".strip() for i in range(30)]
    chunks = chunks_of("\n".join(items))
    assert len(chunks) > 5
    assert all(any(item in chunk.text for chunk in chunks) for item in items)


def test_long_prose_is_cut_between_sentences() -> None:
    chunks = chunks_of(SENTENCE * 100)
    assert len(chunks) > 5
    assert all(chunk.text.endswith("has.") for chunk in chunks)
    assert all(0.5 * TARGET < len(chunk.text) < 1.5 * TARGET for chunk in chunks)


def test_a_list_run_together_in_one_line_is_cut_at_its_headings_and_items() -> None:
    topics = [
        f"**{i}. Topic number {i}** - **First**: {SENTENCE}- **Second**: {SENTENCE}"
        f"**Details:** - **Third**: {SENTENCE * 4}"
        for i in range(1, 9)
    ]
    chunks = chunks_of(" ".join(topics), "a.txt")
    assert {chunk.start_line for chunk in chunks} == {1}
    assert {chunk.heading[0] for chunk in chunks} == {f"{i}. Topic number {i}" for i in range(1, 9)}
    assert all(re.match(r"\*\*|- ", chunk.text) for chunk in chunks)
    assert ("1. Topic number 1", "Details") in {chunk.heading for chunk in chunks}


def test_rows_of_a_csv_are_packed_whole() -> None:
    rows = [f"term: word {i}; meaning: {SENTENCE.strip()}" for i in range(40)]
    chunks = chunks_of("\n".join(rows), "a.csv")
    assert [row for chunk in chunks for row in chunk.text.split("\n")] == rows


# ------------------------------------------------------------------------------ identity


def test_ids_survive_an_edit_elsewhere_in_the_note() -> None:
    sections = [f"# Part {i}\n\n{PARAGRAPH * 4}\n\n{SENTENCE * i}" for i in range(1, 7)]
    before = {chunk.id for chunk in chunks_of("\n\n".join(sections))}
    sections[2] += "\n\nA new last sentence."
    after = {chunk.id for chunk in chunks_of("\n\n".join(["A new first line.", *sections]))}
    assert len(before - after) <= 1


def test_repeated_text_has_distinct_ids() -> None:
    chunks = chunks_of("\n\n".join(["# Same", PARAGRAPH * 2] * 5))
    assert len({chunk.id for chunk in chunks}) == len(chunks) == 5


# ---------------------------------------------------------------------------- real notes

NOTES = Path(__file__).parents[2] / "shared" / "notes"


@pytest.mark.parametrize("prefix", ["000", "001", "002", "003", "004"])
def test_real_notes_are_cut_soundly(prefix: str) -> None:
    if not NOTES.is_dir():
        pytest.skip("the shared notes are not here")
    note = load_note(next(NOTES.glob(f"{prefix}*")))
    chunks = split(note, "course")
    assert_sound(note.text, chunks)
    lengths = sorted(len(chunk.text) for chunk in chunks)
    assert 0.25 * TARGET < lengths[len(lengths) // 2] < 1.25 * TARGET
    headed = sum(bool(chunk.heading) for chunk in chunks)
    assert headed >= 0.9 * len(chunks)
