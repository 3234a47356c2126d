"""Conversations on disk, and remembered in short."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_tutor import ITEMS, WRITTEN

from tutor.conversations.recall import SUMMARY, condense
from tutor.conversations.saved import Conversations
from tutor.errors import StoreUnavailable
from tutor.schema import Exchange, QuizUnderway, Turn

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def exchange(question: str = "What is RAG?", said: str = WRITTEN.text) -> Exchange:
    return Exchange(question, said, replace(WRITTEN, question=question), NOW)


def test_a_conversation_comes_back_as_it_was_left(tmp_path: Path) -> None:
    kept = Conversations(tmp_path)
    chat = kept.begin("notes", NOW)
    chat.add(exchange())
    chat.add(Exchange("And then?", "As far as it", None, NOW))
    again = kept.open(chat.path)
    assert again.exchanges == chat.exchanges
    assert again.course == "notes"
    assert again.answer == WRITTEN
    assert again.at == NOW


def test_a_quiz_is_kept_with_every_answer_until_it_is_done(tmp_path: Path) -> None:
    kept = Conversations(tmp_path)
    chat = kept.begin(None, NOW)
    for answered in range(3):
        chat.keep_quiz(QuizUnderway("RAG", ITEMS, answered, 1))
    assert kept.open(chat.path).quiz == QuizUnderway("RAG", ITEMS, 2, 1)
    assert chat.path.read_text().count(ITEMS[0].stem) == 1
    chat.keep_quiz(None)
    assert kept.open(chat.path).quiz is None


def test_a_change_of_course_is_kept(tmp_path: Path) -> None:
    kept = Conversations(tmp_path)
    chat = kept.begin("biology", NOW)
    chat.keep_to("physics")  # before anything was said
    chat.add(exchange())
    assert kept.open(chat.path).course == "physics"
    chat.keep_to(None)
    assert kept.open(chat.path).course is None


def test_what_is_undone_is_gone(tmp_path: Path) -> None:
    kept = Conversations(tmp_path)
    chat = kept.begin(None, NOW)
    chat.add(exchange("one"))
    chat.add(exchange("two"))
    assert chat.undo().question == "two"
    assert [one.question for one in kept.open(chat.path).exchanges] == ["one"]


@pytest.mark.parametrize("cut", [1, 20, 400])
def test_a_line_that_a_crash_cut_off_costs_that_line_only(tmp_path: Path, cut: int) -> None:
    kept = Conversations(tmp_path)
    chat = kept.begin(None, NOW)
    chat.add(exchange("one"))
    whole = chat.path.read_bytes()
    chat.add(exchange("two"))
    chat.path.write_bytes(whole + chat.path.read_bytes()[len(whole) :][:cut])
    again = kept.open(chat.path)
    assert [one.question for one in again.exchanges] == ["one"]
    again.add(exchange("three"))
    assert [one.question for one in kept.open(chat.path).exchanges] == ["one", "three"]


def test_the_history_lists_the_newest_first_without_empty_ones(tmp_path: Path) -> None:
    kept = Conversations(tmp_path)
    for day, questions in enumerate([["a", "b"], [], ["c"]]):
        chat = kept.begin("notes", NOW + timedelta(days=day))
        for question in questions:
            chat.add(exchange(question))
    assert [(one.first, one.questions) for one in kept.recent(9)] == [("c", 1), ("a", 2)]
    assert len(kept.recent(1)) == 1


def test_the_latest_is_the_one_that_was_last_added_to(tmp_path: Path) -> None:
    kept = Conversations(tmp_path)
    assert kept.latest() is None
    old, new = kept.begin(None, NOW), kept.begin(None, NOW + timedelta(days=1))
    new.add(exchange("new"))
    old.add(exchange("old"))
    latest = kept.latest()
    assert latest is not None
    assert latest.path == old.path


def test_halves_of_characters_can_be_kept(tmp_path: Path) -> None:
    kept = Conversations(tmp_path)
    chat = kept.begin(None, NOW)
    chat.add(exchange("what is \ud83d"))
    assert kept.open(chat.path).exchanges[0].question == "what is ?"


def test_a_folder_that_cannot_be_made_is_a_clear_complaint(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    chat = Conversations(tmp_path / "file").begin(None, NOW)
    with pytest.raises(StoreUnavailable, match="TUTOR_HOME"):
        chat.add(exchange())
    assert len(chat.exchanges) == 1


# ------------------------------------------------------------------------------- recall


def turns(count: int, words: int = 40) -> list[Turn]:
    return [
        turn
        for n in range(count)
        for turn in (
            Turn("user", f"What is thing {n}?"),
            Turn("tutor", f"Thing {n} is a thing. " + "It goes on. " * words),
        )
    ]


def test_a_short_conversation_is_told_in_full() -> None:
    assert condense(turns(2, words=1), 600) == tuple(turns(2, words=1))


def test_old_turns_are_told_by_question_and_first_sentence_and_the_newest_in_full() -> None:
    summary, *rest = condense(turns(3), 800)
    assert rest == turns(3)[4:]
    assert summary == Turn(
        SUMMARY,
        "What is thing 0? Thing 0 is a thing. What is thing 1? Thing 1 is a thing.",
    )


def test_very_old_turns_are_counted() -> None:
    summary, *_ = condense(turns(40), 800)
    assert summary.text.startswith("23 earlier questions. What is thing 23? What is thing 24?")
    assert "earlier" not in summary.text.removeprefix("23 earlier")


@given(st.lists(st.tuples(st.text(max_size=200), st.text(max_size=600)), max_size=30))
def test_it_fits_and_the_newest_question_is_never_lost(said: list[tuple[str, str]]) -> None:
    history = [turn for q, a in said for turn in (Turn("user", q), Turn("tutor", a))]
    told = condense(history, 700)
    assert sum(len(turn.text) for turn in told) <= 800 or told == tuple(history)
    if history and told[-1].role == "tutor":
        assert told[-2:] == tuple(history[-2:])
