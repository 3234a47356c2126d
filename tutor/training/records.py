"""Texts and task examples, streamed from files as records."""

from __future__ import annotations

import hashlib
import json
import lzma
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tutor.errors import NotesError
from tutor.ingestion.formats import format_of
from tutor.ingestion.loader import load_note
from tutor.training.config import TrainingConfig
from tutor.training.shards import SPLITS

_RECORDS = (".jsonl", ".jsonl.xz")
_PLAIN = (".txt", ".md")  # of any size; the other formats are converted


@dataclass(frozen=True, slots=True)
class Document:
    """A text to learn language from. ``kind`` names its share of the mixture."""

    id: str
    kind: str
    text: str
    split: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A task that is given ready-made. ``options`` are those of a choice, the key among them."""

    id: str
    task: str
    context: str
    question: str
    answer: str
    options: tuple[str, ...]
    source: str
    split: str


Record = Document | Example


def find_files(paths: Sequence[Path]) -> list[Path]:
    """Return the files to read, folders searched recursively, in a fixed order.

    Raises:
        NotesError: a path does not exist, or there is nothing to read.
    """
    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise NotesError(f"{path} does not exist. Name files or folders of text to train on.")
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        files += [file for file in inside if file.is_file() and _is_readable(file)]
    if not files:
        raise NotesError(
            "There is no text to train on: no file is a note (such as .md, .txt, .pdf) or ends in "
            f"{' or '.join(_RECORDS)}."
        )
    return files


def _is_readable(file: Path) -> bool:
    return file.name.endswith(_RECORDS) or format_of(file) is not None


def read_records(files: Iterable[Path], valid_share: float) -> Iterator[Record]:
    """Stream the records of ``files``; one that names no split gets one by its id.

    One without an id is known by what it holds: wherever the files lie, it gets the same split
    and gives the same examples.

    Raises:
        NotesError: a file cannot be read, or a line is neither a text nor an example.
    """
    for file in files:
        try:
            if file.name.endswith(_RECORDS):
                yield from _read_lines(file, valid_share)
            else:
                plain = file.suffix in _PLAIN
                text = file.read_text("utf-8", "replace") if plain else load_note(file).text
                identity = _digest(text).hex()
                split = _split(identity, valid_share)
                yield Document(identity, "notes", text, split, str(file.parent))
        except (OSError, lzma.LZMAError, EOFError, UnicodeDecodeError) as error:
            raise NotesError(
                f"{file} cannot be read: {error}. Mend or leave out the file."
            ) from error


def _read_lines(file: Path, valid_share: float) -> Iterator[Record]:
    opened = lzma.open if file.suffix == ".xz" else open
    with opened(file, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                record = _record(json.loads(line), _digest(line).hex(), valid_share)
            except (json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
                raise NotesError(
                    f"{file}, line {number}, is no training record: {error!r}. A record has the "
                    "field text, or the fields task, question and answer."
                ) from error
            yield record


def _record(fields: Any, default_id: str, valid_share: float) -> Record:
    if not isinstance(fields, dict):
        raise TypeError("the line is no JSON object")
    identity = _text(fields, "id", default_id)
    # Splitting by what comes before "#" keeps the parts of one source document together.
    split = _text(fields, "split", "") or _split(identity.rsplit("#", 1)[0], valid_share)
    if split not in SPLITS:
        raise ValueError(f"split {split!r}")
    if "task" not in fields:
        kind = _name(_text(fields, "kind", "notes"))
        return Document(identity, kind, _text(fields, "text"), split, _text(fields, "source", ""))
    return Example(
        id=identity,
        task=_name(_text(fields, "task")),
        context=_text(fields, "context", ""),
        question=_text(fields, "question"),
        answer=_text(fields, "answer"),
        options=tuple(map(str, fields.get("options", ()))),
        source=_text(fields, "source", ""),
        split=split,
    )


def _text(fields: dict[str, Any], name: str, default: str | None = None) -> str:
    """Return a field; without a ``default`` it must be there."""
    value = fields[name] if default is None else fields.get(name, default)
    if not isinstance(value, str):
        raise TypeError(f"{name} is not text")
    return value


def _name(name: str) -> str:
    """Check a kind or task, which becomes a file name."""
    if not re.fullmatch(r"[\w-]{1,64}", name):
        raise ValueError(f"kind or task {name!r}")
    return name


def _split(identity: str, valid_share: float) -> str:
    return "valid" if _fraction(identity) < valid_share else "train"


def _fraction(identity: str) -> float:
    """Map an id to a fixed number in [0, 1)."""
    return int.from_bytes(_digest(identity)) / 2**64


def _digest(text: str) -> bytes:
    """Return 8 bytes that stand for ``text``."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def kept(records: Iterable[Record], config: TrainingConfig) -> Iterator[Record]:
    """Drop documents of a kind that gets less than one pass: its share of them stays."""
    for record in records:
        share = 1.0 if isinstance(record, Example) else config.passes.get(record.kind, 1.0)
        if _fraction(f"pass {record.id}") < share:
            yield record


def texts(records: Iterable[Record]) -> Iterator[str]:
    """Return what the tokenizer learns from: the training texts, questions and answers."""
    for record in records:
        if record.split != "train":
            continue
        if isinstance(record, Document):
            yield record.text
        else:
            yield f"{record.question}\n{record.answer}"
