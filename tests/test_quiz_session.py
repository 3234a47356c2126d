"""A quiz in the terminal, driven through lines as from a pipe."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from scripted_tutor import ITEMS
from test_render import Stream, screen_of

from tutor.quiz.grading import grade
from tutor.schema import Attempt, QuizUnderway
from tutor.terminal.quiz_session import QuizSession, score_line
from tutor.terminal.reader import PipeReader

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


QUIZ = QuizUnderway("RAG", ITEMS)


def play(typed: str, quiz: QuizUnderway = QUIZ) -> tuple[QuizUnderway, list[Attempt], str]:
    screen, out, _ = screen_of(False)
    assert isinstance(out, Stream)
    attempts: list[Attempt] = []
    session = QuizSession(
        screen,
        PipeReader(io.StringIO(typed)),
        grade=grade,
        record=lambda _item, attempt: attempts.append(attempt),
        now=lambda: NOW,
    )
    return session.run(quiz), attempts, out.getvalue()


def test_right_answers_are_marked_with_the_line_that_settles_them() -> None:
    score, attempts, shown = play("b\nt\nretriever\n")
    assert (score.right, score.answered) == (3, 3)
    assert [attempt.response for attempt in attempts] == ["Passages", "True", "retriever"]
    assert "Question 1 of 3 · choose one · Retrieval" in shown
    assert " b Passages" in shown
    assert shown.count("✓ Right.") == 3
    assert "The retriever is the part that searches.\nretrieval.md · Retrieval · line 13" in shown
    assert "“The retriever finds passages.”" in shown
    assert shown.endswith("3 of 3 right.\n")


def test_a_wrong_answer_tells_the_right_one() -> None:
    score, attempts, shown = play("a\nfalse\nthing\n")
    assert score.right == 0
    assert not any(attempt.correct for attempt in attempts)
    assert "✗ Not quite. The answer is “Passages”." in shown
    assert "slides.pdf · Generators · page 3" in shown


def test_an_option_may_be_answered_by_its_own_words() -> None:
    score, _, _ = play("passages\ntrue\na retriever\n")
    assert score.right == 3


def test_an_empty_line_skips_and_counts_as_not_known() -> None:
    score, attempts, shown = play("\nt\n\n")
    assert (score.right, score.answered) == (1, 3)
    assert [attempt.response for attempt in attempts] == ["", "True", ""]
    assert shown.count("✗ No answer. The answer is") == 2


@pytest.mark.parametrize("typed", ["b\n", "b\nq\nretriever\n"])
def test_the_end_of_the_input_or_a_q_ends_with_the_score_so_far(typed: str) -> None:
    score, attempts, shown = play(typed)
    assert (score.right, score.answered) == (1, 1)
    assert len(attempts) == 1
    assert shown.endswith("1 of 1 right. 2 questions left.\n")


def test_attempts_carry_item_topic_and_time() -> None:
    _, attempts, _ = play("b\n")
    assert (attempts[0].item_id, attempts[0].topic, attempts[0].at) == ("i1", "Retrieval", NOW)
    assert attempts[0].seconds >= 0


def test_no_answer_at_all_is_said_plainly() -> None:
    assert score_line(QUIZ) == "No question answered."


def test_a_quiz_goes_on_where_it_was_left() -> None:
    score, attempts, shown = play("retriever\n", QuizUnderway("RAG", ITEMS, answered=2, right=1))
    assert (score.right, score.answered) == (2, 3)
    assert [attempt.item_id for attempt in attempts] == ["i3"]
    assert "Question 3 of 3" in shown
    assert "Question 2 of 3" not in shown
