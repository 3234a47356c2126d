"""Task examples: made of prose by rules, in the very words that the crew uses."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest

from tutor import bundled
from tutor.crew.answering import NOT_COVERED
from tutor.crew.prompts import messages
from tutor.crew.quizmaking import KIND_NAMES
from tutor.crew.reply import split_reply
from tutor.crew.roles import load_roles
from tutor.grounding.citations import cited_numbers, number_passages
from tutor.grounding.markup import clean
from tutor.quiz.by_model.drafts import FORMS, quotable
from tutor.quiz.knowledge.terms import Usage
from tutor.schema import ItemKind
from tutor.training.records import Document, Example
from tutor.training.tasks import drafts as drafting
from tutor.training.tasks.asking import questions
from tutor.training.tasks.chat import Chat, answered, as_passage, cite
from tutor.training.tasks.made import TaskMaker
from tutor.training.tasks.queries import LONGEST_QUERY, LONGEST_THOUGHT, query
from tutor.training.tasks.sections import read_sections
from tutor.training.tasks.shelf import Shelf
from tutor.training.tasks.slips import as_typed

ROLES = load_roles(bundled.agents_file())
TEXT = """Rocks

Granite

Granite is an intrusive rock that forms when magma cools slowly below the surface. Its crystals are
large because the magma had much time to cool. Builders have used granite for many centuries.

Basalt

Basalt is an extrusive rock that forms when lava cools quickly in the open air. Basalt covers
most of the floor of the sea.

Weathering

Weathering is the process by which rocks break down where they stand. Weathering produces sand and
clay from solid rocks. In 1788, a farmer described the great age of such layers.

Fossils

Fossils are the remains of living things that were kept in layers of sediment. A fossil record
includes shells, bones, and leaves. There are three types of fossils: casts, molds and traces of
feet.

Erosion

