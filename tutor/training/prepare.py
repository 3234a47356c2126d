"""Records into a tokenizer and shards: once, on a CPU, for as many runs as one likes.

files -> records -> tokenizer.json, {train,valid}/{text,tasks}/..., made_from.json, counts.json
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from tutor import bundled
from tutor.crew.roles import load_roles
from tutor.errors import NotesError, SettingsError
from tutor.schema import Progress
from tutor.training.config import TrainingConfig
from tutor.training.held_out import HeldOut
from tutor.training.records import (
    Document,
    Record,
    find_files,
    kept,
    read_records,
    texts,
)
from tutor.training.shards import COUNTS, MADE_FROM, TOKENIZER, ShardWriter, is_prepared
from tutor.training.tasks.made import TaskMaker
from tutor.training.tokenizer import (
    END_OF_TEXT,
    SPECIAL_TOKENS,
    encode_chat,
    load_tokenizer,
    train_tokenizer,
)

if TYPE_CHECKING:
    from tokenizers import Tokenizer

OnProgress = Callable[[Progress], None]

_AT_ONCE = 256  # records


def prepare(
    config: TrainingConfig, folder: Path, on_progress: OnProgress, tokenizer: Path | None = None
) -> Path:
    """Make tokenizer and shards of ``config.data`` in ``folder``, unless they are there.

    A ``tokenizer`` that is given is used instead of a new one.

    Raises:
        NotesError: the data cannot be read, or nothing is left of it.
        SettingsError: the folder holds shards of other data or settings.
    """
    if is_prepared(folder):
        _check_same_data(config, folder)
        return folder
    # Whole or absent: what is stopped on the way is made afresh.
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    if unfinished.exists():
        shutil.rmtree(unfinished)
    unfinished.mkdir(parents=True)
    files = find_files(config.data)
    held_out = HeldOut([bundled.knowledge_base(), *config.keep_out])

    def records() -> Iterator[Record]:
        return held_out.without(kept(read_records(files, config.valid_share), config))

    on_progress(Progress("learning the tokenizer", 0, 1))
    if tokenizer is None:
        train_tokenizer(texts(records()), config.vocabulary).save(str(unfinished / TOKENIZER))
    else:
        shutil.copy(tokenizer, unfinished / TOKENIZER)
    held_out.dropped = 0
    total = sum(1 for _ in read_records(files, config.valid_share))
    counts = _write_shards(
        records(),
        load_tokenizer(unfinished / TOKENIZER),
        unfinished,
        config,
        lambda done: on_progress(Progress("making examples", min(done, total - 1), total)),
    )
    if not any(unfinished.rglob("*.xz")):
        raise NotesError(
            "Nothing is left to train on. Text that is in the bundled course or was named by "
            "--keep-out measures the tutor and is not learned from."
        )
    counts["records left out"] = held_out.dropped
    (unfinished / COUNTS).write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")
    (unfinished / MADE_FROM).write_text(_made_from(config), encoding="utf-8")
    unfinished.rename(folder)
    return folder


def _write_shards(
    records: Iterator[Record],
    tokenizer: Tokenizer,
    folder: Path,
    config: TrainingConfig,
    on_done: Callable[[int], None],
) -> Counter[str]:
    """Encode texts and examples; return the tokens of each text shard, the chats of each task.

    An example longer than the context is left out.
    """
    roles = load_roles(bundled.agents_file())
    maker = TaskMaker(roles, config.shape.context, config.seed, config.rounds)
    start, done = SPECIAL_TOKENS.index(END_OF_TEXT), 0
    counts: Counter[str] = Counter()
    with ShardWriter(folder) as shards:
        while batch := list(islice(records, _AT_ONCE)):
            documents = [record for record in batch if isinstance(record, Document)]
            encoded = tokenizer.encode_batch_fast(
                [document.text for document in documents], add_special_tokens=False
            )
            for document, encoding in zip(documents, encoded, strict=True):
                name = f"{document.split}/text/{document.kind}"
                shards.add_text(name, [start, *encoding.ids])
                counts[name] += 1 + len(encoding.ids)
            for record in batch:
                for made in maker.of(record):
                    chat = encode_chat(tokenizer, made.messages, made.reply)
                    name = f"{record.split}/tasks/{made.task}"
                    if len(chat.ids) <= config.shape.context:
                        shards.add_example(name, chat.ids, chat.reply_start)
                        counts[name] += 1
            done += len(batch)
            on_done(done)
    return counts


def _made_from(config: TrainingConfig) -> str:
    """Return, as JSON, everything in ``config`` that the shards depend on."""
    facts = {
        "data": [str(path.resolve()) for path in config.data],
        "keep_out": [str(path.resolve()) for path in config.keep_out],
        "passes": {kind: min(1.0, share) for kind, share in config.passes.items()},
        "valid_share": config.valid_share,
        "vocabulary": config.vocabulary,
        "context": config.shape.context,
        "rounds": config.rounds,
        "seed": config.seed,
    }
    return json.dumps(facts, indent=1, sort_keys=True) + "\n"


def _check_same_data(config: TrainingConfig, folder: Path) -> None:
    if (folder / MADE_FROM).read_text(encoding="utf-8") != _made_from(config):
        raise SettingsError(
            f"{folder} was made with other data or settings. Choose another folder, or delete "
            "this one to start afresh."
        )
