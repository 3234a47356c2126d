"""What to study next, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from tutor.progress.mastery import TopicMastery

SHAKY = 0.6
"""Below this mastery of a lesson, what builds on it is put off."""

WEAK_SHOWN, STALE_SHOWN, UNTRIED_SHOWN = 3, 2, 2

UNTRIED_TRIED = 30
"""Units of which it is found out whether a quiz can be had on them: that takes its time."""


class Why(StrEnum):
    """Why a topic is proposed."""

    PREREQUISITE = "prerequisite"  # a topic that is not known builds on it
    WEAK = "weak"  # it was tried and is not known
    STALE = "stale"  # the notes on it have changed
    UNTRIED = "untried"


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of the notes that is studied as one: a lesson, or what stands under one heading.

    ``topics`` are the names that attempts at it go by, ``needs`` the names of the units that it
    builds on.
    """

    name: str
    course: str
    topics: frozenset[str]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A topic to study next; ``mastery`` is ``None`` where it was never tried.

    ``toward`` is the weak topic that a prerequisite leads to.
    """

    topic: str
    course: str
    why: Why
    mastery: float | None = None
    toward: str = ""


def plan(
    topics: Sequence[TopicMastery],
    units: Sequence[Unit],
    stale: Iterable[tuple[str, str]],
    gives_questions: Callable[[Unit], bool] = lambda _unit: True,
) -> list[Suggestion]:
    """Return what to study next, most useful first.

    That is the topics least known, each behind those that it builds on; then the topics of
    ``stale``, pairs of topic and course, whose notes have changed; then what was never tried and
    ``gives_questions``, in the order of ``units``.
    """
    known = {(topic.course, topic.topic): topic.mastery for topic in topics}
    weak = [topic for topic in topics if not topic.is_known][:WEAK_SHOWN]
    wanted = [one for topic in weak for one in _way_to(topic, units, known)]
    wanted += [
        Suggestion(topic, course, Why.STALE, known.get((course, topic)))
        for topic, course in islice(dict.fromkeys(stale), STALE_SHOWN)
    ]
    named = {(one.course, one.topic) for one in wanted}
    fresh = (
        unit
        for unit in units
        if _mastery(unit, known) is None and (unit.course, unit.name) not in named
    )
    untried = (
        Suggestion(unit.name, unit.course, Why.UNTRIED)
        for unit in islice(fresh, UNTRIED_TRIED)
        if gives_questions(unit)
    )
    first: dict[tuple[str, str], Suggestion] = {}
    for one in (*wanted, *islice(untried, UNTRIED_SHOWN)):
        first.setdefault((one.course, one.topic), one)
    return list(first.values())


def _way_to(
    topic: TopicMastery, units: Sequence[Unit], known: Mapping[tuple[str, str], float]
) -> list[Suggestion]:
    """Return a weak topic behind the lessons that it builds on and that are no better known."""
    course = topic.course
    needs = [
        need
        for unit in units
        if unit.course == course and topic.topic in unit.topics
        for need in unit.needs
    ]
    before = [
        Suggestion(unit.name, course, Why.PREREQUISITE, mastery, toward=topic.topic)
        for unit in units
        if unit.course == course
        and unit.name in needs
        and ((mastery := _mastery(unit, known)) is None or mastery < SHAKY)
    ]
    return [*before, Suggestion(topic.topic, course, Why.WEAK, topic.mastery)]


def _mastery(unit: Unit, known: Mapping[tuple[str, str], float]) -> float | None:
    """Return the mean mastery of a unit's topics that were tried, ``None`` if none was."""
    tried = [known[unit.course, name] for name in unit.topics if (unit.course, name) in known]
    return sum(tried) / len(tried) if tried else None
