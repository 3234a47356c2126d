"""What a GGUF file is, found out without loading it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from tutor.errors import ModelUnavailable


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What is known of a model; what is not is empty or 0, as for most models on servers.

    ``place`` is the file's path or the server's address. ``context_size`` is what it was trained
    on, in tokens, and ``sha256`` is there if it was asked for.
    """

    name: str
    place: str
    size: int = 0
    architecture: str = ""
    parameters: int = 0
    quantization: str = ""
    context_size: int = 0
    vocabulary: int = 0
    has_template: bool = False
    sha256: str = ""


def check_gguf(path: Path) -> None:
    """Raise ``ModelUnavailable`` unless ``path`` is a readable file that begins like a GGUF."""
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except FileNotFoundError:
        raise ModelUnavailable(
            f"There is no model file {path}. `tutor model list` shows the models at hand."
        ) from None
    except OSError as error:
        raise ModelUnavailable(
            f"The model file {path} cannot be read: {error.strerror}. "
            "Give the path of a GGUF file that you may read."
        ) from error
    if magic != b"GGUF":
        raise ModelUnavailable(
            f"{path} is not a GGUF file. Give a model in llama.cpp's GGUF format, or choose one "
            "from `tutor model list`."
        )


def describe(path: Path, *, with_hash: bool = False) -> ModelInfo:
    """Return what a model file says about itself; its hash takes a second for each gigabyte.

    Raises:
        ModelUnavailable: the file is missing, damaged or of an unknown kind.
    """
    import llama_cpp

    from tutor.llm.loading import load_model, metadata

    model = load_model(path, only_vocabulary=True)
    try:
        architecture = metadata(model, "general.architecture") or "unknown"
        context = metadata(model, f"{architecture}.context_length")
        vocabulary = llama_cpp.llama_model_get_vocab(model)
        quantization = llama_cpp.llama_ftype_name(llama_cpp.llama_model_ftype(model)) or b"unknown"
        return ModelInfo(
            name=path.stem,
            place=str(path),
            size=path.stat().st_size,
            architecture=architecture,
            parameters=llama_cpp.llama_model_n_params(model),
            quantization=quantization.decode("utf-8", "replace"),
            context_size=int(context) if context else 0,
            vocabulary=llama_cpp.llama_vocab_n_tokens(vocabulary),
            has_template=metadata(model, "tokenizer.chat_template") is not None,
            sha256=sha256(path) if with_hash else "",
        )
    finally:
        llama_cpp.llama_model_free(model)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
