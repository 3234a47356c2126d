"""Retrieval on question sets, each lever on and off, and how the time of a search grows.

No language model takes part. Each folder of notes is followed by the question sets over it:

    python benchmarks/retrieval.py NOTES_FOLDER QUESTIONS.jsonl ... [--over FOLDER QUESTIONS.jsonl]
    python benchmarks/retrieval.py --growth [--sizes 1000 10000 100000]

A row is one run over all sets: recall at 1, 5 and 10, MRR at 10, and the median milliseconds of a
search whose passages have been read before. ``--kinds`` adds the kinds of questions.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutor.evaluation.dataset import Item, Prediction, load_items
from tutor.evaluation.metrics import Figures
from tutor.evaluation.run import evaluate
from tutor.grounding.sentences import split
from tutor.grounding.vocabulary import Vocabulary
from tutor.index.builder import IndexBuilder
from tutor.index.keyword_index import KeywordIndex
from tutor.index.library import Library
from tutor.index.query_encoder import QueryEncoder
from tutor.index.vector_store import ChromaStore
from tutor.retrieval import retriever as lever
from tutor.retrieval.late_interaction import LateInteraction
from tutor.retrieval.query import standalone
from tutor.retrieval.rarity import Rarity
from tutor.retrieval.reranker import Reranker
from tutor.retrieval.retriever import Retriever
from tutor.retrieval.sentence_cache import SentenceCache
from tutor.retrieval.spelling import Speller
from tutor.retrieval.token_cache import TokenCache
from tutor.schema import Chunk

COURSE = "notes"
DEPTH = 10
COURSE_FOLDER = Path(__file__).parents[1] / "knowledge_base"

SENTENCES = 5
"""Sentences of a made-up chunk, which gives it the length of a real one."""

NOISE = 0.9
"""Length of what is added to a real vector of length 1 to make up another near it."""

STEP = 10_000
"""Made-up chunks that are added to the store at a time."""


class BestSentence:
    """A re-ranker by the nearest sentence: what late interaction replaced."""

    def __init__(self, sentences: SentenceCache) -> None:
        self._sentences = sentences

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the cosine of ``question`` and the nearest sentence of each text."""
        [asked] = self._sentences.embed([question])
        units = [[unit.text for unit in split(text)] or [text] for text in texts]
        return np.array([(self._sentences.embed(part) @ asked).max() for part in units], np.float32)


class Bench:
    """An index over a folder of notes, and what finds passages in it."""

    def __init__(self, notes: Path, home: Path) -> None:
        encoder = QueryEncoder(home / "models")
        library = Library(home / "index", encoder)
        IndexBuilder(library).ingest([notes], COURSE)
        index = library.current()
        assert index is not None
        words = index.keywords.vocabulary()
        self.sentences = SentenceCache(encoder, home / "sentences.sqlite3")
        self.late = LateInteraction(encoder, Rarity(words), TokenCache(home / "tokens.sqlite3"))
        self.index = index
        self.vocabulary = Vocabulary(words)
        self.speller = Speller(words)
        self._search_with = lambda reranker: Retriever(
            index.store, index.keywords, encoder, reranker
        )
        self.retriever: Retriever = self._search_with(self.late)
        self.seconds: list[float] = []

    @contextmanager
    def reranked_by(self, reranker: Reranker | None) -> Iterator[None]:
        """Search with another re-ranker, or none."""
        before = self.retriever
        self.retriever = self._search_with(reranker)
        try:
            yield
        finally:
            self.retriever = before

    def find(self, item: Item, *, spelling: bool = True, follow_ups: bool = True) -> Prediction:
        """Find the passages for one item as the program would."""
        query = standalone(item.question, item.history if follow_ups else ())
        query = self.speller.repair(query).text if spelling else query
        started = time.perf_counter()
        found = self.retriever.search(query, DEPTH)
        self.seconds.append(time.perf_counter() - started)
        return Prediction(item.id, tuple(passage.text for passage in found))


@dataclass(frozen=True)
class Set:
    """Questions over the notes of a bench; those beyond the notes are left out."""

    name: str
    bench: Bench
    items: tuple[Item, ...]


@contextmanager
def weighing(name: str, value: float) -> Iterator[None]:
    """Set a constant of the retriever for a while."""
    before = getattr(lever, name)
    setattr(lever, name, value)
    try:
        yield
    finally:
        setattr(lever, name, before)


def row(title: str, figures: Figures, milliseconds: float) -> str:
    cells = [*(figures.recall[depth] for depth in (1, 5, 10)), figures.mrr]
    numbers = "  ".join("    -" if cell is None else f"{cell:.3f}" for cell in cells)
    return f"  {title:<40} {numbers}  {milliseconds:6.1f}"


def run(title: str, one: Set, finder: Callable[[Item], Prediction], *, kinds: bool = False) -> None:
    """Put a set to ``finder`` and print its row."""
    one.bench.seconds.clear()
    result = evaluate(one.items, finder)
    print(row(title, result.overall, 1000 * statistics.median(one.bench.seconds)), flush=True)
    for kind, figures in result.kinds.items() if kinds else ():
        print(row(f"   of which {kind} ({figures.items})", figures, float("nan")))


