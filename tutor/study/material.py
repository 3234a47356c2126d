"""What the notes say of a topic, sentence by sentence, sorted by what it tells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tutor.grounding.candidates import (
    Candidate,
    Encoder,
    Page,
    open_pages,
    score_units,
    with_labels,
)
from tutor.grounding.context import in_context
from tutor.grounding.definitions import illustrates
from tutor.grounding.pieces import leans_on_previous
from tutor.grounding.sentences import Kind
from tutor.grounding.words import content_stems, topic_stems
from tutor.schema import Passage
from tutor.study.aspects import Aspect, aspect_of, definition_strength

_NAMES_IT = 0.28
_UNDER_ITS_NAME = 0.40
_SILENT = 0.55
"""Cosine to the topic asked of a sentence that names it, stands under its name, or neither."""

_WORSE = 0.4
"""How much worse than the best statement one may fit."""

_SIGNPOST = re.compile(
    r"\b(?:let[\u2019']?s|we will|we'll|you will|you'll|in this (?:section|lesson|chapter|lecture"
    r"|post|article|course|tutorial|notebook)|(?:figure|table|slide|chapter|section) \d"
    r"|as (?:shown|seen|mentioned)|the following|(?:seen?|shown) .*(?:above|below)|next lesson)\b",
    re.IGNORECASE,
)
"""Words about the text instead of the topic."""

_APART = re.compile(
    r"where to go next|see also|further reading|references|table of contents|check yourself"
    r"|exercises|quiz|sources|learning (?:outcomes|objectives)|review questions",
    re.IGNORECASE,
)
"""Titles under which nothing is told."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A unit of the notes about the topic, and the side of it that it tells."""

    candidate: Candidate
    aspect: Aspect


class Material:
    """The statements of ``passages`` about ``topic``, best first."""

    def __init__(
        self, topic: str, passages: Sequence[Passage], encoder: Encoder, names: Sequence[str] = ()
    ) -> None:
        """``names`` are what else the notes call the topic, such as its abbreviation."""
        self.topic = topic
        self.pages: tuple[Page, ...] = tuple(open_pages(passages))
        self._encoder = encoder
        self._names = tuple(dict.fromkeys([topic, *names]))
        self._wanted = [stems for name in self._names if (stems := set(topic_stems(name)))]
        scored = [one for one in score_units(topic, self.pages, encoder) if self._is_about(one)]
        self.statements = tuple(
            Statement(one, aspect_of(one, self._names, named=self.is_named(one.plain)))
            for one in scored
            if one.score >= scored[0].score - _WORSE
        )

    @property
    def lesson(self) -> Passage:
        """The passage of the best statement, as a pointer to its lesson."""
        return self.statements[0].candidate.page.passage

    def telling(self, *aspects: Aspect) -> list[Statement]:
        """Return the statements that tell one of these sides, best first."""
        return [one for one in self.statements if one.aspect in aspects]

    def definitions(self) -> list[Statement]:
        """Return the statements that say what the topic is, the surest first.

        Where one defines it outright, those that may define something near it are left out.
        """
        found = self.telling(Aspect.DEFINITION)
        strengths = [definition_strength(one.candidate, self._names) for one in found]
        best = max(strengths, default=0.0)
        return [one for one, sure in zip(found, strengths, strict=True) if sure == best]

    @cached_property
    def vectors(self) -> NDArray[np.float32]:
        """One vector per statement, shape ``(len(statements), dimension)``."""
        texts = [
            with_labels(one.candidate.page, one.candidate.index, one.candidate.plain)
            for one in self.statements
        ]
        return self._encoder.embed(texts)

    def central(self) -> list[Statement]:
        """Return the statements in the order of how much of the rest they stand for.

        A statement's worth is its mean cosine to all others (centroid-based summarisation,
        Radev et al. 2004), weighed with its nearness to the topic.
        """
        if not self.statements:
            return []
        shared = (self.vectors @ self.vectors.T).mean(axis=1)
        nearness = np.array([one.candidate.score for one in self.statements])
        order = np.argsort(-(shared + nearness), kind="stable")
        return [self.statements[i] for i in order]

    def _is_about(self, candidate: Candidate) -> bool:
        """Tell whether a unit speaks of the topic, can be read by itself and says something."""
        above = candidate.page.labels(candidate.index)
        if is_signpost(candidate.plain) or any(map(_APART.search, above)):
            return False
        if not _stands_alone(candidate):
            return False
        if self.is_named(candidate.plain):
            return candidate.similarity >= _NAMES_IT
        names = candidate.page.passage.heading if candidate.unit.kind is Kind.CODE else above[-1:]
        under = any(self.is_named(f"{name} {candidate.plain}") for name in names)
        return candidate.similarity >= (_UNDER_ITS_NAME if under else _SILENT)

    def is_named(self, text: str) -> bool:
        """Tell whether a text has one of the topic's names."""
        stems = set(content_stems(text))
        return any(wanted <= stems for wanted in self._wanted)


def is_signpost(plain: str) -> bool:
    """Tell whether a sentence speaks of the text that it stands in."""
    return bool(_SIGNPOST.search(plain))


def _stands_alone(candidate: Candidate) -> bool:
    """Tell whether a unit leans on nothing, or on a sentence that can be shown before it."""
    plain = candidate.plain
    if candidate.unit.kind is Kind.CODE or illustrates(plain) or not leans_on_previous(plain):
        return True
    return len(in_context(candidate)) > 1
