"""Fixtures that several test files share."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import gguf_models
import pytest
from hypothesis import settings

from tutor.index.query_encoder import QueryEncoder

# The same examples in every run: a run that fails can be repeated.
settings.register_profile("steady", derandomize=True)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def tiny_gpt2_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GPT-2 with random weights, 1024 tokens of context and no chat template."""
    return gguf_models.write_gpt2(tmp_path_factory.mktemp("models") / "tiny-gpt2.gguf")


@pytest.fixture(scope="session")
def tiny_llama_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Llama with random weights and Llama 3's special tokens and chat template."""
    return gguf_models.write_llama(tmp_path_factory.mktemp("models") / "tiny-llama.gguf")


@pytest.fixture(scope="session")
def query_encoder(tmp_path_factory: pytest.TempPathFactory) -> QueryEncoder:
    """The real encoder, its network file written once for the whole session."""
    return QueryEncoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(scope="session")
def chroma_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Chroma server on a free loopback port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = Path(sys.executable).with_name("chroma")
    server = subprocess.Popen(
        [program, "run", "--host", "127.0.0.1", "--port", str(port), "--path", "server"],
        cwd=tmp_path_factory.mktemp("chroma"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
    )
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and server.poll() is None:
            with socket.socket() as attempt:
                attempt.settimeout(1)
                if attempt.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()
