"""When items come back: FSRS over weeks, and how well an answer was known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import fsrs
import pytest
from answered import START, answered, item_of
from hypothesis import given
from hypothesis import strategies as st
from scripted_tutor import ITEMS

from tutor.progress.rating import attempted, rate, usual_seconds
from tutor.progress.scheduler import LEARNING_STEP, Card, due_from, outcomes, recall, replay, review
from tutor.schema import Attempt, Grade, ItemKind, Rating, Verdict

AGAIN, HARD, GOOD, EASY = Rating
RIGHT = Grade(Verdict.RIGHT, 1.0, "")


def card_after(*attempts: Attempt) -> Card:
    card = replay(attempts)
    assert card is not None
    return card


# -------------------------------------------------------------------------------- the queue


def test_what_was_answered_at_once_is_not_asked_again() -> None:
    assert replay([answered(), answered(EASY, days=3)]) is None


def test_what_was_missed_comes_back_in_ten_minutes_whatever_came_before() -> None:
    card = card_after(answered(days=-1), answered(AGAIN))
    assert card.due == START + timedelta(minutes=10) == START + LEARNING_STEP
    assert not card.in_review


@pytest.mark.parametrize("verdict", [Verdict.PARTLY, Verdict.NOT_SURE])
def test_what_was_not_quite_right_is_in_the_queue_too(verdict: Verdict) -> None:
    assert replay([answered(HARD, verdict=verdict, score=0.5)]) is not None


def test_the_learner_may_bring_a_lucky_guess_into_the_queue() -> None:
    assert replay([answered(AGAIN, verdict=Verdict.RIGHT, score=1.0)]) is not None


def days_until_due(ratings: Sequence[Rating]) -> list[float]:
    """Review an item that was missed each time it is due; return the days in between."""
    attempts = [answered(AGAIN)]
    waits = []
    for rating in ratings:
        due = card_after(*attempts).due
        attempts.append(replace(answered(rating), at=due))
        waits.append((card_after(*attempts).due - due) / timedelta(days=1))
    return waits


def test_the_intervals_of_good_answers_are_those_of_fsrs_6() -> None:
    assert days_until_due([GOOD] * 5) == [1, 2, 6, 18, 45]


def test_hard_answers_come_back_sooner_and_easy_ones_later() -> None:
    hard, good, easy = (days_until_due([GOOD, GOOD, rating])[-1] for rating in (HARD, GOOD, EASY))
    assert hard < good < easy


def test_a_lapse_begins_in_minutes_and_grows_slower_than_before() -> None:
    waits = days_until_due([GOOD, GOOD, GOOD, AGAIN, GOOD, GOOD])
    assert waits[3] == pytest.approx(LEARNING_STEP / timedelta(days=1))
    assert waits[4] == 1
    assert waits[5] < waits[2]


@given(st.lists(st.tuples(st.sampled_from(Rating), st.integers(1, 40)), min_size=1, max_size=12))
def test_cards_agree_with_fsrs_itself_where_full_days_go_by(
    reviews: list[tuple[Rating, int]],
) -> None:
    scheduler = fsrs.Scheduler(
        learning_steps=(LEARNING_STEP,), relearning_steps=(LEARNING_STEP,), enable_fuzzing=False
    )
    theirs, _ = scheduler.review_card(fsrs.Card(card_id=1, due=START), fsrs.Rating.Again, START)
    attempts, day = [answered(AGAIN)], 0
    for rating, wait in reviews:
        day += wait
        attempts.append(answered(rating, days=day))
        theirs, _ = scheduler.review_card(theirs, fsrs.Rating(rating), attempts[-1].at)
    ours = card_after(*attempts)
    assert (ours.due, ours.stability) == (theirs.due, theirs.stability)


# ------------------------------------------------------------------------------------- days


def test_an_evening_item_is_there_next_morning_and_the_night_counts_as_a_day() -> None:
    evening = card_after(answered(AGAIN), answered(days=0.02))
    assert evening.due > START + timedelta(days=1)
    assert due_from(evening, UTC) == datetime(2026, 3, 3, tzinfo=UTC)
    next_morning = review(evening, answered(days=0.6))
    next_evening = review(evening, answered(days=1.02))
    assert next_morning.stability == next_evening.stability > 1


def test_a_second_look_on_the_same_day_is_no_new_day() -> None:
    card = card_after(answered(AGAIN), answered(days=0.02))
    assert review(card, answered(days=0.2)).stability < 1


def test_the_day_begins_where_the_learner_lives() -> None:
    card = card_after(answered(AGAIN), answered(days=0.02))
    tokyo = timezone(timedelta(hours=9))
    assert due_from(card, tokyo) == datetime(2026, 3, 4, tzinfo=tokyo)


def test_minutes_are_not_rounded_to_days() -> None:
    card = card_after(answered(AGAIN))
    assert due_from(card, UTC) == card.due


def test_what_was_learned_is_forgotten_little_by_little() -> None:
    card = card_after(answered(AGAIN), answered(days=0.02), answered(days=1.02))
    chances = [recall(card, START + timedelta(days=day)) for day in (1.1, 4, 30, 365)]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > 0.95
    assert chances[-1] < 0.6


# ------------------------------------------------------------------------------------ replay


def test_the_same_attempts_give_the_same_card_whoever_replays_them() -> None:
    attempts = [answered(AGAIN), answered(days=1), answered(HARD, days=3), answered(days=9)]
    step_by_step: Card | None = None
    for attempt in attempts:
        step_by_step = review(step_by_step, attempt)
    assert replay(attempts) == replay(attempts) == step_by_step


def test_outcomes_are_what_a_review_would_make_of_each_rating() -> None:
    card = card_after(answered(AGAIN), answered(days=1))
    told = outcomes(card, answered(days=2))
    assert told == {rating: review(card, answered(rating, days=2)).due for rating in Rating}
    assert told[AGAIN] < told[HARD] <= told[GOOD] < told[EASY]


# ------------------------------------------------------------------------------------ rating


@pytest.mark.parametrize(
    ("grade", "seconds", "expected"),
    [
        (Grade(Verdict.WRONG, 0.0, ""), 1.0, AGAIN),
        (Grade(Verdict.PARTLY, 0.3, ""), 1.0, AGAIN),
        (Grade(Verdict.PARTLY, 0.5, ""), 1.0, HARD),
        (Grade(Verdict.NOT_SURE, 0.0, ""), 1.0, HARD),
        (RIGHT, 1.0, EASY),
        (RIGHT, 5.0, GOOD),
        (RIGHT, 60.0, HARD),
    ],
)
def test_a_rating_is_told_from_the_grade_and_the_time(
    grade: Grade, seconds: float, expected: Rating
) -> None:
    assert rate(ITEMS[0], "Passages", grade, seconds) is expected


def test_a_quick_verdict_may_be_a_guess_and_is_never_easy() -> None:
    assert rate(ITEMS[1], "True", RIGHT, 0.1) is GOOD


def test_longer_items_and_answers_may_take_longer() -> None:
    short = item_of(ItemKind.MULTIPLE_CHOICE, 3)
    long = replace(short, stem=f"{'word ' * 40}?")
    assert usual_seconds(long, "") == pytest.approx(usual_seconds(short, "") + 9, abs=1)
    typed = item_of(ItemKind.SHORT_ANSWER)
    assert usual_seconds(typed, "x" * 30) == pytest.approx(usual_seconds(typed, "") + 10)


@pytest.mark.parametrize("kind", ItemKind)
def test_every_kind_has_a_usual_time(kind: ItemKind) -> None:
    assert usual_seconds(item_of(kind, 3), "") > 3


def test_an_attempt_carries_all_that_the_loop_needs() -> None:
    made = attempted(ITEMS[0], "Passages", RIGHT, at=START, seconds=5.0)
    assert made == Attempt("i1", "Retrieval", "Passages", Verdict.RIGHT, 1.0, GOOD, START, 5.0)
    assert made.correct
