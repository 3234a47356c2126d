"""The quiz maker at work: in its own words where it can, by choice among proposals where not."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from quiz_notes import NETWORKS, chunks_of

from tutor import bundled
from tutor.crew import keep_records_in
from tutor.crew.quizmaking import TRIAL, QuizMaking
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
GOOD = (
    "Evidence: {number}\nStem: Which of these forwards packets between networks by addresses?\n"
    "Answer: Router\nWrong: Switch\nWrong: Repeater\nWrong: Firewall\n"
)
BABBLE = "Evidence: {number}\nStem: Which of these holds a ship in its place?\nAnswer: Router\n"


@pytest.fixture(scope="module")
def glossary(query_encoder: QueryEncoder) -> Glossary:
    return Glossary(chunks_of(NETWORKS), query_encoder)


@pytest.fixture
def tiny(tiny_gpt2_gguf: Path) -> LlamaModel:
    return LlamaModel(tiny_gpt2_gguf, threads=1)


@pytest.fixture(autouse=True)
def records(tmp_path: Path) -> None:
    keep_records_in(tmp_path)


class Writer:
    """A chat model that reads well, and in its own words writes ``draft``.

    What it chooses among proposals a real model chooses. ``worded`` counts its own drafts.
    """

    name, context_size = "writer", 4096

    def __init__(self, draft: str, chooser: ChatModel) -> None:
        self.draft, self.chooser = draft, chooser
        self.worded = 0

    def count_tokens(self, messages: Sequence[Message]) -> int:
        return sum(len(message.content) for message in messages) // 4

    def complete(
        self, messages: Sequence[Message], decoding: Decoding, *, agent: str = "", **_: object
    ) -> Completion:
        text = messages[-1].content
        if agent == "examiner":
            return Completion(read(text), 1, 1, 0.0, "stop")
        if "word0 ::=" not in (decoding.grammar or ""):
            return self.chooser.complete(messages, decoding, agent=agent)
        self.worded += 1
        number = re.search(r"(\d+)\. Router: Forwards packets", text)
        written = self.draft.format(number=number[1] if number else 1)
        return Completion(written, 1, 1, 0.0, "stop")


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


def made(model: ChatModel, glossary: Glossary, count: int, *kinds: ItemKind, **more: bool) -> Draft:
    return QuizMaking(model, ROLES, Decoding()).draft(
        list(glossary.chunks.values()),
        glossary,
        count=count,
        kinds=kinds,
        level=1,
        emit=lambda event: None,
        cancelled=threading.Event(),
        **more,
    )


def test_a_model_that_cannot_read_is_not_asked_and_that_is_said(
    tiny: LlamaModel, glossary: Glossary
) -> None:
    heard: list[Event] = []
    draft = QuizMaking(tiny, ROLES, Decoding()).draft(
        list(glossary.chunks.values()),
        glossary,
        count=3,
        kinds=[CHOICE],
        level=1,
        emit=heard.append,
        cancelled=threading.Event(),
    )
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


def test_what_an_able_model_words_itself_is_kept_if_it_passes(
    tiny: LlamaModel, glossary: Glossary
) -> None:
    writer = Writer(GOOD, tiny)
    making = QuizMaking(writer, ROLES, Decoding())
    draft = making.draft(
        [chunk for chunk in glossary.chunks.values() if "Router" in chunk.text],
        glossary,
        count=1,
        kinds=[CHOICE],
        level=1,
        emit=lambda event: None,
        cancelled=threading.Event(),
    )
    assert [item.stem for item in draft.items] == [
        "Which of these forwards packets between networks by addresses?"
    ]
    assert draft.tallies[CHOICE].first == 1
    assert making.told(draft.items, draft.items) == "writer wrote 1 of the 1 questions."


def test_where_its_own_words_fail_it_chooses_and_soon_words_no_more(
    tiny: LlamaModel, glossary: Glossary
) -> None:
    writer = Writer(BABBLE, tiny)
    draft = made(writer, glossary, 6, CHOICE, VERDICT, CLOZE)
    tallies = draft.tallies.values()
    assert 0 < writer.worded <= TRIAL
    assert sum(tally.first + tally.mended for tally in tallies) == len(draft.items)
    assert sum(tally.mended + tally.dropped for tally in tallies) == writer.worded
    assert [check(item, glossary) for item in draft.items] == [[]] * len(draft.items)


def test_what_is_known_less_is_asked_first(tiny: LlamaModel, glossary: Glossary) -> None:
    draft = QuizMaking(tiny, ROLES, Decoding()).draft(
        list(glossary.chunks.values()),
        glossary,
        count=1,
        kinds=[CLOZE],
        level=1,
        emit=lambda event: None,
        cancelled=threading.Event(),
        mastery={"Devices": 0.9, "Transport": 0.1, "Failures": 0.9},
        unable_too=True,
    )
    assert [item.topic for item in draft.items] == ["Transport"]


def test_a_cancelled_draft_stops(tiny: LlamaModel, glossary: Glossary) -> None:
    stop = threading.Event()
    stop.set()
    draft = QuizMaking(tiny, ROLES, Decoding()).draft(
        list(glossary.chunks.values()),
        glossary,
        count=3,
        kinds=[CHOICE],
        level=1,
        emit=lambda event: None,
        cancelled=stop,
        unable_too=True,
    )
    assert draft.items == ()
