"""Train a GPT-2 from texts and task examples, and write it as GGUF.

    files -> tokenizer -> shards -> pre-training -> instruction tuning -> GGUF

Each step leaves its result in the output folder and is skipped when that is there, so a run
that was stopped goes on where it was.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import torch

from tutor.errors import NotesError, SettingsError
from tutor.schema import Progress
from tutor.training import corpus
from tutor.training.batches import ExampleBatches, TextBatches
from tutor.training.config import TrainingConfig
from tutor.training.gguf import export, quantize
from tutor.training.loop import Trainer
from tutor.training.model import save_huggingface
from tutor.training.tokenizer import load_tokenizer, train_tokenizer

OnProgress = Callable[[Progress], None]


def _silent(progress: Progress) -> None:
    """Show nothing."""


def train(config: TrainingConfig, on_progress: OnProgress = _silent) -> Path:
    """Carry out the run that ``config`` describes and return the quantized GGUF.

    Stopped by ctrl-C, a second call continues from the last checkpoint. ``config.out`` then
    also holds the loss curve (``loss.json``) and the model for transformers (``huggingface/``).

    Raises:
        NotesError: the data cannot be read or holds too little text.
        SettingsError: the output folder holds a run of another size, or the settings are wrong.
        ModelUnavailable: llama.cpp could not quantize the model.
    """
    if config.threads:
        torch.set_num_threads(config.threads)
    tokenizer, shards = prepare(config, on_progress)
    # A small text may hold fewer tokens than were asked for.
    vocabulary = load_tokenizer(tokenizer).get_vocab_size()
    trainer = Trainer(replace(config, vocabulary=vocabulary), on_progress)
    trainer.resume()
    text, valid_text = (TextBatches(shards / split / "text", config) for split in corpus.SPLITS)
    if not text:
        raise NotesError(
            f"The data holds too little text: a kind of it fills {config.shape.context} tokens "
            "or is left out. Add text, or make the context smaller."
        )
    trainer.run("pretraining", config.pretraining, text, valid_text)
    tasks, valid_tasks = (
        ExampleBatches(shards / split / "tasks", config) for split in corpus.SPLITS
    )
    if tasks:
        trainer.run("tuning", config.tuning, tasks, valid_tasks)
    return _write(trainer, tokenizer, config, on_progress)


def _write(
    trainer: Trainer, tokenizer: Path, config: TrainingConfig, on_progress: OnProgress
) -> Path:
    """Write the trained model for transformers and for llama.cpp; return the small GGUF."""
    on_progress(Progress("writing the GGUF", 0, 1))
    folder = config.out / "huggingface"
    save_huggingface(trainer.model, folder)
    shutil.copy(tokenizer, folder)
    whole = export(folder, tokenizer, config.out / f"{config.name}-f32.gguf", config.name)
    small = quantize(whole, config.out / f"{config.name}.gguf", config.quantization)
    on_progress(Progress("writing the GGUF", 1, 1))
    return small


def prepare(config: TrainingConfig, on_progress: OnProgress = _silent) -> tuple[Path, Path]:
    """Make the tokenizer and the shards where they are missing; return file and folder."""
    path, shards = config.out / "tokenizer.json", config.out / "shards"
    if shards.exists():
        _check_same_data(config, shards)
        return path, shards
    # Whole or absent: a run that is stopped on the way makes everything afresh.
    unfinished = config.out / "shards.unfinished"
    if unfinished.exists():
        shutil.rmtree(unfinished)
    unfinished.mkdir(parents=True)
    files = corpus.find_files(config.data)

    def records() -> Iterator[corpus.Record]:
        return corpus.kept(corpus.read_records(files, config.valid_share), config)

    on_progress(Progress("learning the tokenizer", 0, 1))
    tokenizer = train_tokenizer(corpus.texts(records()), config.vocabulary)
    tokenizer.save(str(path))
    on_progress(Progress("encoding the texts", 0, 1))
    corpus.write_shards(records(), tokenizer, unfinished, config)
    (unfinished / "made_from.json").write_text(_made_from(config), encoding="utf-8")
    unfinished.rename(shards)
    return path, shards


def _made_from(config: TrainingConfig) -> str:
    """Return, as JSON, everything in ``config`` that the shards depend on."""
    facts = {
        "data": [str(path.resolve()) for path in config.data],
        "passes": {kind: min(1.0, share) for kind, share in config.passes.items()},
        "valid_share": config.valid_share,
        "vocabulary": config.vocabulary,
        "context": config.shape.context,
        "seed": config.seed,
    }
    return json.dumps(facts, indent=1, sort_keys=True) + "\n"


def _check_same_data(config: TrainingConfig, shards: Path) -> None:
    if (shards / "made_from.json").read_text(encoding="utf-8") != _made_from(config):
        raise SettingsError(
            f"{shards} was made with other data or settings. Choose another output folder, or "
            "delete this one to start afresh."
        )
