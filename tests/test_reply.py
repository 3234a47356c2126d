"""The explainer's reply, taken apart and put into plain speech."""

import pytest

from tutor.crew.reply import declines, split_reply


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("According to passage [1], firn is old snow.", "Firn is old snow."),
        ("Based on the notes, firn is old.", "Firn is old."),
        ("Firn is old. The passage says that it is dense.", "Firn is old. It is dense."),
        ("As stated in passage 2, firn is old.", "Firn is old."),
        ("- According to the provided passages, firn is old.", "- According to the provided passages, firn is old."),  # noqa: E501
        ("The notes of a song are read.", "The notes of a song are read."),
        (r"It costs \$6.5 and \$7.", "It costs $6.5 and $7."),
    ],
)  # fmt: skip
def test_where_a_sentence_comes_from_is_left_to_its_marker(written: str, said: str) -> None:
    assert split_reply(f"Answer: {written}").answer == said


@pytest.mark.parametrize(
    ("answer", "is_no"),
    [
        ("The notes do not cover this.", True),
        ("NOT COVERED", True),
        ("The passages do not mention who made it. [1]", True),
        ("Firn is old snow. The notes do not cover this.", False),
        ("They do not melt.", False),
    ],
)
def test_only_an_answer_that_is_nothing_but_a_no_declines(answer: str, is_no: bool) -> None:
    assert declines(answer) is is_no
