"""Putting a question set to the tutor and summing up what came back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tutor.evaluation.dataset import Item, Prediction
from tutor.evaluation.metrics import Figures, Outcome, by_kind, judge_all, summarise
from tutor.schema import Answer, AnswerKind, Passage, Progress

Answerer = Callable[[Item], Prediction]
"""Answers one item; ``app`` and the benchmarks each have their own."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome of a whole question set; ``kinds`` are the figures by kind of question."""

    predictions: tuple[Prediction, ...]
    outcomes: tuple[Outcome, ...]
    overall: Figures
    kinds: dict[str, Figures]

    @property
    def misses(self) -> tuple[Outcome, ...]:
        """The items that were not answered rightly, in the order of the set."""
        return tuple(outcome for outcome in self.outcomes if not outcome.right)


def evaluate(
    items: Sequence[Item],
    answerer: Answerer,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Evaluation:
    """Put every item to ``answerer`` and return the figures; its errors pass through."""
    predictions = []
    for done, item in enumerate(items, 1):
        predictions.append(answerer(item))
        on_progress(Progress("questions", done, len(items)))
    outcomes = judge_all(items, predictions)
    return Evaluation(tuple(predictions), outcomes, summarise(outcomes), by_kind(outcomes))


def prediction(item: Item, answer: Answer, passages: Sequence[Passage] | None = None) -> Prediction:
    """Return what is judged of ``answer``; ``passages`` where more were found than it used."""
    found = answer.passages if passages is None else passages
    return Prediction(
        id=item.id,
        passages=tuple(passage.text for passage in found),
        answer=answer.text,
        abstained=answer.kind is AnswerKind.ABSTAINED,
    )
