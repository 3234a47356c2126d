"""Sentences held against the passages they claim to come from."""

import pytest
import rock_notes

from tutor.grounding.citations import resolve_markers
from tutor.grounding.support import SUPPORTED, Grounds, check, support
from tutor.index.query_encoder import QueryEncoder
from tutor.schema import Passage

GRANITE = rock_notes.passage(
    "Granite forms when magma cools slowly deep below the ground. It contains quartz, feldspar "
    "and mica. About 15 percent of the land surface of Iceland is younger than 10,000 years.",
    heading=("Rocks", "Granite"),
)
DROPOUT = rock_notes.passage(
    "**Dropout**: randomly sets 20 to 50 percent of the outputs of a layer to zero during "
    "training. This prevents overfitting. It is not used when the network makes predictions.",
    heading=("Regularization",),
)
PASSAGES = [GRANITE, DROPOUT]


@pytest.fixture(params=["with the encoder", "by words alone"])
def grounds(request: pytest.FixtureRequest, query_encoder: QueryEncoder) -> Grounds:
    return Grounds(PASSAGES, query_encoder if request.param == "with the encoder" else None)


@pytest.mark.parametrize(
    "sentence",
    [
        "Granite forms when magma cools slowly deep below the ground.",
        "Granite forms deep below the ground when magma cools slowly [1].",
        "It contains quartz, feldspar and mica.",
        "Dropout prevents overfitting.",
        "Dropout randomly sets 20 to 50 percent of the outputs to zero during training.",
        "Granite is formed when magma cools slowly deep under the ground.",  # near words
        "Dropout isn't used when the network makes predictions.",
    ],
)
def test_what_the_passages_say_is_supported(grounds: Grounds, sentence: str) -> None:
    assert grounds.support(sentence).supported


@pytest.mark.parametrize(
    "sentence",
    [
        "Granite forms when magma cools quickly deep below the ground and contains gold.",
        "Granite does not contain quartz, feldspar and mica.",  # a negation added
        "Dropout is used when the network makes predictions.",  # a negation dropped
        "Dropout randomly sets 80 percent of the outputs of a layer to zero.",  # another number
        "About 15 percent of the land surface of Norway is younger than 10,000 years.",  # a name
        "Granite was discovered by Marie Curie in 1903.",
        "Quartz prevents overfitting.",  # words of two passages
        "The moon is made of cheese.",
        "Dropout causes overfitting.",  # the opposite
    ],
)
def test_what_they_do_not_say_never_passes(grounds: Grounds, sentence: str) -> None:
    assert not grounds.support(sentence).supported


def test_the_passage_and_the_words_that_support_are_named(query_encoder: QueryEncoder) -> None:
    found = support("Dropout prevents overfitting.", PASSAGES, query_encoder)
    assert found.number == 2
    assert found.quote in DROPOUT.text


def test_a_right_marker_is_kept_and_a_wrong_one_corrected(grounds: Grounds) -> None:
    right, wrong = grounds.check(
        resolve_markers(
            "Dropout prevents overfitting [2]. Granite contains quartz, feldspar and mica [2].",
            PASSAGES,
        )
    )
    assert right.citations == (2,)
    assert wrong.citations == (1,)


def test_a_marker_to_no_passage_leaves_the_sentence_unsupported(grounds: Grounds) -> None:
    [claim] = grounds.check(resolve_markers("Dropout prevents overfitting [7].", PASSAGES))
    assert not claim.supported
    assert "[7?]" in claim.text


def test_every_sentence_becomes_a_claim_in_order(grounds: Grounds) -> None:
    text = "Dropout prevents overfitting. The moon is made of cheese.\n- Granite contains gold."
    claims = grounds.check(text)
    assert [claim.text for claim in claims] == [
        "Dropout prevents overfitting.", "The moon is made of cheese.", "- Granite contains gold.",
    ]  # fmt: skip
    assert [claim.supported for claim in claims] == [True, False, False]


def test_code_is_supported_only_if_the_notes_have_every_line() -> None:
    notes: list[Passage] = [rock_notes.passage("Do this:\n\n```python\na = 1\nb = 2\n```\n")]
    same, changed = (
        check("```python\na = 1\nb = 2\n```", notes),
        check("```\na = 1\nc = 3\n```", notes),
    )
    assert [claim.supported for claim in (*same, *changed)] == [True, False]


def test_citations_quote_the_passage_verbatim(grounds: Grounds) -> None:
    claims = grounds.check("Dropout prevents overfitting. It contains quartz, feldspar and mica.")
    citations = grounds.citations(claims)
    assert [citation.number for citation in citations] == [1, 2]
    assert all(citation.quote in citation.passage.text for citation in citations)


def test_without_passages_nothing_is_supported() -> None:
    assert support("Anything at all.", []).score == 0.0
    assert not check("Anything at all.", [])[0].supported


def test_a_sentence_that_says_nothing_is_not_supported(grounds: Grounds) -> None:
    assert grounds.support("It is what it is.").score < SUPPORTED
