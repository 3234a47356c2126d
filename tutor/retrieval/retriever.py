"""Finding the passages of the notes that answer a question.

Vectors and keywords bring up chunks: each is scored by its cosine with the question, and by BM25
relative to the best chunk - trusted the less, the fewer of the question's words that chunk has,
for a lay question matches by accident. The first of them are then read more closely by a
re-ranker, whose score decides together with a little of the cosine. Both halves of a comparison
are searched for as well. Repeats and bare headings are dropped, and neighbours of one section that
are both good are joined.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tutor.grounding.questions import Form, read
from tutor.grounding.words import content_stems, content_words, stem, tokens
from tutor.index.embedder import Embedder
from tutor.index.keyword_index import KeywordIndex
from tutor.index.vector_store import VectorStore
from tutor.retrieval.passages import Hit, joined, without_repeats
from tutor.retrieval.rarity import Rarity
from tutor.retrieval.reranker import Reranker
from tutor.schema import Chunk, Passage

POOL = 40
"""Chunks that vectors and keywords each bring up."""

RERANKED = 24
"""Chunks that the re-ranker reads."""

KEYWORD_WEIGHT = 0.6
"""Weight of BM25 beside the cosine, which has weight 1, in choosing what is re-ranked."""

COSINE_WEIGHT = 0.15
"""Weight of the cosine beside the re-ranker's score (benchmarks/retrieval.py)."""

PART_BONUS = 0.3
"""What the best chunk for one half of a comparison gains."""

JOINED = 1_800
JOINED_LIST = 2_700
"""Most characters of a joined passage; a list should be whole where one is asked for."""

_FEWEST_WORDS = 4
_FEWEST_OWN = 2
_STRAY_LINES = 0.15
"""What a chunk of stray short lines (menus, buttons) loses."""

_SIGNPOST = 0.3
"""What a chunk loses that only points elsewhere: it names every topic and says nothing of any."""

_LINK = re.compile(r"\[([^\]]+)\]\([^()\s]*\)")


class Retriever:
    """Searches one index; without a ``reranker``, cosine and keywords decide the order."""

    def __init__(
        self,
        store: VectorStore,
        keywords: KeywordIndex,
        embedder: Embedder,
        reranker: Reranker | None = None,
    ) -> None:
        self._store = store
        self._keywords = keywords
        self._embedder = embedder
        self._reranker = reranker
        self._rarity = Rarity(keywords.vocabulary())

    def search(self, query: str, k: int = 5, courses: Sequence[str] | None = None) -> list[Passage]:
        """Return up to ``k`` passages for ``query``, best first; ``courses`` ``None`` means all.

        Raises:
            IndexUnavailable: the index cannot be read.
        """
        ask = read(query)
        hits = {hit.chunk.id: hit for hit in self._hits(query, courses)}
        for part in ask.parts:
            answering = self._hits(part, courses)
            if answering:
                best = answering[0]
                known = hits.get(best.chunk.id, best)
                hits[best.chunk.id] = replace(known, score=known.score + PART_BONUS)
        ranked = sorted(hits.values(), key=lambda hit: -hit.score)
        longest = JOINED_LIST if ask.form in (Form.LIST, Form.STEPS) else JOINED
        return joined(without_repeats(ranked, 3 * k + 12), k, longest)

    def _hits(self, query: str, courses: Sequence[str] | None) -> list[Hit]:
        """Return the chunks that come into question for ``query``, best first."""
        vector = self._embedder.embed([query])[0]
        pool = self._pool(query, vector, courses)
        return self._reranked(query, pool) if self._reranker else pool

    def _pool(
        self, query: str, vector: NDArray[np.float32], courses: Sequence[str] | None
    ) -> list[Hit]:
        """Return the chunks that vectors or keywords bring up, scored by both, best first."""
        near = {
            chunk.id: (chunk, cosine) for chunk, cosine in self._store.search(vector, POOL, courses)
        }
        words = dict(self._keywords.search(query, POOL, courses))
        others = [one for one in words if one not in near]
        if others:
            chunks = self._store.get(others)
            vectors = self._store.vectors([chunk.id for chunk in chunks])
            for chunk, own in zip(chunks, vectors, strict=True):
                near[chunk.id] = (chunk, float(own @ vector))
        best = next((near[one][0] for one in words if one in near), None)
        trust = self._share_found(query, best) if best else 0.0
        most = max(words.values(), default=1.0)
        hits = [
            Hit(
                chunk,
                cosine,
                cosine
                + KEYWORD_WEIGHT * trust * words.get(chunk.id, 0.0) / most
                - _traits(chunk).strayness,
                _traits(chunk).stems,
            )
            for chunk, cosine in near.values()
            if _traits(chunk).has_body
        ]
        return sorted(hits, key=lambda hit: -hit.score)

    def _share_found(self, query: str, chunk: Chunk) -> float:
        """Return the share of the words of ``query`` that ``chunk`` has, by rarity."""
        weights = {word: self._rarity.of(word) for word in content_words(query)}
        there = {stem(word) for word in tokens(chunk.embedded_text)}
        total = sum(weights.values())
        found = sum(weight for word, weight in weights.items() if stem(word) in there)
        return found / total if total else 0.0

    def _reranked(self, query: str, pool: list[Hit]) -> list[Hit]:
        """Put the first of ``pool`` in the order of the re-ranker; the others stay behind them."""
        if not pool or self._reranker is None:
            return pool
        first, rest = pool[:RERANKED], pool[RERANKED:]
        scores = self._reranker.scores(query, [hit.chunk.embedded_text for hit in first])
        read_closely = sorted(
            (
                replace(
                    hit,
                    score=float(score)
                    + COSINE_WEIGHT * hit.similarity
                    - _traits(hit.chunk).strayness,
                )
                for hit, score in zip(first, scores, strict=True)
            ),
            key=lambda hit: -hit.score,
        )
        step = read_closely[-1].score - first[-1].score
        return read_closely + [replace(hit, score=hit.score + step) for hit in rest]


@dataclass(frozen=True, slots=True)
class _Traits:
    """What does not depend on the question: the stems of a chunk, and what speaks against it."""

    stems: frozenset[str]
    has_body: bool
    strayness: float


@lru_cache(maxsize=4096)
def _traits(chunk: Chunk) -> _Traits:
    stems = frozenset(content_stems(chunk.text))
    return _Traits(stems, _has_body(chunk, stems), _strayness(chunk.text))


def _has_body(chunk: Chunk, stems: frozenset[str]) -> bool:
    """Tell whether a chunk with these stems says anything beyond its own heading."""
    said = stems - set(content_stems(" ".join(chunk.heading)))
    return len(chunk.text.split()) >= _FEWEST_WORDS and len(said) >= _FEWEST_OWN


def _strayness(text: str) -> float:
    """Return what a chunk loses for being stray lines: links, or the buttons of a web page."""
    lines = [line for line in text.splitlines() if line.strip()]
    if _is_signpost(lines):
        return _SIGNPOST
    short = sum(len(line.split()) <= 3 and line.strip()[-1:] not in ".:;|" for line in lines)
    return _STRAY_LINES if len(lines) >= 6 and short > 0.6 * len(lines) else 0.0


def _is_signpost(lines: Sequence[str]) -> bool:
    """Tell whether lines only point elsewhere: below its headings, most of the text is links."""
    body = " ".join(line for line in lines if not line.startswith("#"))
    linked = sum(len(words) for words in _LINK.findall(body))
    return linked > len(_LINK.sub("", body))
