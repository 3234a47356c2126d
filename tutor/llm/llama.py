"""A chat model in this very process, run by llama.cpp."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from llama_cpp.llama_chat_format import Jinja2ChatFormatter

from tutor.errors import ModelUnavailable
from tutor.llm.background import turn
from tutor.llm.batch import ReadingCancelled
from tutor.llm.chat_model import Completion, Decoding, MarginalCompletion, Message, Reading
from tutor.llm.chat_template import Part, Renderer, default_template, render
from tutor.llm.draft import Draft, Order
from tutor.llm.marginal import log_softmax
from tutor.llm.prefix_cache import PrefixCache
from tutor.llm.rag import write_by_sequence, write_by_token
from tutor.llm.runtime import Runtime
from tutor.llm.sequences import Sequences
from tutor.schema import RagMode


class LlamaModel:
    """A GGUF file as a ``ChatModel``. Safe to call from several threads: a lock guards it."""

    def __init__(
        self, path: Path, *, context_size: int = 0, threads: int = 0, gpu_layers: int = -1
    ) -> None:
        """Load the file at ``path``.

        ``context_size`` 0 is what the model was trained on, at most 8192 tokens; ``threads`` 0 is
        one for each physical core; ``gpu_layers`` -1 is all of them, where the build can offload.

        Raises:
            ModelUnavailable: the file cannot be loaded, or memory does not suffice.
        """
        self._name = Path(path).stem
        self._runtime = Runtime(
            Path(path), context_size=context_size, threads=threads, gpu_layers=gpu_layers
        )
        self._lock = threading.Lock()
        self._cache = PrefixCache(self._runtime)
        self._control_tokens = self._runtime.control_tokens()
        longest_first = sorted(filter(None, self._control_tokens), key=len, reverse=True)
        self._control = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")
        self._renderer, self._template_stop = self._chat_template()

    def _chat_template(self) -> tuple[Renderer, tuple[str, ...]]:
        """Return the file's own template, or one that suits its vocabulary; and its stops."""
        default = default_template(self._control_tokens)
        own = self._runtime.metadata("tokenizer.chat_template")
        try:
            formatter = Jinja2ChatFormatter(
                template=own or default.source,
                bos_token=self._runtime.token_text(self._runtime.beginning()),
                eos_token=self._runtime.token_text(self._runtime.end()),
            )
        # Jinja reports a template that it cannot compile in many ways.
        except Exception as error:
            raise ModelUnavailable(
                f"The chat template of {self._name} cannot be read: {error}. Choose another model "
                "(`tutor model list`)."
            ) from error

        def prompt(messages: list[Any]) -> str:
            return str(formatter(messages=messages).prompt)

        return prompt, () if own else default.stop

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self._name

    @property
    def context_size(self) -> int:
        """Tokens that prompt and reply may take together."""
        return self._runtime.context_size

    def close(self) -> None:
        """Free the model's memory."""
        self._runtime.close()

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Return the length in tokens of the rendered prompt for ``messages``."""
        return len(self.prompt_tokens(messages))

    def prompt_tokens(self, messages: Sequence[Message]) -> list[int]:
        """Return the rendered prompt for ``messages`` as tokens of the vocabulary."""
        tokens = self._tokenize(render(messages, self._renderer))
        beginning = self._runtime.beginning()
        if self._runtime.wants_beginning() and tokens[:1] != [beginning]:
            tokens.insert(0, beginning)
        return tokens

    def _tokenize(self, parts: Sequence[Part]) -> list[int]:
        """Return the tokens of a prompt; control tokens count in the template's own text only.

        Ordinary text between two control tokens is tokenised in one go, across the border of
        template and contents, so that harmless contents give the very tokens the model knows.
        """
        tokens: list[int] = []
        ordinary = ""
        for part in parts:
            begin = 0
            for match in self._control.finditer(part.text) if part.is_template else ():
                ordinary += part.text[begin : match.start()]
                tokens += self._runtime.tokenize(ordinary) if ordinary else []
                tokens.append(self._control_tokens[match.group()])
                ordinary, begin = "", match.end()
            ordinary += part.text[begin:]
        return tokens + (self._runtime.tokenize(ordinary) if ordinary else [])

    def complete(
        self,
        messages: Sequence[Message],
        decoding: Decoding,
        *,
        agent: str = "",
        on_token: Callable[[str], None] | None = None,
        cancelled: threading.Event | None = None,
    ) -> Completion:
        """Reply to ``messages``; see ``ChatModel.complete``.

        Raises:
            ModelUnavailable: the prompt does not fit, or memory does not suffice.
            UnusableReply: the grammar leaves no way to go on.
            ValueError: the grammar or schema is not valid.
        """
        started = time.perf_counter()
        prompt = self.prompt_tokens(messages)
        order = self._order([prompt], decoding, on_token, cancelled)
        draft, reused = order.draft(on_token), 0
        with turn(self._lock, cancelled) as ours:
            if ours:
                reused = self._cache.prepare(agent, prompt)
                self._write(prompt, order, draft)
        return draft.completion(len(prompt), reused, time.perf_counter() - started)

    def _write(self, prompt: Sequence[int], order: Order, draft: Draft) -> None:
        """Read the rest of the prompt and write the reply."""
        held = self._cache.tokens
        unread = list(prompt[len(held) :])
        with contextlib.closing(order.sampler()) as sampler:
            while draft.finish is None and not order.is_cancelled:
                try:
                    self._runtime.read(held, unread, order.cancelled)
                except ReadingCancelled:
                    return
                draft.add(sampler.next_token(self._runtime.logits()))
                unread = draft.tokens[-1:]

    def complete_from(
        self,
        readings: Sequence[Reading],
        mode: RagMode,
        decoding: Decoding,
        *,
        on_token: Callable[[str], None] | None = None,
        cancelled: threading.Event | None = None,
    ) -> MarginalCompletion:
        """Reply to what readings say together; see ``MarginalModel.complete_from``.

        Their prompts are read into a cache of their own that lasts as long as the reply. Of
        RAG-Sequence, ``on_token`` gets the text only when it is decided.

        Raises:
            ModelUnavailable: the best reading does not fit, or memory does not suffice.
            UnusableReply: the grammar leaves no way to go on.
            ValueError: the grammar or schema is not valid.
        """
        started = time.perf_counter()
        prompts = self._side_by_side(readings, decoding.max_tokens)
        weights = [reading.log_weight for reading in readings[: len(prompts)]]
        log_prior = log_softmax(np.array(weights, np.float32))
        order = self._order(prompts, decoding, on_token, cancelled)
        draft, likelihoods = order.draft(), np.zeros((0, len(prompts)), np.float32)
        write = write_by_token if mode is RagMode.TOKEN else write_by_sequence
        shared = 0
        with turn(self._lock, cancelled) as ours, contextlib.suppress(ReadingCancelled):
            if ours:
                with Sequences(self._runtime, prompts, order.most, cancelled) as sequences:
                    shared = sequences.shared
                    draft, likelihoods = write(sequences, log_prior, order)
        reply = draft.completion(
            sum(map(len, prompts)), shared * (len(prompts) - 1), time.perf_counter() - started
        )
        return MarginalCompletion(reply, likelihoods, log_prior, tuple(draft.ends))

    def _side_by_side(self, readings: Sequence[Reading], reply_tokens: int) -> list[list[int]]:
        """Return the prompts of the first readings, as many as there is room for at a time."""
        prompts = [self.prompt_tokens(reading.messages) for reading in readings]
        for count in range(len(prompts), 1, -1):
            most = max(map(len, prompts[:count])) + reply_tokens
            if most <= self.context_size and count * most <= self._runtime.room:
                return prompts[:count]
        return prompts[:1]

    def _order(
        self,
        prompts: Sequence[Sequence[int]],
        decoding: Decoding,
        on_token: Callable[[str], None] | None,
        cancelled: threading.Event | None,
    ) -> Order:
        """Return what the reply to ``prompts`` should be like.

        Raises:
            ModelUnavailable: one of them leaves no room for a reply.
        """
        longest = max(map(len, prompts))
        if longest >= self.context_size:
            raise ModelUnavailable(
                f"The prompt takes {longest} tokens and {self.name} reads {self.context_size}. "
                "Ask with fewer passages or raise context_size."
            )
        most = min(decoding.max_tokens, self.context_size - longest)
        stop = (*decoding.stop, *self._template_stop)
        return Order(self._runtime, decoding, stop, most, on_token, cancelled)
