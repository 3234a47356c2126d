"""The explainer's reply, taken apart: reasoning first, then the answer.

The prompt asks for ``Reasoning:`` and ``Answer:``. A reply without them is all answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tutor.grounding.sentences import split_sentences
from tutor.schema import Token

_REASONING = re.compile(r"\s*\**reasoning\**\s*:\s*", re.IGNORECASE)
_ANSWER = re.compile(r"^[\s#]*\**(?:final )?answer\**\s*:[* ]*", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the explainer thought, and what it says to the student."""

    reasoning: str
    answer: str


def split_reply(text: str) -> Reply:
    """Return reasoning and answer of a finished reply."""
    opening = _REASONING.match(text)
    answer = _ANSWER.search(text, opening.end() if opening else 0)
    if answer:
        return Reply(
            text[opening.end() if opening else 0 : answer.start()].strip(),
            text[answer.end() :].strip(),
        )
    return Reply(text[opening.end() :].strip(), "") if opening else Reply("", text.strip())


class ReplyStream:
    """Follows a reply as it is written and reports it: reasoning at once, sentences when whole.

    Only sentences that ``is_supported`` are reported, so that nothing unchecked is ever on the
    screen.
    """

    def __init__(self, is_supported: Callable[[str], bool], emit: Callable[[Token], None]) -> None:
        self._is_supported = is_supported
        self._emit = emit
        self._text = ""
        self._reasoning_shown = 0
        self._sentences_seen = 0

    def feed(self, piece: str) -> None:
        """Take the next piece of the reply."""
        self._text += piece
        reply = split_reply(self._text)
        if len(reply.reasoning) > self._reasoning_shown:
            self._emit(Token(reply.reasoning[self._reasoning_shown :], reasoning=True))
            self._reasoning_shown = len(reply.reasoning)
        *whole, _unfinished = split_sentences(reply.answer) or [""]
        for sentence in whole[self._sentences_seen :]:
            if self._is_supported(sentence):
                self._emit(Token(sentence + " "))
        self._sentences_seen = max(self._sentences_seen, len(whole))
