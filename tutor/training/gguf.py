"""A trained GPT-2 as GGUF: written by the ``gguf`` package, quantized by llama.cpp."""

from __future__ import annotations

import ctypes
import json
from pathlib import Path
from typing import TYPE_CHECKING

import llama_cpp
import numpy as np
from gguf import MODEL_ARCH, GGUFWriter, LlamaFileType, TokenType
from gguf.tensor_mapping import get_tensor_name_map
from safetensors.numpy import load_file

from tutor.errors import ModelUnavailable, SettingsError
from tutor.training.tokenizer import (
    CHAT_TEMPLATE,
    END_OF_MESSAGE,
    END_OF_TEXT,
    SPECIAL_TOKENS,
    load_tokenizer,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray


@llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
def _quiet(level: int, text: bytes, _: object) -> None:
    """Keep llama.cpp's account of each tensor off the screen."""


def export(checkpoint: Path, tokenizer: Path, path: Path, name: str) -> Path:
    """Write the Hugging Face ``checkpoint`` folder as an f32 GGUF; return ``path``."""
    config = json.loads((checkpoint / "config.json").read_text(encoding="utf-8"))
    writer = GGUFWriter(path, "gpt2")
    writer.add_name(name)
    writer.add_context_length(config["n_positions"])
    writer.add_embedding_length(config["n_embd"])
    writer.add_feed_forward_length(4 * config["n_embd"])
    writer.add_block_count(config["n_layer"])
    writer.add_head_count(config["n_head"])
    writer.add_layer_norm_eps(config["layer_norm_epsilon"])
    writer.add_file_type(LlamaFileType.ALL_F32)
    _add_tokenizer(writer, tokenizer)
    names = get_tensor_name_map(MODEL_ARCH.GPT2, config["n_layer"])
    for tensor, values in load_file(checkpoint / "model.safetensors").items():
        place = names.get_name(
            tensor.removeprefix("transformer."), try_suffixes=(".weight", ".bias")
        )
        if place is None:
            raise ModelUnavailable(f"{checkpoint} holds {tensor}, which is no tensor of a GPT-2.")
        writer.add_tensor(place, _laid_out(tensor, values))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _laid_out(tensor: str, values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn the blocks' matrices to (out, in): transformers keeps them as (in, out)."""
    turned = ".h." in tensor and values.ndim == 2
    return np.ascontiguousarray(values.T if turned else values, dtype=np.float32)


def _add_tokenizer(writer: GGUFWriter, tokenizer: Path) -> None:
    """Add the vocabulary in the order of its ids, the merges and the chat template."""
    model = json.loads(load_tokenizer(tokenizer).to_str())["model"]
    tokens = sorted(model["vocab"], key=model["vocab"].__getitem__)
    special = set(SPECIAL_TOKENS)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(
        [TokenType.CONTROL if token in special else TokenType.NORMAL for token in tokens]
    )
    writer.add_token_merges([" ".join(merge) for merge in model["merges"]])
    end_of_message = SPECIAL_TOKENS.index(END_OF_MESSAGE)
    writer.add_bos_token_id(SPECIAL_TOKENS.index(END_OF_TEXT))
    writer.add_eos_token_id(end_of_message)
    writer.add_eot_token_id(end_of_message)
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def quantize(source: Path, path: Path, file_type: str) -> Path:
    """Let llama.cpp write ``source`` as ``path`` in another type, such as ``Q8_0``.

    Raises:
        SettingsError: llama.cpp knows no such type.
        ModelUnavailable: llama.cpp could not do it.
    """
    kinds = [f"LLAMA_FTYPE_MOSTLY_{file_type}", f"LLAMA_FTYPE_ALL_{file_type}"]
    number = next((getattr(llama_cpp, kind) for kind in kinds if hasattr(llama_cpp, kind)), None)
    if number is None:
        raise SettingsError(
            f"llama.cpp has no file type {file_type!r}. Choose Q8_0, Q6_K, Q4_K_M or F16."
        )
    llama_cpp.llama_log_set(_quiet, ctypes.c_void_p(0))
    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.ftype = number
    failed = llama_cpp.llama_model_quantize(bytes(source), bytes(path), ctypes.byref(parameters))
    if failed:
        raise ModelUnavailable(
            f"llama.cpp could not write {path} as {file_type}. Is the disk full? Try Q8_0, which "
            "fits any model."
        )
    return path
