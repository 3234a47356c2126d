"""Bayesian knowledge tracing, against values worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from answered import answered, item_of
from hypothesis import given
from hypothesis import strategies as st

from tutor.progress.mastery import LEARN, MASTERED, PRIOR, guess_of, mastery, trace
from tutor.schema import Attempt, ItemKind, Pair, QuizItem, Rating, Verdict

CHOICE = item_of(ItemKind.MULTIPLE_CHOICE, 4)
TYPED = item_of(ItemKind.CLOZE)

shares = st.floats(0.001, 0.999)


@pytest.mark.parametrize(
    ("known", "score", "guess", "expected"),
    [
        # (0.5 * 0.9) / (0.5 * 0.9 + 0.5 * 0.25) = 18/23; 18/23 + 5/23 * 0.1 = 0.804348
        (0.5, 1.0, 0.25, 0.804348),
        # (0.5 * 0.1) / (0.5 * 0.1 + 0.5 * 0.75) = 2/17; 2/17 + 15/17 * 0.1 = 0.205882
        (0.5, 0.0, 0.25, 0.205882),
        # (0.25 * 0.9) / (0.25 * 0.9 + 0.75 * 0.5) = 3/8; 3/8 + 5/8 * 0.1 = 0.4375
        (0.25, 1.0, 0.5, 0.4375),
        # half of each conclusion: (18/23 + 2/17) / 2 = 0.450128; + 0.549872 * 0.1 = 0.505115
        (0.5, 0.5, 0.25, 0.505115),
    ],
)
def test_one_attempt_is_weighed_as_worked_out_by_hand(
    known: float, score: float, guess: float, expected: float
) -> None:
    assert trace(known, score, guess=guess, slip=0.1, learn=0.1) == pytest.approx(
        expected, abs=1e-6
    )


def test_without_guess_slip_and_learning_one_answer_settles_it() -> None:
    assert trace(0.5, 1.0, guess=0.0, slip=0.0, learn=0.0) == 1.0
    assert trace(0.5, 0.0, guess=0.0, slip=0.0, learn=0.0) == 0.0


@given(known=shares, guess=st.floats(0.0, 0.5), better=shares, worse=shares)
def test_a_better_score_never_shows_less_and_all_stay_probabilities(
    known: float, guess: float, better: float, worse: float
) -> None:
    low, high = sorted((worse, better))
    assert 0 <= trace(known, low, guess=guess) <= trace(known, high, guess=guess) + 1e-12 <= 1.001


@pytest.mark.parametrize(
    ("item", "chance"),
    [
        (item_of(ItemKind.MULTIPLE_CHOICE, 4), 1 / 4),
        (item_of(ItemKind.MULTIPLE_CHOICE, 1), 1 / 2),
        (item_of(ItemKind.TRUE_FALSE, 2), 1 / 2),
        (item_of(ItemKind.MULTIPLE_RESPONSE, 4), 1 / 15),
        (item_of(ItemKind.ORDERING, 4), 1 / 24),
        (item_of(ItemKind.CLOZE), 0.05),
        (item_of(ItemKind.LONG_ANSWER), 0.05),
    ],
)
def test_the_chance_to_guess_follows_from_the_kind_of_item(item: QuizItem, chance: float) -> None:
    assert guess_of(item) == pytest.approx(chance)


def test_matching_is_guessed_as_seldom_as_its_pairs_can_be_dealt() -> None:
    item = item_of(ItemKind.MATCHING, 4)
    pairs = tuple(Pair(f"prompt {n}", item.options[n], item.evidence) for n in range(3))
    assert guess_of(replace(item, pairs=pairs)) == pytest.approx(1 / 24)


def level(*history: tuple[QuizItem, Attempt]) -> float:
    (topic,) = mastery(history)
    return topic.mastery


def test_a_right_choice_shows_less_than_right_words_and_a_right_verdict_least() -> None:
    right = answered()
    lucky = level((item_of(ItemKind.TRUE_FALSE, 2), right))
    assert PRIOR < lucky < level((CHOICE, right)) < level((TYPED, right)) < MASTERED


def test_a_topic_is_known_after_two_right_words_and_after_one_slip_still_nearly() -> None:
    twice = [(TYPED, answered(days=day)) for day in range(2)]
    assert level(*twice) > MASTERED
    slipped = level(*twice, (TYPED, answered(Rating.AGAIN, days=3)))
    assert 0.6 < slipped < MASTERED


def test_where_the_grader_was_not_sure_the_learner_tells() -> None:
    def unsure(rating: Rating) -> float:
        return level((TYPED, answered(rating, verdict=Verdict.NOT_SURE, score=0.0)))

    assert unsure(Rating.HARD) == pytest.approx(PRIOR + (1 - PRIOR) * LEARN)
    assert unsure(Rating.AGAIN) == level((TYPED, answered(Rating.AGAIN)))
    assert unsure(Rating.GOOD) == level((TYPED, answered()))


def test_topics_are_told_apart_by_course_and_come_least_known_first() -> None:
    elsewhere = replace(CHOICE, evidence=replace(CHOICE.evidence, course="biology"))
    found = mastery(
        [
            (CHOICE, answered(days=0)),
            (CHOICE, answered(Rating.AGAIN, topic="Ranking", days=1)),
            (elsewhere, answered(Rating.AGAIN, days=2)),
            (CHOICE, answered(days=3)),
        ]
    )
    assert [(one.topic, one.course, one.attempts) for one in found] == [
        ("Retrieval", "biology", 1),
        ("Ranking", "notes", 1),
        ("Retrieval", "notes", 2),
    ]
    assert found[2].last == answered(days=3).at


def test_nothing_tried_is_nothing_known() -> None:
    assert mastery([]) == []
