"""The quiz maker at work: a model chooses, and what it chose is checked."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from quiz_notes import NETWORKS, chunks_of

from tutor import bundled
from tutor.crew import keep_records_in
from tutor.crew.quiz_run import TRIAL
from tutor.crew.quizmaking import QuizMaking
from tutor.crew.roles import load_roles
from tutor.index.query_encoder import QueryEncoder
from tutor.llm.chat_model import ChatModel, Completion, Decoding, Message
from tutor.llm.llama import LlamaModel
from tutor.quiz.by_model.rewording import CASE, QUESTION
from tutor.quiz.drafting import Draft
from tutor.quiz.gates import check
from tutor.quiz.knowledge.glossary import Glossary
from tutor.schema import AgentStarted, Chunk, Event, ItemKind, Notice, Progress

CHOICE, CLOZE, VERDICT = ItemKind.MULTIPLE_CHOICE, ItemKind.CLOZE, ItemKind.TRUE_FALSE
ROLES = load_roles(bundled.agents_file())


@pytest.fixture(scope="module")
def glossary(query_encoder: QueryEncoder) -> Glossary:
    return Glossary(chunks_of(NETWORKS), query_encoder)


@pytest.fixture
def tiny(tiny_gpt2_gguf: Path) -> LlamaModel:
    return LlamaModel(tiny_gpt2_gguf, threads=1)


@pytest.fixture(autouse=True)
def records(tmp_path: Path) -> None:
    keep_records_in(tmp_path)


class Reader:
    """A chat model that answers the examiner well; what it drafts another model chooses."""

    def __init__(self, chooser: ChatModel, answer: Callable[[str], str] | None = None) -> None:
        self.chooser = chooser
        self.name, self.context_size = chooser.name, chooser.context_size
        self.answer = answer or read

    def count_tokens(self, messages: Sequence[Message]) -> int:
        return self.chooser.count_tokens(messages)

    def complete(
        self, messages: Sequence[Message], decoding: Decoding, *, agent: str = "", **_: object
    ) -> Completion:
        if agent == "examiner":
            return Completion(self.answer(messages[-1].content), 1, 1, 0.0, "stop")
        return self.chooser.complete(messages, decoding, agent=agent)


def read(text: str) -> str:
    """Choose for the examiner as one who reads would; judge and type as one who does not."""
    passage = re.search("^Passage: (.*)$", text, re.MULTILINE)
    question = re.search("^Question: (.*)$", text, re.MULTILINE)
    options = re.findall("^- (.*)$", text, re.MULTILINE)
    assert question is not None
    if passage is None or not options:
        return "".join(options[:1])
    words = set(re.findall(r"\w+", question[1].lower()))
    clauses = re.split(r"[,.]| and ", passage[1].lower())
    best = max(clauses, key=lambda clause: len(words & set(re.findall(r"\w+", clause))))
    return next((o for o in options if o.lower() in best and o.lower() not in words), options[0])


def made(model: ChatModel, glossary: Glossary, count: int, *kinds: ItemKind, **more: Any) -> Draft:
    making = QuizMaking(model, ROLES, Decoding())
    return made_by(making, list(glossary.chunks.values()), glossary, count, *kinds, **more)


def made_by(
    making: QuizMaking,
    chunks: Sequence[Chunk],
    glossary: Glossary,
    count: int,
    *kinds: ItemKind,
    **more: Any,
) -> Draft:
    told: dict[str, Any] = {
        "level": 1,
        "emit": lambda event: None,
        "cancelled": threading.Event(),
        **more,
    }
    return making.draft(chunks, glossary, count=count, kinds=kinds, **told)


def test_a_model_that_cannot_read_is_not_asked_and_that_is_said(
    tiny: LlamaModel, glossary: Glossary
) -> None:
    heard: list[Event] = []
    draft = made(tiny, glossary, 3, CHOICE, emit=heard.append)
    assert draft.items == ()
    assert draft.tried == 0
    started, notice = heard
    assert isinstance(started, AgentStarted)
    assert isinstance(notice, Notice)
    assert "does not find answers" in notice.text


def test_even_a_babbling_model_chooses_items_that_pass(
    tiny: LlamaModel, glossary: Glossary
) -> None:
    draft = made(tiny, glossary, 6, CHOICE, CLOZE, VERDICT, unable_too=True)
    assert len(draft.items) == 6
    assert [check(item, glossary) for item in draft.items] == [[]] * 6
    assert {item.kind for item in draft.items} == {CHOICE, CLOZE, VERDICT}
    assert len({item.evidence.quote for item in draft.items}) == 6
    assert draft.tried <= 12


def test_the_same_seed_model_and_notes_give_the_same_items(
    tiny: LlamaModel, glossary: Glossary
) -> None:
    one, two = (made(tiny, glossary, 3, CHOICE, VERDICT, unable_too=True) for _ in range(2))
    assert one.items == two.items


class Stopped(Reader):
    """A model during whose work ctrl-C is pressed at last."""

    def __init__(self, chooser: ChatModel, after: int) -> None:
        super().__init__(chooser)
        self.left = after

    def complete(self, *arguments: Any, agent: str = "", **more: Any) -> Completion:
        if agent != "examiner":
            self.left -= 1
            if self.left < 0:
                raise KeyboardInterrupt
        return super().complete(*arguments, agent=agent, **more)


def test_ctrl_c_keeps_what_is_written(tiny: LlamaModel, glossary: Glossary) -> None:
    cancelled = threading.Event()
    draft = made(Stopped(tiny, 3), glossary, 9, VERDICT, unable_too=True, cancelled=cancelled)
    assert cancelled.is_set()
    whole = made(tiny, glossary, 9, VERDICT, unable_too=True)
    assert draft.items
    assert draft.items == whole.items[: len(draft.items)] != whole.items


def test_ctrl_c_before_anything_is_written_ends_it(tiny: LlamaModel, glossary: Glossary) -> None:
    with pytest.raises(KeyboardInterrupt):
        made(Stopped(tiny, 0), glossary, 9, VERDICT, unable_too=True)


def test_kinds_that_no_model_drafts_keep_their_share(tiny: LlamaModel, glossary: Glossary) -> None:
    draft = made(tiny, glossary, 4, CHOICE, ItemKind.MATCHING, unable_too=True)
    assert [item.kind for item in draft.items] == [CHOICE, CHOICE]
    assert made(tiny, glossary, 4, ItemKind.MATCHING, unable_too=True).items == ()


def test_an_able_model_is_asked_unforced_and_examines_what_it_chose(
    tiny: LlamaModel, glossary: Glossary
) -> None:
    making = QuizMaking(Reader(tiny), ROLES, Decoding())
    heard: list[Event] = []
    draft = making.draft(
        list(glossary.chunks.values()),
        glossary,
        count=3,
        kinds=[CHOICE, VERDICT],
        level=1,
        emit=heard.append,
        cancelled=threading.Event(),
    )
    assert draft.items
    assert not any(isinstance(event, Notice) for event in heard)
    shares = [(event.done, event.total) for event in heard if isinstance(event, Progress)]
    assert shares == sorted(shares)
    assert shares[-1] == (3, 3)
    told = making.told(draft.items, draft.items)
    assert told.startswith(
        f"{tiny.name} drafted {len(draft.items)} of the {len(draft.items)} questions."
    )
    assert "true-false" in told  # it judges no statements


class Writer:
    """Says the same words whenever it is asked for words, and else what another chooses."""

    name, context_size = "writer", 4096

    def __init__(self, words: str, chooser: ChatModel) -> None:
        self.words = words
        self.chooser = chooser
        self.asked: list[Sequence[Message]] = []

    def count_tokens(self, messages: Sequence[Message]) -> int:
        return sum(len(message.content) for message in messages) // 4

    def complete(
        self, messages: Sequence[Message], decoding: Decoding, *, agent: str = "", **_: object
    ) -> Completion:
        if agent not in (QUESTION, CASE):
            return self.chooser.complete(messages, decoding)
        self.asked.append(messages)
        return Completion(self.words, 1, 1, 0.0, "stop")


ROUTER = "What passes packets on between different networks, going by their addresses?"


def only(glossary: Glossary, term: str) -> list[Chunk]:
    """Return the chunk that defines a term."""
    return [glossary.by_term[glossary.identity(term)][0].chunk]


def test_an_able_model_words_a_question_that_passes(tiny: LlamaModel, glossary: Glossary) -> None:
    writer = Writer(ROUTER, tiny)
    making = QuizMaking(Reader(writer), ROLES, Decoding())
    draft = made_by(making, only(glossary, "Router"), glossary, 1, CHOICE)
    (item,) = draft.items
    assert (item.stem, item.key) == (ROUTER, "Router")
    assert making.has_worded(item)
    assert (draft.tried, len(writer.asked)) == (1, 1)
    assert draft.tallies[CHOICE].first == 1
    assert making.told([item], [item]).startswith(
        "writer drafted 1 of the 1 questions, 1 of them in its own words."
    )


def test_examples_are_earlier_turns_and_the_task_comes_last(
    tiny: LlamaModel, glossary: Glossary
) -> None:
    writer = Writer(ROUTER, tiny)
    making = QuizMaking(Reader(writer), ROLES, Decoding())
    made_by(making, only(glossary, "Router"), glossary, 1, CHOICE)
    (prompt,) = writer.asked
    shown = len(ROLES.tasks[QUESTION].examples)
    roles = [message.role for message in prompt]
    assert roles == ["system", *["user", "assistant"] * shown, "user"]
    assert "Router" in prompt[-1].content


def test_words_that_do_not_pass_give_way_to_those_of_code_and_soon_are_not_asked_for(
    tiny: LlamaModel, glossary: Glossary
) -> None:
    writer = Writer("What prints letters at night, far from any network of computers?", tiny)
    draft = made(Reader(writer), glossary, 12, CHOICE)
    assert draft.items
    assert not any("at night" in item.stem for item in draft.items)
    assert {rejection.gate for rejection in draft.rejections} >= {"quote supports key"}
    assert draft.tallies[CHOICE].mended > 0
    assert len(writer.asked) <= TRIAL


CASE_OF_ROUTER = (
    "Between different networks of two offices, a box forwards packets by their addresses."
)


def test_a_case_is_solved_by_what_the_notes_say_of_all_its_terms(
    tiny: LlamaModel, glossary: Glossary
) -> None:
    heard: list[str] = []

    def listening(text: str) -> str:
        heard.append(text)
        return read(text)

    writer = Writer(CASE_OF_ROUTER, tiny)
    making = QuizMaking(Reader(writer, listening), ROLES, Decoding())
    chunks = only(glossary, "Router")
    draft = made_by(making, chunks, glossary, 1, CHOICE, level=3)
    assert writer.asked
    assert [item.stem for item in draft.items] == [f"{CASE_OF_ROUTER} Which term fits the example?"]
    asked = [text for text in heard if CASE_OF_ROUTER in text and "Passage:" in text]
    assert all("Router: " in text and "Switch: " in text for text in asked)
    assert asked


def test_what_is_known_less_is_asked_first(tiny: LlamaModel, glossary: Glossary) -> None:
    mastery = {"Devices": 0.9, "Transport": 0.1, "Failures": 0.9}
    draft = made(tiny, glossary, 1, CLOZE, mastery=mastery, unable_too=True)
    assert [item.topic for item in draft.items] == ["Transport"]


def test_no_kind_takes_the_places_of_another_that_gives_as_much(
    tiny: LlamaModel, glossary: Glossary
) -> None:
    draft = made(tiny, glossary, 6, CHOICE, CLOZE, VERDICT, unable_too=True)
    assert Counter(item.kind for item in draft.items) == {CHOICE: 2, CLOZE: 2, VERDICT: 2}


def test_a_cancelled_draft_stops(tiny: LlamaModel, glossary: Glossary) -> None:
    stop = threading.Event()
    stop.set()
    draft = made(tiny, glossary, 3, CHOICE, cancelled=stop, unable_too=True)
    assert draft.items == ()
