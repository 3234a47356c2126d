"""The records that travel through the tutor, in the order in which the data meets them.

    file -> Note -> Chunk -> Passage -> Answer with Citations -> screen
                                    \\-> QuizItem -> Attempt

All are frozen: a step that changes something makes a new record. Lines are 1-based and
inclusive, pages are 1-based, character offsets are 0-based and half-open.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

# ------------------------------------------------------------------------------ notes


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the front matter of a note says of its place in a course.

    ``prerequisites`` are paths of other lessons, relative to the course's folder.
    """

    module: str
    objectives: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    key_terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """One file of notes, read into text.

    ``text`` keeps the file's own lines wherever the format has lines; a converted format
    (Word, slides, HTML, ...) is held as Markdown. ``page_starts[i]`` is the offset in ``text``
    at which page ``i + 1`` begins; it is empty for formats without pages. ``lesson`` is ``None``
    for a note that names no module in its front matter.
    """

    source: str
    title: str
    text: str
    digest: str
    page_starts: tuple[int, ...] = ()
    lesson: Lesson | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of one note that is embedded and found as a whole.

    ``text`` is exactly ``note.text[start:end]``. ``heading`` is the trail of headings above it,
    outermost first. ``position`` counts the chunks of a note from 0. ``id`` depends on course,
    source, heading and text only, so that an edit elsewhere in the file leaves it alone.
    """

    id: str
    course: str
    source: str
    heading: tuple[str, ...]
    text: str
    position: int
    start: int
    end: int
    start_line: int
    end_line: int
    page: int | None = None

    @property
    def embedded_text(self) -> str:
        """What the embedder and the keyword index see: the heading trail, then the text."""
        return "\n".join([" > ".join(self.heading), self.text]) if self.heading else self.text


def chunk_id(
    course: str, source: str, heading: tuple[str, ...], text: str, occurrence: int = 0
) -> str:
    """Return the identity of a chunk; ``occurrence`` tells repeats within one note apart."""
    parts = "\x1f".join([course, source, *heading, text, str(occurrence)])
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file that was left out of the index, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one ingest did. Counts are of chunks, except ``files``."""

    course: str
    files: int
    added: int
    kept: int
    removed: int
    skipped: tuple[SkippedFile, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """One indexed file, as ``tutor notes`` lists it."""

    course: str
    source: str
    title: str
    chunks: int
    characters: int
    lesson: Lesson | None = None


# -------------------------------------------------------------------------- retrieval


@dataclass(frozen=True, slots=True)
class Passage:
    """What the retriever hands on: one chunk, or neighbouring chunks of a note joined.

    ``score`` orders passages of one search (higher is better, no unit). ``similarity`` is the
    cosine between question and passage, -1 to 1, comparable between searches.
    """

    source: str
    course: str
    heading: tuple[str, ...]
    text: str
    start_line: int
    end_line: int
    page: int | None
    chunk_ids: tuple[str, ...]
    score: float
    similarity: float


# ------------------------------------------------------------------------ conversation


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier turn of a conversation.

    ``role`` is ``user``, ``tutor``, or ``summary`` for what earlier turns came to.
    """

    role: str
    text: str


# ----------------------------------------------------------------------------- answers


class RagMode(StrEnum):
    """How the model reads the passages that it answers from."""

    PROMPT = "prompt"  # all passages in one prompt
    SEQUENCE = "sequence"  # RAG-Sequence: an answer from each passage, the most probable one wins
    TOKEN = "token"  # RAG-Token: each token from all passages, read side by side


class AnswerKind(StrEnum):
    """Where the words of an answer come from."""

    WRITTEN = "written"  # the model's words, each sentence checked against the passages
    QUOTED = "quoted"  # sentences of the notes, chosen and cited by code
    ABSTAINED = "abstained"  # the notes do not cover the question


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered pointer from an answer to the notes; ``quote`` is verbatim from ``passage``."""

    number: int
    passage: Passage
    quote: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence (or list item, or code block) of an answer.

    ``citations`` are the numbers of its citations, ``support`` is 0 to 1, and ``supported``
    says whether that was enough.
    """

    text: str
    citations: tuple[int, ...]
    support: float
    supported: bool


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer cost: tokens read (``reused`` of them from the cache) and written."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    reused_tokens: int = 0
    seconds: float = 0.0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.reused_tokens + other.reused_tokens,
            self.seconds + other.seconds,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer. ``text`` is Markdown with ``[n]`` markers for ``citations``.

    ``sure`` is false where the notes only come near the question.
    """

    question: str
    query: str
    kind: AnswerKind
    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    reasoning: str = ""
    topics: tuple[str, ...] = ()
    model: str = ""
    usage: Usage = field(default_factory=Usage)
    sure: bool = True


# ---------------------------------------------------------------------------- studying


class Slant(StrEnum):
    """How to answer a question again."""

    SIMPLER = "simpler"
    DEEPER = "deeper"
    EXAMPLE = "example"


class Level(StrEnum):
    """Whom an explanation is for."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    EXPERT = "expert"


# -------------------------------------------------------------------------------- quiz


class ItemKind(StrEnum):
    """The kinds of quiz items."""

    MULTIPLE_CHOICE = "multiple-choice"  # one option is right
    MULTIPLE_RESPONSE = "multiple-response"  # several options are
    TRUE_FALSE = "true-false"
    CLOZE = "cloze"
    MATCHING = "matching"
    ORDERING = "ordering"
    SHORT_ANSWER = "short-answer"  # a sentence
    LONG_ANSWER = "long-answer"  # several


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where the key of a quiz item stands in the notes; ``quote`` is verbatim."""

    source: str
    course: str
    heading: tuple[str, ...]
    start_line: int
    end_line: int
    page: int | None
    chunk_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A prompt of a matching item and the option that belongs to it."""

    prompt: str
    match: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class RubricPoint:
    """One thing that a full answer to a short or long question says."""

    text: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class QuizItem:
    """One checked quiz item.

    ``options`` are what the learner chooses from, sorts or matches, in the order shown; it is
    empty for what is typed. ``keys`` are the right options, ``True`` or ``False`` as text, or the
    missing words: one for most kinds, several for multiple response, all options in their right
    order for ordering, the matches of ``pairs`` in turn for matching, a model answer for short and
    long answers. ``accepted`` lists further spellings of a typed key that count as right.
    ``evidence`` settles the key; each pair and each point of the rubric has its own.
    """

    id: str
    kind: ItemKind
    stem: str
    options: tuple[str, ...]
    keys: tuple[str, ...]
    accepted: tuple[str, ...]
    explanation: str
    topic: str
    level: int
    evidence: Evidence
    pairs: tuple[Pair, ...] = ()
    rubric: tuple[RubricPoint, ...] = ()

    @property
    def key(self) -> str:
        """The key of a kind that has one."""
        return self.keys[0]


@dataclass(frozen=True, slots=True)
class StudyGuide:
    """What to know of a topic, told as an answer, and ``questions`` to check it by."""

    topic: str
    told: Answer
    questions: tuple[QuizItem, ...]


class Verdict(StrEnum):
    """What a response is worth."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    NOT_SURE = "not sure"  # the learner should compare it with the notes


class Judgement(StrEnum):
    """What a response does with one point of a rubric."""

    MET = "met"
    CONTRADICTED = "contradicted"
    MISSING = "missing"
    NOT_SURE = "not sure"


@dataclass(frozen=True, slots=True)
class PointGrade:
    """The judgement on one point; ``said`` is verbatim from the response, empty if missing.

    A point that is not sure is ``flawed`` if something was said that speaks against it.
    """

    point: RubricPoint
    judgement: Judgement
    said: str = ""
    flawed: bool = False


@dataclass(frozen=True, slots=True)
class Grade:
    """The verdict on one response.

    ``score`` is 0 to 1 and counts only what is surely right; ``points`` are those of the item's
    rubric, in its order.
    """

    verdict: Verdict
    score: float
    feedback: str
    points: tuple[PointGrade, ...] = ()

    @property
    def correct(self) -> bool:
        """Whether the response is right in full."""
        return self.verdict is Verdict.RIGHT


class Rating(IntEnum):
    """How well an item was remembered, as FSRS counts it."""

    AGAIN = 1  # not remembered
    HARD = 2
    GOOD = 3
    EASY = 4


@dataclass(frozen=True, slots=True)
class Attempt:
    """A learner's response to one item at a moment in time (UTC), with its grade.

    ``seconds`` went by until the response was given. ``rating`` is inferred from the rest (see
    ``progress.rating``) unless the learner knew better.
    """

    item_id: str
    topic: str
    response: str
    verdict: Verdict
    score: float
    rating: Rating
    at: datetime
    seconds: float

    @property
    def correct(self) -> bool:
        """Whether the response was right in full."""
        return self.verdict is Verdict.RIGHT


# ---------------------------------------------------------------------- kept conversations


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what the tutor said to it, at a moment in time (UTC).

    ``answer`` is ``None`` where the question was stopped before its answer was checked; ``said``
    is then as much as had been written.
    """

    question: str
    said: str
    answer: Answer | None
    at: datetime


@dataclass(frozen=True, slots=True)
class QuizUnderway:
    """A quiz that was begun: the first ``answered`` of ``items`` are done.

    ``right`` of these were right in full, ``partly`` of them in part.
    """

    topic: str | None
    items: tuple[QuizItem, ...]
    answered: int = 0
    right: int = 0
    partly: int = 0


# ------------------------------------------------------------------------------ events
# What ``app`` reports while it works; ``terminal.render`` decides how each one looks.


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` of ``total`` units of ``task`` are finished."""

    task: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should know, in one sentence; the work goes on."""

    text: str


@dataclass(frozen=True, slots=True)
class AgentStarted:
    """An agent of the crew took over; ``doing`` is a short phrase such as "searching"."""

    role: str
    doing: str


@dataclass(frozen=True, slots=True)
class PassagesFound:
    """The notes were searched for ``query``."""

    query: str
    passages: tuple[Passage, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text as the model writes it; ``reasoning`` tells thought from answer."""

    text: str
    reasoning: bool = False


@dataclass(frozen=True, slots=True)
class Pace:
    """The agent at work has written ``tokens`` in ``seconds`` by now."""

    tokens: int
    seconds: float


@dataclass(frozen=True, slots=True)
class ModelCalled:
    """An agent asked the model for one reply and got it.

    ``messages`` are (role, text) as they were sent. ``grammar`` is what the reply was held to,
    GBNF or a JSON Schema; it is empty for free text. ``finish`` is ``stop``, ``length`` or
    ``cancelled``.
    """

    agent: str
    model: str
    messages: tuple[tuple[str, str], ...]
    grammar: str
    reply: str
    finish: str
    usage: Usage


@dataclass(frozen=True, slots=True)
class SentencesChecked:
    """The sentences of a reply were held against the passages."""

    claims: tuple[Claim, ...]


Event = (
    Progress | Notice | AgentStarted | PassagesFound | Token | Pace | ModelCalled | SentencesChecked
)
