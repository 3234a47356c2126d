"""The three ways to read passages, compared: all in one prompt, RAG-Sequence and RAG-Token.

    python benchmarks/rag_modes.py QUESTIONS.jsonl [--notes FOLDER] [--model FILE] [--every N]
    python benchmarks/rag_modes.py QUESTIONS.jsonl [--notes FOLDER] --temperature

Without --notes the questions are about the bundled course. A row holds the means over the
questions that the notes answer: the share of right answers as the model wrote them and as the
student got them (the notes are quoted where the model's words do not hold), the share of the
model's sentences that the notes support, how often its words were taken, and its words, seconds
and tokens a question. --temperature tells how probable the passages that hold the answer are
under the softmax of the retriever's scores, as mean logarithms, by temperature.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from tutor import bundled
from tutor.app import Tutor, open_tutor
from tutor.crew.reply import split_reply
from tutor.evaluation.dataset import Item, load_items
from tutor.evaluation.matching import has_every_phrase, rank_of
from tutor.grounding.citations import resolve_markers
from tutor.llm.chat_model import Completion, MarginalCompletion, MarginalModel, Relay
from tutor.llm.marginal import log_softmax
from tutor.schema import AnswerKind, RagMode
from tutor.settings import Settings

COURSE = "course"
TEMPERATURES = (0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0)


class Overheard(Relay):
    """A model whose last reply is kept as it wrote it."""

    def __init__(self, model: MarginalModel) -> None:
        super().__init__(model)
        self._marginal = model
        self.last: Completion | None = None

    def complete(self, *asked: Any, **how: Any) -> Completion:
        """Reply as the model does."""
        self.last = self._model.complete(*asked, **how)
        return self.last

    def complete_from(self, *asked: Any, **how: Any) -> MarginalCompletion:
        """Reply as the model does."""
        reply = self._marginal.complete_from(*asked, **how)
        self.last = reply.completion
        return reply


@dataclass(frozen=True, slots=True)
class Row:
    """How one question went. ``supported`` is a share of the model's own sentences."""

    own: bool
    final: bool
    supported: float
    taken: bool
    words: int
    seconds: float
    read: int
    written: int


def answer(tutor: Tutor, model: Overheard, item: Item) -> Row:
    """Ask one question and judge what the model wrote, and what came of it."""
    model.last = None
    started = time.perf_counter()
    given = tutor.ask(item.question, course=COURSE, history=item.history)
    seconds = time.perf_counter() - started
    # The retriever's call comes first: without passages that answer, nobody explains.
    explained = given.kind is not AnswerKind.ABSTAINED and model.last is not None
    said = split_reply(model.last.text).answer if explained and model.last else ""
    claims = tutor.grounds(given.passages).check(resolve_markers(said, given.passages))
    return Row(
        own=bool(said) and has_every_phrase(item.must, said),
        final=given.kind is not AnswerKind.ABSTAINED and has_every_phrase(item.must, given.text),
        supported=fmean(claim.supported for claim in claims) if claims else 0.0,
        taken=given.kind is AnswerKind.WRITTEN,
        words=len(said.split()),
        seconds=seconds,
        read=given.usage.prompt_tokens - given.usage.reused_tokens,
        written=given.usage.completion_tokens,
    )


def show(mode: RagMode, rows: Sequence[Row]) -> None:
    def mean(name: str) -> float:
        return fmean(float(getattr(row, name)) for row in rows)

    shares = "  ".join(f"{mean(name):9.3f}" for name in ("own", "final", "supported", "taken"))
    costs = "  ".join(f"{mean(name):7.1f}" for name in ("words", "seconds", "read", "written"))
    print(f"{mode:<10} {shares}  {costs}", flush=True)


def compare(tutor: Tutor, settings: Settings, items: Sequence[Item]) -> None:
    model = Overheard(tutor.model)  # type: ignore[arg-type]
    print(f"{tutor.model.name}, {len(items)} questions")
    print(
        f"{'':<10} own right  all right  supported      taken    words  seconds     read  written"
    )
    for mode in RagMode:
        reading = open_tutor(settings.model_copy(update={"rag": mode}))
        reading.parts.model = model
        show(mode, [answer(reading, model, item) for item in items])


def temperatures(tutor: Tutor, items: Sequence[Item]) -> None:
    scored: list[tuple[np.ndarray, np.ndarray]] = []
    for item in items:
        found = tutor.search(item.question, k=5, course=COURSE)
        holds = np.array(
            [any(rank_of(g, [p.text]) is not None for g in item.groups) for p in found]
        )
        if holds.any():
            scored.append((np.array([p.score for p in found], np.float32), holds))
    print(f"temperature  mean log p(passages with the answer), {len(scored)} questions")
    for temperature in TEMPERATURES:
        logs = [np.logaddexp.reduce(log_softmax(s / temperature)[h]) for s, h in scored]
        print(f"{temperature:>11}  {np.mean(logs):.4f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("questions", type=Path)
    parser.add_argument("--notes", type=Path, help="folder of notes")
    parser.add_argument("--model", help="GGUF file, or name from the catalog")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="each Nth question only")
    parser.add_argument("--temperature", action="store_true", help="fit p(passage | question)")
    arguments = parser.parse_args()
    items = [item for item in load_items(arguments.questions) if item.answerable]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), model=arguments.model)
        tutor = open_tutor(settings)
        tutor.ingest([arguments.notes or bundled.knowledge_base()], course=COURSE)
        if arguments.temperature:
            temperatures(tutor, items)
        else:
            compare(tutor, settings, items[:: arguments.every])


if __name__ == "__main__":
    main()
