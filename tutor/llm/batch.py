"""Tokens on their way into llama.cpp, each with its place in one of several texts."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Sequence
from typing import Any

import llama_cpp

from tutor.errors import ModelUnavailable
from tutor.llm.background import ctrl_c_held_back
from tutor.llm.loading import reason

_ABORTED = 2  # what llama_decode returns


class ReadingCancelled(Exception):
    """The prompt was not read to its end because the caller asked to stop."""


class Batch:
    """Room for the tokens of one ``llama_decode``; they belong to sequences numbered from 0."""

    def __init__(self, size: int, sequences: int = 1) -> None:
        """Make room for ``size`` tokens of up to ``sequences`` texts."""
        self._tokens = (llama_cpp.llama_token * size)()
        self._positions = (llama_cpp.llama_pos * size)()
        self._numbers = [ctypes.pointer(llama_cpp.llama_seq_id(n)) for n in range(sequences)]
        pointer = ctypes.POINTER(llama_cpp.llama_seq_id)
        self._sequences = (pointer * size)(*[self._numbers[0]] * size)
        self._counts = (ctypes.c_int32 * size)(*[1] * size)
        self._wanted = (ctypes.c_int8 * size)()
        self.struct = llama_cpp.llama_batch(
            0, self._tokens, None, self._positions, self._counts, self._sequences, self._wanted
        )

    def clear(self) -> None:
        """Take all tokens out."""
        self.struct.n_tokens = 0

    def add(self, tokens: Sequence[int], start: int, sequence: int = 0, *, scored: int = 1) -> None:
        """Append ``tokens`` of a sequence, at its positions from ``start``.

        Scores are wanted after the last ``scored`` of them.
        """
        first = self.struct.n_tokens
        end = first + len(tokens)
        self._tokens[first:end] = list(tokens)
        self._positions[first:end] = list(range(start, start + len(tokens)))
        for index in range(first, end):
            self._sequences[index] = self._numbers[sequence]
            self._wanted[index] = index >= end - scored
        self.struct.n_tokens = end


def decode(context: Any, batch: Batch) -> None:
    """Have llama.cpp compute a batch.

    Raises:
        ModelUnavailable: llama.cpp failed, most likely for want of memory.
    """
    code = int(llama_cpp.llama_decode(context, batch.struct))
    if code == _ABORTED:
        raise ReadingCancelled
    if code != 0:
        raise ModelUnavailable(
            f"llama.cpp could not compute ({reason(f'code {code}')}). "
            "Lower context_size or choose a smaller model (`tutor model list`)."
        )


def decode_unless(context: Any, batch: Batch, cancelled: threading.Event | None) -> None:
    """Compute a part of a prompt, looking at ``cancelled`` and for ctrl-C between operations.

    For prompts only: looking costs a few per cent of the time of a single token.

    Raises:
        ReadingCancelled: ``cancelled`` was set.
        ModelUnavailable: llama.cpp failed, most likely for want of memory.
    """
    with ctrl_c_held_back() as pressed:
        ask = llama_cpp.ggml_abort_callback(
            lambda _: bool(pressed) or (cancelled is not None and cancelled.is_set())
        )
        llama_cpp.llama_set_abort_callback(context, ask, None)
        try:
            decode(context, batch)
        finally:
            nothing = llama_cpp.ggml_abort_callback()
            llama_cpp.llama_set_abort_callback(context, nothing, None)
