"""Task examples as chats: what the model is asked and what it should reply."""

from __future__ import annotations

import random
import re
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.llm.chat_model import Message

ANSWER = "You answer questions from numbered passages. Cite them like [1]."
QUESTION = "You write a question that the passage answers."
DISTRACTORS = "You write wrong but believable answers, one to a line."
REWRITE = "You rewrite a follow-up as a question that stands alone."

UNANSWERED = "The notes do not answer this question."
"""The reply where no passage answers."""

_PASSAGE_CHARACTERS = 2600  # about 700 tokens, so that a prompt fits 1,024 positions


@dataclass(frozen=True, slots=True)
class Example:
    """One task. ``options`` are those of a multiple-choice question, the key among them."""

    id: str
    task: str
    context: str
    question: str
    answer: str
    options: tuple[str, ...]
    source: str
    split: str


class PassagePool:
    """The latest contexts of each source, to be shown beside the one that matters."""

    def __init__(self, size: int = 64) -> None:
        self._recent: defaultdict[tuple[str, str], deque[str]] = defaultdict(
            lambda: deque(maxlen=size)
        )

    def others(self, example: Example, count: int, chance: random.Random) -> list[str]:
        """Return up to ``count`` other contexts that do not hold the answer; note this one."""
        recent = self._recent[(example.split, example.source)]
        answer = example.answer.rstrip(".").lower()
        fitting = [c for c in recent if c != example.context and answer not in c.lower()]
        if example.context not in recent:
            recent.append(example.context)
        return chance.sample(fitting, min(count, len(fitting)))


def render(
    example: Example, pool: PassagePool, chance: random.Random
) -> tuple[list[Message], str] | None:
    """Return the messages and the reply of ``example``; None if it cannot be asked.

    An answer without a context cannot: this model is to read, not to know.
    """
    if example.task in ("answer", "explain"):
        return _answer(example, pool, chance) if example.context else None
    if example.task == "question":
        return _chat(QUESTION, f"Passage:\n{example.context}\n\nAnswer: {example.answer}"), (
            example.question
        )
    if example.task == "distractors":
        return _distractors(example, chance)
    if example.task == "rewrite":
        asked = f"Conversation:\n{example.context}\n\nFollow-up: {example.question}"
        return _chat(REWRITE, asked), example.answer
    return None


def _chat(system: str, user: str) -> list[Message]:
    return [Message("system", system), Message("user", user)]


def _answer(
    example: Example, pool: PassagePool, chance: random.Random
) -> tuple[list[Message], str]:
    passages = [example.context]
    for other in pool.others(example, chance.randrange(4), chance):
        if sum(map(len, passages)) + len(other) <= _PASSAGE_CHARACTERS:
            passages.append(other)
    chance.shuffle(passages)
    number = passages.index(example.context) + 1
    reply = example.answer if example.answer == UNANSWERED else cite(example.answer, number)
    return _chat(ANSWER, f"{number_passages(passages)}\n\nQuestion: {example.question}"), reply


def number_passages(passages: Sequence[str]) -> str:
    """Return the passages as the prompt shows them."""
    return "\n".join(["Passages:", *(f"[{n}] {text}" for n, text in enumerate(passages, 1))])


def cite(text: str, number: int) -> str:
    """End each sentence of ``text`` with the marker, before its full stop."""
    sentences = re.split(r"(?<=[.!?])\s+(?=[\"'(]?[A-Z0-9])", text.strip())
    return " ".join(
        f"{sentence[: -len(end)] if end else sentence} [{number}]{end or '.'}"
        for sentence in sentences
        for end in [sentence[-1] if sentence[-1:] in tuple(".!?") else ""]
    )


def _distractors(example: Example, chance: random.Random) -> tuple[list[Message], str] | None:
    wrong = [option for option in example.options if option != example.answer]
    if not wrong:
        return None
    chance.shuffle(wrong)
    passage = f"Passage:\n{example.context}\n\n" if example.context else ""
    asked = f"{passage}Question: {example.question}\nAnswer: {example.answer}"
    return _chat(DISTRACTORS, asked), "\n".join(wrong)
