"""Finding the passages of the notes that answer a question.

Three kinds of evidence are added up for every chunk that vectors or keywords bring up: the cosine
of question and chunk, the cosine of question and the chunk's best sentence (a chunk of five topics
is near none of them, its right sentence is), and BM25 relative to the best chunk - trusted the
less, the fewer of the question's words that chunk has, for a lay question matches by accident.
Both halves of a comparison are searched for as well. Repeats and bare headings are dropped, and
neighbours of one section that are both good are joined.
"""

from __future__ import annotations

import math
import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tutor.grounding.candidates import open_page, unit_texts
from tutor.grounding.questions import Form, read
from tutor.grounding.words import content_stems, content_words, stem, tokens
from tutor.index.embedder import Embedder
from tutor.index.keyword_index import KeywordIndex
from tutor.index.vector_store import VectorStore
from tutor.schema import Chunk, Passage

POOL = 40
"""Chunks that vectors and keywords each bring up."""

RERANKED = 12
"""Chunks whose sentences are looked at."""

SENTENCE_WEIGHT = 1.0
KEYWORD_WEIGHT = 0.6
"""Weights beside the chunk's cosine, which has weight 1 (benchmarks/retrieval.py)."""

PART_BONUS = 0.3
"""What the best chunk for one half of a comparison gains."""

_REPEAT = 0.85
"""Share of words in common from which two chunks count as the same text."""

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

_REMEMBERED = 4_096
"""Chunks whose sentences are kept cut."""


@dataclass(frozen=True, slots=True)
class _Hit:
    chunk: Chunk
    similarity: float
    score: float
    stems: frozenset[str]


class Retriever:
    """Searches one index. ``embedder`` should remember sentences (``SentenceCache``)."""

    def __init__(self, store: VectorStore, keywords: KeywordIndex, embedder: Embedder) -> None:
        self._store = store
        self._keywords = keywords
        self._embedder = embedder
        self._sentences: OrderedDict[str, list[str]] = OrderedDict()

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
        return _joined(_without_repeats(ranked, 3 * k + 12), k, longest)

    def _hits(self, query: str, courses: Sequence[str] | None) -> list[_Hit]:
        """Return the chunks that come into question for ``query``, best first."""
        vector = self._embedder.embed([query])[0]
        pool = self._pool(query, vector, courses)
        return sorted(self._reranked(vector, pool), key=lambda hit: -hit.score)

    def _pool(
        self, query: str, vector: NDArray[np.float32], courses: Sequence[str] | None
    ) -> list[_Hit]:
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
            _Hit(
                chunk,
                cosine,
                cosine
                + KEYWORD_WEIGHT * trust * words.get(chunk.id, 0.0) / most
                - _strayness(chunk.text),
                frozenset(content_stems(chunk.text)),
            )
            for chunk, cosine in near.values()
            if _has_body(chunk)
        ]
        return sorted(hits, key=lambda hit: -hit.score)

    def _share_found(self, query: str, chunk: Chunk) -> float:
        """Return the share of the words of ``query`` that ``chunk`` has, by rarity."""
        counts = self._keywords.vocabulary()
        most = max(counts.values(), default=1)
        weights = {
            word: math.log(1 + most / (0.5 + counts.get(word, 0)))
            for word in dict.fromkeys(content_words(query))
        }
        there = {stem(word) for word in tokens(chunk.embedded_text)}
        total = sum(weights.values())
        found = sum(weight for word, weight in weights.items() if stem(word) in there)
        return found / total if total else 0.0

    def _reranked(self, vector: NDArray[np.float32], pool: list[_Hit]) -> list[_Hit]:
        """Add the best sentence of each of the first chunks; the others keep their cosine twice."""
        first = pool[:RERANKED]
        texts = [self._sentences_of(hit.chunk) for hit in first]
        flat = [text for part in texts for text in part]
        cosines = self._embedder.embed(flat) @ vector if flat else np.empty(0, np.float32)
        reranked: list[_Hit] = []
        start = 0
        for hit, part in zip(first, texts, strict=True):
            own = cosines[start : start + len(part)]
            start += len(part)
            best = float(own.max()) if len(part) else hit.similarity
            reranked.append(replace(hit, score=hit.score + SENTENCE_WEIGHT * best))
        rest = [
            replace(hit, score=hit.score + SENTENCE_WEIGHT * hit.similarity)
            for hit in pool[RERANKED:]
        ]
        return reranked + rest

    def _sentences_of(self, chunk: Chunk) -> list[str]:
        """Return the quotable units of a chunk as they are embedded, from memory if possible."""
        known = self._sentences.get(chunk.id)
        if known is None:
            known = sentences_of(chunk)
            self._sentences[chunk.id] = known
            if len(self._sentences) > _REMEMBERED:
                self._sentences.popitem(last=False)
        return known


