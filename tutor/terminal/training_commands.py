"""The commands that make a language model: model shards, model train."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tutor.terminal.arguments import between, screen_of, settings_of, words

if TYPE_CHECKING:
    from tutor.training.config import TrainingConfig

training = typer.Typer()


def _number(low: int, high: int, told: str) -> Any:
    return typer.Option(callback=between(low, high), metavar="N", help=told)


Data = Annotated[list[Path], words("DATA")]
Context = Annotated[int, _number(64, 8192, "Tokens that the model reads at most.")]
Vocabulary = Annotated[int, _number(261, 65536, "Tokens that the tokenizer learns.")]
Finetune = Annotated[
    Path | None, typer.Option(metavar="MODEL", help="Begin with this GGUF or folder.")
]
Seed = Annotated[int, typer.Option(metavar="N", help="Another seed, another model.")]
Passes = Annotated[
    list[str], typer.Option(metavar="KIND=N", help="How often a kind of text is seen.")
]
Rounds = Annotated[int, _number(1, 100, "How often each text is asked about.")]
KeepOut = Annotated[
    list[Path], typer.Option(metavar="PATH", help="Text that measures, not to be learned from.")
]


@training.command(epilog="Example: tutor model shards texts/ --out shards --vocabulary 16384")
def shards(
    ctx: typer.Context,
    data: Data,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the shards go.")],
    finetune: Finetune = None,
    vocabulary: Vocabulary = 8192,
    context: Context = 1024,
    rounds: Rounds = 1,
    passes: Passes = [],  # noqa: B006 - Typer copies it
    keep_out: KeepOut = [],  # noqa: B006
    seed: Seed = 0,
) -> None:
    """Turn texts into tokens once, in small files that can be carried to a GPU."""
    from tutor.terminal.live import working
    from tutor.training.prepare import prepare
    from tutor.training.start import read_start

    config = _config(data, out, vocabulary, context, rounds, passes, keep_out, seed)
    screen = screen_of(ctx)
    with working(screen) as work, TemporaryDirectory() as scratch:
        start = read_start(finetune, Path(scratch)) if finetune else None
        prepare(config, out, work.take, start.tokenizer if start else None)
    begun = f" --finetune {finetune}" if finetune else ""
    screen.remark(
        f"The shards are in {out}. Train with: tutor model train {out}{begun} --out my-model"
    )


@training.command(epilog="Example: tutor model train texts/ --out my-model --minutes 60")
def train(
    ctx: typer.Context,
    data: Data,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where everything it makes goes.")],
    minutes: Annotated[int, _number(1, 100_000, "How long it may train.")] = 38,
    tuning: Annotated[int, _number(1, 99, "Share of that for the tuning, in per cent.")] = 26,
    stop_after: Annotated[int, _number(0, 100_000, "Pause after so many minutes.")] = 0,
    finetune: Finetune = None,
    layers: Annotated[int, _number(1, 96, "Blocks of the model.")] = 4,
    width: Annotated[int, _number(64, 4096, "Its row length; K-quants need 256, 512, ...")] = 256,
    heads: Annotated[int, _number(1, 64, "Its attention heads.")] = 4,
    vocabulary: Vocabulary = 8192,
    context: Context = 1024,
    batch: Annotated[int, _number(64, 10_000_000, "Tokens of a step.")] = 4096,
    at_once: Annotated[int, _number(64, 10_000_000, "Tokens of it at a time.")] = 4096,
    rate: Annotated[float, typer.Option(metavar="X", help="Learning rate at its peak.")] = 2e-3,
    rounds: Rounds = 1,
    passes: Passes = [],  # noqa: B006 - Typer copies it
    keep_out: KeepOut = [],  # noqa: B006
    quantization: Annotated[
        str, typer.Option(metavar="TYPE", help="Such as Q4_K_M, Q6_K or Q8_0.")
    ] = "Q8_0",
    seed: Seed = 0,
) -> None:
    """Train a GPT-2 of your own from texts or shards; run it again to go on where it stopped."""
    from tutor.terminal.live import working
    from tutor.training.config import ModelShape
    from tutor.training.train import train as train_model

    config = _config(data, out, vocabulary, context, rounds, passes, keep_out, seed)
    if finetune is not None:
        rate /= 10  # what it knows is to stay
    phase = replace(config.pretraining, batch_tokens=batch, micro_tokens=at_once)
    config = replace(
        config,
        shape=ModelShape(layers, width, heads, context),
        finetune=finetune,
        pretraining=replace(phase, minutes=minutes * (1 - tuning / 100), learning_rate=rate),
        tuning=replace(phase, minutes=minutes * tuning / 100, learning_rate=rate / 2),
        quantization=quantization,
        stop_after=stop_after,
        threads=settings_of(ctx).threads,
    )
    screen = screen_of(ctx)
    with working(screen) as work:
        path = train_model(config, work.take)
    if path is None:
        screen.remark(f"Paused; the checkpoint is in {out}. Run the same command to go on.")
    else:
        screen.remark(f"The model is at {path}. Use it with: tutor model use {path}")


def _config(
    data: list[Path],
    out: Path,
    vocabulary: int,
    context: int,
    rounds: int,
    passes: list[str],
    keep_out: list[Path],
    seed: int,
) -> TrainingConfig:
    from tutor.training.config import PASSES, ModelShape, TrainingConfig

    return TrainingConfig(
        data=tuple(data),
        out=out,
        name=out.name,
        shape=ModelShape(context=context),
        vocabulary=vocabulary,
        passes={**PASSES, **dict(map(_pass, passes))},
        rounds=rounds,
        keep_out=tuple(keep_out),
        seed=seed,
    )


def _pass(text: str) -> tuple[str, float]:
    kind, _, count = text.partition("=")
    try:
        return kind, float(count)
    except ValueError:
        raise typer.BadParameter(f"{text!r} should be like textbook=4.") from None
