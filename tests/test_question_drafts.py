"""Question sets drafted from notes: each question sound, checkable and the same by seed."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import pytest
import quiz_notes

from tutor.evaluation.dataset import load_items
from tutor.evaluation.drafting.draft import Draft, must_have, span
from tutor.evaluation.drafting.lists import how_tos, lists
from tutor.evaluation.drafting.misspelling import misspelt
from tutor.evaluation.drafting.mix import draft_questions
from tutor.evaluation.drafting.terms import comparisons, definitions, facts, follow_ups
from tutor.evaluation.drafting.unanswerable import unanswerable
from tutor.evaluation.jsonl import dumps
from tutor.evaluation.matching import has_every_phrase, shows
from tutor.grounding.english import is_everyday
from tutor.index.query_encoder import QueryEncoder
from tutor.quiz.knowledge.glossary import Glossary

HARBOUR = """\
# The harbour

## Types of boat

- **Barge**: Carries gravel and coal along slow rivers.
- **Tug**: Pulls large ships through a narrow entrance.
- **Ferry**: Takes cars and passengers across the water all day.

## How to moor a boat

1. Slow down early and hang the fenders out.
2. Throw the bow line to somebody on the quay.
3. Make the stern line fast, and switch the engine off.

## Upkeep

To remove barnacles, scrape the hull in dry dock every spring. A keel is a long beam under the
hull that keeps a boat upright. The first keel was developed by Norsemen in the year 1000.

## Tides

- **Springs**: Come twice a month, when sun and moon pull in one line.
- **Neaps**: Come a week later, when they pull at right angles to each other.

