"""The tutor as one object: the only place that wires concrete parts together.

Every part is opened when it is first needed, so that a command pays only for what it uses.
Long work reports what happens as events (see ``schema``); how they look is for others to decide.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tutor import bundled
from tutor.errors import NotesError, SettingsError
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
    RagMode,
    Rating,
    Slant,
    SourceInfo,
    StudyGuide,
    Turn,
)
from tutor.settings import BUNDLED_COURSE, DEFAULT_COURSE, Settings

if TYPE_CHECKING:
    from tutor.crew.quizmaking import QuizMaking
    from tutor.crew.roles import Roles
    from tutor.grounding.support import Grounds
    from tutor.grounding.vocabulary import Vocabulary
    from tutor.index.builder import IndexBuilder
    from tutor.index.edition import Index
    from tutor.index.embedder import Embedder
    from tutor.index.library import Library
    from tutor.index.query_encoder import QueryEncoder
    from tutor.llm.catalog import ModelChoice, ModelInfo
    from tutor.llm.chat_model import ChatModel, Decoding
    from tutor.progress.store import ProgressStore
    from tutor.quiz.glossary import Glossary
    from tutor.retrieval.reranker import Reranker
    from tutor.retrieval.retriever import Retriever
    from tutor.retrieval.spelling import Speller
    from tutor.retrieval.token_cache import TokenCache
    from tutor.study.layout import Layout
    from tutor.study.loop import StudyLoop
    from tutor.study.material import Material
    from tutor.study.report import Queue, StudyReport

LONGEST_QUESTION = 2000
"""Characters that a question may have; more is a pasted document, not a question."""

_TOPIC_PASSAGES = 12
"""Passages that a quiz on one topic is made from."""

_STUDY_PASSAGES = 16
"""Passages that an explanation or a study guide is made from."""

_DRAFTS = 4
"""How many times the questions of a study guide are drafted, to choose those on its topic from."""

Listener = Callable[[Event], None]


def _ignore(_event: Event) -> None:
    """Listen to nothing."""


def open_tutor(settings: Settings) -> Tutor:
    """Return the tutor for these settings. Nothing is loaded yet."""
    return Tutor(settings)


@dataclass(frozen=True, slots=True)
class _Notes:
    """One edition of the index with what searches it."""

    index: Index
    retriever: Retriever
    vocabulary: Vocabulary
    speller: Speller


class Tutor:
    """Answers questions, makes quizzes and looks after the notes."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._searchable: _Notes | None = None
        self._loading = threading.RLock()  # a question may come while ``warm_up`` is at work

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

        asked = _checked(question)
        roles = self.roles  # complaints about agents.yaml come before anything is loaded
        with self._loading:
            courses = self._courses(course, on_event)
            notes = self._notes()
        started = time.perf_counter()
        query = notes.speller.repair(standalone(asked, history)).text
        found = tuple(notes.retriever.search(query, self.settings.passages, courses))
        on_event(PassagesFound(query, found, time.perf_counter() - started))

        # CrewAI takes seconds to import: by now the passages are on the screen.
        self._place_crew_records()
        from tutor.crew.answering import Answering, Inquiry
        from tutor.crew.overheard import overheard

        with self._loading:
            model = overheard(self.model, on_event)
        crew = Answering(
            model=model,
            roles=roles,
            retriever=notes.retriever,
            embedder=self._sentences,
            vocabulary=notes.vocabulary,
            decoding=self._decoding,
            passages=self.settings.passages,
            rag=self._rag(model, on_event),
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
        asked = _checked(query)
        with self._loading:
            courses = self._courses(course, on_event)
            notes = self._notes()
        return notes.retriever.search(notes.speller.repair(asked).text, k, courses)

    def grounds(self, passages: Sequence[Passage]) -> Grounds:
        """Return ``passages`` ready to hold the sentences of an answer against."""
        from tutor.grounding.support import Grounds

        return Grounds(passages, self._sentences)

    def glossary(self, course: str | None = None, *, on_event: Listener = _ignore) -> Glossary:
        """Return what the notes of one course, or of all, say of their terms.

        Raises:
            TutorError: there are no such notes, or they cannot be read.
        """
        with self._loading:
            return self._glossary(self._courses(course, on_event))

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

        material, _ = self._material(topic, course, on_event)
        quoted = explain(material, level)
        if not self._model_writes_well:
            return _told(material, quoted)
        self._place_crew_records()
        from tutor.crew.explaining import Explaining
        from tutor.crew.overheard import overheard

        model = overheard(self.model, on_event)
        explainer = Explaining(model, self.roles, self._sentences, self._decoding)
        written = explainer.write(
            material.topic,
            level,
            quoted,
            emit=on_event,
            cancelled=cancelled or threading.Event(),
        )
        return replace(
            _told(material, written.layout),
            kind=AnswerKind.WRITTEN if written.sections else AnswerKind.QUOTED,
            reasoning=written.reasoning,
            model=self.model.name,
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
        from tutor.study.slants import answer_again

        material, _ = self._material(topic_of(query) or query, course, on_event)
        extract = answer_again(material, slant)
        if not extract.text:
            wanted = "no example" if slant is Slant.EXAMPLE else f"nothing {slant}"
            raise NotesError(f"The notes give {wanted} of {material.topic!r}. Ask something else.")
        return replace(_told(material, extract), question=query)

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
        from tutor.quiz.drafting import draft
        from tutor.study.guide import about, outline

        material, glossary = self._material(topic, course, on_event)
        store = self._notes().index.store
        told = _told(material, outline(material, glossary))
        lesson = store.chunks(material.lesson.course, material.lesson.source)
        used = [one for page in material.pages for one in page.passage.chunk_ids]
        chunks = [*lesson, *(one for one in store.get(used) if one not in lesson)]
        items = draft(chunks, glossary, count=_DRAFTS * questions, seed=seed).items
        return StudyGuide(material.topic, told, about(material, told, items)[:questions])

    def _material(
        self, topic: str, course: str | None, on_event: Listener
    ) -> tuple[Material, Glossary]:
        """Return what the notes say of a topic, and the glossary of its courses.

        Raises:
            NotesError: the notes do not cover the topic.
        """
        from tutor.quiz.topics import lessons_teaching
        from tutor.study.material import Material

        with self._loading:
            courses = self._courses(course, on_event)
            glossary = self._glossary(courses)
            notes = self._notes()
        about = notes.speller.repair(_checked(topic)).text
        passages = notes.retriever.search(about, _STUDY_PASSAGES, courses)
        if not lessons_teaching(about, self._sources(courses), glossary):
            self._demand_coverage(about, passages)
        material = Material(about, passages, self._sentences, glossary.spellings(about))
        if not material.statements:
            raise NotesError(f"The notes say too little of {topic!r} to lay it out.")
        return material, glossary

    def warm_up(self) -> None:
        """Load what the first question would wait for: the index, the model and CrewAI."""
        with self._loading:
            notes = self._notes() if self._library.current() is not None else None
        if notes is not None:
            notes.retriever.search("warm up", 1)
        with self._loading:
            _ = self.model
        self._place_crew_records()
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

        An ``adaptive`` quiz asks more of what the learner knows less.

        Raises:
            NotesError: the notes do not cover the topic, or give no item at all.
            TutorError: the notes cannot be searched or the model fails.
        """
        from tutor.quiz.drafting import draft, unexamined
        from tutor.quiz.items import USUAL, shuffle_keys
        from tutor.quiz.topics import with_lesson_topics

        with self._loading:
            courses = self._courses(course, on_event)
            glossary = self._glossary(courses)
            chunks = self._chunks_about(topic, courses, glossary, seed)
        wanted = tuple(kinds or USUAL)
        mastery = self.mastery(course) if adaptive else None
        maker = self._quiz_making if self._model_writes_well else None
        written: Sequence[QuizItem] = ()
        if maker is not None:
            written = maker.draft(
                chunks,
                glossary,
                count=count,
                kinds=wanted,
                level=level,
                seed=seed,
                mastery=mastery,
                emit=on_event,
                cancelled=cancelled or threading.Event(),
            ).items
        made = draft(
            chunks,
            glossary,
            count=count - len(written),
            kinds=wanted,
            level=level,
            seed=seed,
            beside=written,
            mastery=mastery,
            examine=maker.examine if maker is not None else unexamined,
        )
        items = shuffle_keys([*written, *made.items], seed)
        items = with_lesson_topics(items, self._sources(courses), glossary)
        if not items:
            raise NotesError(
                f"{made.shortfall} Try another topic, other --types or another --level, or add "
                "notes that define their terms."
            )
        for said in (made.shortfall, maker.told(written, items) if maker is not None else ""):
            if said:
                on_event(Notice(said))
        return items

    def topics(self, course: str | None = None) -> list[str]:
        """Return what the lessons of the notes name as topics; a quiz may be on any other, too."""
        from tutor.quiz.topics import topics

        return topics(self.sources(course or self.settings.course))

    def grade(self, item: QuizItem, response: str) -> Grade:
        """Mark one response."""
        from tutor.quiz.grading import grade

        return grade(item, response, encoder=self._embedder if item.rubric else None)

    def record(self, item: QuizItem, attempt: Attempt) -> None:
        """Keep an attempt, and the item, so that a review can bring it back.

        Raises:
            StoreUnavailable: the learner's file cannot be written.
        """
        self._progress.save([item])
        self._progress.record(attempt)

    # -------------------------------------------------------------------- the loop of study

    def due(self, now: datetime, course: str | None = None) -> Queue:
        """Return the items to review ``now``, a moment with the learner's time zone.

        Raises:
            NotesError: the course named does not exist.
            StoreUnavailable: the learner's file cannot be used.
        """
        return self._study_loop().due(now, self._studied(course))

    def outcomes(self, attempt: Attempt) -> dict[Rating, datetime]:
        """Return when the item of an attempt not yet recorded would be due, by its rating."""
        return self._study_loop().outcomes(attempt)

    def mastery(self, course: str | None = None) -> dict[str, float]:
        """Return how well each topic that was tried is known, 0 to 1; see ``progress.mastery``."""
        from tutor.progress.mastery import mastery

        history = self._progress.history(self._studied(course))
        # Of topics that two courses share, the one less known counts.
        return {topic.topic: topic.mastery for topic in reversed(mastery(history))}

    def progress(self, now: datetime, course: str | None = None) -> StudyReport:
        """Return how the learner stands ``now``, and what to study next.

        Raises:
            NotesError: the course named does not exist.
            StoreUnavailable: the learner's file cannot be used.
        """
        from tutor.study.units import units

        named = self._studied(course)
        own_first = sorted(self.sources(named), key=lambda info: info.course == BUNDLED_COURSE)
        return self._study_loop().progress(now, units(own_first, self._chunks_of), named)

    def _studied(self, course: str | None) -> str | None:
        """Return the course to tell of, ``None`` for all: one with notes, or with answers kept.

        Raises:
            NotesError: the course named has neither.
        """
        named = course or self.settings.course
        existing = sorted({info.course for info in self.sources()})
        if named in (None, BUNDLED_COURSE, *existing) or self._progress.items(named):
            return named
        raise NotesError(_no_such_course(named, existing))

    def _study_loop(self) -> StudyLoop:
        """Return the learner's file beside the notes as they are now."""
        from functools import cache

        from tutor.index.catalog import Catalog
        from tutor.quiz.gates import check
        from tutor.study.freshness import Freshness
        from tutor.study.loop import StudyLoop

        index = self._library.current()
        glossary = cache(lambda course: self._glossary((course,)))
        freshness = Freshness(
            catalog=index.catalog if index else Catalog(),
            chunks_of=self._chunks_of,
            faults=lambda item: [one.reason for one in check(item, glossary(item.evidence.course))],
        )
        return StudyLoop(self._progress, freshness)

    def _chunks_of(self, course: str, source: str | None) -> list[Chunk]:
        """Return the chunks of a course, or of one of its files; the store is opened for this."""
        index = self._library.current()
        return index.store.chunks(course, source) if index else []

    # ------------------------------------------------------------------------------ notes

    def ingest(
        self, paths: Sequence[Path], *, course: str | None = None, on_event: Listener = _ignore
    ) -> IngestReport:
        """Bring the index up to date with files and folders; see ``IndexBuilder.ingest``."""
        name = course or self.settings.course or DEFAULT_COURSE
        if not name.strip() or len(name) > 100 or not name.isprintable():
            raise SettingsError(
                f"{name!r} cannot name a course. Use up to 100 letters, digits, spaces or dashes."
            )
        return self._builder.ingest(paths, name, on_event)

    def rebuild(self, on_event: Listener = _ignore) -> IngestReport:
        """Make the index anew with the embedder of the settings; see ``IndexBuilder.rebuild``."""
        return self._builder.rebuild(on_event)

    def sources(self, course: str | None = None) -> list[SourceInfo]:
        """Return the indexed files, those of all courses or of one."""
        return self._builder.sources(course)

    def remove(self, source: str, course: str) -> int:
        """Forget one file of a course; return how many chunks it had."""
        return self._builder.remove(course, source)

    def chunks(self, source: str, course: str) -> list[Chunk]:
        """Return the chunks of one file in reading order."""
        return self._chunks_of(course, source)

    # ------------------------------------------------------------------------- the parts

    @cached_property
    def roles(self) -> Roles:
        """The crew's roles: --agents, else the data folder's agents.yaml, else the shipped one."""
        from tutor.crew.roles import load_roles

        own = self.settings.home / "agents.yaml"
        return load_roles(self.settings.agents or (own if own.exists() else bundled.agents_file()))

    @cached_property
    def model(self) -> ChatModel:
        """The language model in force; see ``llm.catalog``."""
        from tutor.llm.catalog import choose, open_model

        return open_model(choose(self.settings), self.settings)

    @cached_property
    def _quiz_making(self) -> QuizMaking:
        """The quiz maker, which tries out its model once."""
        self._place_crew_records()
        from tutor.crew.quizmaking import QuizMaking

        return QuizMaking(self.model, self.roles, self._decoding)

    def _place_crew_records(self) -> None:
        from tutor.crew import keep_records_in

        keep_records_in(self.settings.home / "crew")

    @property
    def _model_writes_well(self) -> bool:
        """Whether the model is asked for quiz items and explanations; the bundled one is not."""
        from tutor.llm.catalog import ModelKind, choose

        return choose(self.settings).kind is not ModelKind.BUNDLED

    @cached_property
    def _embedder(self) -> Embedder:
        from tutor.index.embedder import open_embedder

        return open_embedder(self.settings.embedder, self.settings.models_folder)

    @cached_property
    def _sentences(self) -> Embedder:
        """The embedder with a memory for the sentences of the notes."""
        from tutor.retrieval.sentence_cache import SentenceCache

        return SentenceCache(self._embedder, self.settings.index_folder / "sentences.sqlite3")

    @cached_property
    def _token_encoder(self) -> QueryEncoder:
        """What gives every word a vector of its own, whichever embedder is set."""
        from tutor.index.embedder import PackagedEmbedder
        from tutor.index.query_encoder import QueryEncoder

        if isinstance(self._embedder, PackagedEmbedder):
            return self._embedder.for_questions()
        return QueryEncoder(self.settings.models_folder)

    @cached_property
    def _cross_encoder(self) -> Reranker | None:
        from tutor.index.cross_encoder import CrossEncoder, find_cross_encoder

        folder = find_cross_encoder(self.settings.reranker, self.settings.models_folder)
        return CrossEncoder(folder) if folder else None

    def _reranker(self, words: Mapping[str, int]) -> Reranker:
        """Return the cross-encoder, if one is on disk; ``words`` are those of the notes."""
        from tutor.retrieval.late_interaction import LateInteraction
        from tutor.retrieval.rarity import Rarity

        return self._cross_encoder or LateInteraction(
            self._token_encoder, Rarity(words), self._token_cache
        )

    @cached_property
    def _token_cache(self) -> TokenCache:
        from tutor.retrieval.token_cache import TokenCache

        return TokenCache(self.settings.index_folder / "tokens.sqlite3")

    @cached_property
    def _library(self) -> Library:
        from tutor.index.embedder import PackagedEmbedder
        from tutor.index.library import Library
        from tutor.retrieval.token_cache import TokenKeeping

        embedder = self._embedder
        if isinstance(embedder, PackagedEmbedder):
            embedder = TokenKeeping(embedder, lambda: self._token_cache)
        return Library(self.settings.index_folder, embedder, self.settings.chroma_url)

    @cached_property
    def _builder(self) -> IndexBuilder:
        from tutor.index.builder import IndexBuilder

        return IndexBuilder(self._library)

    @cached_property
    def _progress(self) -> ProgressStore:
        from tutor.progress.store import ProgressStore

        return ProgressStore(self.settings.progress_file)

    @cached_property
    def _decoding(self) -> Decoding:
        from tutor.llm.chat_model import Decoding

        settings = self.settings
        return Decoding(
            max_tokens=settings.max_tokens,
            temperature=settings.temperature,
            top_p=settings.top_p,
            seed=settings.seed,
        )

    def _rag(self, model: ChatModel, on_event: Listener) -> RagMode:
        """Return how the model reads the passages: a server gives text, and no probabilities."""
        from tutor.llm.chat_model import gives_probabilities

        if self.settings.rag is RagMode.PROMPT or gives_probabilities(model):
            return self.settings.rag
        on_event(
            Notice(
                f"{model.name} gives no probabilities, as RAG-{self.settings.rag.capitalize()} "
                "needs: it reads all passages in one prompt. A GGUF file (`--model`) can do both."
            )
        )
        return RagMode.PROMPT

    def _notes(self) -> _Notes:
        """Return the edition of the index in force, opened for searching."""
        from tutor.grounding.vocabulary import Vocabulary
        from tutor.retrieval.retriever import Retriever
        from tutor.retrieval.spelling import Speller

        index = self._library.current()
        if index is None:
            raise NotesError("There are no notes yet. Add some with `tutor ingest PATH`.")
        if self._searchable is None or self._searchable.index is not index:
            words = index.keywords.vocabulary()
            retriever = Retriever(
                index.store, index.keywords, self._sentences, self._reranker(words)
            )
            self._searchable = _Notes(index, retriever, Vocabulary(words), Speller(words))
        return self._searchable

    # ----------------------------------------------------------------------- the courses

    def _courses(self, course: str | None, on_event: Listener) -> tuple[str, ...]:
        """Return the courses to search, indexing the bundled one where it is the one to use.

        Raises:
            NotesError: the course named does not exist.
        """
        named = course or self.settings.course
        index = self._library.current()
        existing = index.keywords.courses() if index else []
        if named in existing:
            return (named,)
        own = tuple(name for name in existing if name != BUNDLED_COURSE)
        if named is None and own:
            return own
        if named not in (None, BUNDLED_COURSE):
            raise NotesError(_no_such_course(named, existing))
        if BUNDLED_COURSE not in existing:
            on_event(Notice("Indexing the bundled course on machine learning, this once."))
            self._builder.ingest([bundled.knowledge_base()], BUNDLED_COURSE, on_event)
        return (BUNDLED_COURSE,)

    def _chunks_about(
        self, topic: str | None, courses: Sequence[str], glossary: Glossary, seed: int
    ) -> list[Chunk]:
        """Return the chunks to ask about, well mixed unless they are nearest to a topic."""
        import random

        from tutor.quiz.topics import lessons_called

        store = self._notes().index.store
        if topic is None:
            chunks = [chunk for course in courses for chunk in store.chunks(course)]
        elif called := lessons_called(topic, self._sources(courses)):
            chunks = [chunk for info in called for chunk in store.chunks(info.course, info.source)]
        else:
            return self._chunks_near(topic, courses, glossary)
        random.Random(seed).shuffle(chunks)
        return chunks

    def _chunks_near(self, topic: str, courses: Sequence[str], glossary: Glossary) -> list[Chunk]:
        """Return the chunks nearest to a topic; of the lesson that teaches it, all of them.

        Raises:
            NotesError: the notes do not cover the topic.
        """
        from tutor.quiz.topics import lessons_teaching

        notes = self._notes()
        store = notes.index.store
        about = notes.speller.repair(_checked(topic)).text
        passages = notes.retriever.search(about, _TOPIC_PASSAGES, courses)
        found = store.get([one for passage in passages for one in passage.chunk_ids])
        if lessons := lessons_teaching(about, self._sources(courses), glossary):
            taught = [c for info in lessons for c in store.chunks(info.course, info.source)]
            nearest = [chunk for chunk in found if chunk in taught]
            return nearest + [chunk for chunk in taught if chunk not in nearest]
        self._demand_coverage(about, passages)
        return found

    def _demand_coverage(self, topic: str, passages: Sequence[Passage]) -> None:
        """Raise ``NotesError`` if the passages found for a topic do not cover it."""
        from tutor.grounding.coverage import assess

        coverage = assess(topic, passages, self._notes().vocabulary, self._sentences)
        if not coverage.covered:
            raise NotesError(
                f"The notes do not cover {topic!r}. Near it are: {'; '.join(coverage.topics)}."
            )

    def _sources(self, courses: Sequence[str]) -> list[SourceInfo]:
        return [info for course in courses for info in self.sources(course)]

    def _glossary(self, courses: Sequence[str]) -> Glossary:
        from tutor.quiz.glossary import Glossary

        store = self._notes().index.store
        return Glossary([c for course in courses for c in store.chunks(course)], self._sentences)

    # ------------------------------------------------------------------------- the model

    def use_model(self, name: str) -> ModelChoice:
        """Answer with another model from now on: a name from the catalog, or a GGUF file.

        Raises:
            SettingsError: the name means nothing.
            ModelUnavailable: the file is not there or is no GGUF file.
        """
        from tutor.llm.catalog import choose
        from tutor.llm.gguf_file import check_gguf

        settings = self.settings.model_copy(update={"model": name, "server": None})
        choice = choose(settings)
        if choice.path is not None:
            check_gguf(choice.path)
        with self._loading:
            self.settings = settings
            self.__dict__.pop("model", None)
        return choice

    def describe_model(self) -> ModelInfo:
        """Return what is known of the model in force."""
        from tutor.llm.catalog import choose, info

        return info(choose(self.settings))


def _told(material: Material, laid: Layout) -> Answer:
    """Return a text about a topic as an answer."""
    return Answer(
        question=material.topic,
        query=material.topic,
        kind=AnswerKind.QUOTED,
        text=laid.text,
        claims=laid.claims,
        citations=laid.citations,
        passages=tuple(page.passage for page in material.pages),
    )


def _no_such_course(named: str | None, existing: Sequence[str]) -> str:
    return (
        f"There is no course {named!r}. You have {', '.join(existing) or 'none yet'}; "
        f"`tutor ingest PATH --course {named}` makes it."
    )


def _checked(question: str) -> str:
    """Return the question in one line.

    Raises:
        SettingsError: it is empty, or too long to be a question.
    """
    asked = " ".join(question.split())
    if not asked:
        raise SettingsError("The question is empty. Ask something about your notes.")
    if len(asked) > LONGEST_QUESTION:
        raise SettingsError(
            f"The question has {len(asked):,} characters; {LONGEST_QUESTION:,} are the most. "
            "Put long text into a file and `tutor ingest` it, then ask about it."
        )
    return asked
