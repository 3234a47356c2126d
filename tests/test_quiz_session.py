"""A quiz in the terminal, driven through lines as from a pipe."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from scripted_tutor import ITEMS
from test_quiz_formats import ALL, LONG, ORDER, PAIRS, SEVERAL, SHORT
from test_render import HOSTILE as HOSTILE_TEXTS
from test_render import SGR, Stream, drawn, screen_of, steers

from tutor.quiz.grading import grade
from tutor.schema import Attempt, QuizItem, QuizUnderway, Verdict
from tutor.terminal import quiz_items
from tutor.terminal.quiz_responses import stops
from tutor.terminal.quiz_session import QuizSession, score_line
from tutor.terminal.reader import PipeReader, PlainReader

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


QUIZ = QuizUnderway("RAG", ITEMS)
HOSTILE = "".join(HOSTILE_TEXTS)


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


# ------------------------------------------------------------------------- the other kinds


def ask(item: QuizItem, typed: str) -> tuple[Attempt, str]:
    """Ask one question of a pipe; returns the attempt and what was shown after the question."""
    _, (attempt,), shown = play(typed, QuizUnderway(None, (item,)))
    return attempt, shown


@pytest.mark.parametrize(
    ("item", "typed", "verdict", "score"),
    [
        (SEVERAL, "a c d", Verdict.RIGHT, 1.0),
        (SEVERAL, "d,c , a", Verdict.RIGHT, 1.0),
        (SEVERAL, "a c", Verdict.PARTLY, 2 / 3),
        (SEVERAL, "b", Verdict.WRONG, 0.0),
        (PAIRS, "1b 2a", Verdict.RIGHT, 1.0),
        (PAIRS, "1b 2c", Verdict.PARTLY, 0.5),
        (ORDER, "b c a", Verdict.RIGHT, 1.0),
        (ORDER, "b a c", Verdict.PARTLY, 2 / 3),
        (SHORT, "It finds passages.", Verdict.RIGHT, 1.0),
        (SHORT, "", Verdict.WRONG, 0.0),
    ],
)
def test_every_kind_is_answered_by_letters_or_words(
    item: QuizItem, typed: str, verdict: Verdict, score: float
) -> None:
    item = replace(item, rubric=tuple(replace(p, text=item.key) for p in item.rubric))
    attempt, _ = ask(item, f"{typed}\n")
    assert (attempt.verdict, round(attempt.score, 5)) == (verdict, round(score, 5))


def test_prompts_have_numbers_and_options_letters() -> None:
    _, shown = ask(PAIRS, "1b 2a\n")
    assert "Question 1 of 1 \u00b7 match \u00b7 RAG" in shown
    assert "\n 1 Retriever\n 2 [1] Generator\n\n a Writes {text}\n b Finds = passages\n" in shown


def test_wrong_pairs_are_shown_with_what_the_notes_say_of_each() -> None:
    _, shown = ask(PAIRS, "1c 2a\n")
    assert "\u25d0 Partly right: 1 of 2 pairs." in shown
    assert "That is 50%." in shown
    assert "\u201cIt finds & returns them.\u201d" in shown
    assert "page 7\n\u201cIt writes.\u201d" in shown


def test_pairs_that_one_place_settles_name_it_once() -> None:
    there = replace(PAIRS.pairs[0].evidence, quote="It writes.")
    item = replace(PAIRS, pairs=(PAIRS.pairs[0], replace(PAIRS.pairs[1], evidence=there)))
    for typed in ("1b 2a\n", "1c 2a\n"):
        assert ask(item, typed)[1].count("line") == 1


def test_a_long_answer_ends_with_an_empty_line() -> None:
    attempt, shown = ask(LONG, "One finds passages.\nThe other writes.\n\n")
    assert attempt.response == "One finds passages.\nThe other writes."
    assert "answer in a few sentences" in shown


def test_a_long_answer_counts_where_the_input_ends() -> None:
    attempt, _ = ask(LONG, "One finds passages.")
    assert attempt.response == "One finds passages."


def test_each_point_is_shown_with_the_notes_own_words() -> None:
    rubric = tuple(
        replace(point, text=text)
        for point, text in zip(
            LONG.rubric,
            ("The retriever finds passages.", "The generator writes the answer."),
            strict=True,
        )
    )
    attempt, shown = ask(replace(LONG, rubric=rubric), "The retriever finds passages.\n\n")
    assert (attempt.verdict, attempt.score) == (Verdict.PARTLY, 0.5)
    assert "\n \u2713 The retriever finds passages.\n" in shown
    assert "\u201cFinding is one thing.\u201d" in shown
    assert "\n \u2717 The generator writes the answer.\n" in shown
    assert "page 3\n   \u201cWriting is another.\u201d" in shown
    assert shown.endswith("0 of 1 right, 1 partly.\n")


def test_points_are_told_in_words_where_nothing_is_drawn() -> None:
    grade_ = grade(LONG, "Something else entirely, with no bearing.")
    shown = drawn(quiz_items.marking(LONG, grade_, fancy=False))
    assert "Not there: One finds {passages}." in shown
    assert "\u2717" not in shown


@pytest.mark.parametrize("item", ALL, ids=lambda item: item.kind)
def test_q_stops_at_every_kind(item: QuizItem) -> None:
    score, attempts, shown = play("q\n", QuizUnderway(None, (item,)))
    assert (score.answered, attempts) == (0, [])
    assert shown.endswith("No question answered.\n")


def test_a_q_that_is_an_answer_stops_nothing() -> None:
    gap = replace(ITEMS[2], keys=("Q",))
    attempt, _ = ask(gap, "q\n")
    assert attempt.correct
    many = replace(SEVERAL, options=tuple(f"option {n}" for n in range(20)))
    assert not stops(many, "q")
    assert stops(SEVERAL, "q")


@pytest.mark.parametrize("width", [60, 80, 140])
@pytest.mark.parametrize("item", ALL, ids=lambda item: item.kind)
def test_questions_and_markings_keep_to_the_width(item: QuizItem, width: int) -> None:
    long = replace(item, stem=f"{item.stem} " + "and so on " * 30)
    shown = drawn(quiz_items.question(long, 1, 1), width)
    shown += drawn(quiz_items.marking(item, grade(item, "wrong"), fancy=True), width)
    assert max(map(len, shown.split("\n"))) <= width


def test_items_with_hostile_texts_are_shown_without_harm() -> None:
    screen, out, _ = screen_of(True)
    for item in (PAIRS, LONG):
        bad = replace(
            item,
            options=tuple(f"{HOSTILE}{n}" for n, _ in enumerate(item.options)),
            pairs=tuple(replace(one, prompt=HOSTILE) for one in item.pairs),
            rubric=tuple(replace(one, text=HOSTILE) for one in item.rubric),
        )
        screen.show(quiz_items.question(bad, 1, 1))
        screen.show(quiz_items.marking(bad, grade(bad, f"{HOSTILE} is it."), fancy=True))
    assert steers(SGR.sub("", out.getvalue())) == []


@pytest.mark.parametrize(
    ("item", "typed"), [(PAIRS, ["1z", "1b 2a"]), (ITEMS[0], ["x", "B"]), (ITEMS[1], ["d", "t"])]
)
def test_who_is_not_understood_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, item: QuizItem, typed: list[str]
) -> None:
    lines = iter(typed)
    monkeypatch.setattr("builtins.input", lambda _prompt: next(lines))
    screen, out, _ = screen_of(True)
    attempts: list[Attempt] = []
    session = QuizSession(
        screen,
        PlainReader(),
        grade=grade,
        record=lambda _item, attempt: attempts.append(attempt),
        now=lambda: NOW,
    )
    session.run(QuizUnderway(None, (item,)))
    assert "Only letters and numbers of this question" in out.getvalue()
    assert [attempt.correct for attempt in attempts] == [True]
