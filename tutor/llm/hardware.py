"""What this machine and this build of llama.cpp have to offer."""

from __future__ import annotations

import platform
import shutil


def can_offload() -> bool:
    """Whether this build of llama.cpp can put layers of a model on a GPU."""
    import llama_cpp

    return bool(llama_cpp.llama_supports_gpu_offload())


def likely_gpu() -> str:
    """Return the kind of GPU that this machine seems to have, or an empty string.

    Its driver's tool, or the processor's kind, is evidence enough for a hint.
    """
    if platform.system() == "Darwin" and platform.machine() == "arm64":
        return "Metal"
    return "CUDA" if shutil.which("nvidia-smi") else ""
