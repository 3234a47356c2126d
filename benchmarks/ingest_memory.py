"""Peak memory of ingesting ten thousand chunks of synthetic notes in a fresh process.

python benchmarks/ingest_memory.py [--chunks 10000]
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SYLLABLES = ["ba", "co", "di", "fu", "ga", "he", "ji", "lo", "mi", "nu", "pa", "tri", "sta", "pro"]
SECTION = 850
"""Characters of one section: a chunk of the usual size."""


def write_notes(folder: Path, chunks: int) -> None:
    """Write files of 50 sections each, every sentence different."""
    rng = random.Random(0)
    words = ["".join(rng.choices(SYLLABLES, k=rng.randint(1, 4))) for _ in range(20_000)]
    for file in range((chunks + 49) // 50):
        parts = [f"# Lecture {file}\n"]
        for section in range(min(50, chunks - 50 * file)):
            text = ""
            while len(text) < SECTION:
                text += " ".join(rng.choices(words, k=rng.randint(6, 18))).capitalize() + ". "
            parts.append(f"\n## Part {section} on {rng.choice(words)}\n\n{text}\n")
        (folder / f"lecture-{file:04}.md").write_text("".join(parts))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--chunks", type=int, default=10_000)
    chunks = parser.parse_args().chunks
    with tempfile.TemporaryDirectory() as scratch:
        notes = Path(scratch) / "notes"
        notes.mkdir()
        write_notes(notes, chunks)
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "tutor", "ingest", str(notes)],
            env={**os.environ, "TUTOR_HOME": str(Path(scratch) / "home")},
        )
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            sys.exit("the ingest failed")
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux kibibytes
    print(f"time         {time.perf_counter() - started:8.0f} s")
    print(f"peak memory  {usage.ru_maxrss * unit / 1e6:8.0f} MB (aim: at most 2000)")


if __name__ == "__main__":
    main()
