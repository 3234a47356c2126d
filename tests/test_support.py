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
        "3. Dropout prevents overfitting.",
        "Yes, dropout prevents overfitting.",
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


GATES = rock_notes.passage(
    "Kinds of gates:\n\n- **Sluice**: A sluice opens before the flood and holds 20 tons.\n"
    "- **Weir**: A weir opens after the flood and holds 300 tons.\n\nSluices leak more than weirs. "
    "It is hard to move a gate by hand. The length of a gate is `(n + 2p) / s`.",
    heading=("Rivers", "Gates"),
)


@pytest.mark.parametrize(
    "sentence",
    [
        "A weir holds 300 tons.",
        "A weir opens after the flood, while a sluice opens before the flood.",
        "Sluices leak more than weirs.",
        "It is difficult to move a gate by hand.",
        "The length of a gate is (n + 2p) / s.",
    ],
)
def test_each_thing_may_be_told_of_itself(query_encoder: QueryEncoder, sentence: str) -> None:
    assert Grounds([GATES], query_encoder).support(sentence).supported


@pytest.mark.parametrize(
    "sentence",
    [
        "A weir opens before the flood.",
        "A sluice holds 300 tons.",
        "A sluice opens after the flood, while a weir opens before the flood.",
        "Weirs leak more than sluices.",
        "It is easy to move a gate by hand.",
        "The length of a gate is (n - 2p) / s.",
        "A gate is either a sluice, a weir or a turnstile.",
    ],
)
def test_what_one_thing_does_is_never_told_of_another(
    query_encoder: QueryEncoder, sentence: str
) -> None:
    asked: list[str] = []

    def judge(premise: str, statement: str) -> bool:
        asked.append(statement)
        return True

    assert not Grounds([GATES], query_encoder, judge).support(sentence).supported
    assert asked == []


@pytest.mark.parametrize("verdict", [True, False])
def test_a_judge_decides_where_the_rules_are_in_doubt(
    query_encoder: QueryEncoder, verdict: bool
) -> None:
    sentence = "Granite forms deep underground when the magma slowly turns cold."
    premises: list[str] = []

    def judge(premise: str, statement: str) -> bool:
        premises.append(premise)
        assert statement == sentence
        return verdict

    assert not Grounds(PASSAGES, query_encoder).support(sentence).supported
    assert Grounds(PASSAGES, query_encoder, judge).support(sentence).supported is verdict
    [premise] = premises
    assert "Granite forms when magma cools slowly" in premise
    assert "Dropout" not in premise


def test_a_short_form_stands_for_the_words(query_encoder: QueryEncoder) -> None:
    notes = [rock_notes.passage("An SRN repeats a loop over the steps of its input.")]
    sentence = "A Simple Recurrent Network repeats a loop over the steps of its input."
    assert Grounds(notes, query_encoder).support(sentence).supported


def test_an_item_is_held_under_the_name_of_its_list(query_encoder: QueryEncoder) -> None:
    said = "Weir:\n- It opens before the flood.\n- It holds 300 tons.\nSluice:\n- It holds 20 tons."
    claims = Grounds([GATES], query_encoder).check(said)
    assert [(claim.text, claim.supported) for claim in claims] == [
        ("- It opens before the flood.", False),
        ("Weir:\n- It holds 300 tons.", True),
        ("Sluice:\n- It holds 20 tons.", True),
    ]


def test_a_list_is_not_announced_with_a_number_that_the_notes_do_not_have(
    query_encoder: QueryEncoder,
) -> None:
    claims = Grounds([GATES], query_encoder).check(
        "Gates made in 1903 are:\n- A weir holds 300 tons."
    )
    assert [claim.text for claim in claims] == ["- A weir holds 300 tons."]


def test_what_announces_a_list_is_one_claim_with_its_first_item(grounds: Grounds) -> None:
    claims = grounds.check("Granite contains:\n- quartz, feldspar and mica\n- gold")
    assert [claim.text for claim in claims] == [
        "Granite contains:\n- quartz, feldspar and mica", "- gold",
    ]  # fmt: skip
    assert [claim.supported for claim in claims] == [True, False]
