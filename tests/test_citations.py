"""Markers: numbering passages for the prompt and reading the marks of a reply."""

import pytest

from tutor.grounding.citations import (
    cited_numbers,
    has_unknown_marker,
    number_passages,
    quoted_lines,
    resolve_markers,
    without_markers,
)
from tutor.schema import Citation, Passage


def passage(text: str, *, heading: tuple[str, ...] = (), start_line: int = 1) -> Passage:
    lines = text.count("\n")
    return Passage(
        "notes.md", "notes", heading, text, start_line, start_line + lines, None, ("c",), 1.0, 0.5
    )


THREE = [passage("Cells divide."), passage("Plants make sugar."), passage("Water boils.")]


@pytest.mark.parametrize(
    ("reply", "resolved"),
    [
        ("Cells divide [1].", "Cells divide [1]."),
        ("Cells divide [1, 2].", "Cells divide [1][2]."),
        ("Cells divide [1][3].", "Cells divide [1][3]."),
        ("Cells divide [1-3].", "Cells divide [1][2][3]."),
        ("Cells divide [passage 2].", "Cells divide [2]."),
        ("Cells divide [Passages 1 and 2].", "Cells divide [1][2]."),
        ("Cells divide (passage 3).", "Cells divide [3]."),
        ("Cells divide (1).", "Cells divide [1]."),
        ("Cells divide [^2].", "Cells divide [2]."),
        ("Cells divide \u30101\u3011.", "Cells divide [1]."),
    ],
)
def test_every_way_of_marking_a_passage_is_understood(reply: str, resolved: str) -> None:
    assert " ".join(resolve_markers(reply, THREE).split()) == resolved


@pytest.mark.parametrize("number", ["0", "4", "99"])
def test_a_marker_without_a_passage_stays_visible_and_counts_as_unknown(number: str) -> None:
    resolved = resolve_markers(f"Cells sing [{number}].", THREE)
    assert f"[{number}?]" in resolved
    assert has_unknown_marker(resolved)
    assert cited_numbers(resolved) == ()


def test_of_several_numbers_only_the_wrong_one_is_unknown() -> None:
    resolved = resolve_markers("Cells divide [2, 7].", THREE)
    assert resolved == "Cells divide [2][7?]."
    assert cited_numbers(resolved) == (2,)


@pytest.mark.parametrize(
    "text",
    [
        "The matrix has shape (4).",
        "See [the documentation](https://example.org).",
        "f(1) = 2 and (a) holds.",
        "In 1999 (the year) it began.",
        "1. First step\n2. Second step",
    ],
)
def test_what_is_no_marker_is_left_alone(text: str) -> None:
    assert resolve_markers(text, THREE) == text


def test_resolving_twice_changes_nothing() -> None:
    once = resolve_markers("A [1, 9]. B (2). C [passage 3].", THREE)
    assert resolve_markers(once, THREE) == once


def test_passages_are_numbered_from_one_under_their_headings() -> None:
    prompt = number_passages([passage("Cells divide.", heading=("Biology", "Cells")), THREE[1]])
    assert prompt == "[1] Biology > Cells\nCells divide.\n\n[2] \nPlants make sugar.".replace(
        "[2] \n", "[2] \n"
    )


def test_the_notes_own_reference_numbers_cannot_be_taken_for_markers() -> None:
    assert "It is known [3]" not in number_passages([passage("It is known [3].")])


def test_markers_are_taken_out_without_leaving_gaps() -> None:
    assert without_markers("Cells divide [1][2?]. They grow [3].") == "Cells divide. They grow."


def test_a_quote_is_located_on_its_own_lines() -> None:
    found = passage("One.\nTwo is here.\nThree.\nFour.", start_line=10)
    assert quoted_lines(Citation(1, found, "Two is here.\nThree.")) == (11, 12)


def test_a_quote_that_is_not_in_the_passage_points_at_the_whole_passage() -> None:
    found = passage("One.\nTwo.", start_line=10)
    assert quoted_lines(Citation(1, found, "Nowhere.")) == (10, 11)
