"""Pack stretches of text into chunks of about one size, cutting where it costs least.

Every cut has a cost, and every size has one, least at the target. The cuts with the least total
are found by dynamic programming, as Knuth and Plass break paragraphs into lines (Software:
Practice and Experience 11, 1981).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TARGET = 900
"""Characters that a chunk should have."""
LIMIT = 2 * TARGET
"""Characters that no chunk exceeds."""
FORCED = -10.0
"""The cost of a cut that has to be made."""
_FEWEST = 40
"""Characters below which a stretch is packed together with the next."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch that is not cut further; ``cost`` is that of a cut before it."""

    start: int
    end: int
    cost: float


def pack(units: Sequence[Unit]) -> list[tuple[int, int]]:
    """Return the spans of units joined at the least total cost of cuts and sizes."""
    units = _without_crumbs(units)
    best = [0.0]
    begin = [0]
    for j in range(1, len(units) + 1):
        cheapest, at = float("inf"), j - 1
        for i in range(j - 1, -1, -1):
            length = units[j - 1].end - units[i].start
            if length > LIMIT and i < j - 1:
                break
            cost = best[i] + units[i].cost + _cost_of_size(length)
            if cost < cheapest:
                cheapest, at = cost, i
        best.append(cheapest)
        begin.append(at)
    spans: list[tuple[int, int]] = []
    j = len(units)
    while j:
        spans.append((units[begin[j]].start, units[j - 1].end))
        j = begin[j]
    return spans[::-1]


def _without_crumbs(units: Sequence[Unit]) -> list[Unit]:
    """Join the smallest units with the next, so that packing takes time linear in the text."""
    joined: list[Unit] = []
    for unit in units:
        last = joined[-1] if joined else unit
        small = last.end - last.start < _FEWEST and unit.end - last.start < 3 * _FEWEST
        if joined and small and unit.cost > 0:
            joined[-1] = Unit(last.start, unit.end, last.cost)
        else:
            joined.append(unit)
    return joined


def _cost_of_size(length: int) -> float:
    off = (length - TARGET) / TARGET
    return off * off * (1.0 if off > 0 else 0.4)
