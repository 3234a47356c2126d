"""A quiz from the notes without any language model.

Facts and lists of the notes are put as items by the ``makers``, which take wrong options from the
neighbourhood of the key; what passes every gate (``gates``) is kept. An item whose wrong options a
gate complains of is mended once, by other wrong options if there are any, and dropped otherwise.
Of what passes, that for which most speaks (``trust``) is taken first, as far as the spread over the
notes, the kinds and the learner's weak topics let it.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import groupby
from pathlib import PurePath
from typing import Any

from tutor.quiz.desk import Desk, Subject
from tutor.quiz.gates import Rejection, check, check_beside, helps, is_about_options
from tutor.quiz.items import USUAL, shuffle_keys
from tutor.quiz.knowledge.facts import Fact
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.knowledge.lists import NoteList
from tutor.quiz.levels import NAMES
from tutor.quiz.makers.choices import (
    contrast_choice,
    example_choice,
    term_choice,
    use_choice,
)
from tutor.quiz.makers.claims import relation_statement
from tutor.quiz.makers.consequences import consequence_choice, consequence_pairs
from tutor.quiz.makers.gaps import cloze
from tutor.quiz.makers.matching import descriptions, examples, uses
from tutor.quiz.makers.mistakes import belief_statement, mistake_choice, mistake_pairs
from tutor.quiz.makers.open_items import (
    comparison_answer,
    definition_answer,
    example_answer,
    list_answer,
    relation_answer,
)
from tutor.quiz.makers.ordering import events, step_descriptions, steps
from tutor.quiz.makers.relations import relation_choice, relation_gap, relation_pairs
from tutor.quiz.makers.responses import members, true_statements
from tutor.quiz.makers.sides import (
    side_choice,
    side_decision,
    side_pairs,
    side_responses,
    side_statement,
)
from tutor.quiz.makers.statements import (
    contrast_statement,
    example_statement,
    statement,
)
from tutor.quiz.makers.worked import worked_choice, worked_gap, worked_statement
from tutor.quiz.trust import is_sure, promise
from tutor.schema import Chunk, ItemKind, QuizItem

UNKNOWN = 0.3
"""Mastery, 0 to 1, assumed of a topic that the learner has not been asked about."""

LEAST_WEIGHT = 0.05
"""Weight of a topic that is mastered: it is asked about now and then all the same."""

Maker = Callable[[Desk, Any], Iterator[QuizItem]]
Table = Mapping[tuple[ItemKind, int], tuple[Maker, ...]]

OF_FACTS: Table = {
    (ItemKind.MULTIPLE_CHOICE, 1): (term_choice,),
    (ItemKind.MULTIPLE_CHOICE, 2): (contrast_choice,),
    (ItemKind.MULTIPLE_CHOICE, 3): (example_choice, use_choice),
    (ItemKind.MULTIPLE_RESPONSE, 2): (true_statements,),
    (ItemKind.TRUE_FALSE, 1): (statement,),
    (ItemKind.TRUE_FALSE, 2): (contrast_statement,),
    (ItemKind.TRUE_FALSE, 3): (example_statement,),
    (ItemKind.CLOZE, 1): (cloze,),
    (ItemKind.MATCHING, 1): (descriptions,),
    (ItemKind.MATCHING, 3): (examples, uses),
    (ItemKind.SHORT_ANSWER, 1): (definition_answer,),
    (ItemKind.SHORT_ANSWER, 3): (example_answer,),
    (ItemKind.LONG_ANSWER, 2): (comparison_answer,),
}
OF_LISTS: Table = {
    (ItemKind.MULTIPLE_RESPONSE, 1): (members,),
    (ItemKind.ORDERING, 1): (steps, events),
    (ItemKind.ORDERING, 2): (step_descriptions,),
    (ItemKind.LONG_ANSWER, 1): (list_answer,),
}
OF_REASONS: Table = {
    (ItemKind.MULTIPLE_CHOICE, 2): (relation_choice, consequence_choice),
    (ItemKind.MULTIPLE_CHOICE, 3): (relation_choice,),
    (ItemKind.TRUE_FALSE, 2): (relation_statement,),
    (ItemKind.TRUE_FALSE, 3): (relation_statement,),
    (ItemKind.CLOZE, 2): (relation_gap,),
    (ItemKind.CLOZE, 3): (relation_gap,),
    (ItemKind.MATCHING, 2): (relation_pairs, consequence_pairs),
    (ItemKind.MATCHING, 3): (relation_pairs,),
    (ItemKind.SHORT_ANSWER, 2): (relation_answer,),
    (ItemKind.SHORT_ANSWER, 3): (relation_answer,),
}

OF_SIDES: Table = {
    (ItemKind.MULTIPLE_CHOICE, 2): (side_choice,),
    (ItemKind.MULTIPLE_RESPONSE, 2): (side_responses,),
    (ItemKind.TRUE_FALSE, 2): (side_statement,),
    (ItemKind.TRUE_FALSE, 3): (side_decision,),
    (ItemKind.MATCHING, 2): (side_pairs,),
}
OF_MISTAKES: Table = {
    (ItemKind.TRUE_FALSE, 2): (belief_statement,),
    (ItemKind.MULTIPLE_CHOICE, 3): (mistake_choice,),
    (ItemKind.MATCHING, 3): (mistake_pairs,),
}
OF_WORKED: Table = {
    (ItemKind.MULTIPLE_CHOICE, 3): (worked_choice,),
    (ItemKind.TRUE_FALSE, 3): (worked_statement,),
    (ItemKind.CLOZE, 3): (worked_gap,),
}

_READ: tuple[tuple[Table, Callable[[Glossary], Sequence[Subject]]], ...] = (
    (OF_FACTS, lambda glossary: glossary.facts),
    (OF_LISTS, lambda glossary: glossary.lists),
    (OF_REASONS, lambda glossary: glossary.reasons),
    (OF_SIDES, lambda glossary: glossary.sides),
    (OF_MISTAKES, lambda glossary: glossary.mistakes),
    (OF_WORKED, lambda glossary: glossary.worked),
)
"""Where the subjects of each table come from."""

_SELDOM = (ItemKind.MULTIPLE_CHOICE, ItemKind.MATCHING, ItemKind.MULTIPLE_RESPONSE)
"""Kinds that few facts suit; of what suits several, the first gets it."""


class Demand(IntEnum):
    """What is asked of an item that passes the gates, before there is nothing better."""

    PASSING = 0
    SURE = 1  # enough speaks for it (``trust``)
    BEST = 2  # and neither the lengths of its options nor another item help with it


@dataclass(slots=True)
class Tally:
    """How the drafts of one kind fared, by number of subjects drafted from."""

    first: int = 0
    mended: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """The items that passed, and what was turned away on the road to them.

    ``tried`` counts every version of every item; ``tallies`` count what came of each item.
    """

    asked: int
    items: tuple[QuizItem, ...]
    rejections: tuple[Rejection, ...]
    tried: int
    level: int = 1
    tallies: Mapping[ItemKind, Tally] = field(default_factory=dict)

    @property
    def shortfall(self) -> str:
        """One sentence on why there are fewer items than asked for; empty if there are not."""
        if len(self.items) >= self.asked:
            return ""
        level = f" at level {self.level} ({NAMES[self.level]})" if self.level > 1 else ""
        made = f"The notes gave {len(self.items)} of the {self.asked} questions asked for{level}"
        if not self.tried:
            return f"{made}: they hold no definitions or examples of this kind."
        if not self.rejections:
            return f"{made}: there is no more in them to ask about."
        worst, _ = Counter(one.gate for one in self.rejections).most_common(1)[0]
        return (
            f"{made}; {len(self.rejections)} drafts were turned away, most by the check "
            f"\u201c{worst}\u201d."
        )


def unexamined(item: QuizItem) -> list[Rejection]:
    """Have nothing against an item: there is no model to ask."""
    return []


def draft(
    chunks: Sequence[Chunk],
    glossary: Glossary,
    *,
    count: int,
    kinds: Sequence[ItemKind] = USUAL,
    level: int = 1,
    seed: int = 0,
    beside: Sequence[QuizItem] = (),
    mastery: Mapping[str, float] | None = None,
    examine: Callable[[QuizItem], list[Rejection]] = unexamined,
) -> Draft:
    """Make up to ``count`` items of the given kinds and level from ``chunks``.

    ``chunks`` come in order of relevance and are covered evenly, or, given the ``mastery`` of
    topics from 0 to 1, the more the weaker their topics; ``glossary`` knows these and as much of
    the notes around them as there is. No item repeats one of ``beside``, and ``examine`` may
    turn away what the gates let pass. The same arguments give the same quiz.
    """
    if count < 1:
        return Draft(count, (), (), 0, level)
    run = _Drafting(chunks, Desk(glossary, level, seed), kinds, beside, mastery, examine)
    return run.run(count)


@dataclass(frozen=True, slots=True)
class _Job:
    """A subject and what may make an item of it."""

    make: Maker
    subject: Any  # a Fact or a NoteList, whichever ``make`` takes


class _Drafting:
    """One run of ``draft``: which subjects are used up, and what was turned away."""

    def __init__(
        self,
        chunks: Sequence[Chunk],
        desk: Desk,
        kinds: Sequence[ItemKind],
        beside: Sequence[QuizItem],
        mastery: Mapping[str, float] | None,
        examine: Callable[[QuizItem], list[Rejection]],
    ) -> None:
        self.desk = desk
        self.examine = examine
        self.beside = list(beside)
        self.mastery = mastery or {}
        self.rank = {chunk.id: place for place, chunk in enumerate(chunks)}
        jobs = {kind: self._jobs(kind) for kind in dict.fromkeys(kinds)}
        self.jobs = {kind: found for kind, found in jobs.items() if found}
        self.done: set[_Job] = set()
        self.aside: dict[_Job, Demand] = {}
        self.rejections: list[Rejection] = []
        self.tallies: dict[ItemKind, Tally] = defaultdict(Tally)
        self.tried = 0

    def _jobs(self, kind: ItemKind) -> list[_Job]:
        """Return what could be asked in this way, in the order of the chunks."""
        key = (kind, self.desk.level)
        return [
            _Job(make, one)
            for table, subjects in self._tables()
            for make in table.get(key, ())
            for one in self._here(subjects)
        ]

    def _tables(self) -> Iterator[tuple[Table, Sequence[Subject]]]:
        """Yield what is made of each sort of subject at this level, and the subjects of that sort.

        What no table of the level asks for is not read from the notes.
        """
        for table, read in _READ:
            if any(level == self.desk.level for _, level in table):
                yield table, read(self.desk.glossary)

    def _here(self, subjects: Sequence[Subject]) -> list[Subject]:
        here = [one for one in subjects if one.chunk.id in self.rank]
        return sorted(here, key=lambda one: (self.rank[one.chunk.id], one.order))

    def run(self, count: int) -> Draft:
        """Fill ``count`` places: first each from its own stretch of the notes, then from any."""
        kinds = list(self.jobs)
        if kinds and count > 0:
            wanted = [kinds[place % len(kinds)] for place in range(count)]
            random.Random(f"{self.desk.seed} kinds").shuffle(wanted)
            places = list(zip(wanted, self._stretches(count), strict=True))
            # What few facts suit comes first, or it would find them used up.
            rank = {kind: place for place, kind in enumerate(_SELDOM)}
            places.sort(key=lambda place: rank.get(place[0], len(_SELDOM)))
            everywhere, left = set(self.rank), []
            for _, group in groupby(places, key=lambda place: rank.get(place[0])):
                missing = [kind for kind, stretch in group if not self._fill_from(kind, stretch)]
                left += [kind for kind in missing if not self._fill(kind, everywhere)]
            for demand in (Demand.SURE, Demand.PASSING):  # what is left goes to any kind
                left = [kind for kind in left if not self._fill_by_any(kind, kinds, demand)]
        items = shuffle_keys(self.desk.items, self.desk.seed)
        return Draft(
            count,
            tuple(items),
            tuple(self.rejections),
            self.tried,
            self.desk.level,
            dict(self.tallies),
        )

    def _fill_from(self, kind: ItemKind, stretch: set[str]) -> bool:
        """Add one item from a stretch; where topics are weak, rather a doubtful one than none."""
        demands = (Demand.BEST, Demand.PASSING) if self.mastery else (Demand.BEST,)
        return any(self._fill(kind, stretch, demand) for demand in demands)

    def _fill_by_any(self, first: ItemKind, kinds: Sequence[ItemKind], demand: Demand) -> bool:
        """Add one item of a kind, or of one of the others, of which there are fewest so far."""
        so_far = Counter(item.kind for item in self.desk.items)
        turn = [first, *sorted(kinds, key=lambda kind: so_far[kind])]
        return any(self._fill(kind, set(self.rank), demand) for kind in dict.fromkeys(turn))

    def _stretches(self, count: int) -> list[set[str]]:
        """Cut the chunks that can be asked about into ``count`` stretches of like weight.

        A chunk weighs what is in it to ask, each subject the more the less its topic is known.
        """
        weights: dict[str, float] = defaultdict(float)
        for _, subjects in self._tables():
            for subject in self._here(subjects):
                weights[subject.chunk.id] += self._need(subject)
        ordered = sorted(weights, key=self.rank.__getitem__)
        total = sum(weights.values()) or 1.0
        stretches: list[set[str]] = [set() for _ in range(count)]
        done = 0.0
        for chunk_id in ordered:
            first = int(done / total * count)
            done += weights[chunk_id]
            last = min(count - 1, int((done - 1e-9) / total * count))
            for place in range(min(first, count - 1), last + 1):
                stretches[place].add(chunk_id)
        return stretches

    def _need(self, subject: Subject) -> float:
        """Return how much a subject wants asking, from 1 where nothing is known of its topics."""
        chunk = subject.chunk
        names = (subject.term, subject.topic, *chunk.heading, PurePath(chunk.source).stem)
        known = [self.mastery[name] for name in names if name in self.mastery]
        return max(LEAST_WEIGHT, 1 - (min(known) if known else UNKNOWN)) if self.mastery else 1.0

    def _fill(self, kind: ItemKind, stretch: set[str], demand: Demand = Demand.BEST) -> bool:
        """Add one item of ``kind`` made from the first subject in ``stretch`` that gives one.

        What is less than the demand is put aside until less is asked.
        """
        fresh = [
            job
            for job in self.jobs[kind]
            if job.subject.chunk.id in stretch
            and job not in self.done
            and self.aside.get(job, demand) >= demand
            and not self._told(job)
        ]
        for job in sorted(fresh, key=self._preference):
            self.done.add(job)
            if self._make(kind, job, demand):
                return True
        return False

    def _told(self, job: _Job) -> bool:
        """Say whether an item of this quiz quotes what the job would ask for."""
        return not isinstance(job.subject, NoteList) and self.desk.is_used(job.subject)

    def _make(self, kind: ItemKind, job: _Job, demand: Demand) -> bool:
        """Keep the first version of an item that passes; count whether it had to be mended."""
        reasons: list[Rejection] = []
        before = self.tried
        for item in job.make(self.desk, job.subject):
            self.tried += 1
            first = not reasons
            repeats = check_beside(item, self.beside + self.desk.items)
            if repeats:
                self.rejections += repeats
                return False
            reasons = check(item, self.desk.glossary)
            if not reasons and (meets := self._meets(item)) < demand:
                self.done.discard(job)
                self.aside[job] = meets
                return False
            reasons = reasons or self.examine(item)
            if not reasons:
                self.desk.keep(item)
                self.tallies[kind].first += first
                self.tallies[kind].mended += not first
                return True
            self.rejections.append(reasons[0])
            if not is_about_options(reasons[0]):
                break  # other wrong options would not mend it
        if self.tried == before and kind is ItemKind.TRUE_FALSE:
            self.done.discard(job)  # it may serve when the other verdict is wanted
        self.tallies[kind].dropped += bool(reasons)
        return False

    def _meets(self, item: QuizItem) -> Demand:
        """Return the most that can be asked of an item."""
        if not is_sure(item, self.desk.glossary):
            return Demand.PASSING
        helped = any(helps(item, other) for other in self.desk.items)
        return Demand.SURE if helped or self.desk.tells_by_length(item) else Demand.BEST

    def _preference(self, job: _Job) -> float:
        """Return a seeded order: passages not asked about come first, weak topics, good facts."""
        subject: Subject = job.subject
        asked = sum(item.evidence.chunk_id == subject.chunk.id for item in self.desk.items)
        promised = promise(subject) if isinstance(subject, Fact) else 0.0
        return asked + self.desk.rng(subject).random() - 2 * self._need(subject) - promised / 2
