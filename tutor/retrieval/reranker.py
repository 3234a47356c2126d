"""What a second look at the passages that came up needs to be able to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Reranker(Protocol):
    """Says how well each text answers a question, reading both more closely than vectors can."""

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a score for each text, higher for better, mostly from 0 to 1."""
        ...
