"""Quiz items as JSON, our own format: whatever an item is, it comes back the same.

The document is ``{"format": "tutor-quiz", "version": 1, "items": [...]}``. Each item has the fields
of ``QuizItem`` by the same names, ``kind`` as text, tuples as lists and records as objects.
``version`` grows when a field changes its meaning or goes away; new fields may come without that.

What a teacher decided on an item stands beside its fields as ``review``: ``accepted`` or
``rejected``. A rejected item stays in the file, so that it can be taken back, but is not of the
quiz any more.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from tutor.errors import NotesError
from tutor.quiz.formats.record import ItemBank
from tutor.schema import Evidence, ItemKind, Notice, Pair, QuizItem, RubricPoint

FORMAT, VERSION = "tutor-quiz", 2


class Decision(StrEnum):
    """What a teacher decided on an item."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """An item, and what was decided on it."""

    item: QuizItem
    decision: Decision = Decision.OPEN


def write_json(items: Sequence[QuizItem], path: Path, title: str) -> list[Notice]:
    """Write every item in full; ``title`` has no place in the document."""
    path.write_text(to_json(items), encoding="utf-8", newline="\n")
    return []


def as_dict(item: QuizItem) -> dict[str, Any]:
    """Return an item as it stands in the JSON."""
    return {
        "id": item.id,
        "kind": item.kind.value,
        "level": item.level,
        "topic": item.topic,
        "stem": item.stem,
        "options": list(item.options),
        "keys": list(item.keys),
        "accepted": list(item.accepted),
        "explanation": item.explanation,
        "evidence": evidence_as_dict(item.evidence),
        "pairs": [_part(pair) for pair in item.pairs],
        "rubric": [_part(point) for point in item.rubric],
    }


def from_dict(fields: dict[str, Any]) -> QuizItem:
    """Return the item that ``as_dict`` wrote; fields that it does not know are passed over.

    Raises:
        KeyError, TypeError, ValueError: a field is missing or of the wrong kind.
    """
    return QuizItem(
        id=_text(fields["id"]),
        kind=ItemKind(fields["kind"]),
        stem=_text(fields["stem"]),
        options=_texts(fields["options"]),
        keys=_texts(fields["keys"]),
        accepted=_texts(fields["accepted"]),
        explanation=_text(fields["explanation"]),
        topic=_text(fields["topic"]),
        level=int(fields["level"]),
        evidence=evidence_from(fields["evidence"]),
        pairs=tuple(_pair(one) for one in fields["pairs"]),
        rubric=tuple(
            RubricPoint(_text(one["text"]), evidence_from(one["evidence"]))
            for one in fields["rubric"]
        ),
    )


def _pair(fields: dict[str, Any]) -> Pair:
    return Pair(_text(fields["prompt"]), _text(fields["match"]), evidence_from(fields["evidence"]))


def _part(part: Pair | RubricPoint) -> dict[str, Any]:
    return asdict(part) | {"evidence": evidence_as_dict(part.evidence)}


def evidence_as_dict(evidence: Evidence) -> dict[str, Any]:
    """Return evidence as it stands in the JSON."""
    return asdict(evidence) | {"heading": list(evidence.heading)}


def evidence_from(fields: dict[str, Any]) -> Evidence:
    """Return the evidence that stands as an object in ``as_dict``.

    Raises:
        KeyError, TypeError, ValueError: a field is missing or of the wrong kind.
    """
    page = fields["page"]
    return Evidence(
        source=_text(fields["source"]),
        course=_text(fields["course"]),
        heading=_texts(fields["heading"]),
        start_line=int(fields["start_line"]),
        end_line=int(fields["end_line"]),
        page=None if page is None else int(page),
        chunk_id=_text(fields["chunk_id"]),
        quote=_text(fields["quote"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, not {value!r}")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"a list expected, not {value!r}")
    return tuple(_text(part) for part in value)


def to_json(items: Sequence[QuizItem]) -> str:
    """Return the items as a JSON document."""
    return reviewed_to_json([Reviewed(item) for item in items])


def reviewed_to_json(bank: Sequence[Reviewed]) -> str:
    """Return items and decisions as a JSON document."""
    items = [
        as_dict(one.item)
        | ({} if one.decision is Decision.OPEN else {"review": one.decision.value})
        for one in bank
    ]
    document = {"format": FORMAT, "version": VERSION, "items": items}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def read_json(path: Path) -> ItemBank:
    """Return the items of a file that ``write_json`` made, without those that were rejected.

    Raises:
        NotesError: the file cannot be read or is not such a document.
    """
    bank = read_reviewed(path)
    return ItemBank(tuple(one.item for one in bank if one.decision is not Decision.REJECTED))


def read_reviewed(path: Path) -> tuple[Reviewed, ...]:
    """Return all items of a file that ``write_json`` made, with what was decided on each.

    Raises:
        NotesError: the file cannot be read or is not such a document.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotesError(f"{path} cannot be read: {error.strerror}. Check the path.") from error
    except ValueError as error:
        raise NotesError(f"{path} is not JSON. Give a file written by tutor quiz.") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise NotesError(f"{path} holds no quiz. Give a JSON file written by tutor quiz --export.")
    if document.get("version") != VERSION:
        raise NotesError(
            f"{path} is of version {document.get('version')}; this program reads {VERSION}. "
            "Update the tutor."
        )
    listed = enumerate(document.get("items", ()), start=1)
    return tuple(_reviewed(path, place, fields) for place, fields in listed)


def _reviewed(path: Path, place: int, fields: dict[str, Any]) -> Reviewed:
    try:
        return Reviewed(from_dict(fields), Decision(fields.get("review", Decision.OPEN)))
    except (KeyError, TypeError, ValueError) as error:
        raise NotesError(
            f"Item {place} in {path} is damaged ({error}). Mend or remove it."
        ) from error
