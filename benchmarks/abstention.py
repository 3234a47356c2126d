"""The decision to abstain as a precision-recall curve over question files.

Prints precision, recall and false alarms threshold by threshold, a plot in characters, and by
name what goes wrong at the threshold in use; draws the same as an SVG. Questions are searched for
as the program does it; no language model takes part. A set is a folder of notes with the question
files over it:

    python benchmarks/abstention.py --svg curve.svg \\
        --set NOTES_FOLDER QUESTIONS.jsonl [QUESTIONS.jsonl ...] [--set ...]
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from retrieval import Bench

from tutor.evaluation.curve import Decision, Point, at, average_precision, curve
from tutor.evaluation.dataset import Item, load_items
from tutor.grounding.coverage import THRESHOLD, assess
from tutor.retrieval.query import standalone

PASSAGES = 5
GRID = [step / 20 for step in range(1, 20)]
WIDTH, HEIGHT = 50, 15
COLOURS = ("#1b6ca8", "#c8553d", "#4f772d", "#7b2d8b", "#8a6d1a")

Curves = dict[str, list[Decision]]


def decide(bench: Bench, item: Item) -> Decision:
    """Return how sure the program is that the notes answer ``item``."""
    query = bench.speller.repair(standalone(item.question, item.history)).text
    found = bench.retriever.search(query, PASSAGES)
    coverage = assess(query, found, bench.vocabulary, bench.sentences)
    return Decision(item.id, item.question, coverage.score, item.answerable)


def measure(sets: Sequence[Sequence[Path]]) -> Curves:
    """Return the decisions of each question file."""
    measured: Curves = {}
    for notes, *files in sets:
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(notes, Path(folder))
            for file in files:
                measured[file.stem] = [decide(bench, item) for item in load_items(file)]
    return measured


def share(value: float | None) -> str:
    return "    -" if value is None else f"{value:5.2f}"


def line(title: str, point: Point) -> str:
    return f"{title:<34}{share(point.precision)}  {share(point.recall)}  {point.false_alarms:>6}"


def table(measured: Curves, whole: list[Decision]) -> None:
    print(f"{'':<34} prec    rec  alarms")
    for threshold in sorted({*GRID, THRESHOLD}):
        mark = "  <- in use" if threshold == THRESHOLD else ""
        print(line(f"all, threshold {threshold:.2f}", at(whole, threshold)) + mark)
    print()
    for name, decisions in measured.items():
        print(line(f"{name} at {THRESHOLD:.2f}", at(decisions, THRESHOLD)))
        print(f"{'':<34} average precision {average_precision(curve(decisions)):.3f}")


def plot(decisions: list[Decision]) -> None:
    """Draw precision (0 to 1, upwards) over recall (0 to 1); ``O`` is the threshold in use."""
    rows = [[" "] * (WIDTH + 1) for _ in range(HEIGHT + 1)]
    in_use = at(decisions, THRESHOLD)
    for point, mark in [*((one, "*") for one in curve(decisions)), (in_use, "O")]:
        if point.precision is not None and point.recall is not None:
            rows[HEIGHT - round(point.precision * HEIGHT)][round(point.recall * WIDTH)] = mark
    print("\nprecision")
    for number, row in enumerate(rows):
        label = "1.0" if number == 0 else "0.0" if number == HEIGHT else "   "
        print(f"{label} |{''.join(row).rstrip()}")
    print(f"    +{'-' * (WIDTH + 1)}\n     0.0{'recall':^{WIDTH - 5}}1.0")


def names(measured: Curves) -> None:
    for title, answerable in (("False alarms", True), ("Answered beyond the notes", False)):
        print(f"\n{title}, at {THRESHOLD:.2f}:")
        for name, decisions in measured.items():
            for one in sorted(decisions, key=lambda one: one.score):
                if one.answerable is answerable and (one.score < THRESHOLD) is answerable:
                    print(f"  {one.score:.2f}  {name} {one.id}  {one.question}")


def svg(measured: Curves) -> str:
    """Return the curves of all files with their points in use, as a picture of 480 x 400."""
    side, left, top = 320, 50, 20

    def place(point: Point) -> tuple[float, float]:
        return left + side * (point.recall or 0.0), top + side * (1 - (point.precision or 0.0))

    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" width="480" height="400" '
        'font-family="sans-serif" font-size="12">',
        '<rect width="480" height="400" fill="white"/>',
        f'<rect x="{left}" y="{top}" width="{side}" height="{side}" fill="none" stroke="#999"/>',
        f'<text x="{left + side / 2}" y="{top + side + 36}" text-anchor="middle">recall</text>',
        f'<text x="14" y="{top + side / 2}" text-anchor="middle" '
        f'transform="rotate(-90 14 {top + side / 2})">precision</text>',
    ]
    for tick in (0.0, 0.5, 1.0):
        x, y = left + side * tick, top + side * (1 - tick)
        parts.append(f'<text x="{x}" y="{top + side + 16}" text-anchor="middle">{tick}</text>')
        parts.append(f'<text x="{left - 6}" y="{y + 4}" text-anchor="end">{tick}</text>')
    for number, (name, decisions) in enumerate(measured.items()):
        colour = COLOURS[number % len(COLOURS)]
        shown = [place(one) for one in curve(decisions) if one.precision is not None]
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shown)
        x, y = place(at(decisions, THRESHOLD))
        parts += [
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>',
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}"/>',
            f'<text x="{left + 10}" y="{top + side - 12 - 16 * number}" fill="{colour}">'
            f"{escape(name)}</text>",
        ]
    return "\n".join([*parts, "</svg>\n"])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--set", dest="sets", nargs="+", type=Path, action="append", required=True,
        metavar=("NOTES_FOLDER", "QUESTIONS"),
    )  # fmt: skip
    parser.add_argument("--svg", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    measured = measure(arguments.sets)
    whole = [one for decisions in measured.values() for one in decisions]
    table(measured, whole)
    plot(whole)
    names(measured)
    if arguments.svg:
        arguments.svg.write_text(svg(measured), encoding="utf-8")


if __name__ == "__main__":
    main()
