"""Quiz items in files: JSON that can be read back, Markdown to hand out.

The JSON is ``{"format": "tutor-quiz", "version": 1, "items": [...]}``. Each item has the fields
of ``QuizItem`` by the same names, ``kind`` as text, ``options``, ``accepted`` and ``heading`` as
lists, and ``evidence`` as an object. ``version`` grows when a field changes its meaning or goes
away; new fields may come without that.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path, PurePath
from typing import Any

from tutor.errors import NotesError, SettingsError
from tutor.quiz.wording import GAP
from tutor.schema import Evidence, ItemKind, QuizItem

FORMAT, VERSION = "tutor-quiz", 1

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~])")


# ------------------------------------------------------------------------------- JSON


def as_dict(item: QuizItem) -> dict[str, Any]:
    """Return an item as it stands in the JSON."""
    evidence = item.evidence
    return {
        "id": item.id,
        "kind": item.kind.value,
        "level": item.level,
        "topic": item.topic,
        "stem": item.stem,
        "options": list(item.options),
        "key": item.key,
        "accepted": list(item.accepted),
        "explanation": item.explanation,
        "evidence": {
            "source": evidence.source,
            "course": evidence.course,
            "heading": list(evidence.heading),
            "start_line": evidence.start_line,
            "end_line": evidence.end_line,
            "page": evidence.page,
            "chunk_id": evidence.chunk_id,
            "quote": evidence.quote,
        },
    }


def from_dict(fields: dict[str, Any]) -> QuizItem:
    """Return the item that ``as_dict`` wrote; fields that it does not know are passed over.

    Raises:
        KeyError, TypeError, ValueError: a field is missing or of the wrong kind.
    """
    evidence = fields["evidence"]
    return QuizItem(
        id=_text(fields["id"]),
        kind=ItemKind(fields["kind"]),
        stem=_text(fields["stem"]),
        options=_texts(fields["options"]),
        key=_text(fields["key"]),
        accepted=_texts(fields["accepted"]),
        explanation=_text(fields["explanation"]),
        topic=_text(fields["topic"]),
        level=int(fields["level"]),
        evidence=Evidence(
            source=_text(evidence["source"]),
            course=_text(evidence["course"]),
            heading=_texts(evidence["heading"]),
            start_line=int(evidence["start_line"]),
            end_line=int(evidence["end_line"]),
            page=None if evidence["page"] is None else int(evidence["page"]),
            chunk_id=_text(evidence["chunk_id"]),
            quote=_text(evidence["quote"]),
        ),
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
    document = {"format": FORMAT, "version": VERSION, "items": [as_dict(item) for item in items]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def read_json(path: Path) -> list[QuizItem]:
    """Return the items of a file that ``write`` made.

    Raises:
        NotesError: the file cannot be read or is not such a document.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotesError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise NotesError(f"{path} is not JSON. Give a file written by tutor quiz.") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise NotesError(f"{path} holds no quiz. Give a JSON file written by tutor quiz --export.")
    if document.get("version") != VERSION:
        raise NotesError(
            f"{path} is of version {document.get('version')}; this program reads {VERSION}. "
            "Update the tutor."
        )
    return [_item(path, place, f) for place, f in enumerate(document.get("items", ()), start=1)]


def _item(path: Path, place: int, fields: dict[str, Any]) -> QuizItem:
    try:
        return from_dict(fields)
    except (KeyError, TypeError, ValueError) as error:
        raise NotesError(
            f"Item {place} in {path} is damaged ({error}). Mend or remove it."
        ) from error


# --------------------------------------------------------------------------- Markdown


def to_markdown(items: Sequence[QuizItem], title: str = "Quiz") -> str:
    """Return the questions, then the key with explanation and evidence, as Markdown."""
    parts = [f"# {_escaped(title)}", *(_question(n, item) for n, item in enumerate(items, start=1))]
    parts += ["## Key", *(_solution(n, item) for n, item in enumerate(items, start=1))]
    return "\n\n".join(parts) + "\n"


def _question(number: int, item: QuizItem) -> str:
    stem = _escaped(item.stem.replace(GAP, "\0")).replace("\0", "\\_" * 8)
    if item.kind is ItemKind.TRUE_FALSE:
        return f"**{number}.** True or false? {stem}"
    lines = [f"**{number}.** {stem}"]
    if item.options:
        lines.append("")
    for letter, option in zip("ABCDEFGHIJ", item.options, strict=False):
        lines.append(f"- {letter}) {_escaped(option)}")
    return "\n".join(lines)


def _solution(number: int, item: QuizItem) -> str:
    key = _escaped(item.key)
    if item.kind is ItemKind.MULTIPLE_CHOICE and item.key in item.options:
        key = f"{'ABCDEFGHIJ'[item.options.index(item.key)]}) {key}"
    if item.accepted and item.kind is ItemKind.CLOZE:
        key += f" (also: {_escaped(', '.join(item.accepted))})"
    quote = "\n".join(f"> {_escaped(line)}" for line in item.evidence.quote.splitlines())
    parts = [f"**{number}.** {key}", _escaped(item.explanation), quote, _escaped(_place(item))]
    return "\n\n".join(parts)


def _place(item: QuizItem) -> str:
    evidence = item.evidence
    where = [PurePath(evidence.source).name, *evidence.heading]
    if evidence.page is not None:
        where.append(f"page {evidence.page}")
    elif evidence.start_line == evidence.end_line:
        where.append(f"line {evidence.start_line}")
    else:
        where.append(f"lines {evidence.start_line}-{evidence.end_line}")
    return " · ".join(where)


def _escaped(text: str) -> str:
    """Return ``text`` so that Markdown shows it as it is: notes are full of stars and brackets."""
    return _MARKUP.sub(r"\\\1", text)


# ------------------------------------------------------------------------------ files


def write(items: Sequence[QuizItem], path: Path, title: str = "Quiz") -> None:
    """Write items to ``path``, as JSON or Markdown by its suffix; the file is whole or untouched.

    Raises:
        SettingsError: the suffix is neither ``.json`` nor ``.md``, or the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix == ".json":
        text = to_json(items)
    elif suffix in {".md", ".markdown"}:
        text = to_markdown(items, title)
    else:
        raise SettingsError(f"{path.name} must end in .json or .md, so that its format is known.")
    try:
        _replace(path, text)
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written: {error.strerror}. Give another place or free some space."
        ) from error


def _replace(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise
