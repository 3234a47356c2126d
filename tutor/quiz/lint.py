"""A whole item bank under the gates, whoever wrote it, with the figures that single items hide.

Items of others cite no passage; then all gates that need none are still asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from tutor.quiz.formats.record import fault
from tutor.quiz.gates import Rejection, check, check_beside
from tutor.quiz.items import TRUE, is_longest, quotes
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.verdict_cues import CUES, lead_of_true
from tutor.schema import ItemKind, QuizItem

FEWEST = 8
"""Items from which a bank can be said to lean to one place or length."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An item and every reason that a gate has against it."""

    item: QuizItem
    rejections: tuple[Rejection, ...]


@dataclass(frozen=True, slots=True)
class LintReport:
    """What the gates say of an item bank.

    ``key_places`` counts at which place, from 1, the key of a multiple-choice item lies.
    ``longest_keys`` is the share, 0 to 1, of multiple-choice items whose key is the longest option,
    ``by_chance`` what it would be by chance. ``covered`` and ``sections`` count the sections of the
    notes that items cite, and all there are. ``bank`` are reasons against the bank as a whole.
    """

    items: int
    findings: tuple[Finding, ...]
    bank: tuple[Rejection, ...]
    kinds: Mapping[ItemKind, int]
    key_places: Mapping[int, int]
    longest_keys: float
    by_chance: float
    true_share: float
    repeats: int
    covered: int
    sections: int

    @property
    def passed(self) -> int:
        """The number of items that no gate has anything against."""
        return self.items - len(self.findings)


def lint(items: Sequence[QuizItem], glossary: Glossary) -> LintReport:
    """Run every gate on every item and take the figures of the bank.

    An item that cannot be asked as it stands is a finding, and is left out of the figures.
    """
    whole: list[QuizItem] = []
    findings = []
    for item in items:
        if why := fault(item):
            reasons = [Rejection("can be asked", f"{why[:1].upper()}{why[1:]}.", item.stem)]
        else:
            reasons = [*check_beside(item, whole), *check(item, glossary)]
            whole.append(item)
        if reasons:
            findings.append(Finding(item, tuple(reasons)))
    choices = _choices(whole)
    verdicts = [item.key for item in whole if item.kind is ItemKind.TRUE_FALSE]
    cited = {glossary.chunks[i].heading for i in _cited(whole) if i in glossary.chunks}
    named = [(gate.__name__.replace("_", " "), gate(whole)) for gate in BANK_GATES]
    return LintReport(
        items=len(items),
        findings=tuple(findings),
        bank=tuple(Rejection(name, reason, "") for name, reason in named if reason),
        kinds=Counter(item.kind for item in whole),
        key_places=Counter(item.options.index(item.key) + 1 for item in choices),
        longest_keys=_share([is_longest(item) for item in choices]),
        by_chance=_share([1 / len(item.options) for item in choices]),
        true_share=_share([key == TRUE for key in verdicts]),
        repeats=sum(any(r.gate == "not a repeat" for r in f.rejections) for f in findings),
        covered=len(cited),
        sections=len({chunk.heading for chunk in glossary.chunks.values()}),
    )


def key_places_are_even(items: Sequence[QuizItem]) -> str:
    """Demand that no place holds the key far more often than the others."""
    choices = _choices(items)
    places = Counter(item.options.index(item.key) for item in choices)
    for place, count in sorted(places.items()):
        expected = sum(1 / len(item.options) for item in choices if place < len(item.options))
        if len(choices) >= FEWEST and count > expected + 2 * sqrt(expected):
            return f"{count} of {len(choices)} keys lie at place {place + 1}."
    return ""


def length_does_not_tell_the_key(items: Sequence[QuizItem]) -> str:
    """Demand that the key is the longest option no more often than chance has it."""
    choices = _choices(items)
    longest = sum(map(is_longest, choices))
    expected = sum(1 / len(item.options) for item in choices)
    if len(choices) >= FEWEST and longest > expected + 2 * sqrt(expected):
        return f"The key is the longest option in {longest} of {len(choices)} items."
    return ""


def verdicts_are_even(items: Sequence[QuizItem]) -> str:
    """Demand that true and false statements are about as many."""
    keys = [item.key for item in items if item.kind is ItemKind.TRUE_FALSE]
    right = sum(key == TRUE for key in keys)
    if len(keys) >= FEWEST and abs(2 * right - len(keys)) > 2 * sqrt(len(keys)):
        return f"{right} of {len(keys)} statements are true."
    return ""


def form_does_not_tell_the_verdict(items: Sequence[QuizItem]) -> str:
    """Demand that statements of one form, such as those with "because", have both verdicts."""
    for cue, pattern in CUES.items():
        alike = [
            item for item in items if item.kind is ItemKind.TRUE_FALSE and pattern.search(item.stem)
        ]
        lead = lead_of_true(alike)
        if len(alike) >= FEWEST and abs(lead) > 2 * sqrt(len(alike)):
            right = (len(alike) + lead) // 2
            return f"{right} of {len(alike)} statements of one form ({cue}) are true."
    return ""


BANK_GATES: tuple[Callable[[Sequence[QuizItem]], str], ...] = (
    key_places_are_even,
    length_does_not_tell_the_key,
    verdicts_are_even,
    form_does_not_tell_the_verdict,
)
"""The gates for a bank as a whole."""


def _choices(items: Sequence[QuizItem]) -> list[QuizItem]:
    return [
        item for item in items if item.kind is ItemKind.MULTIPLE_CHOICE and item.key in item.options
    ]


def _cited(items: Sequence[QuizItem]) -> set[str]:
    cited = {item.evidence.chunk_id for item in items if quotes(item)}
    return cited | {pair.evidence.chunk_id for item in items for pair in item.pairs}


def _share(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
