"""Quiz items drafted by the quiz maker under a grammar, and kept only if every gate opens.

A model that finds answers in a passage words questions itself, and where these do not pass chooses
from what code proposes. One that does not is not asked: code chooses better.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from tutor.crew.budget import fit
from tutor.crew.crew import Workforce
from tutor.crew.model_adapter import AgentModel, Wire
from tutor.crew.roles import Roles
from tutor.errors import UnusableReply
from tutor.grounding.markup import clean
from tutor.llm.chat_model import ChatModel, Decoding, Message
from tutor.quiz.desk import Desk
from tutor.quiz.drafting import UNKNOWN, Draft, Tally
from tutor.quiz.examiner import Examiner
from tutor.quiz.gates import Rejection, check, check_beside
from tutor.quiz.glossary import Glossary
from tutor.quiz.model_drafts import (
    FORMS,
    KINDS,
    WORDED,
    parse_draft,
    quotable,
    wording_grammar,
)
from tutor.quiz.proposals import chosen, proposal_grammar, proposals
from tutor.schema import AgentStarted, Chunk, Event, ItemKind, Notice, QuizItem

TRIES = 2
"""Drafts asked for per item wanted."""

TRIAL = 4
"""Questions in its own words after which a model goes on wording only if half of them passed."""

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

        Raises:
            TutorError: the model cannot be reached.
        """
        wanted = tuple(kind for kind in dict.fromkeys(kinds) if kind in KINDS)
        run = _Run(Desk(glossary, level, seed), wanted)
        count = -(-count * len(wanted) // max(1, len(set(kinds))))
        if count < 1:
            return run.draft(count)
        if not (unable_too or self._examiner.able):
            emit(
                Notice(
                    f"{self._model.name} does not find answers in a passage; the questions are "
                    "made without it."
                )
            )
            return run.draft(count)
        emit(AgentStarted(self._workforce.roles.agents["quiz_maker"].role, "writing questions"))
        in_order = sorted(chunks, key=lambda chunk: _known(chunk, mastery or {}))
        for chunk in _in_turn(in_order, run, count):
            if cancelled.is_set():
                break
            self._ask_about(chunk, run, cancelled)
        return run.draft(count)

    def examine(self, item: QuizItem) -> list[Rejection]:
        """Return what the model has against an item, whoever drafted it; see ``Examiner``.

        Raises:
            TutorError: the model cannot be reached.
        """
        return self._examiner.check(item)

    def told(self, written: Sequence[QuizItem], items: Sequence[QuizItem]) -> str:
        """Return what there is to say of a quiz: whose its ``items`` are, and what was not asked.

        Empty if the model wrote none and could be asked of all.
        """
        name, kinds = self._model.name, sorted(self._examiner.skipped)
        said = []
        if written:
            said += [f"{name} drafted {len(written)} of the {len(items)} questions."]
        if written and kinds:
            said += [
                f"It was not asked whether the notes answer them ({', '.join(kinds)}): it did not "
                "find its way with passages made up to try that."
            ]
        return " ".join(said)

    def _ask_about(self, chunk: Chunk, run: _Run, cancelled: threading.Event) -> None:
        """Have one item drafted from a chunk, of the kind that is lacking most if it gives it."""
        for kind in run.most_wanted():
            if run.settle(kind, self._versions(kind, chunk, run, cancelled), self._examiner.check):
                return

    def _versions(
        self, kind: ItemKind, chunk: Chunk, run: _Run, cancelled: threading.Event
    ) -> Iterator[QuizItem | None]:
        """Yield an item as the model words it, as it chooses it, and as code would mend that.

        ``None`` stands for a reply that is no item.
        """
        able = self._examiner.able
        if able and kind in WORDED and run.words_pay and quotable(chunk):
            yield from self._worded(kind, chunk, run, cancelled)
        offered = proposals(kind, chunk, run.desk, run.refused, any_gap=able)
        if not offered:
            return
        run.tried += 1
        grammar = proposal_grammar(offered)
        try:
            item, proposal = chosen(self._write(chunk, kind, run, grammar, cancelled), offered)
        except UnusableReply:
            yield None
            return
        run.refused.append(proposal.item.id)
        yield item
        if item != proposal.item:
            yield proposal.item

    def _worded(
        self, kind: ItemKind, chunk: Chunk, run: _Run, cancelled: threading.Event
    ) -> Iterator[QuizItem | None]:
        """Yield an item in the model's own words."""
        run.tried += 1
        reply = self._write(chunk, kind, run, wording_grammar(kind, chunk), cancelled)
        try:
            item = parse_draft(reply, kind, chunk, level=run.desk.level)
        except UnusableReply:
            item = None
        run.worded.append(True)
        yield item
        run.worded[-1] = False  # another version is asked for only where this one did not pass

    def _write(
        self,
        chunk: Chunk,
        kind: ItemKind,
        run: _Run,
        grammar: str,
        cancelled: threading.Event,
    ) -> str:
        """Have one draft written under a grammar."""
        numbered = [f"{place}. {clean(quote)}" for place, quote in enumerate(quotable(chunk), 1)]
        versions = ["\n".join(numbered[:keep]) for keep in range(len(numbered), 0, -1)]

        def shrink(messages: list[Message], reply_tokens: int) -> list[Message]:
            return fit(messages, versions, self._model, reply_tokens)[0]

        decoding = replace(self._decoding, max_tokens=LONGEST_DRAFT, grammar=grammar)
        model = AgentModel(
            self._model, Wire("quiz_maker", decoding, shrink=shrink, cancelled=cancelled)
        )
        task = self._workforce.task(
            "write_item",
            self._workforce.agent("write_item", model),
            passage=versions[0],
            kind=KIND_NAMES[kind],
            level=LEVELS[run.desk.level],
            form=FORMS[kind],
        )
        self._workforce.run([task], lambda: [model.failure] if model.failure else [])
        return str(task.output.raw if task.output else "")


@dataclass(slots=True)
class _Run:
    """One call of ``draft``: the items so far (on the desk), and what became of the drafts.

    ``refused`` are the identities of proposals that were chosen before, kept or not. ``worded``
    says of each question in the model's own words whether it passed.
    """

    desk: Desk
    kinds: Sequence[ItemKind]
    tried: int = 0
    refused: list[str] = field(default_factory=list)
    worded: list[bool] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    tallies: dict[ItemKind, Tally] = field(default_factory=lambda: defaultdict(Tally))

    @property
    def words_pay(self) -> bool:
        """Whether enough of what the model worded has passed so far."""
        return len(self.worded) < TRIAL or 2 * sum(self.worded) >= len(self.worded)

    def most_wanted(self) -> list[ItemKind]:
        """Return the kinds, that of which there are fewest first."""
        made = [item.kind for item in self.desk.items]
        return sorted(self.kinds, key=made.count)

    def settle(
        self,
        kind: ItemKind,
        versions: Iterable[QuizItem | None],
        examine: Callable[[QuizItem], list[Rejection]],
    ) -> bool:
        """Keep the first version that passes; say whether there was any version at all."""
        failed = 0
        for item in versions:
            if item is not None and self._passes(item, examine):
                self.desk.keep(item)
                self.tallies[kind].first += not failed
                self.tallies[kind].mended += bool(failed)
                return True
            failed += 1
        self.tallies[kind].dropped += bool(failed)
        return bool(failed)

    def _passes(self, item: QuizItem, examine: Callable[[QuizItem], list[Rejection]]) -> bool:
        """Ask the gates, and last, for it takes longest, the model itself."""
        notes = self.desk.glossary
        reasons = check_beside(item, self.desk.items) or check(item, notes) or examine(item)
        self.rejections += reasons[:1]
        return not reasons

    def draft(self, count: int) -> Draft:
        """Return what was made."""
        return Draft(
            count,
            tuple(self.desk.items),
            tuple(self.rejections),
            self.tried,
            self.desk.level,
            {kind: tally for kind, tally in self.tallies.items() if tally != Tally()},
        )


def _known(chunk: Chunk, mastery: Mapping[str, float]) -> float:
    """Return how well the worst known of a chunk's topics is known, 0 to 1."""
    topics = (*chunk.heading, PurePath(chunk.source).stem)
    return min((mastery[topic] for topic in topics if topic in mastery), default=UNKNOWN)


def _in_turn(chunks: Sequence[Chunk], run: _Run, count: int) -> Iterator[Chunk]:
    """Yield the chunks until there are enough items or tries, or a round brought nothing.

    Where there are fewer that tell something than items are wanted, one is asked about several
    times in a row: the model then has its passage still in mind.
    """
    here = {chunk.id for chunk in chunks}
    telling = {fact.chunk.id for fact in run.desk.glossary.facts} & here
    each = -(-count // max(1, len(telling)))
    before = -1
    while before < len(run.desk.items):
        before = len(run.desk.items)
        for chunk in (chunk for chunk in chunks for _ in range(each)):
            if len(run.desk.items) >= count or run.tried >= count * TRIES:
                return
            yield chunk
