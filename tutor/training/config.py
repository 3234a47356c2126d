"""What a training run can be told, with the defaults that made the bundled model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from tutor.errors import SettingsError

LENGTH_STEP = 64
"""Rows of examples are padded to a multiple of this many tokens."""

SMALLEST_VOCABULARY = 261  # the 256 bytes and the special tokens
LARGEST_VOCABULARY = 65536  # what uint16 holds

PASSES: Mapping[str, float] = MappingProxyType(
    {
        "textbook": 4.0,
        "course": 4.0,
        "ml": 8.0,
        "handbook": 4.0,
        "docs": 0.1,
        "abstract": 0.3,
        "children": 0.1,
        "fiction": 0.0,
        "fiction_early": 0.0,
    }
)
"""Passes over the text of each kind per epoch; a kind that is not named counts once."""


@dataclass(frozen=True, slots=True)
class ModelShape:
    """The size of a GPT-2: ``width`` is the row length, ``context`` the number of positions.

    llama.cpp's K-quants need a ``width`` that is a multiple of 256.
    """

    layers: int = 4
    width: int = 256
    heads: int = 4
    context: int = 1024

    def __post_init__(self) -> None:
        if self.width % self.heads or self.context % LENGTH_STEP:
            raise SettingsError(
                f"A model of width {self.width}, {self.heads} heads and context {self.context} "
                f"cannot be: heads must divide the width, and {LENGTH_STEP} the context."
            )


@dataclass(frozen=True, slots=True)
class Phase:
    """One stretch of training: it ends after ``steps`` or ``minutes``, whichever is first.

    ``batch_tokens`` tokens make a step, ``micro_tokens`` of them at a time. The learning rate
    warms up over the first ``warmup`` (a share) and falls to zero along a cosine.
    """

    steps: int
    minutes: float
    batch_tokens: int
    micro_tokens: int
    learning_rate: float
    warmup: float = 0.03


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """A whole run, from texts to GGUF.

    ``data`` names notes and .jsonl or .jsonl.xz files, or one folder of prepared shards; ``out``
    takes everything the run makes. A run continues from the checkpoint it finds in ``out``.
    Of records that name no split themselves, ``valid_share`` are kept for validation, and what is
    in ``keep_out`` is not learned from. Each text is asked about ``rounds`` times over.

    ``finetune`` is the model to begin with: a GGUF or a folder that transformers can load, whose
    size and tokenizer are then used. ``text_share`` of the tuning steps are of plain text. After
    ``stop_after`` minutes a run pauses at a checkpoint; 0 is never.

    ``vocabulary`` is the most tokens that the tokenizer learns. ``quantization`` is a llama.cpp
    file type such as ``Q8_0`` or ``Q6_K``.
    """

    data: tuple[Path, ...]
    out: Path
    name: str = "tutor-gpt2"
    shape: ModelShape = field(default_factory=ModelShape)
    vocabulary: int = 8192
    passes: Mapping[str, float] = field(default_factory=lambda: PASSES)
    valid_share: float = 0.02
    rounds: int = 1
    keep_out: tuple[Path, ...] = ()
    finetune: Path | None = None
    pretraining: Phase = Phase(20_000, 28.0, 4096, 4096, 2e-3)
    tuning: Phase = Phase(20_000, 10.0, 4096, 4096, 1e-3)
    optimizer: Literal["adamw", "muon"] = "muon"
    text_share: float = 0.15
    weight_decay: float = 0.1
    seed: int = 0
    threads: int = 0
    checkpoint_minutes: float = 5.0
    stop_after: float = 0.0
    valid_batches: int = 4
    quantization: str = "Q8_0"

    def __post_init__(self) -> None:
        if not SMALLEST_VOCABULARY <= self.vocabulary <= LARGEST_VOCABULARY:
            raise SettingsError(
                f"A vocabulary of {self.vocabulary} tokens cannot be: choose from "
                f"{SMALLEST_VOCABULARY} to {LARGEST_VOCABULARY}."
            )
