"""Drafting a quiz from notes without a model, and parsing what a model drafts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from quiz_notes import COFFEE, DAMAGED, NETWORKS, all_chunks, chunks_of

from tutor.errors import UnusableReply
from tutor.index.query_encoder import QueryEncoder
from tutor.ingestion.chunker import split
from tutor.ingestion.loader import load_note
from tutor.llm.chat_model import Decoding, Message
from tutor.llm.llama import LlamaModel
from tutor.quiz.by_model.proposals import chosen, proposal_grammar, proposals
from tutor.quiz.contrasts import excludes
from tutor.quiz.desk import Desk
from tutor.quiz.drafting import draft
from tutor.quiz.english import (
    Form,
    form_of,
    head_noun,
    indefinite_article,
    is_plural,
    without_article,
)
from tutor.quiz.gates import check
from tutor.quiz.items import CLOSED, FALSE, GAP, TRUE, shuffle_keys
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.selection import Demand
from tutor.schema import Chunk, ItemKind, QuizItem

SHARED_NOTES = Path(__file__).parents[2] / "shared" / "notes"
CHOICE, VERDICT, CLOZE = ItemKind.MULTIPLE_CHOICE, ItemKind.TRUE_FALSE, ItemKind.CLOZE


@pytest.fixture(scope="module")
def glossary(query_encoder: QueryEncoder) -> Glossary:
    return Glossary(all_chunks(), query_encoder)


@pytest.fixture(scope="module")
def teaching(query_encoder: QueryEncoder) -> Glossary:
    return Glossary(chunks_of(COFFEE, "/notes/coffee.md"), query_encoder)


@pytest.fixture(scope="module")
def quiz(glossary: Glossary) -> tuple[QuizItem, ...]:
    return draft(list(glossary.chunks.values()), glossary, count=10, kinds=CLOSED).items


def definitions(glossary: Glossary) -> dict[str, str]:
    return {fact.term: fact.definition for fact in glossary.facts}


# ------------------------------------------------------------------------- what is read


def test_labels_and_sentences_give_their_definitions(glossary: Glossary) -> None:
    found = definitions(glossary)
    assert found["Router"] == "forwards packets between different networks by their addresses"
    assert found["datagram"] == "a message that travels without a connection being set up first"
    assert found["retransmission"] == (
        "the repetition of a segment whose receipt was never confirmed"
    )


def test_a_list_glued_into_one_line_is_read_as_a_list(glossary: Glossary) -> None:
    found = definitions(glossary)
    assert found["Basalt"].startswith("cools quickly where lava meets air or water")
    assert "Subduction" in found
    subduction = next(fact for fact in glossary.facts if fact.term == "Subduction")
    assert subduction.topic == "Moving plates"


def test_an_example_belongs_to_the_item_above_it(glossary: Glossary) -> None:
    examples = {fact.term: fact.example for fact in glossary.facts if fact.example}
    assert examples["Spoofing"] == "Sending mail that seems to come from the bank"
    assert examples["Jamming"] == "Leaving a broken oven running beside the antenna"


def test_aspects_code_tables_and_dangling_sentences_give_nothing(glossary: Glossary) -> None:
    terms = {term.lower() for term in definitions(glossary)}
    assert not terms & {"advantages", "advantages of cables", "protocol", "port", "socket", "it"}


def test_control_codes_brackets_and_pointers_to_figures_give_nothing(
    query_encoder: QueryEncoder,
) -> None:
    assert Glossary(chunks_of(DAMAGED), query_encoder).facts == []


@pytest.mark.parametrize(
    ("definition", "form"),
    [
        ("A small matrix that slides over the image", Form.NOUN),
        ("Splitting a table into parts", Form.GERUND),
        ("Measures the distance between two points", Form.VERB),
        ("Randomly drops units during training", Form.VERB),
        ("Framework for storing large files", Form.BARE),
        ("Every read receives the latest write", Form.SENTENCE),
        ("Fine-tuning allows models to adapt", Form.SENTENCE),
        ("Use small steps at first", Form.OTHER),
        ("Developed by a small team", Form.OTHER),
    ],
)
def test_the_shape_of_a_definition_is_recognized(definition: str, form: Form) -> None:
    assert form_of(definition) is form


@pytest.mark.parametrize(
    ("phrase", "article"),
    [("hour", "an"), ("unit", "a"), ("LSTM", "an"), ("GAN", "a"), ("encoder", "an")],
)
def test_articles_go_by_sound(phrase: str, article: str) -> None:
    assert indefinite_article(phrase) == article


def test_a_name_goes_without_its_article_and_keeps_what_only_looks_like_one() -> None:
    bare = ["kiln", "oven", "anode", "A", "Theory of heat"]
    assert [without_article(name) for name in ("A kiln", "the oven", *bare[2:])] == bare


def test_number_and_head_of_a_phrase() -> None:
    assert is_plural("GPUs")
    assert is_plural("methods of search")
    assert not is_plural("bias")
    assert not is_plural("loss")
    assert head_noun("raw, unstructured data stored in its original form") == "data"


# ------------------------------------------------------------------------- what is asked


def test_every_item_quotes_the_notes_letter_by_letter(
    quiz: tuple[QuizItem, ...], glossary: Glossary
) -> None:
    assert len(quiz) == 10
    for item in quiz:
        chunk = glossary.chunks[item.evidence.chunk_id]
        assert item.evidence.quote in chunk.text
        assert chunk.start_line <= item.evidence.start_line <= item.evidence.end_line
        assert item.evidence.end_line <= chunk.end_line


def test_every_item_passes_every_gate(quiz: tuple[QuizItem, ...], glossary: Glossary) -> None:
    assert [check(item, glossary) for item in quiz] == [[]] * len(quiz)


def test_evidence_lines_point_at_the_line_of_the_definition(glossary: Glossary) -> None:
    chunks = list(glossary.chunks.values())
    items = draft(chunks, glossary, count=30, kinds=[CLOZE]).items
    router = next(item for item in items if item.key.lower() == "router")
    assert "**Router**" in NETWORKS.splitlines()[router.evidence.start_line - 1]


def test_choices_verdicts_and_gaps_come_when_all_are_named(quiz: tuple[QuizItem, ...]) -> None:
    assert {item.kind for item in quiz} >= {CHOICE, VERDICT, CLOZE}


def test_several_right_options_come_only_when_they_are_named(teaching: Glossary) -> None:
    chunks = list(teaching.chunks.values())
    several = ItemKind.MULTIPLE_RESPONSE
    assert several not in {item.kind for item in draft(chunks, teaching, count=30).items}
    assert draft(chunks, teaching, count=1, kinds=[several]).items


def test_only_the_kinds_asked_for_come(glossary: Glossary) -> None:
    chunks = list(glossary.chunks.values())
    items = draft(chunks, glossary, count=4, kinds=[VERDICT]).items
    assert {item.kind for item in items} == {VERDICT}


def test_the_same_seed_gives_the_same_quiz_and_another_seed_another(glossary: Glossary) -> None:
    chunks = list(glossary.chunks.values())
    first, again, other = (draft(chunks, glossary, count=6, seed=seed).items for seed in (3, 3, 4))
    assert first == again
    assert first != other


def test_items_come_only_from_the_chunks_given(glossary: Glossary) -> None:
    geology = [c for c in glossary.chunks.values() if c.source == "/notes/geology.txt"]
    items = draft(geology, glossary, count=3).items
    assert items
    assert {item.evidence.source for item in items} == {"/notes/geology.txt"}


def test_a_small_quiz_is_spread_over_the_notes(glossary: Glossary) -> None:
    items = draft(list(glossary.chunks.values()), glossary, count=4, kinds=[CLOZE]).items
    assert len({item.evidence.chunk_id for item in items}) >= 3  # a long one may give two


def test_true_and_false_come_equally_often(glossary: Glossary) -> None:
    chunks = list(glossary.chunks.values())
    keys = Counter(item.key for item in draft(chunks, glossary, count=6, kinds=[VERDICT]).items)
    assert abs(keys[TRUE] - keys[FALSE]) <= 1


def test_a_false_statement_puts_a_neighbour_in_the_place_of_the_term(glossary: Glossary) -> None:
    chunks = list(glossary.chunks.values())
    items = draft(chunks, glossary, count=8, kinds=[VERDICT]).items
    for item in (item for item in items if item.key == FALSE):
        told = item.explanation.removeprefix("The notes say this of ").split(", not of ")
        assert glossary.mentions(item.evidence.quote, told[0])
        assert glossary.mentions(item.stem, told[1].rstrip("."))
        assert not glossary.mentions(item.evidence.quote, told[1].rstrip("."))


def test_wrong_options_are_terms_of_the_same_notes(glossary: Glossary) -> None:
    chunks = list(glossary.chunks.values())
    items = draft(chunks, glossary, count=6, kinds=[CHOICE]).items
    assert items
    known = {term.lower() for term in glossary.terms}
    for item in items:
        assert {option.lower() for option in item.options} <= known


def test_level_three_gives_an_example_and_asks_what_it_illustrates(glossary: Glossary) -> None:
    chunks = list(glossary.chunks.values())
    items = draft(chunks, glossary, count=12, level=3).items
    examples = [item for item in items if "example" in item.stem]
    assert examples
    assert all("Example" in item.evidence.quote for item in examples)


def test_a_false_statement_that_the_notes_make_elsewhere_is_turned_away(glossary: Glossary) -> None:
    items = draft(list(glossary.chunks.values()), glossary, count=8, kinds=[VERDICT]).items
    true = next(item for item in items if item.key == TRUE)
    other = next(item for item in items if item.evidence.chunk_id != true.evidence.chunk_id)
    lie = replace(true, keys=(FALSE,), evidence=other.evidence)
    reasons = [reason.reason for reason in check(lie, glossary)]
    assert any(reason.startswith("The notes say otherwise") for reason in reasons)


def test_too_few_items_are_told_with_the_reason(glossary: Glossary) -> None:
    made = draft(list(glossary.chunks.values()), glossary, count=90)
    assert len(made.items) < 90
    assert made.shortfall.startswith(f"The notes gave {len(made.items)} of the 90 questions")


def test_notes_without_definitions_give_no_item_and_say_so(query_encoder: QueryEncoder) -> None:
    chunks = chunks_of("Buy milk tomorrow. Call the dentist about Friday.\n")
    made = draft(chunks, Glossary(chunks, query_encoder), count=5)
    assert made.items == ()
    assert made.shortfall.endswith("they hold no definitions or examples of this kind.")


def test_no_notes_give_an_empty_quiz(query_encoder: QueryEncoder) -> None:
    assert draft([], Glossary([], query_encoder), count=5).items == ()


def test_a_quiz_repeats_nothing_that_stands_beside_it(glossary: Glossary) -> None:
    chunks = list(glossary.chunks.values())
    first = draft(chunks, glossary, count=5).items
    second = draft(chunks, glossary, count=5, beside=first).items
    quotes = {item.evidence.quote for item in first}
    assert second
    assert quotes.isdisjoint(item.evidence.quote for item in second)


@pytest.mark.parametrize("kind", [ItemKind.MATCHING, ItemKind.MULTIPLE_RESPONSE])
def test_options_shuffled_twice_are_as_mixed_as_options_shuffled_once(kind: ItemKind) -> None:
    keys = ("x", "y", "z")
    item = QuizItem(
        "i", kind, "Which?", keys, keys, (), "", "", 1,
        evidence=None,  # type: ignore[arg-type]
    )  # fmt: skip
    shuffled = [shuffle_keys(shuffle_keys([item], seed), seed)[0].options for seed in range(60)]
    orders = Counter(shuffled)
    assert len(orders) == (6 if kind is ItemKind.MULTIPLE_RESPONSE else 5)
    assert max(orders.values()) < 25
    assert kind is ItemKind.MULTIPLE_RESPONSE or keys not in orders


def test_keys_are_spread_evenly_over_the_places() -> None:
    item = QuizItem(
        "i", CHOICE, "Which?", ("a", "b", "c", "d"), "a", (), "", "", 1,
        evidence=None,  # type: ignore[arg-type]
    )  # fmt: skip
    places = Counter(i.options.index(i.key) for i in shuffle_keys([item] * 40, seed=1))
    assert places == {0: 10, 1: 10, 2: 10, 3: 10}


def test_an_item_keeps_its_id_wherever_its_options_lie(glossary: Glossary) -> None:
    chunks = list(glossary.chunks.values())
    items = draft(chunks, glossary, count=12, kinds=[CHOICE]).items
    assert [item.id for item in shuffle_keys(items, 99)] == [item.id for item in items]
    assert len({item.id for item in items}) == len(items)


def test_true_and_false_statements_do_not_come_by_turns(quiz: tuple[QuizItem, ...]) -> None:
    one = next(item for item in quiz if item.kind is VERDICT)
    drafted = [replace(one, id=f"{n:02}", keys=((TRUE, FALSE)[n % 2],)) for n in range(12)]
    orders = [tuple(i.keys for i in shuffle_keys(drafted, seed)) for seed in range(5)]
    assert all(Counter(order) == Counter(item.keys for item in drafted) for order in orders)
    assert len(set(orders)) > 1
    assert tuple(item.keys for item in drafted) not in orders


@pytest.mark.parametrize(
    ("more", "apart"), [("", True), (" and has the steam of the kettle", False)]
)
def test_what_is_explained_by_the_other_is_not_set_apart_from_it(
    query_encoder: QueryEncoder, more: str, apart: bool
) -> None:
    notes = (
        "# Kettle versus boiler\n\nA kettle is a vessel that heats water over an open flame.\n\n"
        f"A boiler is a vessel that heats water with an electric coil{more}.\n"
    )
    glossary = Glossary(chunks_of(notes, "/notes/tea.md"), query_encoder)
    kettle, boiler = glossary.facts
    assert excludes(kettle, boiler, glossary) is apart


def test_real_messy_notes_give_clean_items(query_encoder: QueryEncoder) -> None:
    if not SHARED_NOTES.is_dir():
        pytest.skip("the shared notes are not beside this checkout")
    transcript = min(SHARED_NOTES.glob("003*.txt"))
    chunks = split(load_note(transcript), "notes")
    glossary = Glossary(chunks, query_encoder)
    items = draft(chunks, glossary, count=8, seed=1).items
    assert len(items) == 8
    for item in items:
        assert item.evidence.quote in glossary.chunks[item.evidence.chunk_id].text
        shown = " ".join([item.stem, *item.options]).replace(GAP, "")
        assert not set("*#`_\\[]|<>") & set(shown)


# ------------------------------------------------------------------------ model drafts


def _device_chunk() -> Chunk:
    return next(chunk for chunk in chunks_of(NETWORKS) if "Router" in chunk.text)


@pytest.mark.parametrize("kind", [CHOICE, VERDICT, CLOZE])
def test_whatever_a_model_chooses_among_proposals_is_an_item(
    kind: ItemKind, tiny_gpt2_gguf: Path, glossary: Glossary
) -> None:
    desk = Desk(glossary, level=1, seed=0)
    everything = ((one, proposals(kind, one, desk)) for one in chunks_of(NETWORKS))
    chunk, offered = next((one, found) for one, found in everything if found)
    decoding = Decoding(max_tokens=600, grammar=proposal_grammar(offered))
    reply = LlamaModel(tiny_gpt2_gguf, threads=1).complete(
        [Message("user", "Write a question.")], decoding
    )
    item, proposal = chosen(reply.text, offered)
    assert (item.kind, item.stem, item.keys) == (kind, proposal.item.stem, proposal.item.keys)
    assert set(item.options) <= {*proposal.item.options, *proposal.others}
    assert len(set(item.options)) == len(proposal.item.options)
    assert item.evidence.quote in chunk.text
    assert not check(proposal.item, glossary)


def test_a_proposal_comes_neither_twice_nor_beside_its_like(glossary: Glossary) -> None:
    desk = Desk(glossary, level=1, seed=0)
    chunk = next(chunk for chunk in chunks_of(NETWORKS) if "datagram" in chunk.text)
    first, *others = proposals(CLOZE, chunk, desk)
    assert proposals(CLOZE, chunk, desk, [first.item.id]) == others
    desk.keep(first.item)
    assert first.item.evidence.quote not in {
        one.item.evidence.quote for one in proposals(VERDICT, chunk, desk)
    }


def test_a_model_is_offered_what_is_good_company_first(glossary: Glossary) -> None:
    desk = Desk(glossary, 1, 0)
    offered = {
        chunk.id: proposals(CHOICE, chunk, desk, (), Demand.BEST)
        for chunk in glossary.chunks.values()
    }
    chunk_id, best = next((key, found) for key, found in offered.items() if len(found) > 1)
    desk.keep(best[0].item)
    chunk = glossary.chunks[chunk_id]
    assert proposals(CHOICE, chunk, desk, (), Demand.BEST) == []  # of the section just asked about
    assert proposals(CHOICE, chunk, desk)


def test_a_reply_that_was_not_offered_is_refused(glossary: Glossary) -> None:
    desk = Desk(glossary, level=1, seed=0)
    offered = proposals(CLOZE, _device_chunk(), desk)
    with pytest.raises(UnusableReply):
        chosen("Evidence: 1\nMissing: submarine\n", offered)


def test_a_grammar_needs_something_to_ask() -> None:
    with pytest.raises(ValueError, match="at least one"):
        proposal_grammar([])


# ------------------------------------------------------- several answers, pairs and orders


def of_kind(glossary: Glossary, kind: ItemKind, level: int = 1, seed: int = 0) -> list[QuizItem]:
    chunks = list(glossary.chunks.values())
    return list(draft(chunks, glossary, count=3, kinds=[kind], level=level, seed=seed).items)


def test_a_several_choice_item_has_members_of_a_class_among_others(teaching: Glossary) -> None:
    items = of_kind(teaching, ItemKind.MULTIPLE_RESPONSE)
    assert items
    for item in items:
        assert item.stem.startswith("Which of these are")
        assert 2 <= len(item.keys) < len(item.options)
        quote = item.evidence.quote
        assert all(teaching.mentions(quote, key) for key in item.keys)
        wrong = set(item.options) - set(item.keys)
        assert not any(teaching.mentions(quote, option) for option in wrong)


def test_a_several_choice_item_of_level_two_confuses_neighbours(glossary: Glossary) -> None:
    items = of_kind(glossary, ItemKind.MULTIPLE_RESPONSE, level=2)
    assert items
    for item in items:
        assert all(option.endswith(".") for option in item.options)
        assert 2 <= len(item.keys) < len(item.options)


def test_each_pair_of_a_matching_item_has_its_own_evidence(glossary: Glossary) -> None:
    items = of_kind(glossary, ItemKind.MATCHING)
    assert items
    for item in items:
        assert len(item.pairs) >= 4
        assert item.keys == tuple(pair.match for pair in item.pairs)
        assert set(item.keys) <= set(item.options)
        assert len(item.options) - len(item.pairs) <= 1
        for pair in item.pairs:
            assert glossary.mentions(pair.evidence.quote, pair.prompt)
            assert pair.evidence.quote in glossary.chunks[pair.evidence.chunk_id].text


def test_steps_are_put_in_the_order_of_the_notes(teaching: Glossary) -> None:
    items = of_kind(teaching, ItemKind.ORDERING)
    steps = next(item for item in items if "steps" in item.stem)
    assert steps.keys == ("Grind the beans", "Heat the water", "Warm the pot", "Pour slowly")
    assert sorted(steps.options) == sorted(steps.keys)
    assert steps.options != steps.keys


def test_events_come_without_their_years(teaching: Glossary) -> None:
    items = of_kind(teaching, ItemKind.ORDERING)
    events = next(item for item in items if "events" in item.stem)
    assert events.keys[0].startswith("The first public coffee house")
    assert not any(character.isdigit() for option in events.options for character in option)


def test_steps_of_level_two_are_told_by_what_happens(teaching: Glossary) -> None:
    items = of_kind(teaching, ItemKind.ORDERING, level=2)
    assert [item.keys[0] for item in items] == ["A burr mill crushes them to grains of one size"]


def test_what_is_known_is_asked_less(glossary: Glossary) -> None:
    chunks = list(glossary.chunks.values())
    weak = "Moving plates"
    mastery = {fact.topic: 0.0 if fact.topic == weak else 1.0 for fact in glossary.facts}
    geology = [chunk for chunk in chunks if "Subduction" in chunk.text]
    plain = draft(chunks, glossary, count=4, kinds=[CLOZE]).items
    steered = draft(chunks, glossary, count=4, kinds=[CLOZE], mastery=mastery).items
    asked = [sum(i.evidence.chunk_id == geology[0].id for i in items) for items in (plain, steered)]
    assert asked[1] > asked[0]
    assert any(item.topic == weak for item in steered)


def test_a_level_at_which_nothing_can_be_asked_is_told_plainly(glossary: Glossary) -> None:
    made = draft(
        list(glossary.chunks.values()), glossary, count=3, kinds=[ItemKind.ORDERING], level=3
    )
    assert made.items == ()
    assert "level 3 (application)" in made.shortfall


def test_what_became_of_each_draft_is_counted(glossary: Glossary) -> None:
    made = draft(list(glossary.chunks.values()), glossary, count=10)
    kept = sum(tally.first + tally.mended for tally in made.tallies.values())
    assert kept == len(made.items)
