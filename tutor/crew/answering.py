"""A question answered by the crew: searched for, explained, checked - or honestly declined."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from tutor.crew import librarian
from tutor.crew.budget import fit
from tutor.crew.crew import Workforce
from tutor.crew.model_adapter import AgentModel, Wire
from tutor.crew.prompts import conversation
from tutor.crew.reading import open_reader
from tutor.crew.reply import ReplyStream, declines, split_reply
from tutor.crew.roles import Roles
from tutor.crew.tools import SearchNotes
from tutor.grounding.citations import resolve_markers
from tutor.grounding.coverage import Coverage, assess
from tutor.grounding.entailment import Entailment
from tutor.grounding.extract import compose
from tutor.grounding.questions import Form, read
from tutor.grounding.support import Grounds, is_item
from tutor.grounding.verdict import as_written, holds, kept
from tutor.grounding.vocabulary import Vocabulary
from tutor.index.embedder import Embedder
from tutor.llm.chat_model import ChatModel, Decoding, Message
from tutor.retrieval.merging import merge
from tutor.retrieval.retriever import Retriever
from tutor.schema import (
    AgentStarted,
    Answer,
    AnswerKind,
    Event,
    Notice,
    Passage,
    PassagesFound,
    RagMode,
    SentencesChecked,
    Turn,
)

ON_TOPIC = 0.6
"""Cosine between the question and the retriever's query from which the query is followed."""

BOTH_SIDES = "Say of each of the two what sets it apart from the other."
"""Added to a comparison: a model of 1.5 billion parameters else tells of one side alone."""