A spring tide is a tide of great range that comes twice a month. A neap tide is a tide of small
range that comes a week later.
"""


@pytest.fixture(scope="module")
def harbour(query_encoder: QueryEncoder) -> Glossary:
    return Glossary(quiz_notes.chunks_of(HARBOUR, "/notes/harbour.md", "boats"), query_encoder)


@pytest.fixture(scope="module")
def networks(query_encoder: QueryEncoder) -> Glossary:
    return Glossary(quiz_notes.all_chunks(), query_encoder)


def by_question(drafts: object) -> dict[str, Draft]:
    return {draft.question: draft for draft in drafts}  # type: ignore[attr-defined]


# --------------------------------------------------------------------------- the kinds


def test_a_definition_is_asked_for_by_its_term(harbour: Glossary) -> None:
    made = by_question(definitions(harbour))["What is a keel?"]
    assert made.answer == "A keel is a long beam under the hull that keeps a boat upright."
    assert made.gold == (
        "A keel is a long beam under the hull that keeps a boat upright.",
    )  # though it runs over two lines of the notes
    assert made.entry("x")["source"] == "/notes/harbour.md:17-18"


def test_a_fact_is_asked_for_in_both_directions(networks: Glossary) -> None:
    made = by_question(facts(networks))
    assert made["What does Router do?"].must
    way_back = made["What amplifies a weak signal so that it reaches farther along the cable?"]
    assert way_back.must == (("repeater",),)


def test_a_list_is_asked_for_by_its_title_and_its_names_are_wanted(harbour: Glossary) -> None:
    made = by_question(lists(harbour))["What are the types of boat?"]
    assert made.must == (("barge",), ("tug",), ("ferry",))
    assert made.answer == "Barge; Tug; Ferry."


def test_steps_and_purposes_become_how_to_questions(harbour: Glossary) -> None:
    made = by_question(how_tos(harbour))
    assert made["How do I moor a boat?"].answer.startswith("1. Slow down early and hang")
    assert "dock" in made["How do I remove barnacles?"].answer


def test_a_comparison_wants_both_sides(networks: Glossary) -> None:
    made = by_question(comparisons(networks))["What is the difference between Router and Switch?"]
    assert made.together
    assert len(made.gold) == len(made.must) == 2


def test_a_follow_up_needs_what_was_said_before(networks: Glossary) -> None:
    made = by_question(follow_ups(networks))["What is an example of it?"]
    assert [turn.role for turn in made.history] == ["user", "tutor"]
    assert made.about not in made.question
    assert any(shows(made.gold[0], one.text) for one in networks.chunks.values())


def test_a_misspelt_question_wants_what_the_right_one_does(networks: Glossary) -> None:
    plain = list(facts(networks))
    for draft in misspelt(plain, random.Random(3)):
        [origin] = [one for one in plain if (one.gold, one.must) == (draft.gold, draft.must)
                    and len(one.question.split()) == len(draft.question.split())]  # fmt: skip
        pairs = zip(origin.question.split(), draft.question.split(), strict=True)
        slips = [(was, written) for was, written in pairs if was != written]
        assert 1 <= len(slips) <= 2
        for was, written in slips:
            assert was[0] == written[0]
            assert not is_everyday(written.lower().rstrip("?"))


def test_nothing_is_asked_that_a_passage_about_the_term_speaks_of(harbour: Glossary) -> None:
    asked = [draft.question for draft in unanswerable(harbour, [])]
    # The passage on keels says who developed the first one, and when.
    assert not any("keel" in one and ("year" in one or "came up" in one) for one in asked)
    assert any("Barge" in one for one in asked)


def test_terms_of_another_course_are_asked_only_if_the_notes_lack_their_words(
    harbour: Glossary, query_encoder: QueryEncoder
) -> None:
    other = Glossary(quiz_notes.chunks_of(quiz_notes.NETWORKS), query_encoder)
    asked = {draft.question for draft in unanswerable(harbour, [other])}
    assert {"What is Router?", "What is Repeater?", "What is a handshake?"} <= asked
    assert "What is Switch?" not in asked  # an engine is switched off in these notes


# ----------------------------------------------------------------------------- the set


def test_a_set_has_all_kinds_and_every_question_could_be_met(
    harbour: Glossary, networks: Glossary
) -> None:
    drafts = draft_questions(networks, 24, others=[harbour], seed=1)
    assert len(drafts) == 24
    kinds = Counter(draft.kind for draft in drafts)
    assert set(kinds) >= {"fact", "definition", "compare", "followup", "typo", "unanswerable"}
    texts = [chunk.text for chunk in networks.chunks.values()]
    flat = " ".join(" ".join(texts).split())
    for draft in drafts:
        assert bool(draft.gold) is (draft.kind != "unanswerable")
        assert all(one in flat for one in draft.gold)  # verbatim
        assert has_every_phrase(draft.must, draft.answer)
        assert not draft.must or not has_every_phrase(draft.must, draft.question)


def test_the_same_seed_gives_the_same_set_and_another_does_not(networks: Glossary) -> None:
    one, again, other = (draft_questions(networks, 10, seed=seed) for seed in (1, 1, 2))
    assert one == again
    assert one != other


def test_a_set_is_read_back_as_items(networks: Glossary, tmp_path: Path) -> None:
    drafts = draft_questions(networks, 16, seed=5)
    file = tmp_path / "draft.jsonl"
    file.write_text(dumps(one.entry(f"d{n}") for n, one in enumerate(drafts)), encoding="utf-8")
    items = load_items(file)
    assert [one.question for one in items] == [one.question for one in drafts]
    assert [len(one.groups) for one in items] == [
        2 if one.together else int(bool(one.gold)) for one in drafts
    ]
    entries = [json.loads(line) for line in file.read_text().splitlines()]
    assert all(entry["draft"] is True and ":" in entry["source"] for entry in entries)


def test_a_long_quotation_is_cut_between_words() -> None:
    words = " ".join(f"word{n}" for n in range(100))
    for cut in (span(words), span(words, end=True)):
        assert len(cut) <= 250
        assert set(cut.split()) <= set(words.split())
    assert span(words).startswith("word0 ")
    assert span(words, end=True).endswith(" word99")


def test_any_of_several_definitions_is_right() -> None:
    must = must_have(["a floating crane", "a crane on pontoons"], "What is a crane?")
    assert must == (("floating", "pontoons"),)


def test_a_question_with_two_answers_is_not_asked(query_encoder: QueryEncoder) -> None:
    other = "## How to moor a boat\n\n1. Whistle loudly.\n2. Call a pilot.\n3. Hand him the wheel."
    twice = HARBOUR.replace("## Upkeep", f"{other}\n\n## Upkeep")
    glossary = Glossary(quiz_notes.chunks_of(twice, "/notes/harbour.md"), query_encoder)
    assert sum(draft.question == "How do I moor a boat?" for draft in how_tos(glossary)) == 2
    drafts = draft_questions(glossary, 100)
    assert drafts
    assert not any(draft.question == "How do I moor a boat?" for draft in drafts)


def test_steps_are_asked_for_by_the_title_of_their_section(query_encoder: QueryEncoder) -> None:
    text = HARBOUR.replace("How to moor a boat", "Mooring a boat step by step")
    glossary = Glossary(quiz_notes.chunks_of(text, "/notes/harbour.md"), query_encoder)
    assert "What are the steps of mooring a boat?" in by_question(how_tos(glossary))
