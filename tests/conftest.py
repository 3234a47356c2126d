"""Fixtures that several test files share."""

from __future__ import annotations

from pathlib import Path

import gguf_models
import pytest


@pytest.fixture(scope="session")
def tiny_gpt2_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GPT-2 with random weights, 1024 tokens of context and no chat template."""
    return gguf_models.write_gpt2(tmp_path_factory.mktemp("models") / "tiny-gpt2.gguf")


@pytest.fixture(scope="session")
def tiny_llama_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Llama with random weights and Llama 3's special tokens and chat template."""
    return gguf_models.write_llama(tmp_path_factory.mktemp("models") / "tiny-llama.gguf")
