"""Texts that measure the tutor, and so must not be learned from.

A record that shares a run of 13 words with them is left out (the length is that of Brown et al.,
2020, arXiv:2005.14165, appendix C), wherever it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tutor.errors import NotesError
from tutor.training.records import Example, Record, find_files

RUN = 13
"""Words in a row that no text has in common with another by chance."""

_WORD = re.compile(r"\w+")


class HeldOut:
    """The runs of words of the held-out texts; ``dropped`` counts the records they turned away."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Read the files and folders at ``paths``; question files count line by line.

        Raises:
            NotesError: one does not exist or cannot be read.
        """
        self.dropped = 0
        self._runs: set[int] = set()
        for file in find_files(paths) if paths else ():
            try:
                self._runs.update(_runs(file.read_text("utf-8", "replace")))
            except OSError as error:
                raise NotesError(f"{file} cannot be read: {error}. Mend or move it.") from error

    def without(self, records: Iterable[Record]) -> Iterator[Record]:
        """Yield the records that have nothing in common with the held-out texts."""
        for record in records:
            if any(run in self._runs for run in _runs(_text(record))):
                self.dropped += 1
            else:
                yield record


def _text(record: Record) -> str:
    if isinstance(record, Example):
        return f"{record.context}\n{record.question}\n{record.answer}"
    return record.text


def _runs(text: str) -> Iterator[int]:
    words = _WORD.findall(text.lower())
    return (hash(tuple(words[at : at + RUN])) for at in range(len(words) - RUN + 1))
