"""Chunks per second of a whole ingest, beside bare ``SentenceTransformer.encode`` on its chunks.

The ingest reads, cuts, embeds and stores the bundled course, several times over as different
files; the bare call gets the very texts that it embedded. All run in turn in one process, with
their models loaded. On a CPU with bf16 the ingest embeds in it, so the bare call is timed in that
precision as well: the aim is against the same precision.

    python benchmarks/ingest_throughput.py [--copies 3] [--rounds 3]
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer

from tutor import bundled
from tutor.index.builder import IndexBuilder
from tutor.index.embedder import PackagedEmbedder, cpu_has_bf16
from tutor.index.encoder_gguf import packaged_model
from tutor.index.library import Library


def seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def bf16(model: SentenceTransformer, texts: list[str]) -> None:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        model.encode(texts)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--copies", type=int, default=3, help="how often the course is taken")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    bare = SentenceTransformer(str(packaged_model()), local_files_only=True)
    fast = bare.device.type == "cpu" and cpu_has_bf16()
    with tempfile.TemporaryDirectory() as scratch:
        notes = Path(scratch) / "notes"
        for copy in range(options.copies):
            shutil.copytree(bundled.knowledge_base(), notes / f"copy-{copy}")
        embedder = PackagedEmbedder(Path(scratch))
        embedder.prepare(1_000_000)

        def ingest(folder: Path) -> Library:
            library = Library(folder, embedder)
            IndexBuilder(library).ingest([notes], "course")
            return library

        index = ingest(Path(scratch) / "warm").current()
        assert index is not None
        texts = [chunk.embedded_text for chunk in index.store.chunks()]
        times: dict[str, list[float]] = {"ingest": [], "encode, fp32": [], "encode, bf16": []}
        for i in range(options.rounds):
            times["ingest"].append(seconds(lambda i=i: ingest(Path(scratch) / f"index-{i}")))
            times["encode, fp32"].append(seconds(lambda: bare.encode(texts)))
            if fast:
                times["encode, bf16"].append(seconds(lambda: bf16(bare, texts)))
    print(f"{len(texts)} chunks, {bare.device}, {torch.get_num_threads()} threads")
    for name, measured in times.items():
        if measured:
            ratios = [one / own for one, own in zip(measured, times["ingest"], strict=True)]
            speed = len(texts) / statistics.median(measured)
            share = statistics.median(ratios)
            print(f"{name:<14}{speed:8.1f} chunks/s   ingest runs at {share:.2f} of it")
    print("aim: at least 0.85 of the bare call in the precision that the ingest uses")


if __name__ == "__main__":
    main()
