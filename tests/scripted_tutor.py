"""A tutor that plays back events, for tests of the screen; records what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tutor.progress.activity import Streak
from tutor.quiz.grading import grade
from tutor.schema import (
    AgentStarted,
    Answer,
    AnswerKind,
    Attempt,
    Chunk,
    Citation,
    Claim,
    Event,
    Evidence,
    Grade,
    IngestReport,
    ItemKind,
    Level,
    Notice,
    Passage,
    PassagesFound,
    Progress,
    QuizItem,
    SkippedFile,
    Slant,
    SourceInfo,
    Token,
    Turn,
    Usage,
)
from tutor.study.report import StudyReport

PASSAGES = (
    Passage(
        source="/home/ada/notes/retrieval.md",
        course="notes",
        heading=("Retrieval", "Augmented generation"),
        text="RAG joins a retriever with a generator.\nThe retriever finds passages.\nIt cites.",
        start_line=12,
        end_line=14,
        page=None,
        chunk_ids=("c1",),
        score=0.9,
        similarity=0.71,
    ),
    Passage(
        source="/home/ada/notes/slides.pdf",
        course="notes",
        heading=("Generators",),
        text="A generator writes the answer from the passages that the retriever found.",
        start_line=40,
        end_line=41,
        page=3,
        chunk_ids=("c2", "c3"),
        score=0.5,
        similarity=0.42,
    ),
)

WRITTEN = Answer(
    question="What is RAG?",
    query="RAG",
    kind=AnswerKind.WRITTEN,
    text="**RAG** joins a retriever with a generator [1]. The generator writes the answer [2].",
    claims=(
        Claim("**RAG** joins a retriever with a generator [1].", (1,), 0.9, True),
        Claim("The generator writes the answer [2].", (2,), 0.8, True),
    ),
    citations=(
        Citation(1, PASSAGES[0], "The retriever finds passages."),
        Citation(2, PASSAGES[1], "A generator writes the answer from the passages"),
    ),
    passages=PASSAGES,
    reasoning="1. Passage one defines it.",
    model="scripted-1b",
    usage=Usage(120, 30, 80, 0.5),
)

ITEMS = (
    QuizItem(
        id="i1",
        kind=ItemKind.MULTIPLE_CHOICE,
        stem="What does a retriever find?",
        options=("Answers", "Passages", "Tokens"),
        keys=("Passages",),
        accepted=(),
        explanation="The retriever is the part that searches.",
        topic="Retrieval",
        level=1,
        evidence=Evidence(
            "/home/ada/notes/retrieval.md",
            "notes",
            ("Retrieval",),
            13,
            13,
            None,
            "c1",
            "The retriever finds passages.",
        ),
    ),
    QuizItem(
        id="i2",
        kind=ItemKind.TRUE_FALSE,
        stem="A generator writes the answer.",
        options=("True", "False"),
        keys=("True",),
        accepted=(),
        explanation="",
        topic="Generators",
        level=1,
        evidence=Evidence(
            "/home/ada/notes/slides.pdf",
            "notes",
            ("Generators",),
            40,
            41,
            3,
            "c2",
            "A generator writes the answer from the passages",
        ),
    ),
    QuizItem(
        id="i3",
        kind=ItemKind.CLOZE,
        stem="RAG joins a _____ with a generator.",
        options=(),
        keys=("retriever",),
        accepted=("a retriever",),
        explanation="",
        topic="Retrieval",
        level=1,
        evidence=Evidence(
            "/home/ada/notes/retrieval.md",
            "notes",
            ("Retrieval",),
            12,
            12,
            None,
            "c1",
            "RAG joins a retriever with a generator.",
        ),
    ),
)

REPORT = IngestReport(
    course="notes",
    files=3,
    added=10,
    kept=2,
    removed=1,
    skipped=tuple(SkippedFile(f"/home/ada/notes/{i}.bin", "it is no text") for i in range(25)),
    seconds=1.25,
)

CHUNKS = [
    Chunk(
        f"c{n}", "notes", "/home/ada/notes/retrieval.md", ("Retrieval",), f"text {n}", n, 0, 6, n, n
    )
    for n in range(1, 6)
]

CITED_NOTE = [
    Chunk(
        "c1",
        "notes",
        PASSAGES[0].source,
        PASSAGES[0].heading,
        PASSAGES[0].text,
        position=0,
        start=0,
        end=len(PASSAGES[0].text),
        start_line=12,
        end_line=14,
    )
]
"""The note that the first passage is from."""

SOURCES = [
    SourceInfo("notes", "/home/ada/notes/retrieval.md", "Retrieval", 12, 4_321),
    SourceInfo("notes", "/home/ada/notes/slides.pdf", "Slides", 3, 987),
]


Step = Event | Answer | Exception | Callable[[threading.Event], None]
"""An event to report, something to do with the cancellation flag, or how the question ends."""


def script(answer: Answer = WRITTEN) -> list[Step]:
    """The events that lead to ``answer``, and the answer."""
    words = [Token(word + " ") for word in answer.text.split()]
    return [
        AgentStarted("Librarian", "searching"),
        PassagesFound(answer.query, answer.passages, 0.02),
        AgentStarted("Tutor", "explaining"),
        *([Token(answer.reasoning, reasoning=True)] if answer.reasoning else []),
        *words,
        answer,
    ]


class ScriptedTutor:
    """Plays one script a question; the last one is played again when they run out."""

    def __init__(self, *scripts: Sequence[Step]) -> None:
        self._scripts = list(scripts) or [script()]
        self.asked: list[tuple[str, str | None, tuple[Turn, ...]]] = []
        self.attempts: list[Attempt] = []
        self.removed: list[tuple[str, str]] = []
        self.ingested: list[list[Path]] = []
        self.chunk_list = CHUNKS

    def warm_up(self) -> None: ...

    def ask(
        self,
        question: str,
        *,
        course: str | None = None,
        history: Sequence[Turn] = (),
        think: bool = False,
        cancelled: threading.Event | None = None,
        on_event: Callable[[Event], None] = lambda _event: None,
    ) -> Answer:
        steps = self._scripts[min(len(self.asked), len(self._scripts) - 1)]
        self.asked.append((question, course, tuple(history)))
        for step in steps:
            if isinstance(step, Exception):
                raise step
            if isinstance(step, Answer):
                return step
            if callable(step):
                step(cancelled or threading.Event())
            else:
                on_event(step)
        raise AssertionError("the script ended without an answer")

    def explain(self, topic: str, *, level: Level, **_options: Any) -> Answer:
        return replace(WRITTEN, text=f"{topic} for {level}: it joins two parts [1].")

    def answer_again(self, query: str, slant: Slant, **_options: Any) -> Answer:
        return replace(WRITTEN, text=f"{slant}: {query} joins two parts [1].")

    def topics(self, course: str | None = None) -> list[str]:
        return ["Augmented generation", "Retrieval"]

    def search(
        self, query: str, *, k: int = 5, course: str | None = None, on_event: Any = None
    ) -> list[Passage]:
        return list(PASSAGES[:k])

    def quiz(self, topic: str | None = None, *, count: int = 5, **_options: Any) -> list[QuizItem]:
        return list(ITEMS[:count])

    def grade(self, item: QuizItem, response: str) -> Grade:
        return grade(item, response)

    def record(self, item: QuizItem, attempt: Attempt) -> None:
        assert attempt.item_id == item.id
        self.attempts.append(attempt)

    def progress(self, now: datetime, course: str | None = None) -> StudyReport:
        return StudyReport(course, now, 0, 0, (), Streak(0, 0), 0, 0, 0, (), (), ())

    def ingest(
        self, paths: Sequence[Path], *, course: str | None = None, on_event: Any = None
    ) -> IngestReport:
        self.ingested.append(list(paths))
        if on_event is not None:
            on_event(Progress("reading notes", 1, 3))
            on_event(Notice("slides.pdf has no text on page 2."))
        return REPORT

    def sources(self, course: str | None = None) -> list[SourceInfo]:
        return SOURCES

    def rebuild(self, on_event: Any = None) -> IngestReport:
        return replace(REPORT, course="", skipped=())

    def remove(self, source: str, course: str) -> int:
        self.removed.append((source, course))
        return 12

    def chunks(self, source: str, course: str) -> list[Chunk]:
        return self.chunk_list
