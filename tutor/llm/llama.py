"""A chat model in this very process, run by llama.cpp."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from llama_cpp.llama_chat_format import Jinja2ChatFormatter

from tutor.errors import ModelUnavailable
from tutor.llm.background import turn
from tutor.llm.chat_model import Completion, Decoding, Message
from tutor.llm.chat_template import Part, Renderer, default_template, render
from tutor.llm.prefix_cache import PrefixCache
from tutor.llm.reply import ReplyText
from tutor.llm.runtime import ReadingCancelled, Runtime
from tutor.llm.sampler import Sampler


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
        if len(prompt) >= self.context_size:
            raise ModelUnavailable(
                f"The prompt takes {len(prompt)} tokens and {self.name} reads {self.context_size}. "
                "Ask with fewer passages or raise context_size."
            )
        text = ReplyText((*decoding.stop, *self._template_stop), on_token)
        finish, reused, written = "cancelled", 0, 0
        with turn(self._lock, cancelled) as ours:
            if ours:
                reused = self._cache.prepare(agent, prompt)
                finish, written = self._write(prompt, decoding, text, cancelled)
        seconds = time.perf_counter() - started
        return Completion(text.close(), len(prompt), written, seconds, finish, reused)

    def _write(
        self,
        prompt: Sequence[int],
        decoding: Decoding,
        text: ReplyText,
        cancelled: threading.Event | None,
    ) -> tuple[str, int]:
        """Read the rest of the prompt and write the reply; return why it ended and its length."""
        runtime, held = self._runtime, self._cache.tokens
        most = min(decoding.max_tokens, self.context_size - len(prompt))
        unread = list(prompt[len(held) :])
        written = 0
        sampler = Sampler(runtime, decoding)
        try:
            while True:
                if cancelled is not None and cancelled.is_set():
                    return "cancelled", written
                runtime.read(held, unread, cancelled)
                token = sampler.next_token()
                if runtime.is_end(token):
                    return "stop", written
                written += 1
                if text.add(runtime.piece(token)):
                    return "stop", written
                if written >= most:
                    return "length", written
                unread = [token]
        except ReadingCancelled:
            return "cancelled", written
        finally:
            sampler.close()
