"""Text to vectors: the fast small way for questions, the strong slow-starting way for whole notes.

``open_embedder`` is the one place that decides. The packaged all-MiniLM-L6-v2 runs in llama.cpp for
a question or a few chunks, and in sentence-transformers once there is enough to embed to pay for
importing it. Any other model runs in sentence-transformers alone.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tutor.errors import ModelUnavailable
from tutor.index.encoder_gguf import packaged_model
from tutor.index.query_encoder import QueryEncoder, encodable, normalised

PACKAGED_NAME = "all-MiniLM-L6-v2"
"""The embedder that is installed with the tutor."""

_MANY = 600
"""Texts from which sentence-transformers is worth its import and half a gigabyte of memory. On two
cores with bf16 it takes 7 s to start and then embeds 56 chunks/s; llama.cpp, 0.1 s and 28."""

_MANY_ONCE_LOADED = 32


class Embedder(Protocol):
    """Turns texts into vectors whose dot product is their likeness in meaning."""

    @property
    def name(self) -> str:
        """The name that the index manifest records."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 per text, shape ``(len(texts), dimension)``.

        Raises:
            ModelUnavailable: the model cannot be loaded.
        """
        ...


@runtime_checkable
class Preparable(Protocol):
    """An embedder that does better when it is told beforehand how much there will be to do."""

    def prepare(self, count: int) -> None:
        """Get ready for about ``count`` texts, in however many calls.

        Raises:
            ModelUnavailable: the model cannot be loaded.
        """
        ...


def open_embedder(name: str, models_folder: Path) -> Embedder:
    """Return the embedder called ``name``: the packaged one, or a sentence-transformers model.

    Raises:
        ModelUnavailable: it is not on this machine.
    """
    if name.removeprefix("sentence-transformers/") == PACKAGED_NAME:
        return PackagedEmbedder(models_folder)
    return BulkEmbedder(name)


class PackagedEmbedder:
    """all-MiniLM-L6-v2, run by whichever engine finishes first. Nothing loads before it is used."""

    name = PACKAGED_NAME
    dimension = QueryEncoder.dimension

    def __init__(self, models_folder: Path) -> None:
        self._models_folder = models_folder
        self._few: QueryEncoder | None = None
        self._many: BulkEmbedder | None = None

    def prepare(self, count: int) -> None:
        """Load sentence-transformers if ``count`` texts are worth it."""
        if count >= _MANY and self._many is None:
            self._many = BulkEmbedder(str(packaged_model()), PACKAGED_NAME)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 per text; see `Embedder`."""
        return self.engine_for(len(texts)).embed(texts)

    def engine_for(self, count: int) -> QueryEncoder | BulkEmbedder:
        """Return the engine that ``count`` texts at once are embedded by."""
        self.prepare(count)
        if self._many is not None and count >= _MANY_ONCE_LOADED:
            return self._many
        return self.for_questions()

    def for_questions(self) -> QueryEncoder:
        """Return the engine that a few texts are embedded by; it knows about tokens, too."""
        self._few = self._few or QueryEncoder(self._models_folder)
        return self._few


class BulkEmbedder:
    """A sentence-transformers model: on the GPU if there is one, in bf16 if the CPU computes in it.

    Texts are batched by length. On a CPU with bf16 the matrix products use it and the rest stays in
    32 bits (cosine to full precision above 0.9999), which doubles the speed.
    """

    def __init__(self, model: str, name: str | None = None) -> None:
        """Load ``model``, a folder or the name of a model that was downloaded before.

        Raises:
            ModelUnavailable: it is not on this machine, or not a sentence-transformers model.
        """
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            self._model: Any = SentenceTransformer(model, local_files_only=True)
        except (OSError, ValueError) as error:
            raise ModelUnavailable(
                f"The embedder {model} is not on this machine or cannot be read. Fetch it with "
                f"`hf download {model}`, or set `embedder` to its folder or to {PACKAGED_NAME}."
            ) from error
        self.name = name or model
        self.dimension = len(self._model.encode("", show_progress_bar=False))
        self._autocasts = self._model.device.type == "cpu" and cpu_has_bf16()
        self._torch = torch

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 per text; see `Embedder`."""
        precision = (
            self._torch.autocast("cpu", dtype=self._torch.bfloat16)
            if self._autocasts
            else contextlib.nullcontext()
        )
        with precision:
            vectors = self._model.encode(
                [encodable(text) for text in texts], show_progress_bar=False
            ).astype(np.float32)
        return normalised(vectors.reshape(len(texts), self.dimension))


def cpu_has_bf16() -> bool:
    """Say whether the CPU multiplies in bf16 itself; emulation would be slower than 32 bits."""
    import torch

    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))
