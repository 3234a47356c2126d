"""Tokens per second of the tutor's model adapter against bare llama_cpp, side by side.

    python benchmarks/generation_speed.py [--model FILE.gguf] [--repeats 5]

Both load the same file with the same threads and take turns at the same fresh prompts, decoded
greedily, so that a busy machine slows both alike. The adapter may cost a few per cent at most.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from llama_cpp import Llama

from tutor import bundled
from tutor.llm.chat_model import Decoding, Message
from tutor.llm.cores import physical_cores
from tutor.llm.llama import LlamaModel

PASSAGE = (
    "A transformer reads all tokens of a text at once. Attention lets each token weigh every "
    "other one, and several heads look for different relations at the same time. "
)


def messages(number: int, passages: int) -> list[Message]:
    """Return a prompt whose head differs from that of every other number."""
    return [
        Message("system", f"Round {number}. Answer from the passages only."),
        Message("user", PASSAGE * passages + "\n\nWhat does attention do?"),
    ]


def adapter(model: LlamaModel, prompt: list[Message], tokens: int) -> tuple[str, int]:
    reply = model.complete(prompt, Decoding(max_tokens=tokens))
    return reply.text, reply.completion_tokens


def bare(llama: Llama, prompt: list[int], tokens: int) -> tuple[str, int]:
    reply = llama.create_completion(prompt, max_tokens=tokens, temperature=0.0)
    return reply["choices"][0]["text"], reply["usage"]["completion_tokens"]


def timed(call: Callable[[], tuple[str, int]]) -> tuple[float, str, int]:
    started = time.perf_counter()
    text, count = call()
    return time.perf_counter() - started, text, count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=bundled.weights())
    parser.add_argument("--threads", type=int, default=physical_cores())
    parser.add_argument("--tokens", type=int, default=128, help="length of a reply")
    parser.add_argument("--passages", type=int, default=10, help="length of a prompt")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()

    model = LlamaModel(options.model, threads=options.threads)
    llama = Llama(
        str(options.model),
        n_ctx=model.context_size,
        n_threads=options.threads,
        n_threads_batch=options.threads,
        n_gpu_layers=-1,
        verbose=False,
    )
    for task, tokens in (("reading", 1), ("reading and writing", options.tokens)):
        seconds: dict[str, list[float]] = {"bare llama_cpp": [], "adapter": []}
        sizes, same = (0, 0), True
        for number in range(options.repeats + 1):
            prompt = messages(number + tokens * 1000, options.passages)
            ids = model.prompt_tokens(prompt)
            bare_seconds, expected, _ = timed(lambda i=ids, n=tokens: bare(llama, i, n))
            our_seconds, text, count = timed(lambda p=prompt, n=tokens: adapter(model, p, n))
            same = same and text.replace("\ufffd", "") == expected  # bare drops bad bytes
            sizes = len(ids), count
            if number > 0:  # the first round warms up
                seconds["bare llama_cpp"].append(bare_seconds)
                seconds["adapter"].append(our_seconds)
        print(f"{task}: prompt of {sizes[0]} tokens, reply of {sizes[1]}, same text: {same}")
        for who, times in seconds.items():
            speed = sum(sizes) / median(times)
            print(
                f"  {who:15} {median(times):7.3f} s (best {min(times):.3f})  {speed:7.0f} tokens/s"
            )
        ratio = median(a / b for a, b in zip(*reversed(seconds.values()), strict=True))
        print(f"  adapter / bare  {ratio:7.3f} of the time")


if __name__ == "__main__":
    main()
