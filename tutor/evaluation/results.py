"""The result of an evaluation as one JSON document, written and read back.

    type, version   "evaluation", 1; keys are only ever added within a version
    tutor, model    the program's version and who answered
    settings        what the figures depend on
    questions       the file of the question set; asked, of: how many of it were put
    overall         figures over all questions
    by_kind         figures by kind (by_doc, by_difficulty where asked for), one object a group
    items           one a question: item (as in the question set), right, ranks (per gold group,
                    null where not found), abstained, answer, found (where the passages stand,
                    best first), sentences (text, citations, apt, supported, unmarked), and
                    seconds, tokens_read, tokens_written

Figures are shares from 0 to 1, null where nothing was measured; see ``evaluation.metrics``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from tutor.errors import SettingsError
from tutor.evaluation.dataset import Cost, Prediction, Sentence, entry_of, item_of
from tutor.evaluation.jsonl import BadField, read_text, write_text
from tutor.evaluation.metrics import AXES, Figures, Outcome, by
from tutor.evaluation.run import Evaluation

TYPE, VERSION = "evaluation", 1

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """An evaluation, and what it was made with."""

    evaluation: Evaluation
    questions: str
    model: str
    tutor: str
    settings: Mapping[str, object]


def document(result: Result, axis: str = "kind") -> Document:
    """Return the whole result as JSON values, with figures by ``axis``, one of ``AXES``."""
    evaluation = result.evaluation
    groups = by(evaluation.outcomes, AXES[axis])
    return {
        "type": TYPE,
        "version": VERSION,
        "tutor": result.tutor,
        "model": result.model,
        "settings": dict(result.settings),
        "questions": result.questions,
        "asked": len(evaluation.outcomes),
        "of": evaluation.asked_for,
        "overall": figures(evaluation.overall),
        f"by_{axis}": {name: figures(group) for name, group in groups.items()},
        "items": [_item(outcome) for outcome in evaluation.outcomes],
    }


def figures(group: Figures) -> Document:
    """Return figures as one flat object."""
    flat = {field.name: getattr(group, field.name) for field in fields(group)}
    recall = flat.pop("recall")
    return {
        "items": flat.pop("items"),
        **{f"recall@{depth}": share for depth, share in recall.items()},
        "mrr@10": flat.pop("mrr"),
        "coverage@5": flat.pop("coverage"),
        **flat,
    }


def dumps(result: Result, axis: str = "kind") -> str:
    """Return the document as one line of ASCII."""
    return json.dumps(document(result, axis), allow_nan=False) + "\n"


def save(path: Path, result: Result, axis: str = "kind") -> None:
    """Write the document.

    Raises:
        SettingsError: the file cannot be written.
    """
    write_text(path, dumps(result, axis))


def is_result(path: Path) -> bool:
    """Tell a saved result from a question set by how it begins.

    Raises:
        SettingsError: the file cannot be read.
    """
    return read_text(path).lstrip().startswith(f'{{"type": "{TYPE}"')


def load(path: Path) -> Result:
    """Read a result that was saved before; its passages' texts are not in it.

    Raises:
        SettingsError: the file cannot be read or is no such result.
    """
    try:
        whole = json.loads(read_text(path))
        if whole["type"] != TYPE or whole["version"] != VERSION:
            raise BadField(f"it is of type {whole['type']!r}, version {whole['version']!r}")
        outcomes = tuple(_outcome(entry) for entry in whole["items"])
        return Result(
            Evaluation(outcomes, whole["of"]),
            whole["questions"],
            whole["model"],
            whole["tutor"],
            whole["settings"],
        )
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError, BadField) as error:
        raise SettingsError(
            f"{path} is no result of an evaluation ({error}). "
            "`tutor eval QUESTIONS --out FILE` writes one."
        ) from error


def _item(outcome: Outcome) -> Document:
    made, cost = outcome.prediction, outcome.prediction.cost
    return {
        "item": entry_of(outcome.item),
        "right": outcome.right,
        "ranks": list(outcome.ranks),
        "abstained": made.abstained,
        "answer": made.answer,
        "found": list(made.places),
        "sentences": [asdict(sentence) for sentence in made.sentences],
        **(asdict(cost) if cost else {}),
    }


def _outcome(entry: Document) -> Outcome:
    item = item_of(entry["item"])
    cost = None
    if "seconds" in entry:
        cost = Cost(entry["seconds"], entry["tokens_read"], entry["tokens_written"])
    prediction = Prediction(
        id=item.id,
        answer=entry["answer"],
        abstained=entry["abstained"],
        places=tuple(entry["found"]),
        sentences=tuple(Sentence(**sentence) for sentence in entry["sentences"]),
        cost=cost,
    )
    return Outcome(item, prediction, tuple(entry["ranks"]), entry["right"])