Erosion is the process by which wind and water carry loose grains to another place. An earthquake is
a sudden movement of the ground along a deep crack.
"""


def document(**changes: object) -> Document:
    plain = Document("rocks#1", "textbook", TEXT, "train", "geology")
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def chats() -> list[Chat]:
    """What forty rounds over the text give: enough for every kind of example."""
    return list(TaskMaker(ROLES, 1024, 0, rounds=40).of(document()))


def asked(chat: Chat) -> str:
    return chat.messages[1].content


def passages_of(chat: Chat) -> dict[int, str]:
    """Return the numbered passages of a prompt."""
    parts = re.split(r"(?:^|\n\n)\[(\d)\] ", asked(chat).rpartition("Question: ")[0])
    return {int(number): text for number, text in zip(parts[1::2], parts[2::2], strict=True)}


def test_prose_is_cut_into_passages_under_their_headings() -> None:
    sections = list(read_sections(TEXT, random.Random(0)))
    assert [section.passage.heading for section in sections] == [
        ("Rocks", name) for name in ("Granite", "Basalt", "Weathering", "Fossils", "Erosion")
    ]
    assert sections[0].sentences[1].startswith("Its crystals are large")
    assert 1 not in sections[0].telling()  # "Its" points at the sentence before


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("Weathering produces sand and clay from solid rocks.", "What does weathering produce?"),
        (
            "The crystals of granite are large because the magma cooled slowly.",
            "Why is it that the crystals of granite are large?",
        ),
        ("In 1788, a farmer described the age of the layers.", "What happened in 1788?"),
        (
            "The layers were described by a farmer of the county.",
            "What were the layers described by?",
        ),
        (
            "There are three types of fossils: casts, molds and traces of feet.",
            "What are the three types of fossils?",
        ),
    ],
)
def test_a_sentence_becomes_a_question_that_it_answers(sentence: str, question: str) -> None:
    usage = Usage.of(["He saw weathering there."])
    found = {one.question for one in questions(sentence, usage, random.Random(0))}
    assert question in found


def test_every_kind_of_request_is_made(chats: list[Chat]) -> None:
    assert {chat.task for chat in chats} == {
        "search",
        "explain",
        "think",
        "explain_section",
        "write_item",
    }


def test_answers_stand_word_for_word_in_the_passages_they_cite(chats: list[Chat]) -> None:
    answers = [chat for chat in chats if chat.task in ("explain", "think")]
    seen = 0
    for chat in answers:
        passages = passages_of(chat)
        for sentence in re.split(r"(?<=\]\.) ", split_reply(chat.reply).answer):
            if sentence == NOT_COVERED:
                continue
            (number,) = cited_numbers(sentence)
            plain = sentence.replace(f" [{number}]", "")
            assert plain in " ".join(passages[number].split())
            seen += 1
    assert seen > 100
    assert len({next(iter(cited_numbers(chat.reply)), 0) for chat in answers}) > 3


def test_what_is_declined_is_not_in_the_passages(chats: list[Chat]) -> None:
    declined = [chat for chat in chats if chat.reply.endswith(NOT_COVERED)]
    assert declined
    for chat in declined:
        question = asked(chat).rpartition("Question: ")[2].lower()
        for topic in ("granite", "basalt", "weathering", "fossils"):
            assert (
                topic not in question or topic not in " ".join(passages_of(chat).values()).lower()
            )


def test_comparisons_cite_both_sides(chats: list[Chat]) -> None:
    compared = [chat for chat in chats if "difference between" in asked(chat)]
    explained = [chat for chat in compared if chat.task == "explain"]
    assert explained
    for chat in explained:
        assert len(cited_numbers(chat.reply)) == 2


def test_reasons_are_given_where_the_prompt_asks_for_them(chats: list[Chat]) -> None:
    for chat in chats:
        reasoned = chat.reply.startswith("Reasoning:\n")
        assert reasoned == (chat.task in ("think", "explain_section"))
        assert reasoned == ("\nAnswer: " in chat.reply and chat.task != "write_item")


def test_queries_fit_the_grammar_of_the_retriever(chats: list[Chat]) -> None:
    replies = [chat for chat in chats if chat.task == "search"]
    for chat in replies:
        match = re.fullmatch(r"Thought: (.+)\nQuery: (.+)", chat.reply)
        assert match is not None
        assert len(match[1]) <= LONGEST_THOUGHT
        assert 3 <= len(match[2]) <= LONGEST_QUERY
    followed = [chat for chat in replies if "User: " in asked(chat)]
    assert followed
    assert any("basalt" in chat.reply.lower() and "it" in asked(chat) for chat in followed)


def test_drafts_are_read_as_items() -> None:
    shelf, chance = Shelf(), random.Random(0)
    sections = list(read_sections(TEXT, chance))
    shelf.read(sections)
    shelf.terms.extend(["granite", "basalt", "sandstone", "magma chamber", "lava tube"])
    kinds = {name: kind for kind, name in KIND_NAMES.items()}
    found: set[ItemKind] = set()
    for _ in range(20):
        for section in sections:
            for chat in drafting.drafts(section, shelf, ROLES, chance):
                kind = next(
                    k for name, k in kinds.items() if f"Write one {name} question" in asked(chat)
                )
                lines = [line.split(": ", 1) for line in chat.reply.splitlines()]
                form = [line.split(": ", 1)[0] for line in FORMS[kind].splitlines()]
                assert [name for name, _ in lines] == form
                assert chat.reply.endswith("\n")
                found.add(kind)
                quotes = [clean(one) for one in quotable(drafting.as_chunk(section))]
                quote = quotes[int(lines[0][1]) - 1]
                said = dict(lines)
                if kind is ItemKind.TRUE_FALSE:
                    stated = said["Statement"].rstrip(".") in " ".join(section.sentences)
                    assert said["Verdict"] == str(stated)
                elif kind is ItemKind.CLOZE:
                    assert quote.lower().count(said["Missing"].lower()) == 1
                else:
                    text = section.passage.text.lower()
                    wrong = [option for name, option in lines if name == "Wrong"]
                    assert not any(option.lower() in text for option in wrong)
    assert found == set(KIND_NAMES)


def test_the_same_records_give_the_same_examples(chats: list[Chat]) -> None:
    again = list(TaskMaker(ROLES, 1024, 0, rounds=40).of(document()))
    assert again == chats
    assert len(set(map(asked, chats))) > len(chats) / 3
    assert not list(TaskMaker(ROLES, 1024, 0).of(document(kind="fiction")))


EXAMPLE = Example(
    id="1",
    task="answer",
    context="Cells contain water. Water is wet.",
    question="What do cells contain?",
    answer="Cells contain water. It is wet!",
    options=(),
    source="geology",
    split="train",
)


def test_a_given_answer_is_cited_among_passages_that_do_not_hold_it() -> None:
    maker = TaskMaker(ROLES, 1024, 0)
    list(maker.of(document()))
    cited = set()
    for number in range(30):
        (chat,) = maker.of(replace(EXAMPLE, id=str(number)))
        [place] = [n for n, text in passages_of(chat).items() if "Cells contain" in text]
        assert (
            split_reply(chat.reply).answer == f"Cells contain water [{place}]. It is wet [{place}]!"
        )
        cited.add(place)
    assert len(cited) > 2
    (declined,) = maker.of(replace(EXAMPLE, answer="The notes do not answer this question."))
    assert split_reply(declined.reply).answer == NOT_COVERED
    assert list(maker.of(replace(EXAMPLE, context=""))) == []
    assert list(maker.of(replace(EXAMPLE, task="distractors"))) == []


def test_a_given_rewriting_becomes_a_query() -> None:
    rewritten = replace(
        EXAMPLE,
        task="rewrite",
        context="User: What is granite?\nTutor: A rock.",
        question="And how old is it?",
        answer="How old is granite?",
    )
    (chat,) = TaskMaker(ROLES, 1024, 3).of(rewritten)
    assert asked(chat).startswith("User: What is granite?\nTutor: A rock.\nQuestion: ")
    assert chat.reply == "Thought: They mean: How old is granite?\nQuery: old granite"
    assert query(ROLES, "", "And?", "long " * 40, random.Random(0)) is None


def test_the_prompt_is_the_one_of_the_crew() -> None:
    passages = [as_passage(("Rocks",), "Granite is hard [3]."), as_passage((), "Chalk is soft.")]
    told = [("Chalk is soft.", passages[1])]
    careful = random.Random(2)
    chat = answered(ROLES, "Is chalk soft?", passages, told, [], careful, think=False)
    question = asked(chat).rpartition("Question: ")[2]
    context = number_passages(passages)
    assert list(chat.messages) == messages(ROLES, "explain", context=context, question=question)
    assert chat.reply == "Chalk is soft [2]."


def test_markers_stand_before_the_stop_of_each_sentence() -> None:
    assert cite("One is. Two are! Three", 2) == "One is [2]. Two are [2]! Three [2]."


def test_slips_keep_a_question_readable() -> None:
    chance = random.Random(0)
    question = "What does weathering produce from granite?"
    typed = [as_typed(question, chance) for _ in range(300)]
    assert 150 < typed.count(question) < 250
    assert any(one.endswith("granite") and one[0] == "w" for one in typed)
    assert all(abs(len(one) - len(question)) <= 3 for one in typed)
