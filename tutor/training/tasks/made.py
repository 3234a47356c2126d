"""All task examples: those that rules make of prose, and those that are given as records."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator

from tutor.crew.answering import NOT_COVERED
from tutor.crew.roles import Roles
from tutor.schema import Passage
from tutor.training.records import Document, Example
from tutor.training.tasks.answers import Answers, facts
from tutor.training.tasks.chat import Chat, answered, as_passage
from tutor.training.tasks.drafts import drafts
from tutor.training.tasks.lessons import lesson
from tutor.training.tasks.queries import queries, query
from tutor.training.tasks.sections import read_sections
from tutor.training.tasks.shelf import Shelf

EXPOSITORY = frozenset({"textbook", "course", "ml", "handbook", "health", "docs", "notes"})
"""Kinds of text that define and explain; stories do not."""

_CHARACTERS = 3  # of passages in a prompt for each token of the context: about 3/4 of it
_UNANSWERED = frozenset({"The notes do not answer this question.", NOT_COVERED})


class TaskMaker:
    """Makes chats of records, source by source; the same records give the same chats.

    ``rounds`` times over each text is asked about: in other words, beside other passages.
    """

    def __init__(self, roles: Roles, context: int, seed: int, rounds: int = 1) -> None:
        self._roles = roles
        self._rounds = rounds
        self._room = _CHARACTERS * context
        self._seed = seed
        self._shelves: defaultdict[tuple[str, str], Shelf] = defaultdict(Shelf)

    def of(self, record: Document | Example) -> Iterator[Chat]:
        """Yield the chats that a record gives."""
        shelf = self._shelves[record.split, record.source]
        if isinstance(record, Example):
            chance = random.Random(f"{self._seed} {record.id}")
            yield from self._given(record, shelf, chance)
        elif record.kind in EXPOSITORY:
            for turn in range(self._rounds):
                chance = random.Random(f"{self._seed} {turn} {record.id}")
                yield from self._made(record, shelf, chance)

    def _made(self, document: Document, shelf: Shelf, chance: random.Random) -> Iterator[Chat]:
        sections = list(read_sections(document.text, chance))
        shelf.read(sections)
        answers = Answers(self._roles, shelf, self._room, chance)
        for section in sections:
            for fact in facts(section, shelf, chance):
                yield from answers.of(fact)
                yield from lesson(fact, self._roles, chance)
                others = shelf.other_terms(section.passage.text, 1, chance)
                yield from queries(fact, others, self._roles, chance)
                shelf.keep(fact)
                if fact.asked.defines:
                    shelf.terms.append(fact.asked.topic)
            yield from drafts(section, shelf, self._roles, chance)

    def _given(self, example: Example, shelf: Shelf, chance: random.Random) -> Iterator[Chat]:
        """Render a record that holds an example already; other tasks than these are left out.

        An answer without a context is left out as well: this model is to read, not to know.
        """
        if example.task in ("answer", "explain") and example.context:
            own = as_passage((), example.context)
            others = [section.passage for section in shelf.sections(chance.randrange(4), chance)]
            answer = example.answer.rstrip(".").lower()
            fitting = [other for other in others if answer not in other.text.lower()]
            passages = _within([own, *fitting], self._room)
            chance.shuffle(passages)
            told = [] if example.answer in _UNANSWERED else [(example.answer, own)]
            thoughts = ["Passage {n} answers this."]
            yield answered(
                self._roles,
                example.question,
                passages,
                told,
                thoughts,
                chance,
                think=chance.random() < 0.1,
            )
        elif example.task == "rewrite":
            made = query(self._roles, example.context, example.question, example.answer, chance)
            if made is not None:
                yield made


def _within(passages: list[Passage], room: int) -> list[Passage]:
    """Return the passages that fit, the first in any case."""
    kept, size = passages[:1], len(passages[0].text)
    for passage in passages[1:]:
        size += len(passage.text)
        if size <= room:
            kept.append(passage)
    return kept
