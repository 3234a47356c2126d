"""Tokens on disk, small enough to be carried to another machine.

    tokenizer.json, made_from.json (what they depend on), counts.json (how much there is)
    {train,valid}/text/<kind>.<part>.tokens.xz
    {train,valid}/tasks/<task>.<part>.tokens.xz and <task>.<part>.lengths.xz

Tokens are uint16, end to end. A text shard has ``<|endoftext|>`` before each document. ``lengths``
are int32 pairs for the examples in turn: tokens of the prompt, tokens of the reply. Examples of
one document stand together, which is why they compress so well: the passages repeat.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

Tokens = NDArray[np.uint16]
Lengths = NDArray[np.int64]

SPLITS = ("train", "valid")
TOKENIZER, MADE_FROM, COUNTS = "tokenizer.json", "made_from.json", "counts.json"

PART_BYTES = 44_000_000
"""Compressed size from which a new part is begun; the encoder holds back a little more."""

_AT_ONCE = 1 << 20  # bytes
# Literal and match positions counted in pairs of bytes, as the tokens are.
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 6, "lc": 3, "lp": 1, "pb": 1}]


def is_prepared(folder: Path) -> bool:
    """Say whether a folder holds finished shards."""
    return (folder / MADE_FROM).is_file()


def longest_example(folder: Path) -> int:
    """Return how many tokens an example in finished shards may have."""
    return int(json.loads((folder / MADE_FROM).read_text(encoding="utf-8"))["context"])


class ShardWriter:
    """Writes shards into ``folder``; used as a context, at whose end they are compressed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self._files: dict[str, IO[bytes]] = {}

    def __enter__(self) -> ShardWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()
        for name in self._files:
            raw = self._folder / f"{name}.raw"
            if error is None:
                _compress(raw)
            raw.unlink()

    def add_text(self, name: str, ids: Sequence[int]) -> None:
        """Append a document to the shard ``name``, such as ``train/text/textbook``."""
        self._append(f"{name}.tokens", np.asarray(ids, np.uint16))

    def add_example(self, name: str, ids: Sequence[int], reply_start: int) -> None:
        """Append a chat to the shard ``name``; its reply begins at ``ids[reply_start]``."""
        self._append(f"{name}.tokens", np.asarray(ids, np.uint16))
        self._append(f"{name}.lengths", np.array([reply_start, len(ids) - reply_start], np.int32))

    def _append(self, name: str, values: NDArray[np.generic]) -> None:
        if name not in self._files:
            path = self._folder / f"{name}.raw"
            path.parent.mkdir(parents=True, exist_ok=True)
            self._files[name] = self._stack.enter_context(path.open("wb"))
        self._files[name].write(values.tobytes())


def _compress(raw: Path) -> None:
    """Write ``name.tokens.raw`` as ``name.000.tokens.xz``, ``name.001.tokens.xz``, ..."""
    name, what, _ = raw.name.rsplit(".", 2)
    with raw.open("rb") as source:
        part, rest = 0, source.read(_AT_ONCE)
        while rest:
            path = raw.parent / f"{name}.{part:03}.{what}.xz"
            with path.open("wb") as packed, lzma.open(packed, "wb", filters=_FILTERS) as shard:
                while rest and packed.tell() < PART_BYTES:
                    shard.write(rest)
                    rest = source.read(_AT_ONCE)
            part += 1


def read_text(folder: Path) -> dict[str, Tokens]:
    """Return the tokens of each kind of text in ``folder``."""
    return {name: _read(folder, name, "tokens", np.uint16) for name in _names(folder)}


def read_examples(folder: Path) -> dict[str, tuple[Tokens, Lengths]]:
    """Return, for each task in ``folder``, its tokens and the lengths, shape (examples, 2)."""
    return {
        name: (
            _read(folder, name, "tokens", np.uint16),
            _read(folder, name, "lengths", np.int32).astype(np.int64).reshape(-1, 2),
        )
        for name in _names(folder)
    }


def _names(folder: Path) -> list[str]:
    return sorted({path.name.rsplit(".", 3)[0] for path in folder.glob("*.tokens.xz")})


def _read(folder: Path, name: str, what: str, kind: type[np.generic]) -> NDArray[Any]:
    parts = sorted(folder.glob(f"{name}.*.{what}.xz"))
    return np.frombuffer(b"".join(lzma.decompress(part.read_bytes()) for part in parts), kind)
