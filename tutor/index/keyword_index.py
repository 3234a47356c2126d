"""Finding chunks by their words: BM25 over stems and compound terms.

bm25s computes the score of every term in every chunk when the index is built ("eager" scoring, Lù
2024, https://arxiv.org/abs/2407.03618), so that a search is a sum of columns. That sum is made
here: importing bm25s, with scipy behind it, would take longer than a hundred searches.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.errors import IndexUnavailable
from tutor.grounding.words import STOP_WORDS, content_stems, stem, tokens
from tutor.schema import Chunk

_K1, _B = 1.5, 0.75
_FORMAT = 1

_COMPOUND = re.compile(r"[^\W_]+(?:[-_.][^\W_]+)+|[^\W\d_](?:\+\+|#)")


def terms(text: str) -> list[str]:
    """Return what a text is found by: the stems of its words, and its compounds joined.

    ``n_gpu_layers`` gives gpu, layer and ngpulayers; ``GPT-2`` gives gpt, 2 and gpt2, which a
    question about "gpt2" has too; ``C++`` stays whole.
    """
    plain = unicodedata.normalize("NFKC", text)
    compounds = (re.sub("[-_.]", "", match.group()).lower() for match in _COMPOUND.finditer(plain))
    return content_stems(plain) + [stem(word) for word in compounds if word not in STOP_WORDS]


def fingerprint(ids: Iterable[str]) -> str:
    """Return a digest of a set of chunk ids; as ids come from content, so does it."""
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()


@dataclass(frozen=True)
class _Chunks:
    """The chunks in the order of the score matrix: ids, and courses by number."""

    ids: list[str]
    course_names: list[str]
    course_numbers: NDArray[np.int32]


@dataclass(frozen=True)
class _Scores:
    """BM25 of every term in every chunk, in compressed columns: one column for each term."""

    columns: dict[str, int]
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    values: NDArray[np.float32]


class KeywordIndex:
    """A BM25 index over a fixed set of chunks; it is built anew when they change."""

    def __init__(self, chunks: _Chunks, scores: _Scores, words: dict[str, int]) -> None:
        self._chunks = chunks
        self._scores = scores
        self._words = words
        self.fingerprint = fingerprint(chunks.ids)
        """Digest of the chunks that are in the index."""

    def __len__(self) -> int:
        return len(self._chunks.ids)

    @classmethod
    def build(cls, chunks: Sequence[Chunk]) -> KeywordIndex:
        """Index ``chunks`` by heading and text."""
        columns: dict[str, int] = {}
        words: Counter[str] = Counter()
        documents: list[list[int]] = []
        for chunk in chunks:
            words.update(tokens(chunk.embedded_text))
            documents.append(
                [columns.setdefault(term, len(columns)) for term in terms(chunk.embedded_text)]
            )
        names = sorted({chunk.course for chunk in chunks})
        numbers = np.array([names.index(chunk.course) for chunk in chunks], np.int32)
        described = _Chunks([chunk.id for chunk in chunks], names, numbers)
        return cls(described, _scored(documents, columns), dict(words))

    def search(
        self, query: str, k: int, courses: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return up to ``k`` ids of chunks that share a term with ``query``, best first, with BM25.

        ``courses`` restricts the search; ``None`` means all.
        """
        scores = np.zeros(len(self._chunks.ids), np.float32)
        for term in terms(query):
            column = self._scores.columns.get(term)
            if column is not None:
                part = slice(*self._scores.starts[column : column + 2])
                scores[self._scores.rows[part]] += self._scores.values[part]
        if courses is not None:
            wanted = [i for i, name in enumerate(self._chunks.course_names) if name in courses]
            scores[~np.isin(self._chunks.course_numbers, wanted)] = 0
        return [(self._chunks.ids[i], float(scores[i])) for i in _highest(scores, k)]

    def courses(self) -> list[str]:
        """Return the names of all courses, sorted; at once, however many chunks there are."""
        return self._chunks.course_names.copy()

    def vocabulary(self) -> Mapping[str, int]:
        """Return the lower-case words of all chunks, as written, with how often they occur."""
        return self._words

    def save(self, file: Path) -> None:
        """Write the index to one file, which appears whole or not at all.

        Raises:
            IndexUnavailable: the file cannot be written.
        """
        texts = {
            "format": _FORMAT,
            "ids": self._chunks.ids,
            "courses": self._chunks.course_names,
            "terms": list(self._scores.columns),
            "words": self._words,
        }
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=file.parent, prefix=".keywords-") as scratch:
                unfinished = Path(scratch) / "keywords.npz"
                np.savez(
                    unfinished,
                    texts=np.frombuffer(json.dumps(texts).encode(), np.uint8),
                    course_numbers=self._chunks.course_numbers,
                    starts=self._scores.starts,
                    rows=self._scores.rows,
                    values=self._scores.values,
                )
                os.replace(unfinished, file)
        except OSError as error:
            raise IndexUnavailable(
                f"The keyword index {file} cannot be written: {error.strerror or error}. "
                "Make room or mend the folder's permissions, and run the command again."
            ) from error

    @classmethod
    def load(cls, file: Path) -> KeywordIndex:
        """Read an index that was saved.

        Raises:
            IndexUnavailable: there is none, it is damaged, or of another version.
        """
        try:
            with np.load(file, allow_pickle=False) as arrays:
                texts: dict[str, Any] = json.loads(arrays["texts"].tobytes())
                if texts["format"] != _FORMAT:
                    raise ValueError(f"format {texts['format']} instead of {_FORMAT}")
                columns = {term: i for i, term in enumerate(texts["terms"])}
                return cls(
                    _Chunks(texts["ids"], texts["courses"], arrays["course_numbers"]),
                    _Scores(columns, arrays["starts"], arrays["rows"], arrays["values"]),
                    texts["words"],
                )
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise IndexUnavailable(
                f"The keyword index {file} cannot be read ({error}). Run `tutor ingest --rebuild`."
            ) from error


def _highest(scores: NDArray[np.float32], k: int) -> NDArray[np.intp]:
    """Return the places of the ``k`` highest scores above 0, highest first, ties in order.

    Only those at or above the k-th are sorted: sorting a library for every question takes longer
    than all else.
    """
    if k < 1:
        return np.empty(0, np.intp)
    least = np.partition(scores, -k)[-k] if k < len(scores) else np.float32(0)
    found = np.flatnonzero((scores >= least) & (scores > 0))
    return found[np.argsort(-scores[found], kind="stable")[:k]]


def _scored(documents: list[list[int]], columns: dict[str, int]) -> _Scores:
    """Return the BM25 scores of documents given as term numbers."""
    if not columns:
        empty = np.empty(0, np.int32)
        return _Scores(columns, np.zeros(1, np.int64), empty, empty.astype(np.float32))
    import bm25s

    model = bm25s.BM25(k1=_K1, b=_B, csc_backend="numpy")
    model.index((documents, columns), show_progress=False)
    return _Scores(
        columns,
        np.asarray(model.scores["indptr"], np.int64),
        np.asarray(model.scores["indices"], np.int32),
        np.asarray(model.scores["data"], np.float32),
    )
