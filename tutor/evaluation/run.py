"""Putting a question set to the tutor and summing up what came back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tutor.errors import TutorError, UnusableReply
from tutor.evaluation.citations import check_citations
from tutor.evaluation.dataset import Cost, Item, Prediction
from tutor.evaluation.metrics import CUTOFFS, Figures, Outcome, by_kind, judge_all, summarise
from tutor.schema import AnswerKind, Passage, Progress

if TYPE_CHECKING:
    from tutor.app import Tutor

Answerer = Callable[[Item], Prediction]
"""Answers one item; the program and the benchmarks each have their own."""


@dataclass(frozen=True)
class Evaluation:
    """How the questions went that were put, of ``asked_for`` that should have been.

    ``failure`` is the error that ended it before its time, if one did.
    """

    outcomes: tuple[Outcome, ...]
    asked_for: int
    failure: TutorError | None = None

    @property
    def complete(self) -> bool:
        """Whether every question was put."""
        return len(self.outcomes) == self.asked_for

    @cached_property
    def overall(self) -> Figures:
        """The figures over all questions."""
        return summarise(self.outcomes)

    @cached_property
    def kinds(self) -> dict[str, Figures]:
        """The figures by kind of question."""
        return by_kind(self.outcomes)

    @property
    def predictions(self) -> tuple[Prediction, ...]:
        """What was answered, in the order of the set."""
        return tuple(outcome.prediction for outcome in self.outcomes)

    @property
    def misses(self) -> tuple[Outcome, ...]:
        """The items that were not answered rightly, in the order of the set."""
        return tuple(outcome for outcome in self.outcomes if not outcome.right)


def evaluate(
    items: Sequence[Item],
    answerer: Answerer,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    stopped: threading.Event | None = None,
) -> Evaluation:
    """Put every item to ``answerer`` and return what came of it.

    A reply that cannot be used is a wrong answer like any other. Any other error ends the run
    and is its ``failure``; so does ``stopped``, once it is set. The question at hand is then
    dropped, because its answer may be half of one, and what was answered before is summed up.
    """
    stop = stopped or threading.Event()
    predictions: list[Prediction] = []
    failure: TutorError | None = None
    on_progress(Progress("questions", 0, len(items)))
    for done, item in enumerate(items, 1):
        try:
            answered = answerer(item)
        except UnusableReply:
            answered = Prediction(item.id)
        except TutorError as error:
            failure = error
            break
        if stop.is_set():
            break
        predictions.append(answered)
        on_progress(Progress("questions", done, len(items)))
    if stop.is_set():
        failure = None  # whatever a question ends in that is stopped
    return Evaluation(judge_all(items[: len(predictions)], predictions), len(items), failure)


def answerer_of(tutor: Tutor, course: str | None, stopped: threading.Event) -> Answerer:
    """Return what answers one item as ``tutor ask`` would, and checks the citations.

    Passages are searched for again with the query of the answer, because the figures look
    further down the list than an answer does; that is not part of the time an answer took.
    """

    def answer(item: Item) -> Prediction:
        started = time.perf_counter()
        answered = tutor.ask(item.question, course=course, history=item.history, cancelled=stopped)
        seconds = time.perf_counter() - started
        found = tutor.search(answered.query, k=max(CUTOFFS), course=course)
        usage = answered.usage
        return Prediction(
            id=item.id,
            passages=tuple(passage.text for passage in found),
            answer=answered.text,
            abstained=answered.kind is AnswerKind.ABSTAINED,
            places=tuple(_place(passage) for passage in found),
            sentences=check_citations(answered, tutor.grounds),
            cost=Cost(seconds, usage.prompt_tokens, usage.completion_tokens),
        )

    return answer


def _place(passage: Passage) -> str:
    lines = f"{passage.start_line}-{passage.end_line}"
    return f"{passage.source}:{f'page {passage.page}' if passage.page else lines}"
