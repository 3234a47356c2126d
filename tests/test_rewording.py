"""A model's own words in an item: they have to mean what the notes say of its key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from quiz_notes import NETWORKS, chunks_of

from tutor.errors import UnusableReply
from tutor.index.query_encoder import QueryEncoder
from tutor.quiz.by_model.proposals import proposals
from tutor.quiz.by_model.rewording import Brief, as_choice, briefs, meanings, worded
from tutor.quiz.desk import Desk
from tutor.quiz.gates import check
from tutor.quiz.items import FALSE, TRUE
from tutor.quiz.knowledge.glossary import Glossary
from tutor.schema import ItemKind, QuizItem

CHOICE, VERDICT, CLOZE = ItemKind.MULTIPLE_CHOICE, ItemKind.TRUE_FALSE, ItemKind.CLOZE
CASE = "A company joins the networks of two offices; a box passes each packet on by its address."


@pytest.fixture(scope="module")
def glossary(query_encoder: QueryEncoder) -> Glossary:
    return Glossary(chunks_of(NETWORKS), query_encoder)


def brief_on(term: str, kind: ItemKind, level: int, glossary: Glossary) -> tuple[Brief, Desk]:
    desk = Desk(glossary, level, seed=0)
    chunk = glossary.by_term[glossary.identity(term)][0].chunk
    offered = proposals(kind, chunk, desk) if level == 1 else []
    found = briefs(kind, chunk, desk, offered)
    return next(one for one in found if one.term.lower() == term.lower()), desk


def gates(item: QuizItem, glossary: Glossary) -> list[str]:
    return [rejection.gate for rejection in check(item, glossary)]


def test_a_question_in_other_words_that_means_the_same_passes(glossary: Glossary) -> None:
    brief, desk = brief_on("router", CHOICE, 1, glossary)
    stem = "What passes on data packets from one network to another, going by their addresses?"
    item = worded(brief, stem, desk)
    assert (item.stem, item.key, gates(item, glossary)) == (stem, "Router", [])
    assert item.evidence == brief.versions[0].evidence


@pytest.mark.parametrize(
    "stem",
    [
        "What was the name of the person who invented the computer network?",
        "What makes a weak signal stronger, so that it reaches farther along a cable?",
        "What passes on packets between 17 different networks, going by their addresses?",
    ],
)
def test_a_question_that_strays_from_the_notes_is_turned_away(
    stem: str, glossary: Glossary
) -> None:
    brief, desk = brief_on("router", CHOICE, 1, glossary)
    assert "quote supports key" in gates(worded(brief, stem, desk), glossary)


def test_a_gap_is_asked_for_by_a_question_with_its_hint(glossary: Glossary) -> None:
    brief, desk = brief_on("datagram", CLOZE, 1, glossary)
    stem = "What is a message that travels without a connection being set up first?"
    item = worded(brief, stem, desk)
    assert item.stem.startswith(f"{stem} ____. The missing term")
    assert gates(item, glossary) == []


def test_a_gap_is_not_asked_for_by_a_part_of_what_tells_it_apart(glossary: Glossary) -> None:
    brief, desk = brief_on("datagram", CLOZE, 1, glossary)
    with pytest.raises(UnusableReply, match="leave out"):
        worded(brief, "What is a kind of message that travels?", desk)


def test_a_case_is_one_for_the_term_that_it_is_nearest_to(glossary: Glossary) -> None:
    brief, desk = brief_on("router", CHOICE, 3, glossary)
    item = worded(brief, CASE, desk)
    assert item.stem == f"{CASE} Which term fits the example?"
    assert (item.level, item.key, gates(item, glossary)) == (3, "Router", [])
    other, desk = brief_on("repeater", CHOICE, 3, glossary)
    assert "quote supports key" in gates(worded(other, CASE, desk), glossary)


def test_a_case_that_only_tells_the_definition_once_more_is_none(glossary: Glossary) -> None:
    brief, desk = brief_on("router", CHOICE, 3, glossary)
    with pytest.raises(UnusableReply, match="once more"):
        worded(brief, "A box forwards packets between different networks by their addresses", desk)


def test_a_statement_on_a_case_is_held_against_the_term_that_it_names(glossary: Glossary) -> None:
    brief, desk = brief_on("router", VERDICT, 3, glossary)
    item = worded(brief, CASE, desk)
    assert gates(item, glossary) == []
    turned = replace(item, keys=(FALSE if item.key == TRUE else TRUE,))
    assert gates(turned, glossary) == ["quote supports key"]


def test_a_statement_on_a_case_does_not_name_its_term_twice(glossary: Glossary) -> None:
    brief, desk = brief_on("router", VERDICT, 3, glossary)
    named = f"{CASE.removesuffix('.')}, like any router."
    assert gates(worded(brief, named, desk), glossary) == ["quote supports key"]


def test_a_statement_on_a_case_is_examined_as_a_choice(glossary: Glossary) -> None:
    brief, desk = brief_on("router", VERDICT, 3, glossary)
    item = as_choice(worded(brief, CASE, desk), desk)
    assert (item.kind, item.key) == (CHOICE, "Router")
    assert item.stem == f"{CASE} Which term fits the example?"
    assert len(set(item.options)) >= 3
    assert as_choice(item, desk) is item


def test_what_is_asked_already_is_no_case(glossary: Glossary) -> None:
    brief, desk = brief_on("router", CHOICE, 3, glossary)
    desk.keep(worded(brief, CASE, desk))
    chunk = glossary.by_term[glossary.identity("router")][0].chunk
    assert "router" not in [one.term.lower() for one in briefs(CHOICE, chunk, desk, [])]


def test_what_the_notes_say_of_all_options_settles_a_case(glossary: Glossary) -> None:
    brief, desk = brief_on("router", CHOICE, 3, glossary)
    item = worded(brief, CASE, desk)
    told = meanings(item, glossary)
    assert all(f"{option}: " in told for option in item.options)
    assert told.index("Firewall: ") < told.index("Router: ")  # the key does not come first
    assert meanings(worded(*brief_on_question(glossary)), glossary) == ""


def brief_on_question(glossary: Glossary) -> tuple[Brief, str, Desk]:
    brief, desk = brief_on("router", CHOICE, 1, glossary)
    return brief, "What passes on packets between networks by their addresses?", desk


def test_where_a_question_holds_is_kept(glossary: Glossary) -> None:
    brief, desk = brief_on("router", CHOICE, 1, glossary)
    (version,) = brief.versions
    placed = replace(brief, versions=(replace(version, stem=f"In an office, {version.stem}"),))
    item = worded(placed, "What passes on packets between networks?", desk)
    assert item.stem == "In an office, what passes on packets between networks?"


@pytest.mark.parametrize("reply", ["What passes on packets \u6570\u636e?", "What " + "on " * 80])
def test_words_that_break_off_or_change_their_writing_are_refused(
    reply: str, glossary: Glossary
) -> None:
    brief, desk = brief_on("router", CHOICE, 1, glossary)
    with pytest.raises(UnusableReply):
        worded(brief, reply, desk)
