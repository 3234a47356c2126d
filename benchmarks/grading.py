"""How far the grading of short and long answers agrees with a teacher.

The 328 answers of tests/data/graded_answers.jsonl were written and marked by hand, point by point:
m for met, c for contradicted, x for missing. All met is right, some is partly, none is wrong; where
a teacher takes off marks for something false that no point speaks of, the verdict is given. The
rules and the weights were set on all of them: the 60 marked "held-out" were looked at after a first
reading and are no longer unseen, so the figures say how well the grader knows these answers.

    python benchmarks/grading.py [--model FILE] [--show]

With a model, what rules leave not sure is read by it, and both ways are printed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tutor.grounding.candidates import Encoder
from tutor.grounding.entailment import Entailment
from tutor.index.query_encoder import QueryEncoder
from tutor.llm.llama import LlamaModel
from tutor.quiz.grading import grade, reconsidered, remark
from tutor.schema import Evidence, Grade, ItemKind, QuizItem, RubricPoint, Verdict

ROOT = Path(__file__).parents[1]
ANSWERS = ROOT / "tests" / "data" / "graded_answers.jsonl"
HALVES = ("tuned", "held-out")


@dataclass(frozen=True)
class Case:
    """An answer as the teacher marked it and as the grader did."""

    half: str
    kind: str
    item: QuizItem
    response: str
    wanted: Verdict
    given: Grade


def cases(encoder: Encoder | None, judge: Entailment | None = None) -> Iterator[Case]:
    """Grade every answer of the gold set; ``judge`` reads what rules leave not sure."""
    for line in ANSWERS.read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        item = item_of(question)
        for answer in question["answers"]:
            given = grade(item, answer["response"], encoder=encoder)
            if judge is not None:
                given = reconsidered(answer["response"], given, judge)
            yield Case(
                question["half"],
                answer["kind"],
                item,
                answer["response"],
                Verdict(answer.get("verdict", verdict(answer["points"]))),
                given,
            )


def verdict(points: str) -> Verdict:
    """Return what the teacher's marks on the points amount to."""
    if set(points) == {"m"}:
        return Verdict.RIGHT
    return Verdict.PARTLY if "m" in points else Verdict.WRONG


def agreement(marked: Sequence[Case]) -> tuple[float, float]:
    """Return the share of sure verdicts that say right where the teacher does, and only there.

    The second figure is the share of answers that the grader leaves not sure.
    """
    sure = [case for case in marked if case.given.verdict is not Verdict.NOT_SURE]
    agreed = sum(case.given.correct == (case.wanted is Verdict.RIGHT) for case in sure)
    return agreed / len(sure), 1 - len(sure) / len(marked)


def false_full_marks(marked: Sequence[Case]) -> list[Case]:
    """Return the answers that got full marks and should not have."""
    return [one for one in marked if one.given.correct and one.wanted is not Verdict.RIGHT]


def item_of(question: dict[str, str | list[dict[str, str]]]) -> QuizItem:
    source = str(question["source"])
    points = [
        RubricPoint(point["text"], _evidence(source, point["quote"]))
        for point in question["points"]
        if isinstance(point, dict)
    ]
    return QuizItem(
        id=str(question["id"]),
        kind=ItemKind(question["kind"]),
        stem=str(question["stem"]),
        options=(),
        keys=(str(question["model"]),),
        accepted=(),
        explanation="",
        topic="",
        level=1,
        evidence=points[0].evidence,
        rubric=tuple(points),
    )


def _evidence(source: str, quote: str) -> Evidence:
    text = (ROOT / "knowledge_base" / source).read_text(encoding="utf-8")
    first = text.count("\n", 0, text.index(quote)) + 1
    return Evidence(source, "", (), first, first + quote.count("\n"), None, "", quote)


def _report(name: str, marked: Sequence[Case]) -> None:
    agreed, unsure = agreement(marked)
    print(f"{name}: {len(marked)} answers, agreement {agreed:.3f}, not sure {unsure:.3f}")
    table = Counter((case.wanted, case.given.verdict) for case in marked)
    columns = "".join(f"{column:>10}" for column in Verdict)
    print(f"{'teacher':10}{columns}")
    for row in (Verdict.RIGHT, Verdict.PARTLY, Verdict.WRONG):
        print(f"{row:10}" + "".join(f"{table[row, column]:>10}" for column in Verdict))
    wrongly = Counter(case.kind for case in false_full_marks(marked))
    kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(wrongly.items())) or "none"
    print(f"full marks that should not be, by kind: {kinds}\n")


def _show(marked: Sequence[Case]) -> None:
    for case in marked:
        print(f"\n{case.item.stem}\n> {case.response}\n{case.given.feedback} [{case.wanted}]")
        for point in case.given.points:
            print(f"  - {remark(point)}")


def main() -> int:
    """Print the figures of both halves: by words alone, with the embedder, and with a model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--show", action="store_true", help="print every tuned grading")
    parser.add_argument("--model", type=Path, help="a GGUF file that reads what is not sure")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        encoder = QueryEncoder(Path(folder))
        ways: list[tuple[str, Encoder | None, Entailment | None]] = [
            ("words", None, None),
            ("with the embedder", encoder, None),
        ]
        if arguments.model is not None:
            judge = Entailment(LlamaModel(arguments.model))
            if not judge.able:
                print(f"{arguments.model.stem} does not pass the controls and is not asked.\n")
            ways.append((f"with the embedder and {arguments.model.stem}", encoder, judge))
        for name, way, judge_or_none in ways:
            marked = list(cases(way, judge_or_none))
            for half in HALVES:
                _report(f"{half}, {name}", [case for case in marked if case.half == half])
            _report(f"all, {name}", marked)
        if arguments.show:
            _show([case for case in marked if case.half == HALVES[0]])
    return 0


if __name__ == "__main__":
    sys.exit(main())
