"""What the KV cache holds, and what it held for other agents.

Agents take turns with one model, and each begins its prompts with the same role and rules. So an
agent that gives way has the state of its prompt put aside; when its turn comes again, that is
put back and only what is new gets read. The cache itself stays the size of one prompt: sharing it
between agents would make every token attend over the others' prompts as well, masked but paid for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.llm.runtime import Runtime

MOST_AGENTS = 4
"""Agents whose prompts are put aside at a time."""

MOST_BYTES = 512 * 2**20
"""Memory that prompts put aside may take; for a small model it is a few megabytes each."""


@dataclass(frozen=True, slots=True)
class _Prompt:
    """A prompt that was read, and llama.cpp's state after it."""

    tokens: tuple[int, ...]
    state: NDArray[np.uint8]


class PrefixCache:
    """Keeps the prompts of the latest agents ready; not thread-safe."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.tokens: list[int] = []  # whose state the runtime holds now
        self._agent: str | None = None
        self._prompt_size = 0
        self._aside: dict[str, _Prompt] = {}  # put aside last, comes last

    def prepare(self, agent: str, prompt: Sequence[int]) -> int:
        """Make ``tokens`` the longest known head of ``prompt`` and return its length.

        The last token is never part of it: it is read again for the scores of the next one.
        """
        if agent != self._agent:
            self._put_aside()
            self._put_back(agent, prompt)
        self._agent, self._prompt_size = agent, len(prompt)
        return self._cut(min(shared_prefix(self.tokens, prompt), len(prompt) - 1))

    def _cut(self, size: int) -> int:
        """Forget all but the first ``size`` tokens, or everything where a part cannot go."""
        if not self._runtime.forget(size):
            self._runtime.forget(0)
            size = 0
        del self.tokens[size:]
        return size

    def _put_aside(self) -> None:
        """Keep the state of the present agent's prompt, without the reply."""
        if self._agent is None or not self._cut(min(self._prompt_size, len(self.tokens))):
            return
        self._aside.pop(self._agent, None)
        self._aside[self._agent] = _Prompt(tuple(self.tokens), self._runtime.state())
        while len(self._aside) > MOST_AGENTS or self._bytes() > MOST_BYTES:
            del self._aside[next(iter(self._aside))]

    def _put_back(self, agent: str, prompt: Sequence[int]) -> None:
        """Make the state put aside for ``agent`` the present one, if that saves reading."""
        known = self._aside.pop(agent, None)
        if known is None or shared_prefix(known.tokens, prompt) <= shared_prefix(
            self.tokens, prompt
        ):
            return
        self.tokens = []
        if self._runtime.set_state(known.state):
            self.tokens = list(known.tokens)

    def _bytes(self) -> int:
        return sum(prompt.state.nbytes for prompt in self._aside.values())


def shared_prefix(one: Sequence[int], other: Sequence[int]) -> int:
    """Return how many tokens at the head of ``one`` and ``other`` are the same."""
    for count, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return count
    return min(len(one), len(other))