def ablation(one: Set, *, kinds: bool) -> None:
    bench = one.bench
    print(f"\n{one.name:<42} r@1    r@5    r@10   mrr        ms")
    evaluate(one.items, bench.find)  # fills the caches
    run("everything", one, bench.find, kinds=kinds)
    run("without spelling repair", one, lambda item: bench.find(item, spelling=False))
    run("without the conversation", one, lambda item: bench.find(item, follow_ups=False))
    for title, reranker in (
        ("without re-ranking", None),
        ("re-ranked by the best sentence", BestSentence(bench.sentences)),
    ):
        with bench.reranked_by(reranker):
            evaluate(one.items, bench.find)
            run(title, one, bench.find)
    for title, name, value in (
        ("re-ranking 12 chunks", "RERANKED", 12),
        ("re-ranking 40 chunks", "RERANKED", 40),
        ("without the cosine beside the re-ranker", "COSINE_WEIGHT", 0),
        ("without keywords", "KEYWORD_WEIGHT", 0),
        ("without searching for both sides", "PART_BONUS", 0),
        ("without joining neighbours", "JOINED", 0),
    ):
        with weighing(name, value):
            run(title, one, bench.find)


# ------------------------------------------------------------------------------- growth


def made_up(
    real: Sequence[Chunk], vectors: NDArray[np.float32], size: int, chance: np.random.Generator
) -> Iterator[tuple[list[Chunk], NDArray[np.float32]]]:
    """Yield ``size`` chunks of shuffled real sentences with vectors near real ones, in steps."""
    sentences = [unit.text for chunk in real for unit in split(chunk.text)]
    for start in range(0, size, STEP):
        count = min(STEP, size - start)
        chunks = []
        for number in range(start, start + count):
            text = "\n".join(sentences[i] for i in chance.integers(len(sentences), size=SENTENCES))
            source, place = f"{number // 500}.md", number % 500
            heading = (f"Part {number // 10}",)
            chunks.append(Chunk(str(number), COURSE, source, heading, text, place, 0, 1, 1, 1))
        near = vectors[chance.integers(len(vectors), size=count)]
        noise = chance.normal(scale=NOISE / near.shape[1] ** 0.5, size=near.shape)
        moved = (near + noise).astype(np.float32)
        yield chunks, moved / np.linalg.norm(moved, axis=1, keepdims=True)


def growth(sizes: Sequence[int], home: Path) -> None:
    """Search as many chunks as a book, a shelf and a library have."""
    store = Bench(COURSE_FOLDER, home / "course").index.store
    real = store.chunks()
    vectors = store.vectors([chunk.id for chunk in real])
    queries = [
        f"What about {' '.join(chunk.text.split()[:8])}?" for chunk in real[:: len(real) // 20]
    ]
    encoder = QueryEncoder(home / "models")
    for size in sizes:
        folder = home / str(size)
        started = time.perf_counter()
        grown = ChromaStore(folder / "chroma")
        chunks: list[Chunk] = []
        for fresh, near in made_up(real, vectors, size, np.random.default_rng(size)):
            grown.upsert(fresh, near)
            chunks += fresh
        keywords = KeywordIndex.build(chunks)
        print(f"{size:>7,} chunks, stored in {time.perf_counter() - started:.0f} s:", end=" ")
        measure(grown, keywords, encoder, queries, folder)
        grown.close()


def measure(
    store: ChromaStore,
    keywords: KeywordIndex,
    encoder: QueryEncoder,
    queries: Sequence[str],
    folder: Path,
) -> None:
    """Print the median time of a search, of its parts, and where the passages are new."""
    cache = TokenCache(folder / "tokens.sqlite3")
    late = LateInteraction(encoder, Rarity(keywords.vocabulary()), cache)
    retriever = Retriever(store, keywords, encoder, late)
    asked = dict(zip(queries, encoder.embed(queries), strict=True))
    cold = median_ms(retriever.search, queries)
    print(
        f"{median_ms(retriever.search, queries):.1f} ms a search "
        f"(vectors {median_ms(lambda query: store.search(asked[query], lever.POOL), queries):.1f}, "
        f"keywords {median_ms(lambda query: keywords.search(query, lever.POOL), queries):.1f}), "
        f"{cold:.0f} ms where the passages are new",
        flush=True,
    )
    cache.close()


def median_ms(work: Callable[[str], object], queries: Sequence[str]) -> float:
    """Return the median milliseconds that ``work`` takes for a query."""
    seconds = []
    for query in queries:
        started = time.perf_counter()
        work(query)
        seconds.append(time.perf_counter() - started)
    return 1000 * statistics.median(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", nargs="*", type=Path, metavar="NOTES_FOLDER QUESTIONS")
    parser.add_argument("--over", nargs="+", type=Path, action="append", default=[])
    parser.add_argument("--kinds", action="store_true")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--sizes", nargs="+", type=int, default=[1_000, 10_000, 100_000])
    arguments = parser.parse_args()
    named = [group for group in (arguments.sets, *arguments.over) if len(group) > 1]
    if not named and not arguments.growth:
        sys.exit("Name a folder of notes and a question set, or --growth.")
    with tempfile.TemporaryDirectory() as folder:
        if arguments.growth:
            growth(arguments.sizes, Path(folder))
        for number, (notes, *files) in enumerate(named):
            bench = Bench(notes, Path(folder) / str(number))
            for file in files:
                items = tuple(item for item in load_items(file) if item.answerable)
                ablation(Set(file.name, bench, items), kinds=arguments.kinds)


if __name__ == "__main__":
    main()
