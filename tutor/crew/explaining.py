"""An explanation in the model's words: section by section, each checked before it is taken."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tutor.crew.budget import fit, passage_versions
from tutor.crew.crew import Workforce
from tutor.crew.model_adapter import AgentModel, Wire
from tutor.crew.reply import Reply, split_reply
from tutor.crew.roles import Roles
from tutor.errors import UnusableReply
from tutor.grounding.candidates import Encoder
from tutor.grounding.citations import number_passages, resolve_markers, without_markers
from tutor.grounding.entailment import Entailment
from tutor.grounding.support import Grounds
from tutor.grounding.verdict import as_written, kept
from tutor.llm.chat_model import ChatModel, Decoding, Message
from tutor.schema import (
    AgentStarted,
    Citation,
    Claim,
    Event,
    Level,
    Passage,
    SentencesChecked,
    Usage,
)
from tutor.study.layout import Layout, Section

LEVELS = {
    Level.BEGINNER: "a beginner, in everyday words",
    Level.INTERMEDIATE: "a student who has met the basics",
    Level.EXPERT: "an expert, precisely and in the terms of the field",
}

_SHORTEST = 0.4
"""Share of the words of the notes that a section has to have; less leaves too much out."""


@dataclass(frozen=True, slots=True)
class Written:
    """An explanation, how it was thought out, and what it cost. ``sections`` counts the model's."""

    layout: Layout
    reasoning: str
    usage: Usage
    sections: int


class Explaining:
    """The crew's explainer, who puts the sections of an explanation into words of its own."""

    def __init__(
        self,
        model: ChatModel,
        roles: Roles,
        embedder: Encoder,
        decoding: Decoding,
        entailment: Entailment | None = None,
    ) -> None:
        self._model = model
        self._workforce = Workforce(roles)
        self._embedder = embedder
        self._decoding = decoding
        self._entailment = entailment

    def write(
        self,
        topic: str,
        level: Level,
        quoted: Layout,
        *,
        emit: Callable[[Event], None],
        cancelled: threading.Event,
    ) -> Written:
        """Return ``quoted`` with each section in the model's words where the notes support them.

        A section with code, and one that the model leaves thin or gets wrong, stays as it is.

        Raises:
            TutorError: the model cannot be reached.
        """
        sections: list[Section] = []
        thoughts: list[str] = []
        usage, written = Usage(), 0
        for section in quoted.sections:
            sections.append(section)
            if cancelled.is_set() or "```" in section.text:
                continue
            emit(AgentStarted(self._workforce.roles.agents["explainer"].role, section.title))
            cited = _cited(section, quoted.citations)
            passages = [_quoted(citation) for citation in cited]
            try:
                reply, cost = self._reply(topic, level, section.title, passages, cancelled)
            except UnusableReply:
                continue  # the notes' own words stand in its place
            usage += cost
            thoughts.append(reply.reasoning)
            claims = self._checked(reply.answer, passages)
            emit(SentencesChecked(claims))
            left = kept(claims)
            if _is_full(left, section):
                sections[-1] = _numbered(section.title, left, cited)
                written += 1
        reasoning = "\n\n".join(thought for thought in thoughts if thought)
        return Written(Layout(tuple(sections), quoted.citations), reasoning, usage, written)

    def _reply(
        self,
        topic: str,
        level: Level,
        title: str,
        passages: Sequence[Passage],
        cancelled: threading.Event,
    ) -> tuple[Reply, Usage]:
        def shrink(messages: list[Message], reply_tokens: int) -> list[Message]:
            return fit(messages, passage_versions(passages), self._model, reply_tokens)[0]

        wire = Wire("explainer", self._decoding, shrink=shrink, cancelled=cancelled)
        model = AgentModel(self._model, wire)
        task = self._workforce.task(
            "explain_section",
            self._workforce.agent("explain_section", model),
            topic=topic,
            level=LEVELS[level],
            section=title,
            passages=number_passages(passages),
        )
        self._workforce.run([task], lambda: [model.failure] if model.failure else [])
        return split_reply(str(task.output.raw if task.output else "")), model.usage

    def _checked(self, text: str, passages: Sequence[Passage]) -> tuple[Claim, ...]:
        judge = self._entailment.follows if self._entailment else None
        return Grounds(passages, self._embedder, judge).check(resolve_markers(text, passages))


def _cited(section: Section, citations: Sequence[Citation]) -> list[Citation]:
    """Return the citations of a section in the order of their numbers."""
    numbers = {number for claim in section.claims for number in claim.citations}
    return [citation for citation in citations if citation.number in numbers]


def _quoted(citation: Citation) -> Passage:
    """Return only what is quoted of a passage: that is all that a section is written from."""
    return replace(citation.passage, text=citation.quote)


def _is_full(claims: Sequence[Claim], section: Section) -> bool:
    said = sum(len(without_markers(claim.text).split()) for claim in claims)
    return said >= _SHORTEST * len(without_markers(section.text).split())


def _numbered(title: str, claims: Sequence[Claim], cited: Sequence[Citation]) -> Section:
    """Return checked claims as a section, their citations numbered as in the whole text."""
    renumbered = tuple(
        replace(
            claim,
            text=without_markers(claim.text),
            citations=tuple(cited[number - 1].number for number in claim.citations),
        )
        for claim in claims
    )
    return Section(title, as_written(renumbered), renumbered)
