"""The tutor's chat models, in the shape that CrewAI's agents call."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from crewai.llms.base_llm import BaseLLM
from pydantic import PrivateAttr

from tutor.errors import UnusableReply
from tutor.llm.chat_model import ChatModel, Completion, Decoding, Message
from tutor.schema import Usage

_UNLIMITED = 1 << 30
_JOINER = "\u2060"


def shield(text: str) -> str:
    """Return ``text`` safe from CrewAI's templates, which would fill in ``{tools}`` and the like.

    A word joiner goes after each opening brace; the adapter takes it out again, so the model
    reads the text as it was.
    """
    return text.replace("{", "{" + _JOINER)


@dataclass(slots=True)
class Wire:
    """What one agent's calls go through: how they are decoded, and who listens.

    ``shrink`` shortens messages that do not fit and returns them; ``read_arguments`` turns a
    reply written under ``decoding`` into the arguments of the agent's tool. ``examples`` are turns
    that come before the last message.
    """

    agent: str
    decoding: Decoding
    shrink: Callable[[list[Message], int], list[Message]] = lambda messages, _reply_tokens: messages
    read_arguments: Callable[[str], dict[str, str]] | None = None
    examples: Sequence[Message] = ()
    on_start: Callable[[], None] = lambda: None
    on_token: Callable[[str], None] | None = None
    cancelled: threading.Event = field(default_factory=threading.Event)


class AgentModel(BaseLLM):
    """One agent's view of the chat model: its own decoding and its own cache slot.

    CrewAI hands over messages and, for an agent with a tool, the tool's schema. Such a reply is
    decoded under the agent's grammar, so it always parses into a call of that tool.
    """

    llm_type: str = "tutor"
    _model: ChatModel = PrivateAttr()
    _wire: Wire = PrivateAttr()
    _completions: list[Completion] = PrivateAttr(default_factory=list)
    _failure: BaseException | None = PrivateAttr(default=None)

    def __init__(self, model: ChatModel, wire: Wire) -> None:
        super().__init__(model=model.name, provider="tutor")
        self._model = model
        self._wire = wire

    @property
    def failure(self) -> BaseException | None:
        """What ended the last call, if it failed: CrewAI passes on only its text."""
        return self._failure

    @property
    def usage(self) -> Usage:
        """What this agent's calls cost so far."""
        return sum(
            (
                Usage(c.prompt_tokens, c.completion_tokens, c.reused_tokens, c.seconds)
                for c in self._completions
            ),
            Usage(),
        )

    def call(
        self,
        messages: str | list[Any],
        tools: list[dict[str, Any]] | None = None,
        callbacks: list[Any] | None = None,
        available_functions: dict[str, Any] | None = None,
        from_task: Any = None,
        from_agent: Any = None,
        response_model: Any = None,
    ) -> Any:
        """Return the reply's text, or for an agent with a tool the call of that tool.

        Raises:
            UnusableReply: the reply cannot be read as a call of the tool, twice.
            ModelUnavailable: the model cannot be reached, or the prompt does not fit.
        """
        try:
            *before, asked = _read_messages(messages)
            whole = [*before, *self._wire.examples, asked]
            prompt = self._wire.shrink(whole, self._wire.decoding.max_tokens)
            self._wire.on_start()
            if tools:
                return [self._tool_call(prompt, tools[0]["function"]["name"])]
            return self._complete(prompt, self._wire.decoding).text
        except BaseException as error:
            self._failure = error
            raise

    def _tool_call(self, prompt: Sequence[Message], name: str) -> dict[str, Any]:
        read = self._wire.read_arguments
        if read is None:
            raise TypeError(f"agent {self._wire.agent} has a tool but no way to read its arguments")
        reply = self._complete(prompt, self._wire.decoding)
        try:
            arguments = read(reply.text)
        except UnusableReply:
            again = replace(self._wire.decoding, temperature=0.7)
            arguments = read(self._complete(prompt, again).text)
        function = {"name": name, "arguments": json.dumps(arguments)}
        return {"id": uuid.uuid4().hex, "type": "function", "function": function}

    def _complete(self, prompt: Sequence[Message], decoding: Decoding) -> Completion:
        wire = self._wire
        reply = self._model.complete(
            prompt, decoding, agent=wire.agent, on_token=wire.on_token, cancelled=wire.cancelled
        )
        self._completions.append(reply)
        return reply

    def supports_function_calling(self) -> bool:
        """Tools are called by a structured reply, which a grammar guarantees."""
        return True

    def supports_stop_words(self) -> bool:
        """Stop strings belong to the decoding, not to CrewAI's text protocol."""
        return False

    def get_context_window_size(self) -> int:
        """No limit as far as CrewAI knows: ``shrink`` makes prompts fit, weakest passage first."""
        return _UNLIMITED

    def get_input_tokens_count(
        self, messages: Any, tools: Any = None, response_model: Any = None
    ) -> int:
        """Return the length of the prompt in tokens."""
        return self._model.count_tokens(_read_messages(messages))


def _read_messages(messages: str | list[Any]) -> list[Message]:
    if isinstance(messages, str):
        messages = [{"role": "user", "content": messages}]
    return [
        Message(m["role"], m["content"].replace("{" + _JOINER, "{").strip())
        for m in messages
        if m.get("content")
    ]
