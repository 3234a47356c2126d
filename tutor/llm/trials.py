"""What a model was found able to do, kept beside the models: a trial takes half a minute."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path


class Trials:
    """The outcomes of trials of one model file, in a JSON file that all models share.

    They count for as long as the model file is the same, and the trial is.
    """

    def __init__(self, file: Path, model: Path) -> None:
        stat = model.stat()
        self._file = file
        self._model = f"{model.resolve()} {stat.st_size} {stat.st_mtime_ns}"

    def outcome(self, trial: str, hold: Callable[[], bool]) -> bool:
        """Return whether the model passes; ``trial`` is the text of the trial, held if need be."""
        key = f"{self._model} {hashlib.sha256(trial.encode()).hexdigest()[:16]}"
        known = self._read()
        if key not in known:
            known[key] = hold()
            self._write(known)
        return known[key]

    def _read(self) -> dict[str, bool]:
        """Return what is known; a file that is not there or damaged tells nothing."""
        try:
            known = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {k: v is True for k, v in known.items()} if isinstance(known, dict) else {}

    def _write(self, known: dict[str, bool]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=self._file.parent, delete=False
        ) as draft:
            json.dump(known, draft, indent=1)
        os.replace(draft.name, self._file)
