"""The prompt that a model was trained to answer, from the chat template in its file.

What messages hold is untrusted: a note may contain ``<|eot_id|>`` or another control token, and
must not end the turn with it. So templates are rendered with place-holders where the contents
go, and the outcome is a list of parts that tells the template's own text from the contents.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from tutor.errors import ModelUnavailable
from tutor.llm.chat_model import Message

Renderer = Callable[[list[dict[str, str]]], str]
"""Turns messages (``role``, ``content``) into a prompt that ends where the reply begins."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a prompt; control tokens count only where ``is_template`` is true."""

    text: str
    is_template: bool


@dataclass(frozen=True, slots=True)
class DefaultTemplate:
    """A Jinja template for models that bring none, and the strings that end a reply under it."""

    source: str
    stop: tuple[str, ...] = ()


# Jinja drops a line end at the very end of a template, so that stands in an expression.
_CHATML = DefaultTemplate(
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "<|im_start|>assistant{{ '\n' }}"
)
_LLAMA3 = DefaultTemplate(
    "{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>\n\n"
    "{{ m.content }}<|eot_id|>{% endfor %}"
    "<|start_header_id|>assistant<|end_header_id|>{{ '\n\n' }}"
)
# For a model that was never taught to chat: a text in which questions are followed by answers.
_PLAIN = DefaultTemplate(
    "{% for m in messages %}"
    "{{ {'system': '', 'user': 'Question: ', 'assistant': 'Answer: '}[m.role] }}{{ m.content }}"
    "\n\n{% endfor %}Answer:",
    stop=("\nQuestion:",),
)


def default_template(control_tokens: Collection[str]) -> DefaultTemplate:
    """Return the template that fits a vocabulary with these control tokens."""
    if {"<|im_start|>", "<|im_end|>"} <= set(control_tokens):
        return _CHATML
    if {"<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"} <= set(control_tokens):
        return _LLAMA3
    return _PLAIN


def render(messages: Sequence[Message], renderer: Renderer) -> list[Part]:
    """Return the prompt for ``messages``. White space around contents does not count.

    A template that refuses or leaves out system messages gets them at the head of the first
    user message instead.

    Raises:
        ModelUnavailable: the template cannot be used for these messages.
    """
    messages = _joined(messages)
    try:
        return _render(messages, renderer)
    except ModelUnavailable:
        folded = _without_system(messages)
        if folded == messages:
            raise
        return _render(folded, renderer)


def _render(messages: Sequence[Message], renderer: Renderer) -> list[Part]:
    marks = [f"%content-{number}%" for number in range(len(messages))]
    try:
        text = renderer(
            [{"role": m.role, "content": mark} for m, mark in zip(messages, marks, strict=True)]
        )
    # A template is a program out of the model's file: it may fail in any way.
    except Exception as error:
        raise ModelUnavailable(
            f"The model's chat template does not work: {error}. Choose another model "
            "(`tutor model list`)."
        ) from error
    contents = {mark: m.content.strip() for mark, m in zip(marks, messages, strict=True)}
    pieces = re.split(f"({'|'.join(map(re.escape, marks))})", text) if marks else [text]
    if not contents.keys() <= set(pieces):
        raise ModelUnavailable(
            "The model's chat template leaves messages out. Choose another model "
            "(`tutor model list`)."
        )
    return [Part(contents.get(piece, piece), piece not in contents) for piece in pieces if piece]


def _joined(messages: Sequence[Message]) -> list[Message]:
    """Join neighbours of the same role: many templates insist that roles alternate."""
    joined: list[Message] = []
    for message in messages:
        if joined and joined[-1].role == message.role:
            message = Message(message.role, f"{joined.pop().content}\n\n{message.content}")
        joined.append(message)
    return joined


def _without_system(messages: Sequence[Message]) -> list[Message]:
    """Move what system messages say to the head of the first user message."""
    rules = [m.content for m in messages if m.role == "system"]
    rest = [m for m in messages if m.role != "system"]
    if not rules:
        return list(messages)
    if not rest or rest[0].role != "user":
        rest.insert(0, Message("user", ""))
    rest[0] = Message("user", "\n\n".join([*rules, rest[0].content]).strip())
    return _joined(rest)
