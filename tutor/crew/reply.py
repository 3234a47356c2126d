"""The explainer's reply, taken apart: reasoning first, then the answer.

The prompt asks for ``Reasoning:`` and ``Answer:``. A reply without them is all answer.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from tutor.grounding.sentences import split_sentences
from tutor.schema import Pace, Token

_REASONING = re.compile(r"\s*\**reasoning\**\s*:\s*", re.IGNORECASE)
_PASSAGE = r"(?:the )?(?:(?:given|provided|numbered|above) )?(?:passages?|notes?|text|context)"
_NUMBERS = r"(?: ?\[?\d\]?(?:,| and)?)*"
_ATTRIBUTION = re.compile(
    rf"(^|[.!?]\s+|\n(?:[-*] |\d+[.)] )?)"
    rf"(?:(?:according to|based on|as (?:\w+ )?(?:stated|mentioned|described|explained|noted) in)"
    rf" {_PASSAGE}{_NUMBERS},?"
    rf"|{_PASSAGE}{_NUMBERS} (?:says?|states?|mentions?|explains?) that)\s+(\w)",
    re.IGNORECASE,
)
"""Says in words where a sentence comes from, which its marker says."""

_REFUSAL = re.compile(
    r"^\W*(?:not covered|(?:the )?(?:notes|passages|text|it|they) (?:do|does)(?: not|n['\u2019]t) "
    r"(?:\w+ )?(?:answer|contain|cover|describe|discuss|explain|give|mention|provide|say)\b)",
    re.IGNORECASE,
)
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
            _in_plain_speech(text[answer.end() :]),
        )
    if opening:
        return Reply(text[opening.end() :].strip(), "")
    return Reply("", _in_plain_speech(text))


def declines(answer: str) -> bool:
    """Tell whether an answer says that the notes hold none, and nothing else."""
    return bool(_REFUSAL.match(answer)) and len(split_sentences(answer)) == 1


def _in_plain_speech(text: str) -> str:
    """Return ``text`` without "According to passage 1," and the escapes of the notes' Markdown."""
    plain = text.strip().replace("\\$", "$")
    return _ATTRIBUTION.sub(lambda found: found[1] + found[2].upper(), plain)


class ReplyStream:
    """Follows a reply as it is written and reports it: reasoning at once, sentences when whole.

    Of each sentence it reports what ``checked`` makes of it, which is nothing where the notes do
    not support it: nothing unchecked is ever on the screen. How fast the model writes is told
    from its second piece on.
    """

    def __init__(self, checked: Callable[[str], str], emit: Callable[[Token | Pace], None]) -> None:
        self._checked = checked
        self._emit = emit
        self._text = ""
        self._pieces = 0
        self._began = 0.0
        self._reasoning_shown = 0
        self._sentences_seen = 0

    def feed(self, piece: str) -> None:
        """Take the next piece of the reply, a token or a few."""
        self._text += piece
        self._tell_pace()
        reply = split_reply(self._text)
        if len(reply.reasoning) > self._reasoning_shown:
            self._emit(Token(reply.reasoning[self._reasoning_shown :], reasoning=True))
            self._reasoning_shown = len(reply.reasoning)
        *whole, _unfinished = split_sentences(reply.answer) or [""]
        for sentence in whole[self._sentences_seen :]:
            if sound := self._checked(sentence):
                self._emit(Token(sound + " "))
        self._sentences_seen = max(self._sentences_seen, len(whole))

    def _tell_pace(self) -> None:
        self._pieces += 1
        now = time.perf_counter()
        if self._pieces == 1:
            self._began = now  # reading the prompt is over by then, and not counted
        else:
            self._emit(Pace(self._pieces - 1, now - self._began))
