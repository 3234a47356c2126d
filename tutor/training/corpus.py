"""Texts and task examples, streamed from files into shards of tokens.

    files -> Document, Example -> shards/{train,valid}/text/<kind>.bin
                               -> shards/{train,valid}/tasks/<task>.bin and <task>.npy

A ``.bin`` file holds uint16 tokens end to end. A text shard has ``<|endoftext|>`` before each
document. The ``.npy`` beside a task shard has a row (start, start of the reply, end) for each
example.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from tutor.errors import NotesError
from tutor.training.config import TrainingConfig
from tutor.training.examples import Example, PassagePool, render
from tutor.training.tokenizer import END_OF_TEXT, SPECIAL_TOKENS, encode_chat

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SUFFIXES = (".jsonl", ".jsonl.xz", ".txt", ".md")
SPLITS = ("train", "valid")
_DOCUMENTS_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Document:
    """A text to learn language from. ``kind`` names its share of the mixture."""

    id: str
    kind: str
    text: str
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
        files += [file for file in inside if file.is_file() and file.name.endswith(SUFFIXES)]
    if not files:
        raise NotesError(f"There is no text to train on: no file ends in {', '.join(SUFFIXES)}.")
    return files


def read_records(files: Iterable[Path], valid_share: float) -> Iterator[Record]:
    """Stream the records of ``files``; one that names no split gets one by its id.

    Raises:
        NotesError: a file cannot be read, or a line is neither a text nor an example.
    """
    for file in files:
        try:
            if file.name.endswith((".jsonl", ".jsonl.xz")):
                yield from _read_lines(file, valid_share)
            else:
                text = file.read_text(encoding="utf-8", errors="replace")
                yield Document(str(file), "notes", text, _split(str(file), valid_share))
        except (OSError, lzma.LZMAError, EOFError, UnicodeDecodeError) as error:
            raise NotesError(
                f"{file} cannot be read: {error}. Mend or leave out the file."
            ) from error


def _read_lines(file: Path, valid_share: float) -> Iterator[Record]:
    opened = lzma.open if file.suffix == ".xz" else open
    with opened(file, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                record = _record(json.loads(line), f"{file}:{number}", valid_share)
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
        return Document(identity, kind, _text(fields, "text"), split)
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
    digest = hashlib.blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


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


def write_shards(
    records: Iterable[Record],
    tokenizer: Tokenizer,
    folder: Path,
    config: TrainingConfig,
) -> None:
    """Encode ``records`` into shards in ``folder``."""
    pool = PassagePool()
    with ExitStack() as stack:
        shards = _Shards(folder, stack)
        stream = iter(records)
        while batch := list(islice(stream, _DOCUMENTS_AT_ONCE)):
            _write_documents([r for r in batch if isinstance(r, Document)], tokenizer, shards)
            for example in batch:
                if isinstance(example, Example):
                    _write_example(example, pool, tokenizer, shards, config)
    shards.write_indexes()


def _write_documents(documents: list[Document], tokenizer: Tokenizer, shards: _Shards) -> None:
    encoded = tokenizer.encode_batch_fast([d.text for d in documents], add_special_tokens=False)
    start = SPECIAL_TOKENS.index(END_OF_TEXT)
    for document, encoding in zip(documents, encoded, strict=True):
        shards.append(f"{document.split}/text/{document.kind}", [start, *encoding.ids])


def _write_example(
    example: Example,
    pool: PassagePool,
    tokenizer: Tokenizer,
    shards: _Shards,
    config: TrainingConfig,
) -> None:
    """Render and encode one example; one that does not fit the context is left out."""
    chance = random.Random(f"{config.seed} {example.id}")
    rendered = render(example, pool, chance)
    if rendered is None:
        return
    chat = encode_chat(tokenizer, *rendered)
    if len(chat.ids) <= config.shape.context:
        shards.append(f"{example.split}/tasks/{example.task}", chat.ids, chat.reply_start)


class _Shards:
    """The open shard files of one run."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.stack = stack
        self.files: dict[str, IO[bytes]] = {}
        self.tokens: dict[str, int] = {}
        self.rows: dict[str, list[tuple[int, int, int]]] = {}

    def append(self, name: str, ids: Sequence[int], reply_start: int | None = None) -> None:
        """Add one document or example to the shard ``name``."""
        if name not in self.files:
            path = self.folder / f"{name}.bin"
            path.parent.mkdir(parents=True, exist_ok=True)
            self.files[name] = self.stack.enter_context(path.open("wb"))
        self.files[name].write(np.asarray(ids, dtype=np.uint16).tobytes())
        start = self.tokens.get(name, 0)
        self.tokens[name] = start + len(ids)
        if reply_start is not None:
            row = (start, start + reply_start, start + len(ids))
            self.rows.setdefault(name, []).append(row)

    def write_indexes(self) -> None:
        for name, rows in self.rows.items():
            np.save(self.folder / f"{name}.npy", np.asarray(rows, dtype=np.int64))
