r"""The shapes that ``--json`` prints, for programs to read.

Every shape is one JSON object on one line, ASCII only, with ``type`` and ``version``. Within a
version keys are only ever added; a changed meaning raises ``version``. Numbers of lines and
pages count from 1; ``page`` is null for formats without pages; ``heading`` is the trail of
headings, outermost first; ``similarity`` is a cosine, -1 to 1. Texts are as they stand in the
notes, unaltered.

``tutor ask``, type ``answer``::

    question    what was asked
    query       what was searched for
    kind        "written" by the model and checked, "quoted" from the notes, or "abstained"
    sure        false where the notes only come near the question
    text        Markdown; [n] refers to citations[].number
    citations   [{number, quote, source, course, heading, start_line, end_line, page}]
                where the quote stands, to the line
    claims      [{text, citations: [number], support: 0..1, supported: bool}], one a sentence
    passages    [passage], all that the answer could draw on, best first
    topics      [text], the nearest topics when the notes do not cover the question
    reasoning   the model's thoughts before the answer; may be empty
    model       who answered
    usage       {prompt_tokens, reused_tokens, completion_tokens, seconds}

``tutor search``, type ``search``: ``query``, ``passages``: [passage], best first, where a

    passage     {source, course, heading, start_line, end_line, page, text, score, similarity,
                chunk_ids: [text]}; score orders the passages of one search only

``tutor quiz``, type ``quiz``: ``topic`` (null for all notes), ``items``: [item], where an

    item        {id, kind, stem, options: [text], keys: [text], accepted: [text], explanation,
                topic, level, evidence, pairs: [{prompt, match, evidence}], rubric: [{text,
                evidence}]}; evidence is {source, course, heading, start_line, end_line, page,
                chunk_id, quote}; kind is "multiple-choice", "multiple-response", "true-false",
                "cloze", "matching", "ordering", "short-answer" or "long-answer"; keys are the
                right options, "True" or "False", the missing words, the matches of pairs in turn,
                all options in their right order, or a model answer

``tutor quiz lint``, type ``lint``: ``items``, ``passed`` (how many), ``findings``: [{id, stem,
rejections: [{gate, reason}]}], ``bank``: [{gate, reason}] against the bank as a whole, ``unread``:
[text] on questions that are no items, ``kinds`` and ``key_places`` (counts), ``longest_keys``,
``by_chance`` and ``true_share`` (0..1), ``repeats``, ``covered`` of ``sections``.

``tutor explain``, type ``answer``, as above. ``tutor guide``, type ``guide``: ``topic``, ``told``
(an answer as above, its text in sections) and ``questions``: [item].

``tutor notes``, type ``notes``: ``sources``: [{course, source, title, chunks, characters,
lesson}]; lesson is null, or {module, objectives: [text], prerequisites: [text], key_terms: [text]}
from the front matter of the file; prerequisites are paths in the folder of the course.

``tutor notes show``, type ``note``: ``source``, ``line`` (null if none was named), ``chunks``:
[{id, course, heading, start_line, end_line, page, text, marked: bool}]; marked holds the line.

``tutor notes rm``, type ``removed``: ``sources``: [{course, source, chunks}], how many went.

``tutor eval``, type ``evaluation``: see ``evaluation.results``; ``--compare``, type ``comparison``.

``tutor review --json``, type ``review``: ``due``: [item], what to ask now, those in most danger of
being forgotten first; ``more``, how many are due besides; ``waiting``, how many are due later;
``next_due``, when the first of these is (null if there is none); ``stale``: [{id, topic, source,
reason}], the items that are not asked because the notes have changed.

``tutor progress``, type ``progress``; all times are ISO 8601 with their zone::

    course        null for all
    at            when
    answers, right
    days          [{date, answers}], oldest first, in the learner's time zone
    streak        {current, longest}, days in a row
    due           {now, today, week}, each with those before
    stale         as in a review
    topics        [{topic, course, mastery: 0..1, attempts, last}], least known first
    suggestions   [{topic, course, why, mastery, toward}], what to study next: why is
                  "prerequisite" of the topic toward, "weak", "stale" or "untried"; mastery is null
                  where it was not tried
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tutor.schema import (
    Answer,
    Chunk,
    Citation,
    Notice,
    Passage,
    QuizItem,
    SourceInfo,
    StudyGuide,
)
from tutor.study.report import Queue, StaleItem, StudyReport
from tutor.terminal.places import Located, quoted_place

if TYPE_CHECKING:
    from tutor.quiz.gates import Rejection
    from tutor.quiz.lint import LintReport

VERSION = 1

Shape = dict[str, Any]


def dumps(shape: Shape) -> str:
    """Return one line of ASCII, whatever the texts hold; no stream or terminal can trip on it."""
    return json.dumps(shape, ensure_ascii=True, allow_nan=False) + "\n"


def answer(answer: Answer) -> Shape:
    """The shape of ``tutor ask``."""
    return _typed(
        "answer",
        question=answer.question,
        query=answer.query,
        kind=answer.kind.value,
        sure=answer.sure,
        text=answer.text,
        citations=[_citation(citation) for citation in answer.citations],
        claims=[asdict(claim) for claim in answer.claims],
        passages=[asdict(passage) for passage in answer.passages],
        topics=answer.topics,
        reasoning=answer.reasoning,
        model=answer.model,
        usage=asdict(answer.usage),
    )


def search(query: str, passages: Sequence[Passage]) -> Shape:
    """The shape of ``tutor search``."""
    return _typed("search", query=query, passages=[asdict(passage) for passage in passages])


def quiz(topic: str | None, items: Sequence[QuizItem]) -> Shape:
    """The shape of ``tutor quiz``."""
    return _typed("quiz", topic=topic, items=[asdict(item) for item in items])


def lint(report: LintReport, notices: Sequence[Notice]) -> Shape:
    """The shape of ``tutor quiz lint``."""
    findings = [
        {
            "id": one.item.id,
            "stem": one.item.stem,
            "rejections": [_rejection(rejection) for rejection in one.rejections],
        }
        for one in report.findings
    ]
    return _typed(
        "lint",
        items=report.items,
        passed=report.passed,
        findings=findings,
        bank=[_rejection(rejection) for rejection in report.bank],
        unread=[notice.text for notice in notices],
        kinds=dict(report.kinds),
        key_places=dict(report.key_places),
        longest_keys=report.longest_keys,
        by_chance=report.by_chance,
        true_share=report.true_share,
        repeats=report.repeats,
        covered=report.covered,
        sections=report.sections,
    )


def _rejection(rejection: Rejection) -> Shape:
    return {"gate": rejection.gate, "reason": rejection.reason}


def guide(guide: StudyGuide) -> Shape:
    """The shape of ``tutor guide``."""
    return _typed(
        "guide",
        topic=guide.topic,
        told=answer(guide.told),
        questions=[asdict(item) for item in guide.questions],
    )


def notes(sources: Sequence[SourceInfo]) -> Shape:
    """The shape of ``tutor notes``."""
    return _typed("notes", sources=[asdict(info) for info in sources])


def note(source: str, line: int | None, chunks: Sequence[Chunk], marked: Sequence[str]) -> Shape:
    """The shape of ``tutor notes show``."""
    return _typed(
        "note",
        source=source,
        line=line,
        chunks=[
            {
                "id": chunk.id,
                "course": chunk.course,
                **_where(chunk),
                "text": chunk.text,
                "marked": chunk.id in marked,
            }
            for chunk in chunks
        ],
    )


def removed(removed: Sequence[tuple[SourceInfo, int]]) -> Shape:
    """The shape of ``tutor notes rm``."""
    return _typed(
        "removed",
        sources=[
            {"course": info.course, "source": info.source, "chunks": chunks}
            for info, chunks in removed
        ],
    )


def review(queue: Queue, count: int) -> Shape:
    """The shape of ``tutor review``, with up to ``count`` items."""
    return _typed(
        "review",
        due=[asdict(item) for item in queue.due[:count]],
        more=len(queue.due[count:]),
        waiting=queue.waiting,
        next_due=queue.next_due and queue.next_due.isoformat(),
        stale=_stale(queue.stale),
    )


def progress(report: StudyReport) -> Shape:
    """The shape of ``tutor progress``."""
    return _typed(
        "progress",
        course=report.course,
        at=report.at.isoformat(),
        answers=report.answers,
        right=report.right,
        days=[{"date": day.date.isoformat(), "answers": day.answers} for day in report.days],
        streak=asdict(report.streak),
        due={"now": report.due_now, "today": report.due_today, "week": report.due_week},
        stale=_stale(report.stale),
        topics=[asdict(topic) | {"last": topic.last.isoformat()} for topic in report.topics],
        suggestions=[asdict(one) for one in report.suggestions],
    )


def _stale(items: Sequence[StaleItem]) -> list[Shape]:
    return [
        {
            "id": one.item.id,
            "topic": one.item.topic,
            "source": one.item.evidence.source,
            "reason": one.reason,
        }
        for one in items
    ]


def _typed(shape: str, /, **fields: Any) -> Shape:
    return {"type": shape, "version": VERSION, **fields}


def _citation(citation: Citation) -> Shape:
    quoted = quoted_place(citation)
    return {
        "number": citation.number,
        "quote": citation.quote,
        "source": quoted.source,
        "course": quoted.course,
        **_where(quoted),
    }


def _where(located: Located) -> Shape:
    return {
        "heading": located.heading,
        "start_line": located.start_line,
        "end_line": located.end_line,
        "page": located.page,
    }
