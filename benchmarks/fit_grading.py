"""Fit the weights by which the grader tells whether a stretch of an answer says a point.

A logistic regression with a ridge penalty, fitted by Newton's method, on the answers of
tests/data/graded_answers.jsonl. There is a sample for each point and each answer that may say it:
the best stretch that does not turn the point round. It says the point if the teacher marked the
point as met. Answers that contradict the point give no sample: they have its words and likeness,
and to tell them is left to rules. The same answers give the same weights:

    python benchmarks/fit_grading.py

The weights belong into ``tutor.quiz.grading.comparing``. For the bounds in ``judging`` the chances
are printed that a point is met, by what the weights of the other questions make of it.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from grading import ANSWERS, item_of
from numpy.typing import NDArray

from tutor.grounding.candidates import Encoder
from tutor.index.query_encoder import QueryEncoder
from tutor.quiz.grading.comparing import readings
from tutor.quiz.grading.judging import stretches_of

RIDGE = 0.5
"""Penalty on the squared weights; the last one, which is added to all, is free."""

STEPS = 50
BINS = (0.0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1.0)

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """A stretch that may say a point, and whether the point was marked as met."""

    question: str
    numbers: tuple[float, ...]
    met: bool


def samples(encoder: Encoder) -> Iterator[Sample]:
    """Yield a sample for each point of each answer that something is said on."""
    for line in ANSWERS.read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        item = item_of(question)
        for answer in question["answers"]:
            rows = readings(item, stretches_of(item, answer["response"]), encoder)
            for mark, row in zip(answer["points"], rows, strict=True):
                straight = [one for one in row if one.straight]
                if straight and mark != "c":
                    best = max(straight, key=lambda one: one.score)
                    yield Sample(question["id"], best.numbers, mark == "m")


def fit(x: Array, y: Array) -> Array:
    """Return the weights for numbers ``x``, shape (n, 5), and last what is added."""
    ones = np.column_stack([x, np.ones(len(x))])
    penalty = np.diag([RIDGE] * x.shape[1] + [0.0])
    weights = np.zeros(ones.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-ones @ weights))
        curve = ones.T @ (ones * (chance * (1 - chance))[:, None]) + penalty
        weights += np.linalg.solve(curve, ones.T @ (y - chance) - penalty @ weights)
    return weights


def crossed(found: list[Sample], x: Array, y: Array) -> Array:
    """Return the chance of each sample by the weights of all other questions."""
    questions = np.array([one.question for one in found])
    chances = np.empty(len(found))
    for question in dict.fromkeys(questions):
        own = questions == question
        weights = fit(x[~own], y[~own])
        chances[own] = 1 / (1 + np.exp(-x[own] @ weights[:-1] - weights[-1]))
    return chances


def main() -> int:
    """Print the weights, and how often points are met by the chance they are given."""
    with tempfile.TemporaryDirectory() as folder:
        found = list(samples(QueryEncoder(Path(folder))))
    x = np.array([one.numbers for one in found])
    y = np.array([float(one.met) for one in found])
    print(f"{len(found)} samples, {y.mean():.2f} of them met")
    names = ("covered", "closest", "weakest", "nearest", "added", "nothing")
    print(", ".join(f"{name} {w:.2f}" for name, w in zip(names, fit(x, y), strict=True)))
    chances = crossed(found, x, y)
    for low, high in pairwise(BINS):
        inside = (chances >= low) & (chances < high)
        if inside.any():
            print(f"{low:.2f}-{high:.2f}: {inside.sum():3d} samples, met {y[inside].mean():.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
