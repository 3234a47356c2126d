"""A request as the crew sends it, with the reply that the model should learn to give."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.crew.answering import NOT_COVERED
from tutor.crew.prompts import messages
from tutor.crew.roles import Roles
from tutor.grounding.citations import number_passages
from tutor.grounding.sentences import sentence_spans
from tutor.llm.chat_model import Message
from tutor.schema import Passage
from tutor.training.tasks.slips import as_typed


@dataclass(frozen=True, slots=True)
class Chat:
    """One example; ``task`` names it in ``agents.yaml``."""

    task: str
    messages: tuple[Message, ...]
    reply: str


def as_passage(heading: tuple[str, ...], text: str) -> Passage:
    """Return a text as the retriever would hand it on; only what a prompt shows is filled in."""
    return Passage("", "", heading, text, 1, 1, None, (), 0.0, 0.0)


def cite(text: str, number: int) -> str:
    """End each sentence of ``text`` with the marker, before its full stop."""
    sentences = [text[start:end].strip() for start, end in sentence_spans(text)]
    return " ".join(_marked(sentence, number) for sentence in sentences if sentence)


def _marked(sentence: str, number: int) -> str:
    stop = sentence[-1] if sentence[-1] in ".!?" else ""
    return f"{sentence.removesuffix(stop)} [{number}]{stop or '.'}"


def answered(
    roles: Roles,
    question: str,
    passages: Sequence[Passage],
    sentences: Sequence[tuple[str, Passage]],
    thoughts: Sequence[str],
    chance: random.Random,
    *,
    think: bool,
) -> Chat:
    """Return a question to the explainer with its answer: sentences and where each stands.

    Without sentences the passages do not answer. ``thoughts`` has a line for each passage that
    helps, with ``{n}`` for its number; they are written where the prompt asks for thoughts.
    """
    numbers = {id(passage): number for number, passage in enumerate(passages, 1)}
    told = " ".join(cite(text, numbers[id(passage)]) for text, passage in sentences)
    reply = told or NOT_COVERED
    if think:
        helping = list(dict.fromkeys(numbers[id(passage)] for _, passage in sentences))
        lines = [line.replace("{n}", str(n)) for line, n in zip(thoughts, helping, strict=False)]
        lines = lines or ["No passage says this."]
        reply = "\n".join(["Reasoning:", *lines, f"Answer: {reply}"])
    task = "think" if think else "explain"
    asked = as_typed(question, chance)
    prompt = messages(roles, task, context=number_passages(passages), question=asked)
    return Chat(task, tuple(prompt), reply)
