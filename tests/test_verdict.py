"""What is left of a reply, and how it is written down."""

import pytest

from tutor.grounding.extract import Extract
from tutor.grounding.verdict import as_written, holds, kept
from tutor.index.query_encoder import QueryEncoder
from tutor.schema import Claim

NOTHING_QUOTED = Extract("", (), ())


def said(text: str, *citations: int, supported: bool = True) -> Claim:
    return Claim(text, citations, 1.0 if supported else 0.2, supported)


FIRN = said("Firn is snow that has lain for more than a year [1].", 1)
WRONG = said("Penguins carry it home.", supported=False)


def test_a_sentence_without_support_is_left_out() -> None:
    assert kept([FIRN, WRONG]) == (FIRN,)


def test_so_is_one_that_cannot_be_understood_without_it() -> None:
    leaning = said("They do so in winter.", 1)
    assert kept([FIRN, WRONG, leaning, FIRN]) == (FIRN, FIRN)
    assert kept([FIRN, leaning]) == (FIRN, leaning)


@pytest.mark.parametrize(("claims", "answers"), [([FIRN, WRONG], True), ([WRONG] * 4, False)])
def test_a_reply_holds_if_most_of_it_is_left(
    claims: list[Claim], answers: bool, query_encoder: QueryEncoder
) -> None:
    assert holds("What is firn?", claims, NOTHING_QUOTED, query_encoder) is answers


@pytest.mark.parametrize("reply", ["Marie Curie.", "It was found by Marie Curie in the Alps."])
def test_a_reply_that_says_nothing_without_the_question_is_no_answer(
    reply: str, query_encoder: QueryEncoder
) -> None:
    assert not holds("Who first described firn?", [said(reply, 1)], NOTHING_QUOTED, query_encoder)
    whole = said("Firn was first described by Marie Curie.", 1)
    assert holds("Who first described firn?", [whole], NOTHING_QUOTED, query_encoder)


def test_little_that_is_left_of_much_is_no_answer(query_encoder: QueryEncoder) -> None:
    assert not holds("What is firn?", [FIRN, *[WRONG] * 6], NOTHING_QUOTED, query_encoder)


def test_names_alone_do_not_take_the_place_of_a_list_that_explains_them(
    query_encoder: QueryEncoder,
) -> None:
    items = [f"- **{name}** is snow of a kind that has lain for {name} winters" for name in "abc"]
    quoted = Extract("Kinds of snow:\n" + "\n".join(items), (), ())
    names, told = said("Kinds of snow are a, b and c.", 1), said("\n".join(items), 1)
    asked = "Which kinds of snow are there?"
    assert not holds(asked, [names], quoted, query_encoder)
    assert holds(asked, [told], quoted, query_encoder)


def test_a_definition_does_not_take_the_place_of_the_list_that_is_asked_for(
    query_encoder: QueryEncoder,
) -> None:
    kinds = ("powder", "firn", "slush")
    items = [f"- **Snow-{kind.title()}:** what lies on the ground in winter." for kind in kinds]
    quoted = Extract("\n".join(["**Kinds of snow:**", "", *items]), (), ())
    defined = said("Snow is frozen water that falls from clouds and lies for months on end.", 1)
    listed = said("Snow may be powder, firn that has lain for long, or slush, which is wet.", 1)
    assert not holds("Which kinds of snow are there?", [defined], quoted, query_encoder)
    assert holds("Which kinds of snow are there?", [listed], quoted, query_encoder)
    assert holds("What is snow?", [defined], quoted, query_encoder)


def test_yes_in_the_words_of_the_question_is_no_better_than_what_the_notes_say(
    query_encoder: QueryEncoder,
) -> None:
    quoted = Extract("To say that firn melts only in summer is half the truth.", (), ())
    asked = "Is it true that firn melts only in summer?"
    echo = said("Yes, firn melts only in summer.", 1)
    told = said("No, firn melts in spring as well, when warm rain falls on it.", 1)
    assert not holds(asked, [echo], quoted, query_encoder)
    assert holds(asked, [told], quoted, query_encoder)


def test_markers_follow_the_sentence_as_in_a_quotation() -> None:
    assert as_written([FIRN]) == "Firn is snow that has lain for more than a year. [1]"


def test_items_and_code_keep_lines_of_their_own() -> None:
    code = said("So:\n```\nx = 1\n```", 2)
    claims = [said("Two kinds:\n- dry firn", 1), said("- wet firn", 2), code]
    assert as_written([FIRN, *claims, FIRN]) == (
        "Firn is snow that has lain for more than a year. [1]\n\nTwo kinds:\n- dry firn [1]\n"
        "- wet firn [2]\n\nSo:\n```\nx = 1\n```\n[2]\n\n"
        "Firn is snow that has lain for more than a year. [1]"
    )
