"""Two results over the same questions, side by side: what changed, and whether by chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb

from tutor.errors import SettingsError
from tutor.evaluation.metrics import Figures, Outcome, by_kind, summarise
from tutor.evaluation.run import Evaluation

SURE = 0.05
"""The p-value from which a difference is taken for more than chance."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One question in both results."""

    before: Outcome
    after: Outcome


@dataclass(frozen=True, slots=True)
class Change:
    """Questions that went one way before and the other after, in one respect.

    ``p`` is the two-sided p-value of McNemar's exact test (McNemar 1947): how likely chance
    would share the changed questions out as unevenly, were both results equally good.
    """

    won: tuple[Pair, ...]
    lost: tuple[Pair, ...]
    p: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two results over the questions that both were asked; ``left_out`` counts the others."""

    pairs: tuple[Pair, ...]
    left_out: int
    before: Figures
    after: Figures
    kinds: dict[str, tuple[Figures, Figures]]
    answers: Change
    passages: Change


def compare(before: Evaluation, after: Evaluation) -> Comparison:
    """Pair two evaluations, question by question.

    Raises:
        SettingsError: they have no question in common.
    """
    known = {_key(one): one for one in before.outcomes}
    pairs = tuple(Pair(known[_key(one)], one) for one in after.outcomes if _key(one) in known)
    if not pairs:
        raise SettingsError(
            "The two results have no question in common. Run both over one question set."
        )
    old = [pair.before for pair in pairs]
    new = [pair.after for pair in pairs]
    earlier, later = by_kind(old), by_kind(new)
    return Comparison(
        pairs=pairs,
        left_out=len(before.outcomes) + len(after.outcomes) - 2 * len(pairs),
        before=summarise(old),
        after=summarise(new),
        kinds={kind: (earlier[kind], later[kind]) for kind in later if kind in earlier},
        answers=_change(pairs, lambda one: one.right),
        passages=_change(
            [pair for pair in pairs if pair.after.item.answerable], lambda one: one.hit(5)
        ),
    )


def sign_test(won: int, lost: int) -> float:
    """Return the two-sided p-value of ``won`` against ``lost`` by the exact binomial test."""
    changed = won + lost
    tail = sum(comb(changed, rarer) for rarer in range(min(won, lost) + 1))
    return min(1.0, 2 * tail / (1 << changed))


def _key(outcome: Outcome) -> tuple[str, str]:
    return outcome.item.id, outcome.item.question


def _change(pairs: Sequence[Pair], good: Callable[[Outcome], bool]) -> Change:
    won = tuple(pair for pair in pairs if good(pair.after) and not good(pair.before))
    lost = tuple(pair for pair in pairs if good(pair.before) and not good(pair.after))
    return Change(won, lost, sign_test(len(won), len(lost)))
