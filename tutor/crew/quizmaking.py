"""Quiz items drafted by the quiz maker: written under a grammar, kept only if every gate opens."""

from __future__ import annotations

import threading
from collections import defaultdict
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
from tutor.quiz.drafting import Draft, Tally
from tutor.quiz.examiner import Examiner
from tutor.quiz.gates import Rejection, check, check_beside, is_about_options
from tutor.quiz.glossary import Glossary
from tutor.quiz.model_drafts import (
    FORMS,
    KINDS,
    Material,
    draft_grammar,
    material,
    mended,
    parse_draft,
)
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

KIND_NAMES = {
    ItemKind.MULTIPLE_CHOICE: "multiple-choice",
    ItemKind.MULTIPLE_RESPONSE: "multiple-choice (two answers)",
    ItemKind.TRUE_FALSE: "true-or-false",
    ItemKind.CLOZE: "fill-the-gap",
}


class QuizMaking:
    """The crew's quiz maker, with the model that it thinks with."""

    def __init__(self, model: ChatModel, roles: Roles, decoding: Decoding) -> None:
        self._model = model
        self._workforce = Workforce(roles)
        self._decoding = decoding
        self._examiner = Examiner(model)

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
    ) -> Draft:
        """Return up to ``count`` items of the kinds asked for, taken from the chunks in turn.

        Kinds that no model drafts are left to ``quiz.drafting``.

        Raises:
            TutorError: the model cannot be reached.
        """
        kept: list[QuizItem] = []
        rejections: list[Rejection] = []
        tallies: dict[ItemKind, Tally] = defaultdict(Tally)
        tried = 0
        emit(AgentStarted(self._workforce.roles.agents["quiz_maker"].role, "writing questions"))
        wanted = [kind for kind in kinds if kind in KINDS]
        drafts = self._drafts(chunks, glossary, wanted, level, count * TRIES, cancelled)
        for item in drafts if wanted and count > 0 else ():
            tried += 1
            passed, reasons = self._checked(item, glossary, kept)
            rejections += reasons[:1]
            _count(tallies[item.kind], item, passed)
            if passed is not None:
                kept.append(passed)
            if len(kept) == count:
                break
        return Draft(count, tuple(kept), tuple(rejections), tried, level, dict(tallies))

    def _checked(
        self, item: QuizItem, glossary: Glossary, kept: Sequence[QuizItem]
    ) -> tuple[QuizItem | None, list[Rejection]]:
        """Return an item that passes, mended once if need be, and what was said against it."""
        reasons = self._reasons(item, glossary, kept)
        if not reasons:
            return item, []
        better = mended(item, glossary) if all(map(is_about_options, reasons)) else None
        if better is not None and not self._reasons(better, glossary, kept):
            return better, reasons
        return None, reasons

    def _reasons(
        self, item: QuizItem, glossary: Glossary, kept: Sequence[QuizItem]
    ) -> list[Rejection]:
        """Ask the gates, and last, for it takes longest, the model itself."""
        return check_beside(item, kept) or check(item, glossary) or self._examiner.check(item)

    def _drafts(
        self,
        chunks: Sequence[Chunk],
        glossary: Glossary,
        kinds: Sequence[ItemKind],
        level: int,
        tries: int,
        cancelled: threading.Event,
    ) -> Iterator[QuizItem]:
        # One by one: to look for the terms of a chunk takes a while.
        usable = (given for given in (material(c, glossary) for c in chunks) if any(given.terms))
        for _, given, kind in zip(range(tries), usable, cycle(kinds), strict=False):
            if cancelled.is_set():
                return
            try:
                yield self._write(given, kind, level, cancelled)
            except UnusableReply:
                continue  # one draft fewer; the quiz says so if too few are left

    def _write(
        self, given: Material, kind: ItemKind, level: int, cancelled: threading.Event
    ) -> QuizItem:
        """Have one item written. Raises ``UnusableReply`` if it does not make sense."""
        numbered = [f"{number}. {clean(quote)}" for number, quote in enumerate(given.quotes, 1)]
        versions = ["\n".join(numbered[:keep]) for keep in range(len(numbered), 0, -1)]

        def shrink(messages: list[Message], reply_tokens: int) -> list[Message]:
            return fit(messages, versions, self._model, reply_tokens)[0]

        grammar = draft_grammar(kind, given, level=level)
        decoding = replace(self._decoding, max_tokens=LONGEST_DRAFT, grammar=grammar)
        model = AgentModel(
            self._model, Wire("quiz_maker", decoding, shrink=shrink, cancelled=cancelled)
        )
        task = self._workforce.task(
            "write_item",
            self._workforce.agent("write_item", model),
            passage=versions[0],
            kind=KIND_NAMES[kind],
            level=LEVELS[level],
            form=FORMS[kind],
        )
        self._workforce.run([task], lambda: [model.failure] if model.failure else [])
        written = str(task.output.raw if task.output else "")
        return parse_draft(written, kind, given.chunk, level=level)


def _count(tally: Tally, item: QuizItem, passed: QuizItem | None) -> None:
    tally.first += passed is item
    tally.mended += passed is not None and passed is not item
    tally.dropped += passed is None