_CONVERSATION = (600, 250)  # characters of earlier turns that the retriever reads, at most


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question on its way through the crew.

    ``query`` is the question made to stand by itself, ``found`` what the notes gave for it and
    ``courses`` where more may be looked for. ``think`` asks for the reasoning before the answer.
    """

    question: str
    query: str
    found: tuple[Passage, ...]
    courses: tuple[str, ...]
    history: tuple[Turn, ...] = ()
    think: bool = False
    emit: Callable[[Event], None] = lambda _event: None
    cancelled: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class Answering:
    """The crew of retriever and explainer, with what they work with.

    ``vocabulary`` is that of the notes, ``decoding`` is how the explainer writes, and ``passages``
    is how many it may read, in the way that ``rag`` says. Sentences that rules leave in doubt are
    put to ``entailment``; without it they are left out.
    """

    model: ChatModel
    roles: Roles
    retriever: Retriever
    embedder: Embedder
    vocabulary: Vocabulary
    decoding: Decoding
    passages: int
    rag: RagMode = RagMode.PROMPT
    entailment: Entailment | None = None

    def answer(self, inquiry: Inquiry) -> Answer:
        """Return the crew's answer.

        Raises:
            TutorError: the model or the index failed.
        """
        work = _Work(self, inquiry)
        work.run()
        return work.conclude()


class _Work:
    """One question being worked on: the two tasks, and what they leave behind."""

    def __init__(self, crew: Answering, inquiry: Inquiry) -> None:
        self._crew = crew
        self._inquiry = inquiry
        self._coverage = self._assess(inquiry.found)
        self._conversation = conversation(inquiry.history, _CONVERSATION[0])
        self._search = SearchNotes(self._find)
        self._grounds = Grounds(())
        self._judged: list[bool] = []
        self._in_list = False
        stream = ReplyStream(self._checked, inquiry.emit)
        self._reader = open_reader(crew.model, crew.rag, lambda: self._search.passages)
        sure = self._coverage.covered and self._coverage.sure
        searching = librarian.AsAsked(crew.model, inquiry.query) if sure else crew.model
        self._librarian = AgentModel(searching, self._librarian_wire())
        self._tutor = AgentModel(self._reader, self._tutor_wire(stream))
        workforce = self._workforce = Workforce(crew.roles)
        looked_up = workforce.task(
            "search",
            workforce.agent("search", self._librarian, [self._search]),
            question=inquiry.query,
            conversation=self._conversation,
        )
        explain = "think" if inquiry.think else "explain"
        self._explained = workforce.task(
            explain,
            workforce.agent(explain, self._tutor),
            only_if=lambda: self._coverage.covered,
            question=self._asked(),
        )
        self._tasks = [looked_up, self._explained]

    def run(self) -> None:
        """Let the crew search and explain."""
        self._workforce.run(self._tasks, self._failures)

    def _failures(self) -> list[BaseException]:
        parts = (self._search, self._librarian, self._tutor)
        return [part.failure for part in parts if part.failure is not None]

    def _asked(self) -> str:
        """Return the question as it is put to a model that does as it is told."""
        query = self._inquiry.query
        compares = read(query).form is Form.COMPARISON
        return f"{query}\n{BOTH_SIDES}" if compares and self._crew.entailment else query

    # ------------------------------------------------------------------------ searching

    def _find(self, query: str) -> tuple[Passage, ...]:
        """Return passages for the retriever's query, joined with those for the question itself.

        A query that leaves the topic is not followed: a small model's query may be anything.
        """
        inquiry, crew = self._inquiry, self._crew
        passages = inquiry.found
        question, words = crew.embedder.embed([inquiry.query, query])
        if query != inquiry.query and float(np.dot(question, words)) >= ON_TOPIC:
            started = time.perf_counter()
            more = crew.retriever.search(query, crew.passages, inquiry.courses)
            passages = merge(passages, more)
            if passages != inquiry.found:
                inquiry.emit(PassagesFound(query, passages, time.perf_counter() - started))
        self._grounds = Grounds(passages, crew.embedder)
        if passages != inquiry.found:
            self._coverage = self._assess(passages)
        return passages

    def _assess(self, passages: Sequence[Passage]) -> Coverage:
        crew = self._crew
        return assess(self._inquiry.query, passages, crew.vocabulary, crew.embedder)

    def _checked(self, sentence: str) -> str:
        """Return a sentence with its right marker, or nothing where the notes do not support it.

        A list that is announced waits for the end: its items are held under its name.
        """
        self._in_list = sentence.endswith(":") or (self._in_list and is_item(sentence))
        if self._in_list:
            return ""
        claim = self._grounds.claim(resolve_markers(sentence, self._search.passages))
        return as_written([claim]) if claim.supported else ""

    def _follows(self, premise: str, sentence: str) -> bool:
        """Put a sentence that the rules leave in doubt to the model that judges."""
        judge = self._crew.entailment
        if judge is None or self._inquiry.cancelled.is_set():
            return False
        if not self._judged:
            self._announce("explain", "checking what it wrote")
        follows = judge.follows(premise, sentence)
        self._judged.append(follows)
        return follows

    # ----------------------------------------------------------------------- the agents

    def _librarian_wire(self) -> Wire:
        """The retriever thinks and writes a query under a grammar, so that it always parses.

        It need not where what was found for the question surely answers it.
        """
        history = self._inquiry.history
        versions = [*(conversation(history, room) for room in _CONVERSATION), ""]

        def shrink(messages: list[Message], reply_tokens: int) -> list[Message]:
            return fit(messages, versions, self._crew.model, reply_tokens)[0]

        return Wire(
            agent="retriever",
            decoding=librarian.DECODING,
            shrink=shrink,
            read_arguments=librarian.read_query,
            on_start=lambda: self._announce("search", "searching"),
            cancelled=self._inquiry.cancelled,
        )

    def _tutor_wire(self, stream: ReplyStream) -> Wire:
        """The explainer writes freely; its sentences are checked as they come."""
        return Wire(
            agent="explainer",
            decoding=self._crew.decoding,
            on_start=lambda: self._announce("explain", "explaining"),
            on_token=stream.feed,
            cancelled=self._inquiry.cancelled,
        )

    def _announce(self, task: str, doing: str) -> None:
        roles = self._crew.roles
        self._inquiry.emit(AgentStarted(roles.agents[roles.tasks[task].agent].role, doing))

    # ---------------------------------------------------------------------- the verdict

    def conclude(self) -> Answer:
        """Return the model's words where they hold, else the notes' own, else an honest no."""
        inquiry, passages = self._inquiry, self._search.passages
        output = self._explained.output
        reply = split_reply(output.raw if output and self._coverage.covered else "")
        answer = Answer(
            question=inquiry.question,
            query=inquiry.query,
            kind=AnswerKind.ABSTAINED,
            text="",
            claims=(),
            citations=(),
            passages=passages,
            reasoning=reply.reasoning,
            topics=self._coverage.topics,
            model=self._crew.model.name,
            usage=self._librarian.usage + self._tutor.usage,
            sure=self._coverage.sure,
        )
        if not self._coverage.covered:
            return replace(answer, text=NOT_COVERED)
        extract = compose(inquiry.query, passages, self._crew.embedder)
        text = resolve_markers(reply.answer, passages)
        claims = Grounds(passages, self._crew.embedder, self._follows).check(text)
        inquiry.emit(SentencesChecked(claims))
        if holds(inquiry.query, claims, extract, self._crew.embedder):
            self._say_what_was_left_out()
            left = kept(claims)
            return replace(
                answer,
                kind=AnswerKind.WRITTEN,
                text=as_written(left),
                claims=left,
                citations=self._grounds.citations(left),
            )
        declined = declines(reply.answer) and self._reads_well()
        missed = bool(claims) and self._judged == [False] * len(claims) and self._reads_well()
        if not extract.text or (declined and not self._coverage.sure):
            return replace(answer, text=NOT_COVERED)
        return replace(
            answer,
            sure=self._coverage.sure and not (declined or missed),
            kind=AnswerKind.QUOTED,
            text=extract.text,
            claims=extract.claims,
            citations=extract.citations,
        )

    def _reads_well(self) -> bool:
        """Tell whether it counts for anything that the model finds no answer in the passages."""
        return self._crew.entailment is not None and self._crew.entailment.able

    def _say_what_was_left_out(self) -> None:
        model, found = self._crew.model, len(self._search.passages)
        if self._reader.read < found:
            self._inquiry.emit(
                Notice(
                    f"{model.name} read the best {self._reader.read} of {found} passages; more do "
                    f"not fit into its {model.context_size} tokens."
                )
            )


NOT_COVERED = "The notes do not cover this."
