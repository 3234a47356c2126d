"""Whether the words of a compound stand together in the notes, or only each by itself."""

import pytest
import rock_notes

from tutor.grounding.compounds import strangeness

NOTES = [
    rock_notes.passage(
        "Rock layers fold under pressure. The support of a vector is drawn in red. Every machine "
        "that cuts rock layers has a maximum depth.",
        heading=("Layers",),
    )
]


@pytest.mark.parametrize(
    "question",
    ["What is a support vector machine?", "How does a pressure machine work?", "vector machine"],
)
def test_words_that_never_stand_together_name_nothing_of_the_notes(question: str) -> None:
    assert strangeness(question, NOTES) == 1.0


@pytest.mark.parametrize(
    "question",
    [
        "What are rock layers?",
        "What is the max depth?",
        "What is a layer?",
        "What is the depth of the support in a machine?",
        "How do I fold rock layers?",
        "Why do rock layers fold?",
    ],
)
def test_what_stands_together_is_not_strange(question: str) -> None:
    assert strangeness(question, NOTES) == 0.0


def test_a_strange_kind_of_a_known_thing_is_strange_too() -> None:
    assert 0.0 < strangeness("Why do moon rock layers fold?", NOTES) < 1.0
