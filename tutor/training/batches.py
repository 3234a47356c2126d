"""Shards of tokens into batches.

A batch is a function of seed and step alone, so a run that continues from a checkpoint sees
what an uninterrupted run would have seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tutor.training.config import LENGTH_STEP, TrainingConfig
from tutor.training.model import IGNORED
from tutor.training.shards import Tokens, read_examples, read_text

Integers = NDArray[np.int64]

_MEASURED_EXAMPLES, _MEASURED_WINDOWS = 8, 16  # to a batch of the validation loss, at most


@dataclass(frozen=True, slots=True)
class Batch:
    """``inputs`` and ``targets`` are (rows, time); a target may be ``IGNORED``."""

    inputs: Integers
    targets: Integers


class Batches(Protocol):
    """Where a phase takes its batches from."""

    def at(self, step: int) -> Batch:
        """Return the batch of ``step``, counted from 0."""
        ...

    def by_kind(self, count: int) -> Iterator[tuple[str, Batch]]:
        """Return up to ``count`` fixed batches of each kind, to measure the loss on."""
        ...


class TextBatches:
    """Windows of ``context`` tokens, each kind of text as often as ``passes`` says."""

    def __init__(self, folder: Path, config: TrainingConfig) -> None:
        """Read the text shards in ``folder`` that fill a window."""
        self._context = config.shape.context
        self._rows = max(1, config.pretraining.batch_tokens // self._context)
        self._seed = config.seed
        self._shards = {
            kind: tokens
            for kind, tokens in read_text(folder).items()
            if len(tokens) > self._context and config.passes.get(kind, 1.0) > 0
        }
        # Less than one pass was settled when the shards were written.
        self._passes = [max(1.0, config.passes.get(kind, 1.0)) for kind in self._shards]
        self._epoch = -1
        self._order: Integers = np.empty((0, 2), dtype=np.int64)

    def __bool__(self) -> bool:
        return bool(self._shards)

    def at(self, step: int) -> Batch:
        """Return the windows of ``step``; an epoch leaves out its last, incomplete batch."""
        if self._epoch < 0:
            self._start_epoch(0)
        epoch, within = divmod(step, max(1, len(self._order) // self._rows))
        if epoch != self._epoch:
            self._start_epoch(epoch)
        shards = list(self._shards.values())
        rows = self._order[within * self._rows : (within + 1) * self._rows]
        return self._windows([shards[kind][start:] for kind, start in rows])

    def _start_epoch(self, epoch: int) -> None:
        """Shuffle (kind, start) of all windows; each epoch cuts the text at other places."""
        chance = np.random.default_rng([self._seed, epoch])
        parts = []
        for kind, tokens in enumerate(self._shards.values()):
            windows, spare = divmod(len(tokens) - 1, self._context)
            wanted = round(windows * self._passes[kind])
            starts = np.resize(chance.permutation(windows), wanted) * self._context
            starts += chance.integers(spare + 1)
            parts.append(np.stack([np.full(wanted, kind), starts], axis=1))
        order = np.concatenate(parts)
        self._epoch, self._order = epoch, order[chance.permutation(len(order))]

    def _windows(self, tails: list[Tokens]) -> Batch:
        rows = np.stack([tail[: self._context + 1] for tail in tails]).astype(np.int64)
        return Batch(rows[:, :-1], rows[:, 1:])

    def by_kind(self, count: int) -> Iterator[tuple[str, Batch]]:
        """Return batches of evenly spaced windows."""
        rows = min(self._rows, _MEASURED_WINDOWS)
        for kind, tokens in self._shards.items():
            starts = _spaced((len(tokens) - 1) // self._context, count * rows)
            for first in range(0, len(starts), rows):
                some = starts[first : first + rows] * self._context
                yield kind, self._windows([tokens[start:] for start in some])


@dataclass(frozen=True, slots=True)
class _Task:
    """The examples of one task: row (start, start of the reply, end) of ``index`` is one."""

    tokens: Tokens
    index: Integers

    def example(self, row: int) -> tuple[Integers, int]:
        """Return the tokens of an example, and where its reply starts among them."""
        start, reply_start, end = (int(place) for place in self.index[row])
        return self.tokens[start:end].astype(np.int64), reply_start - start


class ExampleBatches:
    """Chats, each on a row of its own so that it begins at position 0 as in use.

    Rows of a batch are of similar length; rows times length is about ``batch_tokens``. Loss is
    taken on the replies only.
    """

    def __init__(self, folder: Path, config: TrainingConfig) -> None:
        """Read the task shards in ``folder``."""
        self._batch_tokens = config.tuning.batch_tokens
        self._seed = config.seed
        self._tasks = {
            name: _Task(tokens, _index(lengths))
            for name, (tokens, lengths) in read_examples(folder).items()
        }
        self._epoch = -1
        self._groups: list[Integers] = []

    def __bool__(self) -> bool:
        return bool(self._tasks)

    def at(self, step: int) -> Batch:
        """Return the examples of ``step``."""
        if self._epoch < 0:
            self._start_epoch(0)
        # Every epoch has as many groups as the first: their sizes depend on the lengths only.
        epoch, within = divmod(step, len(self._groups))
        if epoch != self._epoch:
            self._start_epoch(epoch)
        tasks = list(self._tasks.values())
        return _padded([tasks[task].example(row) for task, row in self._groups[within]])

    def _start_epoch(self, epoch: int) -> None:
        """Shuffle all examples, group them by length, shuffle the groups."""
        chance = np.random.default_rng([self._seed, epoch])
        parts = []
        for task, examples in enumerate(self._tasks.values()):
            rows = np.arange(len(examples.index))
            lengths = examples.index[:, 2] - examples.index[:, 0]
            parts.append(np.stack([np.full(len(rows), task), rows, lengths], axis=1))
        order = np.concatenate(parts)
        order = order[chance.permutation(len(order))]
        widths = _padded_length(order[:, 2])
        groups = []
        for width in np.unique(widths):
            some = order[widths == width, :2]
            size = max(1, self._batch_tokens // int(width))
            groups += [some[first : first + size] for first in range(0, len(some), size)]
        self._groups = [groups[i] for i in chance.permutation(len(groups))]
        self._epoch = epoch

    def by_kind(self, count: int) -> Iterator[tuple[str, Batch]]:
        """Return batches of evenly spaced examples."""
        size = _MEASURED_EXAMPLES
        for name, task in self._tasks.items():
            rows = _spaced(len(task.index), count * size)
            for first in range(0, len(rows), size):
                yield name, _padded([task.example(row) for row in rows[first : first + size]])


class MixedBatches:
    """Batches of examples with some of text between them, so that tuning does not cost it."""

    def __init__(self, examples: Batches, text: Batches, share: float) -> None:
        """Let a ``share`` of the steps be of ``text``."""
        self._examples = examples
        self._text = text
        self._share = share

    def at(self, step: int) -> Batch:
        """Return the batch of ``step``; the steps of text are evenly spread."""
        texts = int(step * self._share)
        if int((step + 1) * self._share) > texts:
            return self._text.at(texts)
        return self._examples.at(step - texts)

    def by_kind(self, count: int) -> Iterator[tuple[str, Batch]]:
        """Return the batches of both."""
        yield from self._examples.by_kind(count)
        yield from self._text.by_kind(count)


def _index(lengths: Integers) -> Integers:
    """Turn (prompt, reply) lengths into rows (start, start of the reply, end)."""
    ends = lengths.sum(axis=1).cumsum()
    starts = ends - lengths.sum(axis=1)
    return np.stack([starts, starts + lengths[:, 0], ends], axis=1)


def _padded_length(tokens: Integers) -> Integers:
    """Return the row length for chats of so many tokens, the last of which is no input."""
    return -(-(tokens - 1) // LENGTH_STEP) * LENGTH_STEP


def _padded(examples: list[tuple[Integers, int]]) -> Batch:
    time = int(_padded_length(np.array([len(ids) for ids, _ in examples])).max())
    inputs = np.zeros((len(examples), time), dtype=np.int64)
    targets = np.full((len(examples), time), IGNORED, dtype=np.int64)
    for row, (ids, reply_start) in enumerate(examples):
        inputs[row, : len(ids) - 1] = ids[:-1]
        targets[row, reply_start - 1 : len(ids) - 1] = ids[reply_start:]
    return Batch(inputs, targets)


def _spaced(total: int, wanted: int) -> Integers:
    """Return up to ``wanted`` numbers below ``total``, evenly spaced."""
    return np.linspace(0, total - 1, min(wanted, total)).astype(np.int64)
