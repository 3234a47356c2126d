"""Asking a language model whether an item can be answered with its passage, and only with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest

from tutor.llm.chat_model import Completion, Decoding, Message
from tutor.quiz.examiner import Examiner
from tutor.schema import Evidence, ItemKind, QuizItem

PASSAGE = "A router forwards packets between different networks."
ITEM = QuizItem(
    id="item",
    kind=ItemKind.MULTIPLE_CHOICE,
    stem="Which of these forwards packets between networks?",
    options=("Switch", "Router", "Firewall"),
    keys=("Router",),
    accepted=(),
    explanation="",
    topic="Devices",
    level=1,
    evidence=Evidence("/n.md", "notes", (), 1, 1, None, "chunk", PASSAGE),
)

Reader = Callable[[str, str, list[str]], str]


class Pupil:
    """A chat model that answers by a rule from passage, question and options."""

    name, context_size = "pupil", 2048

    def __init__(self, read: Reader) -> None:
        self.read = read
        self.asked = 0

    def count_tokens(self, messages: Sequence[Message]) -> int:
        return len(messages[-1].content.split())

    def complete(self, messages: Sequence[Message], decoding: Decoding, **_: object) -> Completion:
        self.asked += 1
        text = messages[-1].content
        passage = re.search("^Passage: (.*)$", text, re.MULTILINE)
        question = re.search("^Question: (.*)$", text, re.MULTILINE)
        options = re.findall("^- (.*)$", text, re.MULTILINE)
        assert question is not None
        answer = self.read(passage[1] if passage else "", question[1], options)
        return Completion(answer, 1, 1, 0.0, "stop")


def by_reading(passage: str, question: str, options: list[str]) -> str:
    """Take the option that stands nearest before the words of the question."""
    words = set(re.findall(r"\w+", question.lower()))
    clauses = re.split(r"[,.]| and ", passage.lower())
    best = max(clauses, key=lambda clause: len(words & set(re.findall(r"\w+", clause))))
    return next((option for option in options if option.lower() in best), options[0])


def by_place(passage: str, question: str, options: list[str]) -> str:
    """Take the first option, whatever it is."""
    return options[0]


def by_look(passage: str, question: str, options: list[str]) -> str:
    """Know a router by its looks, and read everything else."""
    return "Router" if "Router" in options else by_reading(passage, question, options)


def test_a_model_that_reads_is_able_and_one_that_likes_a_place_is_not() -> None:
    assert Examiner(Pupil(by_reading)).able
    assert not Examiner(Pupil(by_place)).able


def test_an_item_that_its_passage_answers_passes() -> None:
    assert Examiner(Pupil(by_reading)).check(ITEM) == []


def test_an_item_that_its_passage_does_not_answer_is_turned_away() -> None:
    def loses_routers(passage: str, question: str, options: list[str]) -> str:
        return "Firewall" if "Router" in options else by_reading(passage, question, options)

    rejections = Examiner(Pupil(loses_routers)).check(ITEM)
    assert [r.gate for r in rejections] == ["answerable with the passage"]


def test_a_key_that_is_known_without_passage_and_question_is_turned_away() -> None:
    rejections = Examiner(Pupil(by_look)).check(ITEM)
    assert [r.gate for r in rejections] == ["not guessable without the passage"]


@pytest.mark.parametrize("kind", [ItemKind.CLOZE, ItemKind.ORDERING])
def test_kinds_without_a_choice_are_not_asked_about(kind: ItemKind) -> None:
    pupil = Pupil(by_reading)
    item = QuizItem(
        "i", kind, "____ is it.", (), ("Router",), (), "", "", 1, evidence=ITEM.evidence
    )
    assert Examiner(pupil).check(item) == []
    assert pupil.asked == 0


def test_a_model_that_cannot_tell_turns_nothing_away() -> None:
    assert Examiner(Pupil(by_place)).check(ITEM) == []
