"""Which agent's prompt lies in which sequence of the KV cache.

Each agent has a sequence of its own, so that agents taking turns read only what is new to each.
All sequences share one pool of cells; when it runs short, the one unused for longest goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Slot:
    """One sequence of the cache: whose it is, and the tokens whose state it holds."""

    sequence: int
    agent: str | None = None
    tokens: list[int] = field(default_factory=list)


class PrefixCache:
    """Bookkeeping for ``slots`` sequences in a pool of ``cells`` tokens; it moves no data."""

    def __init__(self, slots: int, cells: int) -> None:
        self._cells = cells
        self._slots = [Slot(sequence) for sequence in range(slots)]  # least recently used first

    def claim(self, agent: str) -> Slot:
        """Return the slot of ``agent``; the one unused for longest becomes it where there is none.

        A slot that changes hands keeps its tokens: agents often share the head of their prompts.
        """
        slot = next((slot for slot in self._slots if slot.agent == agent), self._slots[0])
        slot.agent = agent
        self._slots.remove(slot)
        self._slots.append(slot)
        return slot

    def make_room(self, slot: Slot, needed: int) -> list[Slot]:
        """Empty other slots until ``slot`` can hold ``needed`` tokens; return the emptied ones."""
        others = [other for other in self._slots if other is not slot and other.tokens]
        taken = sum(len(other.tokens) for other in others)
        emptied = []
        for other in others:
            if taken + needed <= self._cells:
                break
            taken -= len(other.tokens)
            other.tokens = []
            emptied.append(other)
        return emptied


def shared_prefix(one: Sequence[int], other: Sequence[int]) -> int:
    """Return how many tokens at the head of ``one`` and ``other`` are the same."""
    for count, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return count
    return min(len(one), len(other))
