"""The text of a reply as it grows: whole characters, and nothing past a stop string."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Sequence


class ReplyText:
    """Collects bytes, passes on text, and holds back what may be the start of a stop string."""

    def __init__(self, stop: Sequence[str], on_text: Callable[[str], None] | None) -> None:
        self._stop = tuple(filter(None, stop))
        self._on_text = on_text
        # A model may write bytes that are no UTF-8; each bad run becomes U+FFFD.
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._passed: list[str] = []
        self._held = ""
        self.stopped = False

    @property
    def text(self) -> str:
        """What was passed on so far."""
        return "".join(self._passed)

    @property
    def length(self) -> int:
        """Characters passed on so far."""
        return sum(map(len, self._passed))

    def add(self, piece: bytes) -> bool:
        """Take the bytes of one token; return whether a stop string is now complete."""
        text = self._decoder.decode(piece)
        if not text:
            return False
        self._held += text
        found = [at for at in map(self._held.find, self._stop) if at >= 0]
        if found:
            self._pass_on(min(found))
            self._held = ""
            self.stopped = True
            return True
        self._pass_on(len(self._held) - self._possible_start())
        return False

    def close(self) -> str:
        """Pass on what was held back and return the whole text."""
        self._held += self._decoder.decode(b"", final=True)
        self._pass_on(len(self._held))
        return self.text

    def _possible_start(self) -> int:
        """Return how many characters at the end may turn out to begin a stop string."""
        return max(
            (
                size
                for stop in self._stop
                for size in range(min(len(stop) - 1, len(self._held)), 0, -1)
                if self._held.endswith(stop[:size])
            ),
            default=0,
        )

    def _pass_on(self, size: int) -> None:
        text, self._held = self._held[:size], self._held[size:]
        if text:
            self._passed.append(text)
            if self._on_text is not None:
                self._on_text(text)
