"""The weights and the tokenizer to begin with: those of a GPT-2 that this project trained."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from tutor.errors import SettingsError
from tutor.training.config import ModelShape
from tutor.training.model import from_huggingface
from tutor.training.tokenizer import SPECIAL_TOKENS, restore_tokenizer

_FOREIGN = (
    "{path} cannot be tuned: {why}. Name a GGUF or a huggingface folder that `tutor model train` "
    "made, or leave out --finetune to start afresh."
)
_NAMES = {
    "token_embd": "wte",
    "position_embd": "wpe",
    "output_norm": "ln_f",
    "attn_norm": "ln_1",
    "attn_qkv": "c_attn",
    "attn_output": "attn_proj",
    "ffn_norm": "ln_2",
    "ffn_up": "c_fc",
    "ffn_down": "mlp_proj",
}
"""Tensors of a GGUF, and where they belong in ``model.GPT2``."""


@dataclass(frozen=True, slots=True)
class Start:
    """A model to go on with; ``tokenizer`` is its file."""

    shape: ModelShape
    weights: dict[str, torch.Tensor]
    tokenizer: Path


def read_start(path: Path, scratch: Path) -> Start:
    """Read a GGUF, or a folder as transformers keeps them; ``scratch`` takes the tokenizer.

    Quantized weights are taken as they are, so what quantization lost stays lost: a folder is
    better where there is one.

    Raises:
        SettingsError: there is no such model, or it is none of ours.
    """
    if not path.exists():
        raise SettingsError(_FOREIGN.format(path=path, why="there is no such file or folder"))
    return _read_folder(path) if path.is_dir() else _read_gguf(path, scratch)


def _read_folder(folder: Path) -> Start:
    from safetensors.torch import load_file

    needed = [folder / name for name in ("config.json", "model.safetensors", "tokenizer.json")]
    if missing := [file.name for file in needed if not file.exists()]:
        raise SettingsError(_FOREIGN.format(path=folder, why=f"it lacks {', '.join(missing)}"))
    config = json.loads(needed[0].read_text(encoding="utf-8"))
    shape = ModelShape(config["n_layer"], config["n_embd"], config["n_head"], config["n_positions"])
    return Start(shape, from_huggingface(load_file(needed[1])), needed[2])


def _read_gguf(path: Path, scratch: Path) -> Start:
    from gguf import GGUFReader, dequantize

    try:
        reader = GGUFReader(path)
    except (ValueError, OSError) as error:
        raise SettingsError(_FOREIGN.format(path=path, why=f"it is no GGUF ({error})")) from error
    facts = {name: field.contents() for name, field in reader.fields.items()}
    tokens = facts.get("tokenizer.ggml.tokens", [])
    if facts.get("general.architecture") != "gpt2" or tuple(tokens[:5]) != SPECIAL_TOKENS:
        raise SettingsError(_FOREIGN.format(path=path, why="it is no GPT-2 of this project"))
    sizes = ("block_count", "embedding_length", "attention.head_count", "context_length")
    shape = ModelShape(*(int(facts[f"gpt2.{size}"]) for size in sizes))
    weights = {
        _place(tensor.name): torch.from_numpy(
            np.array(dequantize(tensor.data, tensor.tensor_type), np.float32)
        )
        for tensor in reader.tensors
        if tensor.name != "output.weight"  # the same as the embeddings
    }
    return Start(shape, weights, _save_tokenizer(facts, scratch))


def _place(name: str) -> str:
    """Return where a tensor of a GGUF belongs: ``blk.3.attn_qkv.bias`` in ``blocks.3.c_attn``."""
    match = re.fullmatch(r"(?:blk\.(\d+)\.)?(\w+)\.(weight|bias)", name)
    if match is None or match[2] not in _NAMES:
        raise SettingsError(f"The GGUF holds {name}, which is no tensor of a GPT-2.")
    block = f"blocks.{match[1]}." if match[1] else ""
    return f"{block}{_NAMES[match[2]]}.{match[3]}"


def _save_tokenizer(facts: dict[str, Any], scratch: Path) -> Path:
    scratch.mkdir(parents=True, exist_ok=True)
    path = scratch / "tokenizer.json"
    tokenizer = restore_tokenizer(facts["tokenizer.ggml.tokens"], facts["tokenizer.ggml.merges"])
    tokenizer.save(str(path))
    return path
