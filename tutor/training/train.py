"""Train a GPT-2 from texts and task examples, and write it as GGUF.

    files -> tokenizer -> shards -> pre-training -> instruction tuning -> GGUF

Each step leaves its result in the output folder and is skipped when that is there, so a run
that was stopped goes on where it was. With shards made beforehand (``tutor model shards``) nothing
but torch and this package's own modules is needed until the GGUF is written.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from tutor.errors import NotesError, SettingsError
from tutor.schema import Progress
from tutor.training.batches import ExampleBatches, MixedBatches, TextBatches
from tutor.training.config import TrainingConfig
from tutor.training.loop import Trainer
from tutor.training.model import save_huggingface
from tutor.training.shards import SPLITS, TOKENIZER, is_prepared, longest_example
from tutor.training.start import Start, read_start
from tutor.training.tokenizer import load_tokenizer

OnProgress = Callable[[Progress], None]


def _silent(progress: Progress) -> None:
    """Show nothing."""


def train(config: TrainingConfig, on_progress: OnProgress = _silent) -> Path | None:
    """Carry out the run that ``config`` describes and return the quantized GGUF.

    Stopped by ctrl-C, a second call continues from the last checkpoint; so it does where the run
    paused after ``config.stop_after`` minutes, which returns ``None``. ``config.out`` then also
    holds the loss curve (``loss.json``, ``loss.svg``) and the model for transformers
    (``huggingface/``).

    Raises:
        NotesError: the data cannot be read or holds too little text.
        SettingsError: the output folder holds a run of another size, or the settings are wrong.
        ModelUnavailable: llama.cpp could not quantize the model.
    """
    if config.threads:
        torch.set_num_threads(config.threads)
    start = read_start(config.finetune, config.out / "start") if config.finetune else None
    if start is not None:
        config = replace(config, shape=start.shape)
    shards = _shards(config, start, on_progress)
    # A small text may hold fewer tokens than were asked for.
    vocabulary = load_tokenizer(shards / TOKENIZER).get_vocab_size()
    config.out.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(replace(config, vocabulary=vocabulary), on_progress)
    if start is not None:
        trainer.begin_with(start.weights)
    trainer.resume()
    if not _learn(trainer, shards, config):
        return None
    return _write(trainer, shards / TOKENIZER, config, on_progress)


def _shards(config: TrainingConfig, start: Start | None, on_progress: OnProgress) -> Path:
    """Return the folder of shards: the one that was given, or one made of the data."""
    if len(config.data) == 1 and is_prepared(config.data[0]):
        folder = config.data[0]
        if longest_example(folder) > config.shape.context:
            raise SettingsError(
                f"The examples in {folder} have up to {longest_example(folder)} tokens, and the "
                f"model reads {config.shape.context}. Make it larger with --context."
            )
        return folder
    from tutor.training.prepare import prepare  # needs the crew, and so most of the program

    return prepare(config, config.out / "shards", on_progress, start.tokenizer if start else None)


def _learn(trainer: Trainer, shards: Path, config: TrainingConfig) -> bool:
    """Go through the phases; return whether they are over."""
    text, valid_text = (TextBatches(shards / split / "text", config) for split in SPLITS)
    tasks, valid_tasks = (ExampleBatches(shards / split / "tasks", config) for split in SPLITS)
    if not text and not (config.finetune and tasks):
        raise NotesError(
            f"The data holds too little text: no kind of it fills {config.shape.context} tokens, "
            "or those that do are left out. Add text, or make the context smaller."
        )
    if text and not trainer.run("pretraining", config.pretraining, text, valid_text):
        return False
    if not tasks:
        return True
    if not text:
        return trainer.run("tuning", config.tuning, tasks, valid_tasks)
    share = config.text_share
    mixed, valid = MixedBatches(tasks, text, share), MixedBatches(valid_tasks, valid_text, share)
    return trainer.run("tuning", config.tuning, mixed, valid)


def _write(
    trainer: Trainer, tokenizer: Path, config: TrainingConfig, on_progress: OnProgress
) -> Path:
    """Write the trained model for transformers and for llama.cpp; return the small GGUF."""
    from tutor.training.gguf import export, quantize

    on_progress(Progress("writing the GGUF", 0, 1))
    folder = config.out / "huggingface"
    save_huggingface(trainer.model, folder)
    shutil.copy(tokenizer, folder)
    whole = export(folder, tokenizer, config.out / f"{config.name}-f32.gguf", config.name)
    small = quantize(whole, config.out / f"{config.name}.gguf", config.quantization)
    on_progress(Progress("writing the GGUF", 1, 1))
    return small
