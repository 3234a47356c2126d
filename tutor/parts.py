"""The only place that chooses concrete parts: which model, which embedder, which files.

Every part is opened when it is first asked for, and then kept, so that a command pays only for
what it uses.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from tutor import bundled
from tutor.schema import Event, Notice, RagMode
from tutor.settings import Settings

if TYPE_CHECKING:
    from tutor.crew.quizmaking import QuizMaking
    from tutor.crew.roles import Roles
    from tutor.grounding.entailment import Entailment
    from tutor.index.builder import IndexBuilder
    from tutor.index.embedder import Embedder
    from tutor.index.library import Library
    from tutor.index.query_encoder import QueryEncoder
    from tutor.llm.catalog import ModelChoice
    from tutor.llm.chat_model import ChatModel, Decoding
    from tutor.progress.store import ProgressStore
    from tutor.retrieval.reranker import Reranker
    from tutor.retrieval.token_cache import TokenCache

Listener = Callable[[Event], None]
"""Hears of long work while it goes on."""


class Parts:
    """The parts that these settings ask for. Nothing is loaded yet.

    A part may be set before it is asked for, which puts another in its place.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.loading = threading.RLock()
        """Held while a part is opened that another thread may want: of each there is one."""

    # -------------------------------------------------------------------------- the model

    @cached_property
    def model(self) -> ChatModel:
        """The language model in force; see ``llm.catalog``."""
        from tutor.llm.catalog import open_model

        return open_model(self.model_choice(), self.settings)

    def model_choice(self) -> ModelChoice:
        """Return which model is in force, without opening it."""
        from tutor.llm.catalog import choose

        return choose(self.settings)

    def use_model(self, name: str) -> ModelChoice:
        """Put another model in force: a name from the catalog, or a GGUF file.

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
        with self.loading:
            self.settings = settings
            for part in ("model", "quiz_making", "entailment"):
                self.__dict__.pop(part, None)
        return choice

    @property
    def model_writes_well(self) -> bool:
        """Whether the model is asked for quiz items and explanations; the bundled one is not."""
        from tutor.llm.catalog import ModelKind

        return self.model_choice().kind is not ModelKind.BUNDLED

    @cached_property
    def decoding(self) -> Decoding:
        """How the model picks its words."""
        from tutor.llm.chat_model import Decoding

        settings = self.settings
        return Decoding(
            max_tokens=settings.max_tokens,
            temperature=settings.temperature,
            top_p=settings.top_p,
            seed=settings.seed,
        )

    def rag(self, model: ChatModel, on_event: Listener) -> RagMode:
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

    # --------------------------------------------------------------------------- the crew

    @cached_property
    def roles(self) -> Roles:
        """The crew's roles: --agents, else the data folder's agents.yaml, else the shipped one."""
        from tutor.crew.roles import load_roles

        own = self.settings.home / "agents.yaml"
        return load_roles(self.settings.agents or (own if own.exists() else bundled.agents_file()))

    @cached_property
    def quiz_making(self) -> QuizMaking:
        """The quiz maker, which tries out its model once."""
        self.place_crew_records()
        from tutor.crew.quizmaking import QuizMaking

        return QuizMaking(self.model, self.roles, self.decoding)

    @cached_property
    def entailment(self) -> Entailment | None:
        """What asks the model whether a sentence follows from the notes; the bundled one cannot."""
        from tutor.grounding.entailment import Entailment
        from tutor.llm.trials import Trials

        if not self.model_writes_well:
            return None
        path = self.model_choice().path
        trials = Trials(self.settings.models_folder / "trials.json", path) if path else None
        return Entailment(self.model, trials)

    def place_crew_records(self) -> None:
        """Have CrewAI keep its records in the data folder; this comes before its import."""
        from tutor.crew import keep_records_in

        keep_records_in(self.settings.home / "crew")

    # ----------------------------------------------------------------- what encodes texts

    @cached_property
    def embedder(self) -> Embedder:
        """What turns a text into a vector."""
        from tutor.index.embedder import open_embedder

        return open_embedder(self.settings.embedder, self.settings.models_folder)

    @cached_property
    def sentences(self) -> Embedder:
        """The embedder with a memory for the sentences of the notes."""
        from tutor.retrieval.sentence_cache import SentenceCache

        return SentenceCache(self.embedder, self.settings.index_folder / "sentences.sqlite3")

    @cached_property
    def token_encoder(self) -> QueryEncoder:
        """What gives every word a vector of its own, whichever embedder is set."""
        from tutor.index.embedder import PackagedEmbedder
        from tutor.index.query_encoder import QueryEncoder

        if isinstance(self.embedder, PackagedEmbedder):
            return self.embedder.for_questions()
        return QueryEncoder(self.settings.models_folder)

    @cached_property
    def token_cache(self) -> TokenCache:
        """The vectors of the words of the notes, on disk."""
        from tutor.retrieval.token_cache import TokenCache

        return TokenCache(self.settings.index_folder / "tokens.sqlite3")

    @cached_property
    def cross_encoder(self) -> Reranker | None:
        """The cross-encoder, if one is on disk."""
        from tutor.index.cross_encoder import CrossEncoder, find_cross_encoder

        folder = find_cross_encoder(self.settings.reranker, self.settings.models_folder)
        return CrossEncoder(folder) if folder else None

    def reranker(self, words: Mapping[str, int]) -> Reranker:
        """Return the cross-encoder, if one is on disk; ``words`` are those of the notes."""
        from tutor.retrieval.late_interaction import LateInteraction
        from tutor.retrieval.rarity import Rarity

        return self.cross_encoder or LateInteraction(
            self.token_encoder, Rarity(words), self.token_cache
        )

    # ----------------------------------------------------- the notes and the learner's file

    @cached_property
    def library(self) -> Library:
        """The index on disk, or on a Chroma server."""
        from tutor.index.embedder import PackagedEmbedder
        from tutor.index.library import Library
        from tutor.retrieval.token_cache import TokenKeeping

        embedder = self.embedder
        if isinstance(embedder, PackagedEmbedder):
            embedder = TokenKeeping(embedder, lambda: self.token_cache)
        return Library(self.settings.index_folder, embedder, self.settings.chroma_url)

    @cached_property
    def builder(self) -> IndexBuilder:
        """What brings the index up to date with files and folders."""
        from tutor.index.builder import IndexBuilder

        return IndexBuilder(self.library)

    @cached_property
    def progress(self) -> ProgressStore:
        """The learner's file: items that were asked, and the answers to them."""
        from tutor.progress.store import ProgressStore

        return ProgressStore(self.settings.progress_file)
