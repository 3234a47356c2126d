"""The figures of an evaluation: retrieval, answers and abstention, overall and by kind.

Retrieval (answerable items only): ``recall[k]`` is the share of items whose gold groups are all
shown by the first k passages, ``mrr`` the mean of 1 / (rank at which they all are, up to 10) and
``coverage`` the mean share of gold groups shown by the first 5. Answers: the share of items
answered rightly, where declining is right exactly for items without gold. Abstention treats
those items as the positives.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from tutor.evaluation.dataset import Item, Prediction

CUTOFFS = (1, 3, 5, 10)
"""The depths at which recall is reported."""

SPAN_SHARE = 0.6
"""Share of a gold span that a passage must hold in one run, as chunks may cut a span."""

SPAN_TOKENS = 5
"""Fewest tokens of a gold span that count as showing it, unless the span is shorter."""

_WORD = re.compile(r"[^\W_]+")
_DASHES = re.compile("[-\u2010-\u2015\u2212]")
_MARKUP = re.compile(r"[*`\\$]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'})
_ENDINGS = "(?:'s|s|es|d|ed|ing)?"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one item went. ``ranks`` holds, per gold group, the 1-based rank that shows it."""

    item: Item
    ranks: tuple[int | None, ...]
    abstained: bool
    right: bool
    words: int

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


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over a set of outcomes; ``None`` where nothing of the kind was in the set."""

    items: int
    recall: dict[int, float | None]
    mrr: float | None
    coverage: float | None
    answer: float | None
    abstention_precision: float | None
    abstention_recall: float | None
    false_abstention: float | None
    words: float | None


def judge(item: Item, prediction: Prediction) -> Outcome:
    """Hold one prediction against its item."""
    passages = prediction.passages[: CUTOFFS[-1]]
    if item.answerable:
        right = (
            not prediction.abstained
            and bool(prediction.answer)
            and has_every_phrase(item.must, prediction.answer)
        )
    else:
        right = prediction.abstained
    return Outcome(
        item=item,
        ranks=tuple(_rank(group, passages) for group in item.groups),
        abstained=prediction.abstained,
        right=right,
        words=len(prediction.answer.split()),
    )


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
    return Figures(
        items=len(outcomes),
        recall={depth: _mean(one.hit(depth) for one in answerable) for depth in CUTOFFS},
        mrr=_mean(one.reciprocal_rank for one in answerable),
        coverage=_mean(one.coverage for one in answerable),
        answer=_mean(one.right for one in outcomes),
        abstention_precision=_share(caught, len(declined)),
        abstention_recall=_share(caught, len(beyond)),
        false_abstention=_share(len(declined) - caught, len(answerable)),
        words=_mean(one.words for one in outcomes),
    )


def by_kind(outcomes: Sequence[Outcome]) -> dict[str, Figures]:
    """Return the figures of each kind of question, kinds in alphabetical order."""
    return by(outcomes, lambda item: item.kind)


def by(outcomes: Sequence[Outcome], key: Callable[[Item], str]) -> dict[str, Figures]:
    """Return the figures of each group of items that share ``key``, in its order."""
    names = sorted({key(one.item) for one in outcomes})
    return {name: summarise([one for one in outcomes if key(one.item) == name]) for name in names}


# -------------------------------------------------------------------------- matching


def shows(span: str, passage: str) -> bool:
    """Tell whether ``passage`` shows the gold ``span``: in full, or most of it in one run.

    Full means equal after case and whitespace are evened out; most means 60 % of its tokens,
    and at least 5 of them (or all, if it has fewer).
    """
    if _even(span) in _even(passage):
        return True
    words = _tokens(span)
    if not words:
        return False
    least = max(ceil(SPAN_SHARE * len(words)), min(SPAN_TOKENS, len(words)))
    there = f" {' '.join(_tokens(passage))} "
    runs = (words[start : start + least] for start in range(len(words) - least + 1))
    return any(f" {' '.join(run)} " in there for run in runs)


def has_every_phrase(must: Sequence[Sequence[str]], answer: str) -> bool:
    """Tell whether ``answer`` has at least one phrase of every list in ``must``."""
    text = _plain(answer)
    return all(any(_has_phrase(phrase, text) for phrase in phrases) for phrases in must)


def _rank(group: Sequence[str], passages: Sequence[str]) -> int | None:
    for rank, passage in enumerate(passages, 1):
        if any(shows(span, passage) for span in group):
            return rank
    return None


def _has_phrase(phrase: str, text: str) -> bool:
    """Look for ``phrase`` as whole words in ``text`` (already plain); simple endings may follow."""
    wanted = _plain(phrase)
    if not wanted:
        return False
    before, after = "(?<![a-z0-9])", ""
    if wanted[0].isdigit():
        before += r"(?<!\d\.)"  # "5" is not in "2.5"
    elif not wanted[0].isalnum():
        before = ""
    if wanted[-1].isdigit():
        after = r"(?![a-z0-9])(?!\.\d)"
    elif wanted[-1].isalnum():
        after = f"{_ENDINGS}(?![a-z0-9])"
    return bool(re.search(before + re.escape(wanted) + after, text))


def _even(text: str) -> str:
    return " ".join(text.split()).lower()


def _tokens(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).lower())


def _plain(text: str) -> str:
    """Lower case without accents, Markdown, thousands separators; dashes become spaces."""
    letters = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()
    bare = _MARKUP.sub("", bare.translate(_QUOTES))
    return " ".join(_THOUSANDS.sub("", _DASHES.sub(" ", bare)).split())


def _mean(values: Iterable[float]) -> float | None:
    listed = list(values)
    return sum(listed) / len(listed) if listed else None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
