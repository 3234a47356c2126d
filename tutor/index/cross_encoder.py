"""A cross-encoder that is on disk: it reads question and passage together, word against word.

It is the most accurate of rankers and the slowest, so it is used where the user has put one: in
the folder that the setting ``reranker`` names, or anywhere in the folder of models. Nothing is
ever downloaded for it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.errors import ModelUnavailable
from tutor.index.query_encoder import encodable

_MAX_TOKENS = 512


def find_cross_encoder(named: Path | None, models_folder: Path) -> Path | None:
    """Return the folder ``named``, or the first cross-encoder in ``models_folder``, if any.

    Raises:
        ModelUnavailable: the folder that was named holds no cross-encoder.
    """
    if named is not None:
        folder = named.expanduser()
        if not _is_cross_encoder(folder):
            raise ModelUnavailable(
                f"The reranker {folder} is no folder with a cross-encoder (config.json of a "
                "...ForSequenceClassification). Mend the setting `reranker`, or leave it out."
            )
        return folder
    inside = sorted(models_folder.iterdir()) if models_folder.is_dir() else []
    return next(filter(_is_cross_encoder, inside), None)


class CrossEncoder:
    """A sentence-transformers CrossEncoder, on the GPU if there is one."""

    def __init__(self, folder: Path) -> None:
        """Load the model, which takes seconds.

        Raises:
            ModelUnavailable: it cannot be read, or gives more than one number for a pair.
        """
        import sentence_transformers
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            self._model: Any = sentence_transformers.CrossEncoder(
                str(folder), max_length=_MAX_TOKENS, local_files_only=True
            )
        except (OSError, ValueError, KeyError) as error:
            raise ModelUnavailable(
                f"The reranker {folder} cannot be read ({error}). Mend or move the folder, or set "
                "`reranker` to another."
            ) from error
        if self._model.num_labels != 1:
            raise ModelUnavailable(
                f"The reranker {folder} gives {self._model.num_labels} numbers for a question and "
                "a passage instead of one: it sorts texts into classes. Set `reranker` to another."
            )

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return from 0 to 1 how well each text answers ``question``."""
        import torch

        pairs = [(encodable(question), encodable(text)) for text in texts]
        if not pairs:
            return np.empty(0, np.float32)
        scores: NDArray[np.float32] = self._model.predict(
            pairs, activation_fn=torch.nn.Sigmoid(), show_progress_bar=False
        )
        return scores.astype(np.float32)


def _is_cross_encoder(folder: Path) -> bool:
    """Tell whether ``folder`` holds a model that was made to judge texts."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    architectures = config.get("architectures") if isinstance(config, dict) else None
    return any(str(name).endswith("ForSequenceClassification") for name in architectures or ())
