"""Retrieval and quoted answers on a question set, each lever on and off, and how search time grows.

No language model takes part: the answers are those made of the notes' own sentences.

    python benchmarks/retrieval.py NOTES_FOLDER QUESTIONS.jsonl [QUESTIONS.jsonl ...]
    python benchmarks/retrieval.py --growth
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from tutor.evaluation.dataset import Item, Prediction, load_items
from tutor.evaluation.metrics import Figures
from tutor.evaluation.run import evaluate
from tutor.grounding.coverage import assess
from tutor.grounding.extract import compose
from tutor.grounding.vocabulary import Vocabulary
from tutor.index.builder import IndexBuilder
from tutor.index.keyword_index import KeywordIndex
from tutor.index.library import Library
from tutor.index.query_encoder import QueryEncoder
from tutor.index.vector_store import ChromaStore
from tutor.retrieval import retriever as lever
from tutor.retrieval.query import standalone
from tutor.retrieval.retriever import Retriever
from tutor.retrieval.sentence_cache import SentenceCache
from tutor.retrieval.spelling import Speller
from tutor.schema import Chunk

COURSE = "notes"


class Bench:
    """An index over a folder of notes, and what answers questions from it."""

    def __init__(self, notes: Path, home: Path) -> None:
        encoder = QueryEncoder(home / "models")
        library = Library(home / "index", encoder)
        IndexBuilder(library).ingest([notes], COURSE)
        index = library.current()
        assert index is not None
        words = index.keywords.vocabulary()
        self.sentences = SentenceCache(encoder, home / "sentences.sqlite3")
        self.retriever = Retriever(index.store, index.keywords, self.sentences)
        self.vocabulary = Vocabulary(words)
        self.speller = Speller(words)
        self.seconds: list[float] = []

    def answer(self, item: Item, *, spelling: bool = True, follow_ups: bool = True) -> Prediction:
        """Answer one item as the program would with a model that never writes."""
        asked = self.speller.repair(item.question).text if spelling else item.question
        query = standalone(asked, item.history if follow_ups else ())
        started = time.perf_counter()
        found = self.retriever.search(query, 10)
        self.seconds.append(time.perf_counter() - started)
        best = found[:5]
        covered = assess(query, best, self.vocabulary, self.sentences).covered
        text = compose(query, best, self.sentences).text if covered else ""
        return Prediction(item.id, tuple(p.text for p in found), text, not covered)


@contextmanager
def without(name: str) -> Iterator[None]:
    """Set a weight of the retriever to nothing."""
    before = getattr(lever, name)
    setattr(lever, name, 0)
    try:
        yield
    finally:
        setattr(lever, name, before)


def show(title: str, figures: Figures, milliseconds: float) -> None:
    def cell(value: float | None) -> str:
        return "    -" if value is None else f"{value:.3f}"

    cells = [
        *(cell(figures.recall[depth]) for depth in (1, 5, 10)),
        *map(cell, (figures.mrr, figures.answer)),
        *map(cell, (figures.abstention_precision, figures.abstention_recall)),
    ]
    print(f"{title:<34} {'  '.join(cells)}  {figures.words or 0:5.1f}  {milliseconds:5.1f}")


def ablation(bench: Bench, items: tuple[Item, ...]) -> None:
    print(f"{'':<34} r@1    r@5    r@10   mrr    answer abst_P abst_R words  ms")

    def run(title: str, answerer: Callable[[Item], Prediction]) -> None:
        evaluate(items, answerer)  # fills the cache of sentences
        bench.seconds.clear()
        figures = evaluate(items, answerer).overall
        show(title, figures, 1000 * statistics.median(bench.seconds))

    run("everything", bench.answer)
    run("without spelling repair", lambda item: bench.answer(item, spelling=False))
    run("without the conversation", lambda item: bench.answer(item, follow_ups=False))
    for title, name in (
        ("without sentence vectors", "SENTENCE_WEIGHT"),
        ("without keywords", "KEYWORD_WEIGHT"),
        ("without searching for both sides", "PART_BONUS"),
        ("without joining neighbours", "JOINED"),
    ):
        with without(name):
            run(title, bench.answer)


def growth(home: Path) -> None:
    """Search made-up chunks, as many as a book, a shelf and a library have."""
    chance = np.random.default_rng(0)
    encoder = QueryEncoder(home / "models")
    vocabulary = [f"term{number}" for number in range(30_000)]
    for size in (1_000, 10_000, 100_000):
        chunks = [
            Chunk(f"{i}", COURSE, f"{i // 500}.md", (f"Part {i // 10}",),
                  ". ".join(" ".join(chance.choice(vocabulary, 12)) for _ in range(6)) + ".",
                  i, 0, 1, 1, 1)
            for i in range(size)
        ]  # fmt: skip
        vectors = chance.normal(size=(size, encoder.dimension)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        store = ChromaStore(home / f"chroma-{size}")
        store.upsert(chunks, vectors)
        cache = SentenceCache(encoder, home / f"sentences-{size}.sqlite3")
        retriever = Retriever(store, KeywordIndex.build(chunks), cache)
        queries = [" ".join(chance.choice(vocabulary, 8)) for _ in range(20)]
        cold: list[float] = []
        warm: list[float] = []
        for query in queries:
            for times in (cold, warm):
                started = time.perf_counter()
                retriever.search(query, 5)
                times.append(1000 * (time.perf_counter() - started))
        print(
            f"{size:>7,} chunks: {statistics.median(warm):6.1f} ms with the sentences at hand, "
            f"{statistics.median(cold):6.1f} ms the first time"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notes", nargs="?", type=Path)
    parser.add_argument("questions", nargs="*", type=Path)
    parser.add_argument("--growth", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if arguments.growth:
            growth(Path(folder))
        elif arguments.notes and arguments.questions:
            bench = Bench(arguments.notes, Path(folder))
            for file in arguments.questions:
                print(f"\n{file.name}")
                ablation(bench, load_items(file))
        else:
            sys.exit("Name a folder of notes and a question set, or --growth.")


if __name__ == "__main__":
    main()
