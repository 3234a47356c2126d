"""Quiz items drafted by the quiz maker under a grammar, and kept only if every gate opens.

A model that finds answers in a passage words the questions for which code has the options, and
chooses the rest from what code proposes. One that does not is not asked: code chooses better.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from tutor.crew.budget import fit
from tutor.crew.crew import Workforce
from tutor.crew.model_adapter import AgentModel, Wire
from tutor.crew.prompts import examples
from tutor.crew.quiz_run import QuizRun
from tutor.crew.roles import Roles
from tutor.errors import UnusableReply
from tutor.grounding.markup import clean
from tutor.llm.chat_model import ChatModel, Decoding, Message
from tutor.quiz.by_model.drafts import FORMS, KINDS, quotable
from tutor.quiz.by_model.examiner import Examiner
from tutor.quiz.by_model.proposals import (
    Proposal,
    chosen,
    leaves_choice,
    proposal_grammar,
    proposals,
)
from tutor.quiz.by_model.rewording import Brief, as_choice, briefs, meanings, worded
from tutor.quiz.desk import Desk
from tutor.quiz.drafting import UNKNOWN, Draft
from tutor.quiz.gates import Rejection
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.selection import Demand
from tutor.schema import AgentStarted, Chunk, Event, ItemKind, Notice, Progress, QuizItem

TRIES = 2
"""Drafts asked for per item wanted."""

BOLDER = 0.7
"""Temperature at which a case is told once more if the first did not pass."""

TRYING, WRITING = "trying the model out", "writing questions"
"""What the quiz maker is said to be doing."""

LONGEST_DRAFT = 320
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
        self._worded_ids: set[str] = set()

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
        seed: int = 0,
        mastery: Mapping[str, float] | None = None,
        unable_too: bool = False,
    ) -> Draft:
        """Return the model's share of ``count`` items, taken from the chunks in turn.

        Given the ``mastery`` of topics, 0 to 1, the chunks on the weakest of these come first.
        Kinds that no model drafts are left to ``quiz.drafting``, and so is all of it where the
        model does not find answers in a passage, unless those that are ``unable_too`` are asked.

        Ctrl-C ends the writing, which may take minutes, and sets ``cancelled``: what is written by
        then is kept.

        Raises:
            TutorError: the model cannot be reached.
            KeyboardInterrupt: ctrl-C came before anything was written.
        """
        wanted = tuple(kind for kind in dict.fromkeys(kinds) if kind in KINDS)
        run = QuizRun(Desk(glossary, level, seed), wanted)
        count = -(-count * len(wanted) // max(1, len(set(kinds))))
        if count < 1:
            return run.draft(count)
        role = self._workforce.roles.agents["quiz_maker"].role
        emit(AgentStarted(role, TRYING))
        if not (unable_too or self._examiner.able):
            emit(
                Notice(
                    f"{self._model.name} does not find answers in a passage; the questions are "
                    "made without it."
                )
            )
            return run.draft(count)
        emit(AgentStarted(role, WRITING))
        in_order = sorted(chunks, key=lambda chunk: _known(chunk, mastery or {}))
        try:
            for chunk in _in_turn(in_order, run, count):
                if cancelled.is_set():
                    break
                self._ask_about(chunk, run, cancelled)
                emit(Progress(WRITING, min(len(run.desk.items), count), count))
        except KeyboardInterrupt:
            if not run.desk.items:
                raise
            cancelled.set()
        emit(Progress(WRITING, count, count))
        self._worded_ids |= {item.id for item in run.worded if item is not None}
        return run.draft(count)

    def examine(self, item: QuizItem) -> list[Rejection]:
        """Return what the model has against an item, whoever drafted it; see ``Examiner``.

        Raises:
            TutorError: the model cannot be reached.
        """
        return self._examiner.check(item)

    def has_worded(self, item: QuizItem) -> bool:
        """Say whether an item of an earlier ``draft`` is in the model's own words."""
        return item.id in self._worded_ids

    def told(self, written: Sequence[QuizItem], items: Sequence[QuizItem]) -> str:
        """Return what there is to say of a quiz: whose its ``items`` are, and what was not asked.

        Empty if the model wrote none and could be asked of all.
        """
        name, kinds = self._model.name, sorted(self._examiner.skipped)
        said = []
        if written:
            own = sum(self.has_worded(item) for item in written)
            words = f", {own} of them in its own words" if own else ""
            said += [f"{name} drafted {len(written)} of the {len(items)} questions{words}."]
        if written and kinds:
            said += [
                f"It was not asked whether the notes answer them ({', '.join(kinds)}): it did not "
                "find its way with passages made up to try that."
            ]
        return " ".join(said)

    def _ask_about(self, chunk: Chunk, run: QuizRun, cancelled: threading.Event) -> None:
        """Have one item drafted from a chunk, of the kind that is lacking most if it gives it."""

        def examine(item: QuizItem) -> list[Rejection]:
            shown = as_choice(item, run.desk)
            return self._examiner.check(shown, meanings(shown, run.desk.glossary))

        for kind in run.most_wanted():
            if run.settle(kind, self._versions(kind, chunk, run, cancelled), examine):
                return

    def _versions(
        self, kind: ItemKind, chunk: Chunk, run: QuizRun, cancelled: threading.Event
    ) -> Iterator[QuizItem | None]:
        """Yield an item as the model words it, or chooses it, and as code would mend that.

        ``None`` stands for a reply that is no item.
        """
        offered = proposals(kind, chunk, run.desk, run.refused, run.demand)
        if self._examiner.able and run.words_pay:
            for brief in briefs(kind, chunk, run.desk, offered, run.demand):
                if brief.name not in run.refused:
                    yield from self._worded(brief, run, cancelled)
                    offered = [] if brief.plain else offered
                    break
        if offered:
            yield from self._chosen(kind, chunk, offered, run, cancelled)

    def _worded(
        self, brief: Brief, run: QuizRun, cancelled: threading.Event
    ) -> Iterator[QuizItem | None]:
        """Yield an item in the model's own words, then in those of code or once more in its own."""
        run.tried += 1
        run.refused.append(brief.name)
        run.worded.append(None)
        values = {"term": brief.term, "meaning": brief.meaning}
        plainly = replace(self._decoding, grammar=brief.grammar)
        bolder = replace(plainly, temperature=BOLDER, seed=run.desk.seed)
        for decoding in (plainly,) if brief.plain else (plainly, bolder):
            reply = self._ask(brief.task, values, decoding, cancelled)
            try:
                run.worded[-1] = worded(brief, reply, run.desk)
            except UnusableReply:
                run.worded[-1] = None
            yield run.worded[-1]
        run.worded[-1] = None  # another version is asked for only where this one did not pass
        if brief.plain is not None:
            run.refused.append(brief.plain.id)
            yield brief.plain

    def _chosen(
        self,
        kind: ItemKind,
        chunk: Chunk,
        offered: Sequence[Proposal],
        run: QuizRun,
        cancelled: threading.Event,
    ) -> Iterator[QuizItem | None]:
        """Yield an item that the model chooses, then with the wrong options that code gave it."""
        run.tried += 1
        if not leaves_choice(offered):
            run.refused.append(offered[0].item.id)
            yield offered[0].item
            return
        numbered = [f"{place}. {clean(quote)}" for place, quote in enumerate(quotable(chunk), 1)]
        versions = ["\n".join(numbered[:keep]) for keep in range(len(numbered), 0, -1)]
        values = {
            "passage": versions[0],
            "kind": KIND_NAMES[kind],
            "level": LEVELS[run.desk.level],
            "form": FORMS[kind],
        }
        decoding = replace(self._decoding, grammar=proposal_grammar(offered))
        try:
            reply = self._ask("write_item", values, decoding, cancelled, versions)
            item, proposal = chosen(reply, offered)
        except UnusableReply:
            yield None
            return
        run.refused.append(proposal.item.id)
        yield item
        if item != proposal.item:
            yield proposal.item

    def _ask(
        self,
        task: str,
        values: dict[str, Any],
        decoding: Decoding,
        cancelled: threading.Event,
        versions: Sequence[str] = (),
    ) -> str:
        """Return the quiz maker's reply to a task.

        The first of ``versions``, shorter and shorter texts, that leaves room for it is read, or
        as many of the task's examples as there is room for.
        """

        def shrink(messages: list[Message], reply_tokens: int) -> list[Message]:
            if versions:
                return fit(messages, versions, self._model, reply_tokens)[0]
            room = self._model.context_size - reply_tokens
            while len(messages) > 2 and self._model.count_tokens(messages) > room:
                messages = [messages[0], *messages[3:]]
            return messages

        decoding = replace(decoding, max_tokens=LONGEST_DRAFT)
        shown = examples(self._workforce.roles, task)
        wire = Wire(task, decoding, shrink=shrink, examples=shown, cancelled=cancelled)
        model = AgentModel(self._model, wire)
        work = self._workforce.task(task, self._workforce.agent(task, model), **values)
        self._workforce.run([work], lambda: [model.failure] if model.failure else [])
        return str(work.output.raw if work.output else "")


