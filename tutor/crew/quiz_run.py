"""One run of the quiz maker: the items so far, and what became of each draft."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tutor.quiz.desk import Desk
from tutor.quiz.drafting import Draft, Tally
from tutor.quiz.gates import Rejection, check, check_beside
from tutor.quiz.selection import Demand
from tutor.schema import ItemKind, QuizItem

TRIAL, ENOUGH = 8, 0.25
"""Wordings after which a model goes on wording only if this share of them passed."""


@dataclass(slots=True)
class QuizRun:
    """One call of ``draft``: the items so far (on the desk), and what became of the drafts.

    ``most`` items may be of one kind for now, and each meets the ``demand``. ``refused`` are the
    identities of proposals that were chosen before, and the names of briefs that were worded, kept
    or not. ``worded`` holds the items that the model worded, and ``None`` for each that did not
    pass.
    """

    desk: Desk
    kinds: Sequence[ItemKind]
    tried: int = 0
    most: int = 1
    demand: Demand = Demand.PASSING
    refused: list[str] = field(default_factory=list)
    worded: list[QuizItem | None] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    tallies: dict[ItemKind, Tally] = field(default_factory=lambda: defaultdict(Tally))

    @property
    def words_pay(self) -> bool:
        """Whether enough of what the model worded has passed so far."""
        passed = len(self.worded) - self.worded.count(None)
        return len(self.worded) < TRIAL or passed >= ENOUGH * len(self.worded)

    def most_wanted(self) -> list[ItemKind]:
        """Return the kinds of which more may come, that of which there are fewest first."""
        made = [item.kind for item in self.desk.items]
        wanted = [kind for kind in self.kinds if made.count(kind) < self.most]
        return sorted(wanted, key=made.count)

    def settle(
        self,
        kind: ItemKind,
        versions: Iterable[QuizItem | None],
        examine: Callable[[QuizItem], list[Rejection]],
    ) -> bool:
        """Keep the first version that passes; say whether there was any version at all."""
        failed = 0
        for item in versions:
            if item is not None and self._passes(item, examine):
                self.desk.keep(item)
                self.tallies[kind].first += not failed
                self.tallies[kind].mended += bool(failed)
                return True
            failed += 1
        self.tallies[kind].dropped += bool(failed)
        return bool(failed)

    def _passes(self, item: QuizItem, examine: Callable[[QuizItem], list[Rejection]]) -> bool:
        """Ask the gates, and last, for it takes longest, the model itself."""
        notes = self.desk.glossary
        reasons = check_beside(item, self.desk.items) or check(item, notes) or examine(item)
        self.rejections += reasons[:1]
        return not reasons

    def draft(self, count: int) -> Draft:
        """Return what was made."""
        return Draft(
            count,
            tuple(self.desk.items),
            tuple(self.rejections),
            self.tried,
            self.desk.level,
            {kind: tally for kind, tally in self.tallies.items() if tally != Tally()},
        )
