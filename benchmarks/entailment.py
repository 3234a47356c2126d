"""How far a model judges rightly whether a statement follows from a text.

The 35 texts of entailment.jsonl (made up, or in the manner of course notes) have two statements
each that follow and say so in other words, and three that do not: something is denied or its
opposite said, things are exchanged, a number or a neighbouring term stands in, or more is said than
the text does. The examples shown to the model were chosen on the texts marked "tuned".

    python benchmarks/entailment.py MODEL.gguf ... [--half held-out]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tutor.grounding.entailment import CONTROLS, Bearing, Entailment
from tutor.llm.llama import LlamaModel

PAIRS = Path(__file__).with_name("entailment.jsonl")
FOLLOWS = "follows"


def statements(half: str) -> Iterator[tuple[str, str, str]]:
    """Yield each text with a statement on it and the kind of this, ``follows`` or a mistake."""
    for line in PAIRS.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        if half in (one["half"], "all"):
            yield from ((one["text"], said, FOLLOWS) for said in one["follows"])
            yield from (
                (one["text"], wrong["statement"], wrong["kind"]) for wrong in one["does_not"]
            )


def report(judge: Entailment, half: str) -> None:
    """Print how statements of each kind are judged, and how right the judgements are."""
    table = Counter((kind, judge.judge(text, said)) for text, said, kind in statements(half))
    kinds = dict.fromkeys(kind for kind, _ in table)
    print(f"{'':14}" + "".join(f"{bearing:>10}" for bearing in Bearing))
    for kind in kinds:
        print(f"{kind:14}" + "".join(f"{table[kind, bearing]:10}" for bearing in Bearing))
    followed = sum(table[kind, Bearing.FOLLOWS] for kind in kinds)
    true = sum(table[FOLLOWS, bearing] for bearing in Bearing)
    hits = table[FOLLOWS, Bearing.FOLLOWS]
    print(f"said to follow: {hits} of {followed} rightly, of {true} that do")
    differed = sum(table[kind, Bearing.DIFFERS] for kind in kinds)
    right = differed - table[FOLLOWS, Bearing.DIFFERS]
    print(
        f"said not to: {right} of {differed} rightly, of {sum(table.values()) - true} that do not\n"
    )


def main() -> int:
    """Print for each model whether it passes the controls, and how it judges the statements."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("models", type=Path, nargs="+", metavar="MODEL", help="GGUF files")
    parser.add_argument("--half", choices=("tuned", "held-out", "all"), default="all")
    arguments = parser.parse_args()
    for path in arguments.models:
        judge = Entailment(LlamaModel(path))
        if judge.able:
            print(f"{path.stem} passes the controls ({len(CONTROLS)}).")
            report(judge, arguments.half)
        else:
            print(f"{path.stem} does not pass the controls, so that it is not asked.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
