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
from itertools import groupby
from pathlib import PurePath
from typing import Any

from tutor.grounding.markup import clean_heading
from tutor.quiz.desk import Desk, Subject
from tutor.quiz.gates import Rejection, check, check_beside, is_about_options, place_of
from tutor.quiz.items import USUAL, shuffle_keys
from tutor.quiz.knowledge.facts import Fact
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.knowledge.lists import NoteList
from tutor.quiz.knowledge.tables import NoteTable
from tutor.quiz.levels import NAMES
from tutor.quiz.repertoire import READ, Maker, Table
from tutor.quiz.selection import Demand, demand_met, is_one_sided
from tutor.quiz.trust import promise
from tutor.schema import Chunk, ItemKind, QuizItem

UNKNOWN = 0.3
"""Mastery, 0 to 1, assumed of a topic that the learner has not been asked about."""

CROWDED = 1.5
"""How far each item of a section puts off the next one: more than chance and promise together."""

RARE = 0.5
"""Share of the items of the commonest kind below which another kind is rare, with one more."""

LEAST_WEIGHT = 0.05
"""Weight of a topic that is mastered: it is asked about now and then all the same."""

_SELDOM = (ItemKind.MULTIPLE_CHOICE, ItemKind.MATCHING, ItemKind.MULTIPLE_RESPONSE)
"""Kinds that few facts suit; of what suits several, the first gets it."""


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
    ``of_a_part`` says that only a part of the notes was asked about, as for one topic.
    """

    asked: int
    items: tuple[QuizItem, ...]
    rejections: tuple[Rejection, ...]
    tried: int
    level: int = 1
    tallies: Mapping[ItemKind, Tally] = field(default_factory=dict)
    of_a_part: bool = False

    @property
    def shortfall(self) -> str:
        """One sentence on why there are fewer items than asked for; empty if there are not."""
        if len(self.items) >= self.asked:
            return ""
        level = f" at level {self.level} ({NAMES[self.level]})" if self.level > 1 else ""
        notes = "The notes on this topic" if self.of_a_part else "The notes"
        made = f"{notes} gave {len(self.items)} of the {self.asked} questions asked for{level}"
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
        for table, read in READ:
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
            everywhere, left = set(self.rank), 0
            for _, group in groupby(places, key=lambda place: rank.get(place[0])):
                missing = [kind for kind, stretch in group if not self._fill_from(kind, stretch)]
                left += sum(not self._fill(kind, everywhere) for kind in missing)
            for demand in reversed(Demand):  # what is left goes to any kind
                while left and self._fill_by_any(demand):
                    left -= 1
        items = shuffle_keys(self.desk.items, self.desk.seed)
        return Draft(
            count,
            tuple(items),
            tuple(self.rejections),
            self.tried,
            self.desk.level,
            dict(self.tallies),
            not self.rank.keys() >= self.desk.glossary.chunks.keys(),
        )

    def _fill_from(self, kind: ItemKind, stretch: set[str]) -> bool:
        """Add one item from a stretch; where topics are weak, rather a doubtful one than none."""
        demands = (Demand.BEST, Demand.PASSING) if self.mastery else (Demand.BEST,)
        return any(self._fill(kind, stretch, demand) for demand in demands)

    def _fill_by_any(self, demand: Demand) -> bool:
        """Add one item of the kind of which there are fewest so far, of those that give one.

        A kind that is rare by now may crowd a section before the usual kinds go on.
        """
        so_far = Counter(item.kind for item in self.desk.items)
        most = max(so_far.values(), default=0)
        for kind in sorted(self.jobs, key=lambda kind: so_far[kind]):
            is_rare = so_far[kind] + 1 < most * RARE
            enough = min(demand, Demand.SURE) if is_rare else demand
            if any(self._fill(kind, set(self.rank), each) for each in (demand, enough)):
                return True
        return False

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
        above = (PurePath(chunk.source).stem, *map(clean_heading, chunk.heading))
        names = (subject.term, subject.topic, *above)
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
        return not isinstance(job.subject, (NoteList, NoteTable)) and self.desk.is_used(job.subject)

    def _make(self, kind: ItemKind, job: _Job, demand: Demand) -> bool:
        """Keep the first version of an item that passes; count whether it had to be mended."""
        reasons: list[Rejection] = []
        before = self.tried
        for item in job.make(self.desk, job.subject):
            self.tried += 1
            first = not reasons
            if is_one_sided(item, self.desk):
                self.done.discard(job)  # it may serve when the other verdict is wanted
                return False
            repeats = check_beside(item, self.beside + self.desk.items)
            if repeats:
                self.rejections += repeats
                return False
            reasons = check(item, self.desk.glossary)
            if not reasons and (meets := demand_met(item, self.desk, self.beside)) < demand:
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

    def _preference(self, job: _Job) -> float:
        """Return a seeded order: sections not asked about come first, weak topics, good facts."""
        subject: Subject = job.subject
        place = place_of(subject.chunk)
        asked = sum(place_of(item.evidence) == place for item in self.desk.items)
        promised = promise(subject) if isinstance(subject, Fact) else 0.0
        return (
            CROWDED * asked
            + self.desk.rng(subject).random()
            - 2 * self._need(subject)
            - promised / 2
        )
