"""Quiz items drafted by the quiz maker: written under a grammar, kept only if every gate opens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import cycle

from tutor.crew.budget import fit
from tutor.crew.crew import Workforce
from tutor.crew.model_adapter import AgentModel, Wire
from tutor.crew.roles import Roles
from tutor.errors import UnusableReply
from tutor.grounding.markup import clean
from tutor.llm.chat_model import ChatModel, Decoding, Message
from tutor.quiz.gates import sift
from tutor.quiz.glossary import Glossary
from tutor.quiz.model_drafts import draft_grammar, parse_draft, quotable
from tutor.schema import AgentStarted, Chunk, Event, ItemKind, QuizItem

TRIES = 2
"""Drafts asked for per item wanted; what the gates turn away is not argued with."""

LONGEST_DRAFT = 200
"""Tokens of one draft."""

LEVELS = {
    1: "recall: what a term means or what a thing is called",
    2: "understanding: how two ideas differ or hang together",
    3: "application: which idea a new example shows",
}

_KINDS = {
    ItemKind.MULTIPLE_CHOICE: "multiple-choice",
    ItemKind.TRUE_FALSE: "true-or-false",
    ItemKind.CLOZE: "fill-the-gap",
}


class QuizMaking:
    """The crew's quiz maker, with the model that it thinks with."""

    def __init__(self, model: ChatModel, roles: Roles, decoding: Decoding) -> None:
        self._model = model
        self._workforce = Workforce(roles)
        self._decoding = decoding

    def draft(
        self,
        chunks: Sequence[Chunk],
        glossary: Glossary,
        *,
        count: int,
        kinds: Sequence[ItemKind],
        level: int,
        emit: Callable[[Event], None],
        cancelled: threading.Event,
    ) -> list[QuizItem]:
        """Return up to ``count`` items of the kinds asked for, taken from the chunks in turn.

        Raises:
            TutorError: the model cannot be reached.
        """
        kept: list[QuizItem] = []
        emit(AgentStarted(self._workforce.roles.agents["quiz_maker"].role, "writing questions"))
        for item in self._drafts(chunks, kinds, level, count * TRIES, cancelled):
            kept += sift([item], glossary, kept)[0]
            if len(kept) == count:
                break
        return kept

    def _drafts(
        self,
        chunks: Sequence[Chunk],
        kinds: Sequence[ItemKind],
        level: int,
        tries: int,
        cancelled: threading.Event,
    ) -> Iterator[QuizItem]:
        usable = [chunk for chunk in chunks if quotable(chunk)]
        for chunk, kind, _ in zip(usable, cycle(kinds), range(tries), strict=False):
            if cancelled.is_set():
                return
            try:
                yield self._write(chunk, kind, level, cancelled)
            except UnusableReply:
                continue  # one draft fewer; the quiz says so if too few are left

    def _write(
        self, chunk: Chunk, kind: ItemKind, level: int, cancelled: threading.Event
    ) -> QuizItem:
        """Have one item written. Raises ``UnusableReply`` if it does not make sense."""
        quotes = quotable(chunk)
        numbered = [f"{number}. {clean(quote)}" for number, quote in enumerate(quotes, 1)]
        versions = ["\n".join(numbered[:keep]) for keep in range(len(numbered), 0, -1)]

        def shrink(messages: list[Message], reply_tokens: int) -> list[Message]:
            return fit(messages, versions, self._model, reply_tokens)[0]

        grammar = draft_grammar(kind, len(quotes))
        decoding = replace(self._decoding, max_tokens=LONGEST_DRAFT, grammar=grammar)
        model = AgentModel(
            self._model, Wire("quiz_maker", decoding, shrink=shrink, cancelled=cancelled)
        )
        task = self._workforce.task(
            "write_item",
            self._workforce.agent("write_item", model),
            passage=versions[0],
            kind=_KINDS[kind],
            level=LEVELS[level],
        )
        self._workforce.run([task], lambda: [model.failure] if model.failure else [])
        return parse_draft(str(task.output.raw if task.output else ""), kind, chunk, level=level)
