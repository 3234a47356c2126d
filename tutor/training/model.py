"""GPT-2 in torch, small enough to read in one sitting.

Written here rather than taken from transformers: it is the same network (learned positions,
pre-norm blocks, tanh GELU, tied embeddings) without that library's masks, caches and import
time. Tensors are saved under the names and in the layout of transformers' ``GPT2LMHeadModel``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from tutor.training.config import ModelShape

IGNORED = -100
"""A target that no loss is taken on."""


class Block(nn.Module):
    """One Transformer block: attention, then a perceptron four times as wide."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.ln_1 = nn.LayerNorm(width)
        self.c_attn = nn.Linear(width, 3 * width)
        self.attn_proj = nn.Linear(width, width)
        self.ln_2 = nn.LayerNorm(width)
        self.c_fc = nn.Linear(width, 4 * width)
        self.mlp_proj = nn.Linear(4 * width, width)

    def forward(self, hidden: Tensor) -> Tensor:
        """Map (batch, time, width) to the same shape."""
        hidden = hidden + self.attend(self.ln_1(hidden))
        wide = functional.gelu(self.c_fc(self.ln_2(hidden)), approximate="tanh")
        mixed: Tensor = hidden + self.mlp_proj(wide)
        return mixed

    def attend(self, hidden: Tensor) -> Tensor:
        """Causal self-attention over (batch, time, width)."""
        batch, time, width = hidden.shape
        parts = self.c_attn(hidden).split(width, dim=2)
        query, key, value = (
            part.view(batch, time, self.heads, width // self.heads).transpose(1, 2)
            for part in parts
        )
        mixed = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        joined: Tensor = self.attn_proj(mixed.transpose(1, 2).reshape(batch, time, width))
        return joined


class GPT2(nn.Module):
    """The language model. Output weights are the token embeddings."""

    def __init__(self, shape: ModelShape, vocabulary: int) -> None:
        super().__init__()
        self.shape = shape
        self.vocabulary = vocabulary
        self.wte = nn.Embedding(vocabulary, shape.width)
        self.wpe = nn.Embedding(shape.context, shape.width)
        self.blocks = nn.ModuleList(Block(shape.width, shape.heads) for _ in range(shape.layers))
        self.ln_f = nn.LayerNorm(shape.width)
        self._initialize()

    def _initialize(self) -> None:
        """GPT-2's start: deviation 0.02, less where a block adds to the residual stream."""
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                added = name.endswith("_proj.weight")
                scale = 1 / math.sqrt(2 * self.shape.layers) if added else 1.0
                nn.init.normal_(weight, std=0.02 * scale)
            elif name.endswith(".bias"):
                nn.init.zeros_(weight)

    def forward(self, tokens: Tensor) -> Tensor:
        """Map tokens (batch, time) to logits (batch, time, vocabulary)."""
        return functional.linear(self._hidden(tokens), self.wte.weight)

    def loss(self, tokens: Tensor, targets: Tensor) -> Tensor:
        """Return the summed cross-entropy in nats over the targets that are not ``IGNORED``."""
        # A reply is a tenth of its chat, and logits are half the work of a small model.
        counted = targets != IGNORED
        logits = functional.linear(self._hidden(tokens)[counted], self.wte.weight)
        return functional.cross_entropy(logits.float(), targets[counted], reduction="sum")

    def _hidden(self, tokens: Tensor) -> Tensor:
        """Map tokens (batch, time) to what the output weights read: (batch, time, width)."""
        positions = torch.arange(tokens.shape[1], device=tokens.device)
        hidden = self.wte(tokens) + self.wpe(positions)
        for block in self.blocks:
            hidden = block(hidden)
        normed: Tensor = self.ln_f(hidden)
        return normed


_HOMES = {
    "attn_proj": "attn.c_proj",
    "c_attn": "attn.c_attn",
    "mlp_proj": "mlp.c_proj",
    "c_fc": "mlp.c_fc",
}
"""Our names of the parts of a block, and those of transformers."""


def huggingface_tensors(model: GPT2) -> dict[str, Tensor]:
    """Return the weights as transformers' GPT2LMHeadModel names and lays them out.

    Its Conv1D keeps matrices as (in, out), the transpose of ``nn.Linear``.
    """
    tensors = {}
    for name, weight in model.state_dict().items():
        place = name.split(".")
        if place[0] == "blocks":
            place = ["h", place[1], _HOMES.get(place[2], place[2]), place[3]]
        turned = name.endswith(".weight") and place[0] == "h" and weight.dim() == 2
        value = weight.T if turned else weight
        tensors["transformer." + ".".join(place)] = value.float().cpu().contiguous()
    return tensors


def from_huggingface(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the weights of ``huggingface_tensors`` under our names and in our layout."""
    ours = {theirs: name for name, theirs in _HOMES.items()}
    weights = {}
    for name, weight in tensors.items():
        place = name.removeprefix("transformer.").split(".")
        turned = place[0] == "h" and weight.dim() == 2
        if place[0] == "h":
            part = ".".join(place[2:-1])
            place = ["blocks", place[1], ours.get(part, part), place[-1]]
        weights[".".join(place)] = weight.T.contiguous() if turned else weight
    return weights


def save_huggingface(model: GPT2, folder: Path) -> None:
    """Write ``config.json`` and ``model.safetensors`` for ``GPT2LMHeadModel.from_pretrained``."""
    from safetensors.torch import save_file

    from tutor.training.tokenizer import END_OF_MESSAGE, END_OF_TEXT, SPECIAL_TOKENS

    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "architectures": ["GPT2LMHeadModel"],
        "model_type": "gpt2",
        "vocab_size": model.vocabulary,
        "n_positions": model.shape.context,
        "n_embd": model.shape.width,
        "n_layer": model.shape.layers,
        "n_head": model.shape.heads,
        "layer_norm_epsilon": model.ln_f.eps,
        "bos_token_id": SPECIAL_TOKENS.index(END_OF_TEXT),
        "eos_token_id": SPECIAL_TOKENS.index(END_OF_MESSAGE),
        "tie_word_embeddings": True,
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    save_file(huggingface_tensors(model), folder / "model.safetensors", {"format": "pt"})
