"""Time and memory of a cold ``tutor ask``, beside the floor that its parts set.

The floor is what cannot be avoided: importing crewai, chromadb and llama_cpp in a fresh process,
plus the time that the model itself took for this very answer. Both are measured in turn. Each round
asks a question that these notes were never asked, and asks it again: the first time, sentences of
the passages found have to be read.

    python benchmarks/cold_ask.py [--rounds 5]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

QUESTIONS = (
    "What is retrieval-augmented generation?",
    "How does a GAN learn?",
    "What is the vanishing gradient problem?",
    "Why is dropout used?",
    "What does the learning rate decide?",
)
IMPORTS = "import tutor.crew, crewai, chromadb, llama_cpp"
"""``tutor.crew`` only switches CrewAI's telemetry off, so that the floor is not made slower."""


def run(command: list[str], home: str) -> tuple[float, float, str]:
    """Run a command and return its seconds, its peak memory in MB and its standard output."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "TUTOR_HOME": home}
    )
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)} failed")
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux kibibytes
    return time.perf_counter() - started, usage.ru_maxrss * unit / 1e6, output


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, choices=range(1, len(QUESTIONS) + 1))
    rounds = parser.parse_args().rounds
    command = [sys.executable, "-m", "tutor", "ask", "--json"]
    times: dict[str, list[tuple[float, float, float]]] = {"a new question": [], "asked again": []}
    peaks = []
    with tempfile.TemporaryDirectory() as home:
        run([*command, "What is a token?"], home)  # indexes the bundled course
        for question in QUESTIONS[:rounds]:
            for measured in times.values():
                seconds, peak, output = run([*command, question], home)
                model = json.loads(output)["usage"]["seconds"]
                imports, _, _ = run([sys.executable, "-c", IMPORTS], home)
                measured.append((seconds, imports + model, model))
                peaks.append(peak)
    for name, measured in times.items():
        asked, floors, models = (statistics.median(row) for row in zip(*measured, strict=True))
        ratio = statistics.median(seconds / floor for seconds, floor, _ in measured)
        print(
            f"{name:<15}{asked:6.2f} s   floor {floors:.2f} s (the model {models:.2f} s)   "
            f"ratio {ratio:.2f} (aim: at most 1.25)"
        )
    print(f"peak memory    {max(peaks):6.0f} MB (aim: at most 700)")


if __name__ == "__main__":
    main()
