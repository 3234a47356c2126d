"""A reply as it is written: what is asked for, and its tokens and text so far."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from tutor.llm.chat_model import Completion, Decoding
from tutor.llm.reply import ReplyText
from tutor.llm.runtime import Runtime
from tutor.llm.sampler import Sampler


@dataclass(frozen=True, slots=True)
class Order:
    """What one reply should be like: it has ``most`` tokens and ends at a string of ``stop``."""

    runtime: Runtime
    decoding: Decoding
    stop: tuple[str, ...]
    most: int
    on_token: Callable[[str], None] | None
    cancelled: threading.Event | None

    @property
    def is_cancelled(self) -> bool:
        """Whether the caller has asked to stop."""
        return self.cancelled is not None and self.cancelled.is_set()

    def sampler(self) -> Sampler:
        """Return what chooses the tokens of one draft; the caller closes it."""
        return Sampler(self.runtime, self.decoding)

    def draft(self, on_token: Callable[[str], None] | None = None) -> Draft:
        """Return an empty draft that reports its text to ``on_token``."""
        return Draft(self.runtime, ReplyText(self.stop, on_token), self.most)


class Draft:
    """Takes the tokens of one reply. ``finish`` is ``None`` until it has ended.

    ``tokens`` includes the one that ends the reply, if the model chose it; the text has
    ``ends[i]`` characters after token i.
    """

    def __init__(self, runtime: Runtime, text: ReplyText, most: int) -> None:
        """Write into ``text``, ``most`` tokens at most."""
        self._runtime = runtime
        self._text = text
        self._most = most
        self._written = 0
        self.tokens: list[int] = []
        self.ends: list[int] = []
        self.finish: str | None = None

    def add(self, token: int) -> None:
        """Take the next token."""
        self.tokens.append(token)
        if self._runtime.is_end(token):
            self.finish = "stop"
        else:
            self._written += 1
            if self._text.add(self._runtime.piece(token)):
                self.finish = "stop"
            elif self._written >= self._most:
                self.finish = "length"
        self.ends.append(self._text.length)

    @property
    def text(self) -> str:
        """The whole text; nothing can be added afterwards."""
        return self._text.close()

    def completion(self, prompt_tokens: int, reused_tokens: int, seconds: float) -> Completion:
        """Return the finished reply; one that nothing ended was cancelled."""
        return Completion(
            self.text,
            prompt_tokens,
            self._written,
            seconds,
            self.finish or "cancelled",
            reused_tokens,
        )
