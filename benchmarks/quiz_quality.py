"""Quiz items by each way of drafting: how many pass the gates, at what cost, and how they read.

    python benchmarks/quiz_quality.py NOTES_FOLDER [-n 100] [--level 1] [--kinds cloze matching]
    python benchmarks/quiz_quality.py NOTES_FOLDER -n 100 --model bundled
    python benchmarks/quiz_quality.py NOTES_FOLDER -n 100 --model llama.gguf --show 30

Without --model the items are drafted by code alone; --model takes "bundled" or a GGUF file, whose
items, of the kinds that models draft, are drafted by the crew's quiz maker and nobody else. Then it
takes at most two drafts for each item wanted, whether the model is able or not, and says so if
these gave too few. --show prints items to be read by a person, which is the only measure of whether
they are any good. The last lines are a table to be pasted.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

from tutor import bundled
from tutor.crew.quizmaking import QuizMaking
from tutor.crew.roles import load_roles
from tutor.index.query_encoder import QueryEncoder
from tutor.ingestion.chunker import split
from tutor.ingestion.discovery import discover
from tutor.ingestion.loader import load_note
from tutor.llm.catalog import choose, open_model
from tutor.llm.chat_model import Decoding
from tutor.quiz.by_model.drafts import KINDS
from tutor.quiz.drafting import Draft, Tally, draft
from tutor.quiz.items import USUAL, shuffle_keys
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.lint import LintReport, lint
from tutor.quiz.verdict_cues import best_cue
from tutor.schema import Chunk, ItemKind, QuizItem
from tutor.settings import load_settings

DEALS = 200
"""How often verdicts are dealt anew to see what a cue guesses by chance."""


def main() -> None:
    """Draft, count and print."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as home:
        glossary = Glossary(_chunks(arguments.notes), QueryEncoder(Path(home)))
        _report(arguments, glossary)


def _report(arguments: argparse.Namespace, glossary: Glossary) -> None:
    chunks = list(glossary.chunks.values())
    random.Random(arguments.seed).shuffle(chunks)
    started = time.perf_counter()
    made = (_by_model if arguments.model else _by_code)(arguments, glossary, chunks)
    items = shuffle_keys(made.items, arguments.seed)
    each = (time.perf_counter() - started) / max(1, len(items))
    print(f"{len(items)} items from {made.tried} drafts, {each:.2f} s an item")
    print(made.shortfall)
    _print_tallies(made.tallies)
    gates = Counter(rejection.gate for rejection in made.rejections)
    print("turned away:", ", ".join(f"{gate} {count}" for gate, count in gates.most_common()))
    report = lint(items, glossary)
    _print_bank(items, report)
    for number, item in enumerate(items[: arguments.show], 1):
        _print_item(number, item)
    _print_row(arguments, made, report, each)


def _by_code(arguments: argparse.Namespace, glossary: Glossary, chunks: Sequence[Chunk]) -> Draft:
    return draft(
        chunks,
        glossary,
        count=arguments.n,
        kinds=arguments.kinds,
        level=arguments.level,
        seed=arguments.seed,
    )


def _by_model(arguments: argparse.Namespace, glossary: Glossary, chunks: Sequence[Chunk]) -> Draft:
    """Draft with a model and nothing but the model; the program fills up with code.

    A model of which the program would not ask for drafts is asked all the same.
    """
    settings = load_settings(**({} if arguments.model == "bundled" else {"model": arguments.model}))
    model = open_model(choose(settings), settings)
    crew = QuizMaking(model, load_roles(bundled.agents_file()), Decoding(temperature=0.0))
    made = crew.draft(
        chunks,
        glossary,
        count=arguments.n,
        kinds=[kind for kind in arguments.kinds if kind in KINDS],
        level=arguments.level,
        seed=arguments.seed,
        emit=lambda event: None,
        cancelled=threading.Event(),
        unable_too=True,
    )
    print(crew.told(made.items, made.items))
    return made


def _chunks(folder: Path) -> list[Chunk]:
    files, _ = discover([folder])
    return [chunk for file in files for chunk in split(load_note(file), "notes")]


