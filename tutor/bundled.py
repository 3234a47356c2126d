"""Where the files that ship with the tutor lie: roles, the bundled course and the weights."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _shipped(name: str) -> Path:
    """Return a shipped file: inside the package when installed, beside it in a checkout."""
    installed = _PACKAGE / name
    return installed if installed.exists() else _PACKAGE.parent / name


def agents_file() -> Path:
    """The default ``agents.yaml``."""
    return _shipped("agents.yaml")


def knowledge_base() -> Path:
    """The folder with the bundled course."""
    return _shipped("knowledge_base")


def weights() -> Path:
    """The bundled language model, a GGUF file."""
    return _PACKAGE / "weights" / "tutor-gpt2.gguf"
