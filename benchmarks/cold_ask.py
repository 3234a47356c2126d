"""Time and memory of a cold ``tutor ask``, beside the floor that its parts set.

The floor is what cannot be avoided: importing crewai, chromadb and llama_cpp in a fresh process,
plus the time that the model itself took for this very answer. Both are measured in turn.

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

QUESTION = "What is retrieval-augmented generation?"
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
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    ask = [sys.executable, "-m", "tutor", "ask", QUESTION, "--json"]
    with tempfile.TemporaryDirectory() as home:
        run(ask, home)  # indexes the bundled course
        asked, floors, models, peaks = [], [], [], []
        for _ in range(rounds):
            seconds, peak, output = run(ask, home)
            model = json.loads(output)["usage"]["seconds"]
            imports, _, _ = run([sys.executable, "-c", IMPORTS], home)
            asked.append(seconds)
            floors.append(imports + model)
            models.append(model)
            peaks.append(peak)
    ratio = statistics.median(a / f for a, f in zip(asked, floors, strict=True))
    print(f"cold ask          {statistics.median(asked):6.2f} s")
    print(f"floor             {statistics.median(floors):6.2f} s")
    print(f"  of it the model {statistics.median(models):6.2f} s")
    print(f"ratio             {ratio:6.2f}    (aim: at most 1.25)")
    print(f"peak memory       {max(peaks):6.0f} MB (aim: at most 700)")


if __name__ == "__main__":
    main()