def sentences_of(chunk: Chunk) -> list[str]:
    """Return the quotable units of a chunk as they are embedded: under the names above them."""
    return unit_texts(open_page(_passage([_Hit(chunk, 0.0, 0.0, frozenset())])))


def _has_body(chunk: Chunk) -> bool:
    """Tell whether a chunk says anything beyond its own heading."""
    said = set(content_stems(chunk.text)) - set(content_stems(" ".join(chunk.heading)))
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


def _without_repeats(hits: Sequence[_Hit], most: int) -> list[_Hit]:
    """Drop chunks whose words are nearly those of a better one; of the two texts, keep the tidier.

    The tidier is the one with more lines: a copy that lost its line breaks reads badly.
    """
    kept: list[_Hit] = []
    for hit in hits:
        twin = next((i for i, other in enumerate(kept) if _same(hit.stems, other.stems)), None)
        if twin is None:
            kept.append(hit)
        elif hit.chunk.text.count("\n") > kept[twin].chunk.text.count("\n"):
            kept[twin] = replace(hit, score=kept[twin].score)
        if len(kept) == most:
            break
    return kept


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and len(one & other) >= _REPEAT * len(one | other)


def _joined(hits: Sequence[_Hit], k: int, longest: int) -> list[Passage]:
    """Return ``k`` passages, a hit and its neighbours in the same section being one passage."""
    free = {(hit.chunk.course, hit.chunk.source, hit.chunk.position): hit for hit in hits}
    passages: list[Passage] = []
    for hit in hits:
        if free.pop((hit.chunk.course, hit.chunk.source, hit.chunk.position), None) is None:
            continue
        passages.append(_passage(_with_neighbours(hit, free, longest)))
        if len(passages) == k:
            break
    return passages


def _with_neighbours(hit: _Hit, free: dict[tuple[str, str, int], _Hit], longest: int) -> list[_Hit]:
    """Take the chunks right before and after ``hit`` out of ``free``.

    Those under its own heading come first, then the better ones.
    """
    group = [hit]
    while True:
        first, last = group[0].chunk, group[-1].chunk
        room = longest - sum(len(one.chunk.text) for one in group)
        beside = [
            free.get((first.course, first.source, first.position - 1)),
            free.get((last.course, last.source, last.position + 1)),
        ]
        fitting = [
            one
            for one in beside
            if one is not None
            and len(one.chunk.text) <= room
            and one.chunk.page == first.page
            and _same_section(one.chunk, first if one is beside[0] else last)
        ]
        if not fitting:
            return group
        best = max(fitting, key=lambda one: (one.chunk.heading == hit.chunk.heading, one.score))
        free.pop((best.chunk.course, best.chunk.source, best.chunk.position))
        group = [best, *group] if best is beside[0] else [*group, best]


def _same_section(one: Chunk, other: Chunk) -> bool:
    """Tell whether two chunks share a heading, one is under the other's, or both under a third."""
    short, long = sorted((one.heading, other.heading), key=len)
    if short == long or (short and short == long[:-1]):
        return True
    return len(short) > 1 and short[:-1] == long[:-1]


def _passage(group: Sequence[_Hit]) -> Passage:
    best = max(group, key=lambda hit: hit.score)
    first, last = group[0].chunk, group[-1].chunk
    text = first.text
    for before, after in pairwise(group):
        lines = after.chunk.start_line - before.chunk.end_line
        text += ("\n" * lines or " ") + after.chunk.text
    return Passage(
        source=first.source,
        course=first.course,
        heading=_common_heading([hit.chunk for hit in group]),
        text=text,
        start_line=first.start_line,
        end_line=last.end_line,
        page=first.page,
        chunk_ids=tuple(hit.chunk.id for hit in group),
        score=best.score,
        similarity=max(hit.similarity for hit in group),
    )


def _common_heading(chunks: Sequence[Chunk]) -> tuple[str, ...]:
    """Return the heading trail that all chunks are under."""
    common: list[str] = []
    for names in zip(*(chunk.heading for chunk in chunks), strict=False):
        if len(set(names)) > 1:
            break
        common.append(names[0])
    return tuple(common)
