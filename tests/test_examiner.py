"""Asking a language model whether an item can be answered with its passage, and only with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from tutor.llm.chat_model import Completion, Decoding, Message
from tutor.quiz.by_model.examiner import CONTROLS, Examiner
from tutor.quiz.items import FALSE, TRUE
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
    """Take what the clause nearest to the question has and the question has not."""
    words = set(re.findall(r"\w+", question.lower()))
    clauses = re.split(r"[,.]| and ", passage.lower())
    best = max(clauses, key=lambda clause: len(words & set(re.findall(r"\w+", clause))))
    if options[:1] and set(options) == {TRUE, FALSE}:
        claim = set(re.findall(r"\w+", question.lower().partition("? ")[2]))
        return TRUE if claim <= set(re.findall(r"\w+", best)) | {"a", "the"} else FALSE
    if not options:
        return " ".join(word for word in re.findall(r"\w+", best) if word not in words)
    return next((o for o in options if o.lower() in best and o.lower() not in words), options[0])


def by_place(passage: str, question: str, options: list[str]) -> str:
    """Take the first option, whatever it is."""
    return options[0]


def by_look(passage: str, question: str, options: list[str]) -> str:
    """Know a router by its looks, and read everything else."""
    return "Router" if "Router" in options else by_reading(passage, question, options)


def test_a_model_that_reads_is_able_and_one_that_likes_a_place_is_not() -> None:
    assert Examiner(Pupil(by_reading)).able
    assert not Examiner(Pupil(by_place)).able


def test_an_item_may_be_answered_from_more_than_its_quote() -> None:
    told = "Firewall: blocks traffic. Router: forwards packets between networks. Switch: a box."
    unsaid = replace(ITEM, evidence=replace(ITEM.evidence, quote="Nothing of that."))
    assert Examiner(Pupil(by_reading)).check(unsaid)
    assert Examiner(Pupil(by_reading)).check(unsaid, told) == []


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


def test_kinds_that_are_put_together_are_not_asked_about() -> None:
    pupil = Pupil(by_reading)
    assert Examiner(pupil).check(replace(ITEM, kind=ItemKind.ORDERING)) == []
    assert pupil.asked == 0


def test_a_good_item_is_not_asked_about_longer_than_needed() -> None:
    pupil = Pupil(by_reading)
    examiner = Examiner(pupil)
    assert examiner.able
    before = pupil.asked
    assert examiner.check(ITEM) == []
    assert pupil.asked == before + 3  # found twice with the passage, missed without it


def verdict(stem: str, key: str) -> QuizItem:
    return replace(ITEM, kind=ItemKind.TRUE_FALSE, stem=stem, options=(TRUE, FALSE), keys=(key,))


@pytest.mark.parametrize(("key", "gates"), [(TRUE, []), (FALSE, ["answerable with the passage"])])
def test_a_verdict_is_held_against_the_passage(key: str, gates: list[str]) -> None:
    item = verdict("A router forwards packets between networks.", key)
    assert [r.gate for r in Examiner(Pupil(by_reading)).check(item)] == gates


def test_a_model_that_likes_one_verdict_is_not_asked_for_it() -> None:
    def agrees(passage: str, question: str, options: list[str]) -> str:
        return TRUE if TRUE in options else by_reading(passage, question, options)

    examiner = Examiner(Pupil(agrees))
    assert examiner.able
    assert not examiner.judges
    assert examiner.check(verdict("A router is green.", FALSE)) == []
    assert examiner.skipped == {ItemKind.TRUE_FALSE}


def gap(key: str) -> QuizItem:
    stem = "A ____ forwards packets between different networks."
    return replace(ITEM, kind=ItemKind.CLOZE, stem=stem, options=(), keys=(key,))


@pytest.mark.parametrize(
    ("key", "gates"), [("router", []), ("firewall", ["answerable with the passage"])]
)
def test_a_gap_is_filled_in_from_the_passage(key: str, gates: list[str]) -> None:
    def fills(passage: str, question: str, options: list[str]) -> str:
        return "a router" if "____" in question else by_reading(passage, question, options)

    assert [r.gate for r in Examiner(Pupil(fills)).check(gap(key))] == gates


def test_a_model_that_only_repeats_its_passage_types_no_answers() -> None:
    def repeats(passage: str, question: str, options: list[str]) -> str:
        return by_reading(passage, question, options) if options else passage

    examiner = Examiner(Pupil(repeats))
    assert examiner.able
    assert not examiner.types
    assert examiner.check(gap("firewall")) == []


def test_a_model_that_cannot_choose_is_not_tried_any_further() -> None:
    pupil = Pupil(by_place)
    examiner = Examiner(pupil)
    assert [examiner.able, examiner.judges, examiner.types] == [False] * 3
    assert pupil.asked < 2 * len(CONTROLS)  # 5 misses of 18 are too many


def test_a_model_that_cannot_tell_turns_nothing_away() -> None:
    assert Examiner(Pupil(by_place)).check(ITEM) == []
