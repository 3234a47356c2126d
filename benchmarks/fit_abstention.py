"""Fit the weights and the threshold that decide whether the notes cover a question.

A logistic model over the numbers of ``tutor.grounding.signals``, fitted by Newton's method with a
ridge penalty on standardised numbers. The labelled sets, over the bundled course and over a folder
of lecture notes, hold questions within and beyond the notes, and paraphrases with hardly a word of
theirs, which would else be declined; ``--check`` names further sets that only judge. The threshold
is the one of best F0.5 (a false alarm is worse than a miss) on the lecture notes and on the course,
each scored with weights fitted on the other.

    python benchmarks/fit_abstention.py NOTES_FOLDER [--check FOLDER QUESTIONS.jsonl]
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from retrieval import Bench

from tutor.evaluation.dataset import load_items
from tutor.grounding.signals import Signals, observe
from tutor.retrieval.query import standalone

HERE = Path(__file__).parent
COURSE = HERE.parent / "knowledge_base"
COURSE_SETS = (HERE / "answerable_course.jsonl", HERE / "paraphrases_course.jsonl")
NOTES_SETS = tuple(
    HERE / f"{name}.jsonl" for name in ("answerable_notes", "questions", "paraphrases_notes")
)

RIDGE = 1.0
"""Penalty on the squared weights of standardised signals."""

PASSAGES = 5
STEPS = 50

Array = NDArray[np.float64]


def signals_of(bench: Bench, file: Path) -> tuple[Array, Array]:
    """Return the signals of every question of a set, ``(n, 6)``, and 1 where notes answer it."""
    rows, answerable = [], []
    for item in load_items(file):
        query = bench.speller.repair(standalone(item.question, item.history)).text
        found = bench.retriever.search(query, PASSAGES)
        asked = query.lower() if query.isupper() else query
        rows.append(astuple(observe(asked, found, bench.vocabulary, bench.sentences)))
        answerable.append(float(item.answerable))
    return np.array(rows), np.array(answerable)


def fit(x: Array, y: Array) -> tuple[Array, float]:
    """Return weights and bias for signals as they are."""
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    z = np.column_stack([(x - mean) / spread, np.ones(len(x))])
    penalty = np.diag([RIDGE] * x.shape[1] + [1e-6])
    w = np.zeros(z.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-z @ w))
        hessian = (z * (p * (1 - p))[:, None]).T @ z + penalty
        w -= np.linalg.solve(hessian, z.T @ (p - y) + penalty @ w)
    weights = w[:-1] / spread
    return weights, float(w[-1] - weights @ mean)


def score(model: tuple[Array, float], x: Array) -> Array:
    weights, bias = model
    return 1 / (1 + np.exp(-(x @ weights + bias)))


def precision_recall(scores: Array, y: Array, threshold: float) -> tuple[float, float, int]:
    """Return precision and recall of declining below ``threshold``, and the false alarms."""
    declined, beyond = scores < threshold, y == 0
    caught = int((declined & beyond).sum())
    return (
        caught / max(1, int(declined.sum())),
        caught / max(1, int(beyond.sum())),
        int((declined & ~beyond).sum()),
    )


def best_threshold(scores: Array, y: Array) -> float:
    """Return the threshold of best F0.5, the middle one where several are equally good."""
    grid = np.round(np.arange(0.05, 0.96, 0.01), 2)
    quality = []
    for threshold in grid:
        precision, recall, _ = precision_recall(scores, y, threshold)
        quality.append(1.25 * precision * recall / max(1e-9, 0.25 * precision + recall))
    best = np.flatnonzero(np.array(quality) >= max(quality) - 1e-9)
    return float(grid[best[len(best) // 2]])


def area(scores: Array, y: Array) -> float:
    """Return the share of pairs in which the answerable question has the higher score."""
    gaps = scores[y == 1][:, None] - scores[y == 0][None, :]
    return float((gaps > 0).mean() + 0.5 * (gaps == 0).mean())


def show(title: str, scores: Array, y: Array, threshold: float) -> None:
    precision, recall, alarms = precision_recall(scores, y, threshold)
    print(
        f"{title:<44} {len(y):>4} questions  precision {precision:.2f}  recall {recall:.2f}  "
        f"false alarms {alarms:>2}  area {area(scores, y):.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notes", type=Path)
    parser.add_argument("--check", nargs=2, type=Path, action="append", default=[])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        benches = {COURSE: Bench(COURSE, Path(folder) / "course")}
        benches[arguments.notes] = Bench(arguments.notes, Path(folder) / "notes")
        course = joined([signals_of(benches[COURSE], file) for file in COURSE_SETS])
        notes = joined([signals_of(benches[arguments.notes], file) for file in NOTES_SETS])
        checks = [
            (
                file,
                signals_of(benches.get(notes_of) or Bench(notes_of, Path(folder) / "check"), file),
            )
            for notes_of, file in arguments.check
        ]
    crossed = np.concatenate([score(fit(*course), notes[0]), score(fit(*notes), course[0])])
    labels = np.concatenate([notes[1], course[1]])
    threshold = best_threshold(crossed, labels)
    model = fit(*joined([course, notes]))
    show("fitted on the course, held against notes", crossed[: len(notes[1])], notes[1], threshold)
    show("fitted on notes, held against the course", crossed[len(notes[1]) :], course[1], threshold)
    for title, (x, y) in [("both: notes", notes), ("both: course", course), *checks]:
        show(
            title if isinstance(title, str) else f"check: {title.name}",
            score(model, x),
            y,
            threshold,
        )
    names = [field.name for field in fields(Signals)]
    weights = ", ".join(f"{name}={value:.2f}" for name, value in zip(names, model[0], strict=True))
    print(f"\nWEIGHTS = Signals({weights})\nBIAS = {model[1]:.2f}\nTHRESHOLD = {threshold:.2f}")


def joined(parts: list[tuple[Array, Array]]) -> tuple[Array, Array]:
    return np.concatenate([x for x, _ in parts]), np.concatenate([y for _, y in parts])


if __name__ == "__main__":
    main()
