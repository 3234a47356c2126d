"""Tiny language models with random weights, written as GGUF in well under a second.

They read and write like the real thing (tokenizer, special tokens, chat template, KV cache)
and mean nothing by it, which is what tests of the machinery need: whatever comes out in the
right form did so because the code forced it to.
"""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

MERGES = ("Ġ t", "h e", "Ġt he", "i n", "a n", "Ġ a", "e r", "r e", "o n", "Ġa n", "Ġan d")
"""Merges of the byte-level tokenizer, in order of rank."""

LLAMA3_SPECIAL = (
    "<|begin_of_text|>",
    "<|end_of_text|>",
    "<|start_header_id|>",
    "<|end_header_id|>",
    "<|eot_id|>",
)

LLAMA3_TEMPLATE = (
    "{{- bos_token }}"
    "{%- for message in messages %}"
    "{{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' }}"
    "{{- message['content'] | trim + '<|eot_id|>' }}"
    "{%- endfor %}"
    "{%- if add_generation_prompt %}"
    "{{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}"
    "{%- endif %}"
)


def byte_symbols() -> list[str]:
    """Return the printable character that stands for each byte in a byte-level vocabulary.

    The mapping of GPT-2: printable bytes stand for themselves, the rest are moved past 255.
    """
    printable = {*range(33, 127), *range(161, 173), *range(174, 256)}
    symbols, moved = [], 0
    for byte in range(256):
        symbols.append(chr(byte if byte in printable else 256 + moved))
        moved += byte not in printable
    return symbols


def write_gpt2(
    path: Path,
    *,
    template: str | None = None,
    context: int = 1024,
    width: int = 64,
    layers: int = 2,
    seed: int = 0,
) -> Path:
    """Write a GPT-2 with ``layers`` blocks of ``width`` dimensions and return ``path``."""
    writer = gguf.GGUFWriter(path, "gpt2")
    writer.add_name("tiny-gpt2")
    vocabulary = _add_tokenizer(writer, "gpt-2", ("<|endoftext|>",), bos=0, eos=0)
    _add_shape(writer, context, width, layers)
    writer.add_layer_norm_eps(1e-5)
    if template is not None:
        writer.add_chat_template(template)
    weights = _Weights(writer, seed)
    weights.matrix("token_embd.weight", vocabulary, width)
    weights.matrix("position_embd.weight", context, width)
    weights.norm("output_norm", width, bias=True)
    for block in (f"blk.{i}" for i in range(layers)):
        weights.norm(f"{block}.attn_norm", width, bias=True)
        weights.linear(f"{block}.attn_qkv", 3 * width, width)
        weights.linear(f"{block}.attn_output", width, width)
        weights.norm(f"{block}.ffn_norm", width, bias=True)
        weights.linear(f"{block}.ffn_up", 4 * width, width)
        weights.linear(f"{block}.ffn_down", width, 4 * width)
    return _finish(writer, path)


def write_llama(
    path: Path,
    *,
    template: str | None = LLAMA3_TEMPLATE,
    context: int = 2048,
    width: int = 64,
    layers: int = 2,
    seed: int = 0,
) -> Path:
    """Write a Llama with the special tokens and chat template of Llama 3; return ``path``."""
    heads, shared_heads = 4, 2
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny-llama")
    vocabulary = _add_tokenizer(writer, "llama-bpe", LLAMA3_SPECIAL, bos=0, eos=4)
    _add_shape(writer, context, width, layers, heads)
    writer.add_head_count_kv(shared_heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(width // heads)
    writer.add_rope_freq_base(500000.0)
    if template is not None:
        writer.add_chat_template(template)
    weights = _Weights(writer, seed)
    weights.matrix("token_embd.weight", vocabulary, width)
    weights.matrix("output.weight", vocabulary, width)
    weights.norm("output_norm", width)
    key_width = width * shared_heads // heads
    for block in (f"blk.{i}" for i in range(layers)):
        weights.norm(f"{block}.attn_norm", width)
        weights.matrix(f"{block}.attn_q.weight", width, width)
        weights.matrix(f"{block}.attn_k.weight", key_width, width)
        weights.matrix(f"{block}.attn_v.weight", key_width, width)
        weights.matrix(f"{block}.attn_output.weight", width, width)
        weights.norm(f"{block}.ffn_norm", width)
        weights.matrix(f"{block}.ffn_gate.weight", 2 * width, width)
        weights.matrix(f"{block}.ffn_up.weight", 2 * width, width)
        weights.matrix(f"{block}.ffn_down.weight", width, 2 * width)
    return _finish(writer, path)


def _add_tokenizer(
    writer: gguf.GGUFWriter, splitter: str, special: tuple[str, ...], bos: int, eos: int
) -> int:
    """Add a byte-level BPE tokenizer; ``bos`` and ``eos`` count within ``special``."""
    ordinary = byte_symbols() + [merge.replace(" ", "") for merge in MERGES]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(splitter)
    writer.add_token_list([*ordinary, *special])
    writer.add_token_types(
        [gguf.TokenType.NORMAL] * len(ordinary) + [gguf.TokenType.CONTROL] * len(special)
    )
    writer.add_token_merges(list(MERGES))
    writer.add_bos_token_id(len(ordinary) + bos)
    writer.add_eos_token_id(len(ordinary) + eos)
    return len(ordinary) + len(special)


def _add_shape(
    writer: gguf.GGUFWriter, context: int, width: int, layers: int, heads: int = 4
) -> None:
    writer.add_context_length(context)
    writer.add_embedding_length(width)
    writer.add_feed_forward_length(4 * width if writer.arch == "gpt2" else 2 * width)
    writer.add_block_count(layers)
    writer.add_head_count(heads)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)


class _Weights:
    """Random tensors, drawn in the order in which they are added."""

    def __init__(self, writer: gguf.GGUFWriter, seed: int) -> None:
        self._writer = writer
        self._random = np.random.default_rng(seed)

    def matrix(self, name: str, rows: int, columns: int) -> None:
        values = self._random.normal(0.0, columns**-0.5, (rows, columns))
        self._add(name, values.astype(np.float32))

    def linear(self, name: str, rows: int, columns: int) -> None:
        self.matrix(f"{name}.weight", rows, columns)
        self._add(f"{name}.bias", np.zeros(rows, np.float32))

    def norm(self, name: str, width: int, *, bias: bool = False) -> None:
        self._add(f"{name}.weight", np.ones(width, np.float32))
        if bias:
            self._add(f"{name}.bias", np.zeros(width, np.float32))

    def _add(self, name: str, values: NDArray[np.float32]) -> None:
        self._writer.add_tensor(name, values)


def _finish(writer: gguf.GGUFWriter, path: Path) -> Path:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
