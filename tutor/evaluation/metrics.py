"""The figures of an evaluation: retrieval, answers, abstention and citations, by group.

Retrieval (answerable items only): ``recall[k]`` is the share of items whose gold groups are all
shown by the first k passages, ``mrr`` the mean of 1 / (rank at which they all are, up to 10) and
``coverage`` the mean share of gold groups shown by the first 5. Answers: the share of items
answered rightly, where declining is right exactly for items without gold. Abstention treats
those items as the positives. Citations: see ``evaluation.citations``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from tutor.evaluation.dataset import Cost, Item, Prediction
from tutor.evaluation.matching import has_every_phrase, rank_of

CUTOFFS = (1, 3, 5, 10)
"""The depths at which recall is reported."""

AXES: dict[str, Callable[[Item], str]] = {
    "kind": lambda item: item.kind,
    "doc": lambda item: item.doc or "none",
    "difficulty": lambda item: str(item.difficulty),
}
"""What the figures can be split by."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one item went. ``ranks`` holds, per gold group, the 1-based rank that shows it."""

    item: Item
    prediction: Prediction
    ranks: tuple[int | None, ...]
    right: bool

    @property
    def abstained(self) -> bool:
        """Whether the tutor said that the notes do not cover the question."""
        return self.prediction.abstained

    @property
    def words(self) -> int:
        """Length of the answer."""
        return len(self.prediction.answer.split())

    def hit(self, depth: int) -> bool:
        """Tell whether the first ``depth`` passages show every gold group."""
        return all(rank is not None and rank <= depth for rank in self.ranks)

    @property
    def reciprocal_rank(self) -> float:
        """1 / (rank at which every group has been shown), 0 where one never is."""
        found = [rank for rank in self.ranks if rank is not None]
        return 1.0 / max(found) if len(found) == len(self.ranks) else 0.0

    @property
    def coverage(self) -> float:
        """Share of the gold groups that the first 5 passages show."""
        return sum(rank is not None and rank <= 5 for rank in self.ranks) / len(self.ranks)

    @property
    def citation_precision(self) -> float:
        """Share of the answer's citations that are to the point, 0 where it has none."""
        cited = sum(one.citations for one in self.prediction.sentences)
        return sum(one.apt for one in self.prediction.sentences) / cited if cited else 0.0

    @property
    def citation_recall(self) -> float:
        """Share of the answer's sentences that hold by what they cite."""
        sentences = self.prediction.sentences
        return sum(one.supported for one in sentences) / len(sentences)


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over a set of outcomes; ``None`` where nothing of the kind was in the set.

    ``unmarked`` counts sentences that no passage supports and no mark warns of. ``seconds`` is
    the mean and ``median_seconds`` the p50 of the time a question took, ``tokens_read`` and
    ``tokens_written`` the mean of the model's tokens.
    """

    items: int
    recall: dict[int, float | None]
    mrr: float | None
    coverage: float | None
    answer: float | None
    abstention_precision: float | None
    abstention_recall: float | None
    false_abstention: float | None
    citation_precision: float | None
    citation_recall: float | None
    unmarked: int
    words: float | None
    seconds: float | None
    median_seconds: float | None
    tokens_read: float | None
    tokens_written: float | None


def judge(item: Item, prediction: Prediction) -> Outcome:
    """Hold one prediction against its item."""
    if item.answerable:
        right = (
            not prediction.abstained
            and bool(prediction.answer)
            and has_every_phrase(item.must, prediction.answer)
        )
    else:
        right = prediction.abstained
    passages = prediction.passages[: CUTOFFS[-1]]
    return Outcome(item, prediction, tuple(rank_of(one, passages) for one in item.groups), right)


def judge_all(items: Sequence[Item], predictions: Iterable[Prediction]) -> tuple[Outcome, ...]:
    """Judge every item; one without a prediction counts as failed, not as left out."""
    by_id = {prediction.id: prediction for prediction in predictions}
    return tuple(judge(item, by_id.get(item.id, Prediction(item.id))) for item in items)


def summarise(outcomes: Sequence[Outcome]) -> Figures:
    """Return the means over ``outcomes``."""
    answerable = [one for one in outcomes if one.item.answerable]
    declined = [one for one in outcomes if one.abstained]
    beyond = [one for one in outcomes if not one.item.answerable]
    caught = sum(one.abstained for one in beyond)
    cited = [one for one in outcomes if one.prediction.sentences]
    costs = [one.prediction.cost for one in outcomes if one.prediction.cost is not None]
    return Figures(
        items=len(outcomes),
        recall={depth: _mean(one.hit(depth) for one in answerable) for depth in CUTOFFS},
        mrr=_mean(one.reciprocal_rank for one in answerable),
        coverage=_mean(one.coverage for one in answerable),
        answer=_mean(one.right for one in outcomes),
        abstention_precision=_share(caught, len(declined)),
        abstention_recall=_share(caught, len(beyond)),
        false_abstention=_share(len(declined) - caught, len(answerable)),
        citation_precision=_mean(one.citation_precision for one in cited),
        citation_recall=_mean(one.citation_recall for one in cited),
        unmarked=sum(one.unmarked for answer in cited for one in answer.prediction.sentences),
        words=_mean(one.words for one in outcomes),
        **_costs(costs),
    )


def by_kind(outcomes: Sequence[Outcome]) -> dict[str, Figures]:
    """Return the figures of each kind of question, kinds in alphabetical order."""
    return by(outcomes, AXES["kind"])


def by(outcomes: Sequence[Outcome], key: Callable[[Item], str]) -> dict[str, Figures]:
    """Return the figures of each group of items that share ``key``, in its order."""
    names = sorted({key(one.item) for one in outcomes})
    return {name: summarise([one for one in outcomes if key(one.item) == name]) for name in names}


def _costs(costs: Sequence[Cost]) -> dict[str, float | None]:
    return {
        "seconds": _mean(one.seconds for one in costs),
        "median_seconds": median(one.seconds for one in costs) if costs else None,
        "tokens_read": _mean(one.tokens_read for one in costs),
        "tokens_written": _mean(one.tokens_written for one in costs),
    }


def _mean(values: Iterable[float]) -> float | None:
    listed = list(values)
    return sum(listed) / len(listed) if listed else None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
