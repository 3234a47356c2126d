"""What every language model looks like to the rest of the tutor."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeGuard

import numpy as np
from numpy.typing import NDArray

from tutor.schema import RagMode


@dataclass(frozen=True, slots=True)
class Message:
    """One chat message; ``role`` is ``system``, ``user`` or ``assistant``."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Decoding:
    """How to decode one reply.

    ``grammar`` is GBNF text and ``json_schema`` a JSON Schema; at most one of them is given.
    ``temperature`` 0 is greedy. ``max_tokens`` bounds the reply.
    """

    max_tokens: int = 256
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0
    stop: tuple[str, ...] = ()
    grammar: str | None = None
    json_schema: dict[str, Any] | None = field(default=None, hash=False)

    def __post_init__(self) -> None:
        if self.grammar is not None and self.json_schema is not None:
            raise ValueError("Decoding takes a grammar or a JSON Schema, not both")
        if self.max_tokens < 1:
            raise ValueError(f"A reply of {self.max_tokens} tokens makes no sense")


@dataclass(frozen=True, slots=True)
class Completion:
    """One reply. ``finish`` is ``stop``, ``length`` or ``cancelled``.

    ``reused_tokens`` of the ``prompt_tokens`` came from the cache and were not read again.
    """

    text: str
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    finish: str
    reused_tokens: int = 0


class ChatModel(Protocol):
    """A chat model; safe to call from several threads, one reply at a time."""

    @property
    def name(self) -> str:
        """The name shown to the user, such as ``tutor-gpt2``."""
        ...

    @property
    def context_size(self) -> int:
        """Tokens that prompt and reply may take together."""
        ...

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Return the length in tokens of the rendered prompt for ``messages``."""
        ...

    def complete(
        self,
        messages: Sequence[Message],
        decoding: Decoding,
        *,
        agent: str = "",
        on_token: Callable[[str], None] | None = None,
        cancelled: threading.Event | None = None,
    ) -> Completion:
        """Reply to ``messages``.

        ``agent`` names the cache slot whose prefix may be reused. ``on_token`` gets the text
        piece by piece; ``cancelled`` is looked at between tokens and ends the reply early.

        Raises:
            ModelUnavailable: the model cannot be reached, or the prompt does not fit.
        """
        ...


class Relay:
    """What chat models have in common that hand each prompt on to another one, ``model``."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    @property
    def name(self) -> str:
        """The other model's name."""
        return self._model.name

    @property
    def context_size(self) -> int:
        """Tokens that prompt and reply may take together."""
        return self._model.context_size

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Return the length in tokens of the rendered prompt for ``messages``."""
        return self._model.count_tokens(messages)


@dataclass(frozen=True, slots=True)
class Reading:
    """A question put together with one passage.

    ``log_weight`` is the natural logarithm of p(passage | question), up to a constant that all
    readings of the question share.
    """

    messages: tuple[Message, ...]
    log_weight: float


@dataclass(frozen=True, slots=True)
class MarginalCompletion:
    """One reply that several readings have in common, and what each made of it.

    ``likelihoods``, shape (tokens, readings), are log p(token | reading, tokens before it), and
    ``log_prior``, shape (readings,), is log p(reading). Readings beyond those were left out for
    want of room. The text has ``ends[i]`` characters after token i.
    """

    completion: Completion
    likelihoods: NDArray[np.float32]
    log_prior: NDArray[np.float32]
    ends: tuple[int, ...]


class MarginalModel(ChatModel, Protocol):
    """A chat model that can read passages apart and answer from all of them."""

    def complete_from(
        self,
        readings: Sequence[Reading],
        mode: RagMode,
        decoding: Decoding,
        *,
        on_token: Callable[[str], None] | None = None,
        cancelled: threading.Event | None = None,
    ) -> MarginalCompletion:
        """Reply to what ``readings`` (most probable first) say together, as ``mode`` says.

        The last ones are left out if there is no room for all of them at a time.

        Raises:
            ModelUnavailable: not even the first one fits, or memory does not suffice.
        """
        ...


def gives_probabilities(model: ChatModel) -> TypeGuard[MarginalModel]:
    """Tell whether a model is a ``MarginalModel``; a served one is not asked anything."""
    return hasattr(type(model), "complete_from")
