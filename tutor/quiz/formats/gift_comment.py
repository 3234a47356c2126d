r"""The comment before a question of ours in GIFT: what GIFT itself has no place for.

Identity, topic, level, the kind where GIFT does not tell it, options in the order shown, model
answer, rubric, and where exactly all evidence stands, as JSON on one line::

    // tutor {"id": "3f2c...", "topic": "Attention", "level": 1, "evidence": {...}}
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from typing import Any

from tutor.quiz.formats.evidence import OPEN
from tutor.quiz.formats.json_bank import evidence_from
from tutor.quiz.formats.record import NO_EVIDENCE
from tutor.schema import Evidence, ItemKind, QuizItem, RubricPoint

OWN_COMMENT = "// tutor "
"""What the comment begins with."""

MATCHED = (ItemKind.MATCHING, ItemKind.ORDERING)
"""The kinds that GIFT asks by pairs."""

_PLAIN_TO_SEE = (ItemKind.MULTIPLE_CHOICE, ItemKind.TRUE_FALSE, ItemKind.CLOZE)
"""The kinds that GIFT itself tells apart."""

Fields = dict[str, Any]


class Damaged(Exception):
    """A comment of ours that was changed by hand beyond reading; the message says where."""


def comment_on(item: QuizItem) -> str:
    """Return the comment that goes before an item."""
    fields: Fields = {"id": item.id, "topic": item.topic, "level": item.level}
    if item.kind not in _PLAIN_TO_SEE:
        fields["kind"] = item.kind
    if item.kind in MATCHED:
        proofs = {pair.prompt: asdict(pair.evidence) for pair in item.pairs}
        fields |= {"options": item.options, "proofs": proofs}
    if item.kind in OPEN:
        fields |= {"keys": item.keys, "rubric": [asdict(point) for point in item.rubric]}
    if item.kind is not ItemKind.CLOZE and item.accepted:
        fields["accepted"] = item.accepted
    if item.evidence != NO_EVIDENCE:
        fields["evidence"] = asdict(item.evidence)
    # Moodle reads "[id:" and "[tag:" in comments as orders to itself; the notes may hold them.
    told = re.sub(r"\[(?=id:|tag:)", r"\\u005b", json.dumps(fields, ensure_ascii=False))
    return f"{OWN_COMMENT}{told}"


def fields_of(comment: str) -> Fields:
    """Return what a comment without its beginning tells; empty if there is none.

    Raises:
        Damaged: it cannot be read.
    """
    try:
        fields = json.loads(comment or "{}")
    except (ValueError, RecursionError) as error:
        raise Damaged(str(error)) from error
    if not isinstance(fields, dict):
        raise Damaged("it holds no fields")
    return fields


def kind_of(fields: Fields) -> ItemKind | None:
    """Return the kind that a comment names, if it does.

    Raises:
        Damaged: there is no such kind.
    """
    try:
        return ItemKind(fields["kind"]) if "kind" in fields else None
    except ValueError as error:
        raise Damaged(str(error)) from error


def completed(item: QuizItem, fields: Fields) -> QuizItem:
    """Return an item read from GIFT with what the comment before it tells.

    Raises:
        Damaged: a field is missing or of the wrong kind.
    """
    try:
        return replace(
            _with_own_parts(item, fields),
            id=str(fields["id"]),
            topic=str(fields["topic"]),
            level=int(fields["level"]),
            accepted=(*item.accepted, *map(str, fields.get("accepted", ()))),
            evidence=evidence_from(fields["evidence"]) if "evidence" in fields else NO_EVIDENCE,
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise Damaged(str(error)) from error


def _with_own_parts(item: QuizItem, fields: Fields) -> QuizItem:
    """Return ``item`` with its options in the order shown, its model answer and its evidence."""
    if item.kind in OPEN:
        points = fields["rubric"]
        return replace(
            item,
            keys=tuple(map(str, fields["keys"])),
            rubric=tuple(RubricPoint(str(p["text"]), evidence_from(p["evidence"])) for p in points),
        )
    if item.kind not in MATCHED:
        return item
    shown = tuple(map(str, fields["options"]))
    proofs = {prompt: evidence_from(proof) for prompt, proof in fields["proofs"].items()}
    pairs = zip(item.pairs, _in_turn(item, proofs), strict=True)
    return replace(
        item,
        options=shown if sorted(shown) == sorted(item.options) else item.options,
        pairs=tuple(replace(pair, evidence=proof) for pair, proof in pairs),
    )


def _in_turn(item: QuizItem, proofs: dict[str, Evidence]) -> list[Evidence]:
    """Return the evidence of each pair; that of a prompt that was reworded by its place."""
    places = list(proofs.values()) if len(proofs) == len(item.pairs) else []
    return [
        proofs.get(pair.prompt) or (places[place] if places else NO_EVIDENCE)
        for place, pair in enumerate(item.pairs)
    ]