def _print_tallies(tallies: Mapping[ItemKind, Tally]) -> None:
    print(f"{'kind':20} {'first':>6} {'mended':>6} {'dropped':>7} {'at first':>9} {'after':>6}")
    for kind, tally in [*tallies.items(), ("all", _total(tallies))]:
        first, after = _shares(tally)
        counts = f"{tally.first:6} {tally.mended:6} {tally.dropped:7}"
        print(f"{kind:20} {counts} {first:9.0%} {after:6.0%}")


def _total(tallies: Mapping[ItemKind, Tally]) -> Tally:
    every = tallies.values()
    return Tally(
        sum(tally.first for tally in every),
        sum(tally.mended for tally in every),
        sum(tally.dropped for tally in every),
    )


def _shares(tally: Tally) -> tuple[float, float]:
    """Return the shares that passed at the first try and, with these, after mending."""
    tried = max(1, tally.first + tally.mended + tally.dropped)
    return tally.first / tried, (tally.first + tally.mended) / tried


def _print_bank(items: Sequence[QuizItem], report: LintReport) -> None:
    print("kinds:", ", ".join(f"{kind} {count}" for kind, count in sorted(report.kinds.items())))
    print("key places:", dict(sorted(report.key_places.items())))
    print(f"key is the longest: {report.longest_keys:.0%}, by chance {report.by_chance:.0%}")
    print(f"keys by length, 1 the shortest: {dict(sorted(_length_ranks(items).items()))}")
    print(f"statements that are true: {report.true_share:.0%}; {_told_by_form(items)}")
    print(f"sections cited: {report.covered} of {report.sections}; repeats: {report.repeats}")
    print(f"lint: {report.passed} of {report.items} pass;", *(one.reason for one in report.bank))


def _told_by_form(items: Sequence[QuizItem]) -> str:
    """Say how many verdicts the best single cue guesses, and how many it would by chance.

    Of many cues one always fits somewhat, so chance is what remains when verdicts are dealt anew.
    """
    stated = [item for item in items if item.kind is ItemKind.TRUE_FALSE]
    keys, rng = [item.keys for item in stated], random.Random(0)
    dealt = []
    for _ in range(DEALS):
        rng.shuffle(keys)
        anew = [replace(item, keys=key) for item, key in zip(stated, keys, strict=True)]
        dealt.append(best_cue(anew)[1])
    cue, share = best_cue(stated)
    return f"told by form ({cue or 'none'}): {share:.0%}, by chance {fmean(dealt):.0%}"


def _print_row(arguments: argparse.Namespace, made: Draft, report: LintReport, each: float) -> None:
    first, after = _shares(_total(made.tallies))
    places = " ".join(str(count) for _, count in sorted(report.key_places.items()))
    way = Path(arguments.model).stem or "no model"
    titles = ["way", "level", "items", "at first try", "after mending", "s an item", "keys", "true"]
    cells = [
        way,
        f"{arguments.level}",
        f"{len(made.items)} of {arguments.n}",
        f"{first:.0%}",
        f"{after:.0%}",
        f"{each:.2f}",
        places,
        f"{report.true_share:.0%}",
    ]
    print()
    for row in (titles, ["---"] * len(titles), cells):
        print(f"| {' | '.join(row)} |")


def _length_ranks(items: Sequence[QuizItem]) -> Counter[int]:
    """Count at which rank by length the key of a multiple-choice item lies among its options."""
    choices = [item for item in items if item.kind is ItemKind.MULTIPLE_CHOICE]
    return Counter(1 + sum(len(o) < len(item.key) for o in item.options) for item in choices)


def _print_item(number: int, item: QuizItem) -> None:
    print(f"\n{number}. [{item.kind}, {item.topic}] {item.stem}")
    for pair in item.pairs:
        print(f"     {pair.prompt}  =  {pair.match}")
    for option in item.options:
        if not item.pairs or option not in item.keys:
            print(f"   {'*' if option in item.keys else ' '} {option}")
    if not item.pairs:
        print(f"   key: {' | '.join(item.keys)}  {item.accepted or ''}")
    print(f"   quote: {' '.join(item.evidence.quote.split())[:300]}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notes", type=Path)
    parser.add_argument("-n", type=int, default=100)
    parser.add_argument("--model", default="")
    parser.add_argument("--level", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--kinds", nargs="+", type=ItemKind)
    arguments = parser.parse_args()
    arguments.kinds = arguments.kinds or USUAL
    return arguments


if __name__ == "__main__":
    main()
