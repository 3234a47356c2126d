"""The quiz maker at work: a model chooses, and what it chose is checked."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from quiz_notes import NETWORKS, chunks_of

from tutor import bundled
from tutor.crew import keep_records_in
from tutor.crew.quizmaking import QuizMaking
from tutor.crew.roles import load_roles
from tutor.index.query_encoder import QueryEncoder
from tutor.llm.chat_model import ChatModel, Completion, Decoding, Message
from tutor.llm.llama import LlamaModel
from tutor.quiz.drafting import Draft
from tutor.quiz.gates import check
from tutor.quiz.glossary import Glossary
from tutor.schema import Event, ItemKind, Notice

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

    name, context_size = "reader", 4096

    def __init__(self, chooser: ChatModel) -> None:
        self.chooser = chooser

    def count_tokens(self, messages: Sequence[Message]) -> int:
        return sum(len(message.content) for message in messages) // 4

    def complete(
        self, messages: Sequence[Message], decoding: Decoding, *, agent: str = "", **_: object
    ) -> Completion:
        if agent == "examiner":
            return Completion(read(messages[-1].content), 1, 1, 0.0, "stop")
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
    told: dict[str, Any] = {"emit": lambda event: None, "cancelled": threading.Event(), **more}
    chunks = list(glossary.chunks.values())
    making = QuizMaking(model, ROLES, Decoding())
    return making.draft(chunks, glossary, count=count, kinds=kinds, level=1, **told)


def test_a_model_that_cannot_read_is_not_asked_and_that_is_said(
    tiny: LlamaModel, glossary: Glossary
) -> None:
    heard: list[Event] = []
    draft = made(tiny, glossary, 3, CHOICE, emit=heard.append)
    assert draft.items == ()
    assert draft.tried == 0
    (notice,) = heard
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
    told = making.told(draft.items, draft.items)
    assert told.startswith(
        f"reader drafted {len(draft.items)} of the {len(draft.items)} questions."
    )
    assert "true-false" in told  # it judges no statements


class Writer:
    """Writes the same draft whenever it is let to word one, and else what another chooses."""

    name, context_size = "writer", 4096

    def __init__(self, draft: str, chooser: ChatModel) -> None:
        self.draft = draft
        self.chooser = chooser
        self.worded = 0

    def count_tokens(self, messages: Sequence[Message]) -> int:
        return sum(len(message.content) for message in messages) // 4

    def complete(self, messages: Sequence[Message], decoding: Decoding, **_: object) -> Completion:
        if "stem ::=" not in (decoding.grammar or ""):
            return self.chooser.complete(messages, decoding)
        self.worded += 1
        return Completion(self.draft, 1, 1, 0.0, "stop")


ROUTER = """\
Evidence: 1
Stem: Which device forwards packets between different networks?
Answer: Router
Wrong: Switch
Wrong: Repeater
Wrong: Firewall
"""


def test_an_able_model_words_a_question_that_passes(tiny: LlamaModel, glossary: Glossary) -> None:
    writer = Writer(ROUTER, tiny)
    draft = made(Reader(writer), glossary, 1, CHOICE)
    (item,) = draft.items
    assert item.stem == "Which device forwards packets between different networks?"
    assert item.key == "Router"
    assert (draft.tried, writer.worded) == (1, 1)
    assert draft.tallies[CHOICE].first == 1


def test_a_model_whose_words_do_not_pass_chooses_and_soon_words_none(
    tiny: LlamaModel, glossary: Glossary
) -> None:
    writer = Writer(ROUTER.replace("forwards packets", "prints letters at night"), tiny)
    draft = made(Reader(writer), glossary, 6, CHOICE)
    assert draft.items
    assert not any("at night" in item.stem for item in draft.items)
    assert draft.rejections
    assert draft.tallies[CHOICE].mended > 0
    assert writer.worded <= 4


def test_what_is_known_less_is_asked_first(tiny: LlamaModel, glossary: Glossary) -> None:
    mastery = {"Devices": 0.9, "Transport": 0.1, "Failures": 0.9}
    draft = made(tiny, glossary, 1, CLOZE, mastery=mastery, unable_too=True)
    assert [item.topic for item in draft.items] == ["Transport"]


def test_a_cancelled_draft_stops(tiny: LlamaModel, glossary: Glossary) -> None:
    stop = threading.Event()
    stop.set()
    draft = made(tiny, glossary, 3, CHOICE, cancelled=stop, unable_too=True)
    assert draft.items == ()
