"""The tutor as one object: what the terminal, the command line and programs of others call.

The concrete parts are chosen in ``parts``. Long work reports what happens as events (see
``schema``); how they look is for others to decide.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.errors import ModelUnavailable, NotesError, SettingsError
from tutor.learner import Learner
from tutor.notes import Notes
from tutor.parts import Listener, Parts
from tutor.retrieval.asked import in_one_line
from tutor.schema import (
    Answer,
    AnswerKind,
    Attempt,
    Chunk,
    Event,
    Grade,
    IngestReport,
    ItemKind,
    Level,
    Notice,
    Passage,
    PassagesFound,
    QuizItem,
    Rating,
    Slant,
    SourceInfo,
    StudyGuide,
    Turn,
)
from tutor.settings import DEFAULT_COURSE, Settings
from tutor.topic_search import TopicSearch

if TYPE_CHECKING:
    from tutor.crew.roles import Roles
    from tutor.grounding.support import Grounds
    from tutor.llm.catalog import ModelChoice, ModelInfo
    from tutor.llm.chat_model import ChatModel
    from tutor.quiz.knowledge.glossary import Glossary
    from tutor.study.report import Queue, StudyReport


def _ignore(_event: Event) -> None:
    """Listen to nothing."""


def open_tutor(settings: Settings) -> Tutor:
    """Return the tutor for these settings. Nothing is loaded yet."""
    return Tutor(settings)


class Tutor:
    """Answers questions, makes quizzes and looks after the notes."""

    def __init__(self, settings: Settings) -> None:
        self.parts = Parts(settings)
        self.notes = Notes(self.parts)
        self.topic_search = TopicSearch(self.parts, self.notes)
        self.learner = Learner(self.parts, self.notes)

    @property
    def settings(self) -> Settings:
        """The settings in force; another model changes them."""
        return self.parts.settings

    # -------------------------------------------------------------------------- questions

    def ask(
        self,
        question: str,
        *,
        course: str | None = None,
        history: Sequence[Turn] = (),
        think: bool = False,
        cancelled: threading.Event | None = None,
        on_event: Listener = _ignore,
    ) -> Answer:
        """Answer a question from the notes.

        ``history`` holds the earlier turns, oldest first; ``think`` asks the model for its
        reasoning before the answer; ``cancelled`` ends the work between two tokens, and the
        answer is then made of what was written until then.

        Raises:
            TutorError: the notes cannot be searched or the model cannot answer.
        """
        from tutor.retrieval.query import standalone

        asked = in_one_line(question)
        roles = self.parts.roles  # complaints about agents.yaml come before anything is loaded
        with self.parts.loading:
            courses = self.notes.courses(course, on_event)
            notes = self.notes.searchable()
        started = time.perf_counter()
        query = notes.speller.repair(standalone(asked, history)).text
        found = tuple(notes.retriever.search(query, self.parts.settings.passages, courses))
        on_event(PassagesFound(query, found, time.perf_counter() - started))

        # CrewAI takes seconds to import: by now the passages are on the screen.
        self.parts.place_crew_records()
        from tutor.crew.answering import Answering, Inquiry
        from tutor.crew.overheard import overheard

        with self.parts.loading:
            model = overheard(self.parts.model, on_event)
        crew = Answering(
            model=model,
            roles=roles,
            retriever=notes.retriever,
            embedder=self.parts.sentences,
            vocabulary=notes.vocabulary,
            decoding=self.parts.decoding,
            passages=self.parts.settings.passages,
            rag=self.parts.rag(model, on_event),
            entailment=self.parts.entailment,
        )
        inquiry = Inquiry(
            question=asked,
            query=query,
            found=found,
            courses=courses,
            history=tuple(history),
            think=think,
            emit=on_event,
            cancelled=cancelled or threading.Event(),
        )
        return crew.answer(inquiry)

    def search(
        self,
        query: str,
        *,
        k: int = 5,
        course: str | None = None,
        on_event: Listener = _ignore,
    ) -> list[Passage]:
        """Return the ``k`` passages nearest to ``query``, best first.

        Raises:
            TutorError: the notes cannot be searched.
        """
        asked = in_one_line(query)
        with self.parts.loading:
            courses = self.notes.courses(course, on_event)
            notes = self.notes.searchable()
        return notes.retriever.search(notes.speller.repair(asked).text, k, courses)

    def grounds(self, passages: Sequence[Passage]) -> Grounds:
        """Return ``passages`` ready to hold the sentences of an answer against."""
        from tutor.grounding.support import Grounds

        entailment = self.parts.entailment
        return Grounds(passages, self.parts.sentences, entailment.follows if entailment else None)

    def glossary(self, course: str | None = None, *, on_event: Listener = _ignore) -> Glossary:
        """Return what the notes of one course, or of all, say of their terms.

        Raises:
            TutorError: there are no such notes, or they cannot be read.
        """
        with self.parts.loading:
            return self.notes.glossary(self.notes.courses(course, on_event))

    # --------------------------------------------------------------------------- studying

    def explain(
        self,
        topic: str,
        *,
        level: Level = Level.INTERMEDIATE,
        course: str | None = None,
        cancelled: threading.Event | None = None,
        on_event: Listener = _ignore,
    ) -> Answer:
        """Explain a topic at length from the notes, for readers of one level.

        The bundled model is not asked: it writes no section that the notes support.

        Raises:
            NotesError: the notes do not cover the topic.
            TutorError: the notes cannot be searched.
        """
        from tutor.study.explanation import explain
        from tutor.study.layout import as_answer

        parts = self.parts
        material, _ = self.topic_search.material(topic, course, on_event)
        quoted = explain(material, level)
        if not parts.model_writes_well:
            return as_answer(material, quoted)
        parts.place_crew_records()
        from tutor.crew.explaining import Explaining
        from tutor.crew.overheard import overheard

        model = overheard(parts.model, on_event)
        explainer = Explaining(
            model, parts.roles, parts.sentences, parts.decoding, parts.entailment
        )
        written = explainer.write(
            material.topic,
            level,
            quoted,
            emit=on_event,
            cancelled=cancelled or threading.Event(),
        )
        return replace(
            as_answer(material, written.layout),
            kind=AnswerKind.WRITTEN if written.sections else AnswerKind.QUOTED,
            reasoning=written.reasoning,
            model=parts.model.name,
            usage=written.usage,
        )

    def answer_again(
        self,
        query: str,
        slant: Slant,
        *,
        course: str | None = None,
        on_event: Listener = _ignore,
    ) -> Answer:
        """Answer a question that stands by itself again: more simply, at length, by an example.

        Raises:
            NotesError: the notes do not cover it, or have nothing of the kind.
            TutorError: the notes cannot be searched.
        """
        from tutor.retrieval.topics import topic_of
        from tutor.study.layout import as_answer
        from tutor.study.slants import answer_again

        material, _ = self.topic_search.material(topic_of(query) or query, course, on_event)
        extract = answer_again(material, slant)
        if not extract.text:
            wanted = "no example" if slant is Slant.EXAMPLE else f"nothing {slant}"
            raise NotesError(f"The notes give {wanted} of {material.topic!r}. Ask something else.")
        return replace(as_answer(material, extract), question=query)

    def guide(
        self,
        topic: str,
        *,
        questions: int = 5,
        course: str | None = None,
        seed: int = 0,
        on_event: Listener = _ignore,
    ) -> StudyGuide:
        """Return a study guide to a topic, with up to ``questions`` to check oneself by.

        Raises:
            NotesError: the notes do not cover the topic.
            TutorError: the notes cannot be searched.
        """
        from tutor.study.guide import study_guide

        material, glossary = self.topic_search.material(topic, course, on_event)
        chunks = self.topic_search.chunks_behind(material)
        return study_guide(material, glossary, chunks, questions=questions, seed=seed)

    def warm_up(self) -> None:
        """Load what the first question would wait for: the index, the model and CrewAI."""
        with self.parts.loading:
            notes = self.notes.searchable() if self.parts.library.current() is not None else None
        if notes is not None:
            notes.retriever.search("warm up", 1)
        with self.parts.loading:
            _ = self.parts.model
        self.parts.place_crew_records()
        import tutor.crew.answering  # noqa: F401

    # ------------------------------------------------------------------------------- quiz

    def quiz(
        self,
        topic: str | None = None,
        *,
        count: int = 5,
        kinds: Sequence[ItemKind] | None = None,
        level: int = 1,
        seed: int = 0,
        adaptive: bool = False,
        course: str | None = None,
        cancelled: threading.Event | None = None,
        on_event: Listener = _ignore,
    ) -> list[QuizItem]:
        """Return up to ``count`` checked items about ``topic``, or about all of the notes.

        An ``adaptive`` quiz asks more of what the learner knows less. One that is ``cancelled``, or
        stopped by ctrl-C, while a model writes it has what was written by then.

        Raises:
            NotesError: the notes do not cover the topic, or give no item at all.
            TutorError: the notes cannot be searched or the model fails.
        """
        from tutor.quiz.drafting import unexamined
        from tutor.quiz.items import USUAL, shuffle_keys
        from tutor.quiz.rings import draft_in_turn
        from tutor.quiz.topics import with_topics

        with self.parts.loading:
            courses = self.notes.courses(course, on_event)
            glossary = self.notes.glossary(courses)
            rings = self.topic_search.rings(topic, courses, glossary, seed)
        wanted = tuple(kinds or USUAL)
        mastery = self.learner.mastery(course) if adaptive else None
        maker = self.parts.quiz_making if self.parts.model_writes_well else None
        written: Sequence[QuizItem] = ()
        cancelled = cancelled or threading.Event()
        if maker is not None:
            written = maker.draft(
                rings[0],
                glossary,
                count=count,
                kinds=wanted,
                level=level,
                seed=seed,
                mastery=mastery,
                emit=on_event,
                cancelled=cancelled,
            ).items
        made = draft_in_turn(
            rings,
            glossary,
            count=0 if written and cancelled.is_set() else count - len(written),
            kinds=wanted,
            level=level,
            seed=seed,
            beside=written,
            mastery=mastery,
            examine=maker.examine if maker is not None else unexamined,
        )
        items = shuffle_keys([*written, *made.items], seed)
        items = with_topics(items, self.notes.sources(courses), glossary)
        if not items:
            raise NotesError(
                f"{made.shortfall} Try another topic, other --types or another --level, or add "
                "notes that define their terms."
            )
        if cancelled.is_set():
            on_event(Notice(f"Stopped: {len(items)} of {count} questions were written by then."))
        for said in (made.shortfall, maker.told(written, items) if maker is not None else ""):
            if said:
                on_event(Notice(said))
        return items

    def topics(self, course: str | None = None) -> list[str]:
        """Return what the lessons of the notes name as topics; a quiz may be on any other, too."""
        from tutor.quiz.topics import topics

        return topics(self.sources(course or self.parts.settings.course))

    def grade(self, item: QuizItem, response: str) -> Grade:
        """Mark one response.

        What rules leave not sure is read by the model in force, but for the bundled one. If that
        cannot be asked, the feedback says so.
        """
        from tutor.quiz.grading import grade, is_open, reconsidered

        marked = grade(item, response, encoder=self.parts.embedder if item.rubric else None)
        if not is_open(marked):
            return marked
        try:
            with self.parts.loading:
                judge = self.parts.entailment
            return reconsidered(response, marked, judge) if judge is not None else marked
        except ModelUnavailable as error:
            return replace(marked, feedback=f"{marked.feedback} {error}")

    def record(self, item: QuizItem, attempt: Attempt) -> None:
        """Keep an attempt, and the item, so that a review can bring it back.

        Raises:
            StoreUnavailable: the learner's file cannot be written.
        """
        self.learner.record(item, attempt)

    # -------------------------------------------------------------------- the loop of study

    def due(self, now: datetime, course: str | None = None) -> Queue:
        """Return the items to review ``now``, a moment with the learner's time zone.

        Raises:
            NotesError: the course named does not exist.
            StoreUnavailable: the learner's file cannot be used.
        """
        return self.learner.due(now, course)

    def outcomes(self, attempt: Attempt) -> dict[Rating, datetime]:
        """Return when the item of an attempt not yet recorded would be due, by its rating."""
        return self.learner.outcomes(attempt)

    def mastery(self, course: str | None = None) -> dict[str, float]:
        """Return how well each topic that was tried is known, 0 to 1; see ``progress.mastery``."""
        return self.learner.mastery(course)

    def progress(self, now: datetime, course: str | None = None) -> StudyReport:
        """Return how the learner stands ``now``, and what to study next.

        Raises:
            NotesError: the course named does not exist.
            StoreUnavailable: the learner's file cannot be used.
        """
        return self.learner.progress(now, course)

    # ------------------------------------------------------------------------------ notes

    def ingest(
        self, paths: Sequence[Path], *, course: str | None = None, on_event: Listener = _ignore
    ) -> IngestReport:
        """Bring the index up to date with files and folders; see ``IndexBuilder.ingest``."""
        name = course or self.parts.settings.course or DEFAULT_COURSE
        if not name.strip() or len(name) > 100 or not name.isprintable():
            raise SettingsError(
                f"{name!r} cannot name a course. Use up to 100 letters, digits, spaces or dashes."
            )
        return self.parts.builder.ingest(paths, name, on_event)

    def rebuild(self, on_event: Listener = _ignore) -> IngestReport:
        """Make the index anew with the embedder of the settings; see ``IndexBuilder.rebuild``."""
        return self.parts.builder.rebuild(on_event)

    def sources(self, course: str | None = None) -> list[SourceInfo]:
        """Return the indexed files, those of all courses or of one."""
        return self.parts.builder.sources(course)

    def remove(self, source: str, course: str) -> int:
        """Forget one file of a course; return how many chunks it had."""
        return self.parts.builder.remove(course, source)

    def chunks(self, source: str, course: str) -> list[Chunk]:
        """Return the chunks of one file in reading order."""
        return self.notes.chunks(course, source)

    # --------------------------------------------------------------- the model and the crew

    @property
    def model(self) -> ChatModel:
        """The language model in force; see ``llm.catalog``."""
        return self.parts.model

    @property
    def roles(self) -> Roles:
        """The crew's roles: --agents, else the data folder's agents.yaml, else the shipped one."""
        return self.parts.roles

    def use_model(self, name: str) -> ModelChoice:
        """Answer with another model from now on: a name from the catalog, or a GGUF file.

        Raises:
            SettingsError: the name means nothing.
            ModelUnavailable: the file is not there or is no GGUF file.
        """
        return self.parts.use_model(name)

    def describe_model(self) -> ModelInfo:
        """Return what is known of the model in force."""
        from tutor.llm.catalog import info

        return info(self.parts.model_choice())
