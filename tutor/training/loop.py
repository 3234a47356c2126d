"""The training loop: schedule, optimizer, measurements and checkpoints."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor

from tutor.errors import SettingsError
from tutor.schema import Progress
from tutor.training.batches import Batch, Batches
from tutor.training.chart import draw
from tutor.training.config import Phase, TrainingConfig
from tutor.training.model import GPT2, IGNORED

_CLIP = 1.0
_LOG_EVERY = 10  # steps
_MEASURES = 8  # validations on the way through a phase, beside those at its two ends, at most
_MEASURING = 0.03  # of the time of a phase may go into these


def schedule(progress: float, warmup: float) -> float:
    """Return the share of the peak learning rate at ``progress`` (0 to 1) of a phase."""
    if progress < warmup:
        return progress / warmup
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (progress - warmup) / (1 - warmup))))


def make_optimizers(model: GPT2, config: TrainingConfig) -> list[torch.optim.Optimizer]:
    """Return AdamW for all weights, or Muon for the blocks' matrices and AdamW for the rest.

    Muon (Jordan et al., 2024) orthogonalizes the momentum of a matrix; scaled to the size of
    AdamW's updates (Liu et al., 2025, arXiv:2502.16982), both share one learning rate.
    """
    matrices = [p for n, p in model.named_parameters() if n.startswith("blocks") and p.dim() == 2]
    tables = [model.wte.weight, model.wpe.weight]
    vectors = [p for p in model.parameters() if p.dim() == 1]
    decay = config.weight_decay
    groups: list[dict[str, Any]] = [
        {"params": tables, "weight_decay": decay},
        {"params": vectors, "weight_decay": 0.0},
    ]
    if config.optimizer == "adamw":
        groups.append({"params": matrices, "weight_decay": decay})
    optimizers: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.95), fused=True)
    ]
    if config.optimizer == "muon":
        optimizers.append(
            torch.optim.Muon(matrices, lr=0.0, weight_decay=decay, adjust_lr_fn="match_rms_adamw")
        )
    return optimizers


class Trainer:
    """A model in training, its optimizers and its record, kept in ``config.out``."""

    def __init__(self, config: TrainingConfig, on_progress: Callable[[Progress], None]) -> None:
        torch.manual_seed(config.seed)
        self.config = config
        self.on_progress = on_progress
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        torch.set_float32_matmul_precision("high")  # TF32, for what bf16 leaves
        self._stop_at = time.monotonic() + 60 * config.stop_after if config.stop_after else 0.0
        self.model = GPT2(config.shape, config.vocabulary).to(self.device)
        # On CPUs compilation was measured to gain nothing at these sizes.
        compiled = torch.compile(self.model.loss) if self.device.type == "cuda" else None
        self._loss: Callable[[Tensor, Tensor], Tensor] = compiled or self.model.loss
        self.optimizers = make_optimizers(self.model, config)
        self.phase = ""
        self.finished: list[str] = []
        self.step = 0
        self.seconds = 0.0
        self.tokens = 0
        self._measure_seconds = 1e-3  # not known yet
        self.checkpoint = config.out / "checkpoint.pt"
        self.record: list[dict[str, Any]] = []

    def run(self, name: str, phase: Phase, batches: Batches, valid: Batches) -> bool:
        """Train through one phase, or what a checkpoint has left of it.

        Return whether it is finished: a run that is to stop before that leaves a checkpoint.
        """
        if name in self.finished:
            return True
        if self.phase != name:
            self.phase, self.step, self.seconds = name, 0, 0.0
            self.optimizers = make_optimizers(self.model, self.config)
            self._measure(valid)
        if finished := self._steps(phase, batches, valid):
            self._measure(valid)
            self.finished.append(name)
        self.save()
        return finished

    def _steps(self, phase: Phase, batches: Batches, valid: Batches) -> bool:
        limit, before = 60 * phase.minutes, self.seconds
        started = saved = time.monotonic()
        self.model.train()
        while self.step < phase.steps and self.seconds < limit:
            if self._stop_at and time.monotonic() > self._stop_at:
                return False
            progress = max((self.step + 1) / phase.steps, self.seconds / limit)
            reached = max(self.step / phase.steps, self.seconds / limit)
            rate = phase.learning_rate * schedule(progress, phase.warmup)
            loss, tokens = self._one_step(batches.at(self.step), phase.micro_tokens, rate)
            self.step += 1
            self.seconds = before + time.monotonic() - started
            self.tokens += tokens
            self._note(loss=loss, rate=rate)
            done = max(self.step / phase.steps, self.seconds / limit)
            self.on_progress(Progress(f"{self.phase} (loss {loss:.2f})", round(1000 * done), 1000))
            measures = min(_MEASURES, _MEASURING * limit / self._measure_seconds)
            if int(done * measures) > int(reached * measures) and done < 1:
                self._measure(valid)
            if time.monotonic() - saved > 60 * self.config.checkpoint_minutes:
                self.save()
                saved = time.monotonic()
        return True

    def _one_step(self, batch: Batch, micro_tokens: int, rate: float) -> tuple[float, int]:
        """Return the mean loss in nats a token, and the number of tokens that counted."""
        counted = int((batch.targets != IGNORED).sum())
        total = torch.zeros((), device=self.device)
        for inputs, targets in self._micro_batches(batch, micro_tokens):
            with self._autocast():
                loss = self._loss(inputs, targets) / counted
            loss.backward()  # type: ignore[no-untyped-call]
            total += loss.detach()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), _CLIP)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        return float(total), counted

    def _micro_batches(self, batch: Batch, micro_tokens: int) -> Iterator[tuple[Tensor, Tensor]]:
        rows = max(1, micro_tokens // batch.inputs.shape[1])
        for first in range(0, len(batch.inputs), rows):
            part = slice(first, first + rows)
            inputs, targets = (
                torch.from_numpy(batch.inputs[part]),
                torch.from_numpy(batch.targets[part]),
            )
            yield inputs.to(self.device), targets.to(self.device)

    def _autocast(self) -> AbstractContextManager[Any]:
        """bf16 where the hardware computes in it."""
        if self.device.type == "cuda":
            fast = torch.cuda.is_bf16_supported(including_emulation=False)
        else:
            fast = torch.cpu._is_avx512_bf16_supported()
        return torch.autocast(self.device.type, torch.bfloat16) if fast else nullcontext()

    @torch.no_grad()
    def _measure(self, valid: Batches) -> None:
        """Note the validation loss of each kind, in nats a token."""
        started = time.monotonic()
        self.model.eval()
        sums: dict[str, list[float]] = {}
        for kind, batch in valid.by_kind(self.config.valid_batches):
            pair = sums.setdefault(kind, [0.0, 0.0])
            for inputs, targets in self._micro_batches(batch, batch.inputs.size):
                with self._autocast():
                    pair[0] += float(self.model.loss(inputs, targets))
                pair[1] += float((targets != IGNORED).sum())
        losses = {kind: round(loss / count, 4) for kind, (loss, count) in sums.items()}
        self._note(valid=losses)
        self.model.train()
        self._measure_seconds = max(1e-3, time.monotonic() - started)

    def _note(self, **facts: Any) -> None:
        """Add a line to the record, with where the run stands."""
        if "loss" not in facts or self.step % _LOG_EVERY == 0:
            place = {"phase": self.phase, "step": self.step, "seconds": round(self.seconds, 1)}
            rounded = {
                k: float(f"{v:.5g}") if isinstance(v, float) else v for k, v in facts.items()
            }
            self.record.append({**place, "tokens": self.tokens, **rounded})

    def save(self) -> None:
        """Write the checkpoint and the loss curve; each file is whole at every moment."""
        state = {
            "size": self._size(),
            "model": self.model.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "phase": self.phase,
            "finished": self.finished,
            "step": self.step,
            "seconds": self.seconds,
            "tokens": self.tokens,
            "record": self.record,
        }
        torch.save(state, self.config.out / "checkpoint.unfinished")
        os.replace(self.config.out / "checkpoint.unfinished", self.checkpoint)
        curve = json.dumps({"size": self._size(), "record": self.record}, indent=1)
        (self.config.out / "loss.json").write_text(curve + "\n", encoding="utf-8")
        (self.config.out / "loss.svg").write_text(draw(self.record), encoding="utf-8")

    def begin_with(self, weights: Mapping[str, Tensor]) -> None:
        """Take over the weights of a trained model.

        Raises:
            SettingsError: they are not those of a model of this size.
        """
        try:
            self.model.load_state_dict(weights)
        except RuntimeError as error:
            raise SettingsError(
                f"{self.config.finetune} and the shards do not belong together: {error}. Make the "
                "shards anew from your texts, with --finetune."
            ) from error

    def resume(self) -> None:
        """Take up the checkpoint in the output folder, if there is one.

        Raises:
            SettingsError: it is of a model of another size or another optimizer.
        """
        if not self.checkpoint.exists():
            return
        state = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
        if state["size"] != self._size():
            raise SettingsError(
                f"{self.checkpoint} holds a model of another size ({state['size']}). "
                "Choose another output folder, or delete this one to start afresh."
            )
        self.model.load_state_dict(state["model"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.phase, self.finished, self.step = state["phase"], state["finished"], state["step"]
        self.seconds, self.tokens, self.record = state["seconds"], state["tokens"], state["record"]

    def _size(self) -> dict[str, Any]:
        """What a checkpoint must share with the run that takes it up."""
        config = self.config
        return {
            **asdict(config.shape),
            "vocabulary": config.vocabulary,
            "optimizer": config.optimizer,
        }