def _known(chunk: Chunk, mastery: Mapping[str, float]) -> float:
    """Return how well the worst known of a chunk's topics is known, 0 to 1."""
    topics = (*chunk.heading, PurePath(chunk.source).stem)
    return min((mastery[topic] for topic in topics if topic in mastery), default=UNKNOWN)


def _in_turn(chunks: Sequence[Chunk], run: QuizRun, count: int) -> Iterator[Chunk]:
    """Yield the chunks until there are enough items or tries, or a round brought nothing.

    Where there are fewer that tell something than items are wanted, one is asked about several
    times in a row: the model then has its passage still in mind. No kind gets more than its share
    before all the others have had their turn: nearly every chunk gives a statement. The best that
    the chunks give comes first, as it does where code drafts alone.
    """
    here = {chunk.id for chunk in chunks}
    telling = {fact.chunk.id for fact in run.desk.glossary.facts} & here
    each = -(-count // max(1, len(telling)))
    share = -(-count // max(1, len(run.kinds)))
    rounds = ((share, Demand.BEST), (share, Demand.SURE), (count, Demand.PASSING))
    for run.most, run.demand in rounds:
        before = -1
        while before < len(run.desk.items):
            before = len(run.desk.items)
            for chunk in (chunk for chunk in chunks for _ in range(each)):
                if len(run.desk.items) >= count or run.tried >= count * TRIES:
                    return
                yield chunk
