"""What the crew costs over the same prompts and tokens in bare llama.cpp.

A question is answered by the crew while a bystander notes every prompt and how many tokens came
back. Then the same prompts are decoded greedily for as many tokens by ``llama_cpp.Llama``, with
nothing around it. Both run in one process, in turn, on the bundled course.

    python benchmarks/crew_overhead.py [--rounds 5] [--model FILE]
"""

from __future__ import annotations

import argparse
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import llama_cpp

from tutor import bundled
from tutor.app import open_tutor
from tutor.llm.chat_model import Completion, Decoding, Message, Relay
from tutor.llm.llama import LlamaModel
from tutor.settings import load_settings

QUESTIONS = [
    "What is retrieval-augmented generation?",
    "How is a GAN trained?",
    "What does the softmax temperature change?",
    "Why does a Transformer need positional encoding?",
    "What is overfitting?",
]


class Bystander(Relay):
    """Passes everything on to a model and remembers it."""

    def __init__(self, model: LlamaModel) -> None:
        super().__init__(model)
        self._prompt_tokens = model.prompt_tokens
        self.seen: list[tuple[list[int], int, float]] = []

    def complete(
        self,
        messages: Sequence[Message],
        decoding: Decoding,
        *,
        agent: str = "",
        on_token: Callable[[str], None] | None = None,
        cancelled: threading.Event | None = None,
    ) -> Completion:
        """Complete as the model does."""
        reply = self._model.complete(
            messages, decoding, agent=agent, on_token=on_token, cancelled=cancelled
        )
        prompt = self._prompt_tokens(messages)
        self.seen.append((prompt, reply.completion_tokens, reply.seconds))
        return reply


def bare_seconds(bare: llama_cpp.Llama, calls: Sequence[tuple[list[int], int, float]]) -> float:
    """Decode the same prompts for as many tokens, greedily, and return the seconds."""
    started = time.perf_counter()
    for prompt, written, _ in calls:
        for count, _token in enumerate(bare.generate(prompt, temp=0.0), 1):
            if count >= written:
                break
    return time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--model", type=Path, default=bundled.weights())
    options = parser.parse_args()
    tutor = open_tutor(load_settings())
    bystander = Bystander(LlamaModel(options.model))
    tutor.parts.model = bystander
    bare = llama_cpp.Llama(str(options.model), n_ctx=bystander.context_size, verbose=False)
    for question in QUESTIONS:  # everything is loaded, and every sentence has its vector
        tutor.ask(question)
    crew, plain = [], []
    for _ in range(options.rounds):
        for question in QUESTIONS:
            bystander.seen.clear()
            started = time.perf_counter()
            tutor.ask(question)
            whole = time.perf_counter() - started
            model = sum(seconds for _, _, seconds in bystander.seen)
            crew.append(whole)
            plain.append((bare_seconds(bare, bystander.seen), whole - model))
    print(f"question through the crew   {statistics.median(crew):.3f} s")
    print(f"bare llama.cpp              {statistics.median(b for b, _ in plain):.3f} s")
    print(f"time outside the model      {statistics.median(o for _, o in plain):.3f} s")
    ratio = statistics.median(c / b for c, (b, _) in zip(crew, plain, strict=True))
    print(f"ratio                       {ratio:.2f}   (aim: at most 1.10)")


if __name__ == "__main__":
    main()
