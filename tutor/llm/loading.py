"""Getting a GGUF file into llama.cpp, and saying in a sentence why it would not go."""

from __future__ import annotations

import ctypes
import os
from collections import deque
from pathlib import Path
from typing import Any

import llama_cpp

from tutor.errors import ModelUnavailable
from tutor.llm.gguf_file import check_gguf

BATCH = 512
"""Tokens of a prompt that are read at a time."""

_ERROR = 4  # of enum ggml_log_level

_complaints: deque[str] = deque(maxlen=8)


def _keep_complaints(level: int, text: bytes, _: Any) -> None:
    """Keep errors of llama.cpp for our own messages; nothing goes to the screen."""
    if level == _ERROR:
        _complaints.append(text.decode("utf-8", "replace").strip())


_log = llama_cpp.llama_log_callback(_keep_complaints)  # C holds on to it: it must stay alive


def load_model(path: Path, gpu_layers: int = -1, *, only_vocabulary: bool = False) -> Any:
    """Return a llama_model of a file; -1 layers on the GPU are all of them.

    Raises:
        ModelUnavailable: the file is missing, damaged or of an unknown kind.
    """
    check_gguf(path)
    llama_cpp.llama_log_set(_log, ctypes.c_void_p(0))
    llama_cpp.llama_backend_init()
    parameters = llama_cpp.llama_model_default_params()
    parameters.n_gpu_layers = gpu_layers if llama_cpp.llama_supports_gpu_offload() else 0
    parameters.vocab_only = only_vocabulary
    _complaints.clear()
    model = llama_cpp.llama_model_load_from_file(os.fsencode(path), parameters)
    if not model:
        raise ModelUnavailable(
            f"llama.cpp cannot load {path}: {reason('no reason given')}. If the file is damaged, "
            "fetch it again; if memory is short, lower gpu_layers or choose a smaller model "
            "(`tutor model list`)."
        )
    return model


def open_context(
    model: Any, path: Path, context_size: int, threads: int, *, sequences: int = 1, scored: int = 1
) -> Any:
    """Return a llama_context with a cache for ``sequences`` texts of ``context_size`` tokens each.

    Scores can be had of ``scored`` tokens of a batch.

    Raises:
        ModelUnavailable: memory does not suffice, the model was trained on less, or writes nothing.
    """
    trained = llama_cpp.llama_model_n_ctx_train(model)
    if context_size > trained:  # positions that were never learned may not even exist
        raise ModelUnavailable(
            f"{path} was trained on {trained} tokens of context, less than {context_size}. Lower "
            f"context_size to {trained}, or leave it out."
        )
    parameters = llama_cpp.llama_context_default_params()
    parameters.n_ctx = context_size * sequences
    parameters.n_seq_max = sequences  # each has cells of its own, so none attends over the others'
    parameters.n_batch = parameters.n_ubatch = BATCH
    parameters.n_outputs_max = scored  # for each there is room for the whole vocabulary
    if not llama_cpp.llama_supports_gpu_offload():  # on a CPU it makes writing 10% slower
        parameters.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED
    parameters.n_threads = parameters.n_threads_batch = threads
    _complaints.clear()
    context = llama_cpp.llama_init_from_model(model, parameters)
    if not context:
        raise ModelUnavailable(
            f"llama.cpp cannot use {path} with a context of {context_size} tokens: "
            f"{reason('memory does not suffice')}. Lower context_size, or choose a smaller model "
            "(`tutor model list`)."
        )
    if llama_cpp.llama_model_has_encoder(model) or not llama_cpp.llama_get_memory(context):
        llama_cpp.llama_free(context)
        raise ModelUnavailable(
            f"{path} holds no model that writes on (an embedding model, perhaps). Choose another "
            "one (`tutor model list`)."
        )
    return context


def metadata(model: Any, key: str) -> str | None:
    """Return an entry of a file's metadata as text, or ``None`` where there is none."""
    none = ctypes.create_string_buffer(1)
    size = llama_cpp.llama_model_meta_val_str(model, key.encode(), none, 1)
    if size < 0:
        return None
    buffer = ctypes.create_string_buffer(size + 1)
    llama_cpp.llama_model_meta_val_str(model, key.encode(), buffer, size + 1)
    return buffer.value.decode("utf-8", "replace")


def reason(default: str) -> str:
    """Return the first complaint of llama.cpp since the last call, as part of a sentence."""
    complaints = [text.split(": ", 1)[-1].rstrip(".") for text in _complaints if text]
    _complaints.clear()
    return complaints[0] if complaints else default
