"""How far one spelling is from another."""

from __future__ import annotations


def edit_distance(one: str, other: str, limit: int) -> int:
    """Return the optimal string alignment distance, or ``limit + 1`` if it is more than ``limit``.

    Insertions, deletions, substitutions and swaps of neighbours cost 1 each (Damerau 1964).
    """
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        row = [i]
        for j, right in enumerate(other, start=1):
            cost = min(row[j - 1] + 1, last[j] + 1, last[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before, last = last, row
    return min(last[-1], limit + 1)
