"""Several texts read and written side by side by one model: K sequences of one llama.cpp context.

A step of writing is one ``llama_decode`` for all of them. Each sequence has cells of its own in
the KV cache, so that no token attends over the others' texts.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping, Sequence
from types import TracebackType

import llama_cpp
import numpy as np

from tutor.llm.batch import Batch, decode, decode_unless
from tutor.llm.loading import BATCH
from tutor.llm.marginal import Floats, log_softmax
from tutor.llm.prefix_cache import shared_prefix
from tutor.llm.runtime import Runtime

SCORED = 64
"""Tokens that are scored at a time; for each there is a row of the whole vocabulary."""


class Sequences:
    """K texts that begin with prompts of their own. Not thread-safe; to be used as a context.

    ``scores``, shape (K, V), are those of the next token after each prompt.
    """

    def __init__(
        self,
        runtime: Runtime,
        prompts: Sequence[Sequence[int]],
        reply_tokens: int,
        cancelled: threading.Event | None = None,
    ) -> None:
        """Read the prompts; what all begin with is read once, and copied.

        Raises:
            ReadingCancelled: ``cancelled`` was set; it is looked at within each batch.
            ModelUnavailable: llama.cpp failed, most likely for want of memory.
        """
        self._runtime = runtime
        self._prompts = prompts
        self._cancelled = cancelled
        size = max(map(len, prompts)) + reply_tokens
        self._context = runtime.open_beside(len(prompts), size, max(SCORED, len(prompts)))
        self._close = weakref.finalize(self, llama_cpp.llama_free, self._context)
        self._memory = llama_cpp.llama_get_memory(self._context)
        self._batch = Batch(BATCH, len(prompts))
        self._lengths = [0] * len(prompts)
        try:
            self.shared = self._share()
            self.scores = np.stack([self._read_prompt(n) for n in range(len(prompts))])
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Sequences:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Free the memory of all the texts."""
        self._close()

    def step(self, tokens: Mapping[int, int]) -> Floats:
        """Append a token to each of the sequences named; return the scores of the next, (n, V)."""
        self._batch.clear()
        for sequence, token in tokens.items():
            self._batch.add([token], self._lengths[sequence], sequence)
            self._lengths[sequence] += 1
        decode(self._context, self._batch)
        return self._scores(range(len(tokens)))

    def likelihoods(self, reply: Sequence[int]) -> Floats:
        """Return log p(y_i | prompt, y_<i), shape (tokens, K), of one reply to all the prompts.

        Raises:
            ReadingCancelled: see ``__init__``.
        """
        count = len(self._prompts)
        for sequence in range(count):
            self._rewind(sequence)
        found = [log_softmax(self.scores)[:, reply[0]]]
        size = max(1, SCORED // count)
        for start in range(0, len(reply) - 1, size):
            known = reply[start : start + size + 1]
            logs = log_softmax(self._read_in_all(known[:-1]))
            found += [logs[:, i, token] for i, token in enumerate(known[1:])]
        return np.asarray(found, np.float32)

    def _share(self) -> int:
        """Read the head that all prompts have in common into every sequence; return its length.

        At least one token of each prompt is left, whose scores are wanted.
        """
        first, *others = self._prompts
        if not others:
            return 0
        size = min(min(shared_prefix(first, other), len(other) - 1) for other in others)
        size = min(size, len(first) - 1)
        if size == 0:
            return 0
        self._read(0, first[:size])
        for sequence in range(1, len(self._prompts)):
            llama_cpp.llama_memory_seq_cp(self._memory, 0, sequence, -1, -1)
            self._lengths[sequence] = size
        return size

    def _read_prompt(self, sequence: int) -> Floats:
        """Read what is left of a prompt; return the scores after it, shape (V,)."""
        return self._read(sequence, self._prompts[sequence][self._lengths[sequence] :])

    def _rewind(self, sequence: int) -> None:
        """Forget what follows a prompt; recurrent models have to read the prompt again."""
        size = len(self._prompts[sequence])
        if llama_cpp.llama_memory_seq_rm(self._memory, sequence, size, -1):
            self._lengths[sequence] = size
        else:
            llama_cpp.llama_memory_seq_rm(self._memory, sequence, 0, -1)
            self._lengths[sequence] = 0
            self._read_prompt(sequence)

    def _read(self, sequence: int, tokens: Sequence[int]) -> Floats:
        """Append tokens to a sequence; return the scores of the next one, shape (V,)."""
        for start in range(0, len(tokens), BATCH):
            part = tokens[start : start + BATCH]
            self._batch.clear()
            self._batch.add(part, self._lengths[sequence], sequence)
            decode_unless(self._context, self._batch, self._cancelled)
            self._lengths[sequence] += len(part)
        scores: Floats = self._scores(range(len(part) - 1, len(part)))[0]
        return scores

    def _read_in_all(self, tokens: Sequence[int]) -> Floats:
        """Append tokens to every sequence; return the scores after each, shape (K, tokens, V)."""
        self._batch.clear()
        for sequence, length in enumerate(self._lengths):
            self._batch.add(tokens, length, sequence, scored=len(tokens))
            self._lengths[sequence] += len(tokens)
        decode_unless(self._context, self._batch, self._cancelled)
        scores = self._scores(range(len(self._lengths) * len(tokens)))
        return scores.reshape(len(self._lengths), len(tokens), -1)

    def _scores(self, places: range) -> Floats:
        """Return a copy of the scores after the tokens at these places of the batch, (n, V)."""
        size = (self._runtime.vocabulary_size,)
        rows = [
            np.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(self._context, place), size)
            for place in places
        ]
        return np.stack(rows)
