"""A quiz from the notes without any language model.

Facts of the notes (``facts``) are put as questions (``wording``), beside other terms of the notes
(``distractors``); what passes every gate (``checks``) becomes an item. What a level asks:

1. recall: from a definition in the words of the notes to its term;
2. understanding: from a term to its description among descriptions of its neighbours, or a
   statement in which a neighbour from the same list may have taken its place;
3. application: from an example to the term that it illustrates.
"""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import PurePath

from tutor.grounding.markup import clean_heading
from tutor.grounding.words import content_stems
from tutor.quiz.checks import (
    FALSE,
    MIN_OPTIONS,
    TRUE,
    Rejection,
    check,
    check_beside,
    echoes,
    is_about_options,
)
from tutor.quiz.distractors import in_one_list, is_refuted, siblings
from tutor.quiz.english import Form
from tutor.quiz.facts import Fact
from tutor.quiz.glossary import Glossary
from tutor.quiz.wording import (
    ask_for_definition,
    ask_for_example,
    ask_for_term,
    gap,
    sentence_case,
    state,
)
from tutor.schema import Chunk, Evidence, ItemKind, QuizItem

OPTIONS = 4
"""Options of a multiple-choice item, key included; three where only two others tempt."""

POOL = 5
"""Neighbours from which the wrong options of one item are chosen."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The items that passed, and what was turned away on the road to them."""

    asked: int
    items: tuple[QuizItem, ...]
    rejections: tuple[Rejection, ...]
    tried: int

    @property
    def shortfall(self) -> str:
        """One sentence on why there are fewer items than asked for; empty if there are not."""
        if len(self.items) >= self.asked:
            return ""
        made = f"The notes gave {len(self.items)} of the {self.asked} questions asked for"
        if not self.tried:
            return f"{made}: they hold no definitions or examples of this kind."
        if not self.rejections:
            return f"{made}: there is no more in them to ask about."
        gates = [rejection.gate for rejection in self.rejections]
        worst = max(sorted(set(gates)), key=gates.count)
        return (
            f"{made}; {len(gates)} drafts were turned away, most by the check \u201c{worst}\u201d."
        )


def draft(
    chunks: Sequence[Chunk],
    glossary: Glossary,
    *,
    count: int,
    kinds: Sequence[ItemKind] = tuple(ItemKind),
    level: int = 1,
    seed: int = 0,
    beside: Sequence[QuizItem] = (),
) -> Draft:
    """Make up to ``count`` items of the given kinds and level from ``chunks``.

    ``chunks`` come in order of relevance and are covered evenly; ``glossary`` knows these and as
    much of the notes around them as there is. No item repeats one of ``beside``. The same arguments
    give the same quiz.
    """
    return _Drafting(chunks, glossary, kinds, level, seed, beside).run(count)


def item_id(kind: ItemKind, stem: str, options: Sequence[str], chunk_id: str) -> str:
    """Return the identity of an item: what it asks and where from, not how its options lie."""
    parts = "\x1f".join([kind, stem, *sorted(options), chunk_id])
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def evidence(chunk: Chunk, quote: str) -> Evidence:
    """Return the pointer to ``quote``, a verbatim part of the chunk's text."""
    start = chunk.text.index(quote)
    first = chunk.start_line + chunk.text.count("\n", 0, start)
    return Evidence(
        source=chunk.source,
        course=chunk.course,
        heading=chunk.heading,
        start_line=first,
        end_line=first + quote.count("\n"),
        page=chunk.page,
        chunk_id=chunk.id,
        quote=quote,
    )


def topic_of(chunk: Chunk) -> str:
    """Return what a chunk is about: its innermost heading, or the name of its file."""
    return clean_heading(chunk.heading[-1]) if chunk.heading else PurePath(chunk.source).stem


def shuffle_keys(items: Sequence[QuizItem], seed: int) -> list[QuizItem]:
    """Return the items with their options shuffled and the keys spread evenly over the places."""
    rng = random.Random(f"{seed} places")
    decks: dict[int, list[int]] = {}
    placed = []
    for item in items:
        size = len(item.options)
        if item.kind is not ItemKind.MULTIPLE_CHOICE:
            placed.append(item)
            continue
        deck = decks.setdefault(size, [])
        if not deck:
            deck.extend(rng.sample(range(size), size))
        wrong = [option for option in item.options if option != item.key]
        rng.shuffle(wrong)
        wrong.insert(deck.pop(), item.key)
        placed.append(replace(item, options=tuple(wrong)))
    return placed


class _Drafting:
    """One run of ``draft``: which facts are used up, and what was turned away."""

    def __init__(
        self,
        chunks: Sequence[Chunk],
        glossary: Glossary,
        kinds: Sequence[ItemKind],
        level: int,
        seed: int,
        beside: Sequence[QuizItem],
    ) -> None:
        self.glossary = glossary
        self.beside = list(beside)
        self.kinds = [kind for kind in dict.fromkeys(kinds) if (kind, level) in _MAKERS]
        self.level = level
        self.seed = seed
        rank = {chunk.id: place for place, chunk in enumerate(chunks)}
        self.facts = sorted(
            (fact for fact in glossary.facts if fact.chunk.id in rank),
            key=lambda fact: (rank[fact.chunk.id], fact.order),
        )
        self.items: list[QuizItem] = []
        self.used: set[Fact] = set()
        self.barren: dict[ItemKind, set[Fact]] = defaultdict(set)
        self._near: dict[Fact, list[Fact]] = {}
        self.rejections: list[Rejection] = []
        self.tried = 0

    def run(self, count: int) -> Draft:
        """Fill ``count`` places: first each from its own stretch of the notes, then from any."""
        if self.kinds and self.facts:
            wanted = [self.kinds[place % len(self.kinds)] for place in range(count)]
            random.Random(f"{self.seed} kinds").shuffle(wanted)
            missing = [
                kind
                for place, kind in enumerate(wanted)
                if not self._fill(kind, self._stretch(place, count))
            ]
            for kind in missing:
                any(self._fill(other, self.facts) for other in self._first(kind))
        items = shuffle_keys(self.items, self.seed)
        return Draft(count, tuple(items), tuple(self.rejections), self.tried)

    def _first(self, kind: ItemKind) -> list[ItemKind]:
        return [kind, *(other for other in self.kinds if other is not kind)]

    def _stretch(self, place: int, count: int) -> list[Fact]:
        size = len(self.facts) / count
        return self.facts[int(place * size) : max(int((place + 1) * size), int(place * size) + 1)]

    def _fill(self, kind: ItemKind, facts: Sequence[Fact]) -> bool:
        """Add one item of ``kind`` made from the first of ``facts`` that gives a good one."""
        fresh = [fact for fact in facts if fact not in self.used | self.barren[kind]]
        for fact in sorted(fresh, key=self._preference):
            for item in _MAKERS[kind, self.level](self, fact):
                self.tried += 1
                reasons = check_beside(item, self.beside + self.items) or check(item, self.glossary)
                if not reasons:
                    self.items.append(item)
                    self.used.add(fact)
                    return True
                self.rejections.append(reasons[0])
                if not is_about_options(reasons[0]):
                    break  # other wrong options would not mend it
            self.barren[kind].add(fact)
        return False

    def _preference(self, fact: Fact) -> float:
        """Return a seeded order: passages not asked about come first, then items of lists."""
        asked = sum(item.evidence.chunk_id == fact.chunk.id for item in self.items)
        return asked + self._rng(fact).random() - (0.3 if fact.verb is None else 0)

    def _rng(self, fact: Fact) -> random.Random:
        return random.Random(f"{self.seed} {fact.chunk.id} {fact.term} {fact.definition}")

    # -------------------------------------------------------------- what can be made

    def term_choice(self, fact: Fact) -> Iterator[QuizItem]:
        """Level 1: a definition, and four terms to choose from."""
        if fact.form is not Form.SENTENCE:
            yield from self._choice_of_terms(
                fact, ask_for_term(fact), fact.quote, self._siblings(fact)
            )

    def example_choice(self, fact: Fact) -> Iterator[QuizItem]:
        """Level 3: an example, and four terms to choose from."""
        if self._has_example(fact):
            beside = [other for other in self._siblings(fact) if in_one_list(fact, other)]
            yield from self._choice_of_terms(
                fact, ask_for_example(fact), fact.example_quote, beside
            )

    def description_choice(self, fact: Fact) -> Iterator[QuizItem]:
        """Level 2: a term, and the descriptions of four neighbours to choose from."""
        if fact.form is Form.SENTENCE or fact.verb == "is called":
            return
        near = [
            other
            for other in self._siblings(fact)
            if other.form is fact.form
            and 0.6 <= len(other.definition) / len(fact.definition) <= 1.7
            and is_refuted(fact.term, other.term, other.definition, self.glossary)
        ]
        stem = ask_for_definition(fact, self.glossary.usage)
        key = sentence_case(fact.definition)
        for wrong in self._choices(fact, near):
            options = [key, *(sentence_case(other.definition) for other in wrong)]
            item = self._item(ItemKind.MULTIPLE_CHOICE, fact, stem, options, key, fact.quote)
            yield replace(item, accepted=())

    def statement(self, fact: Fact) -> Iterator[QuizItem]:
        """Levels 1 and 2: a statement of the notes, or one with a neighbour in the term's place."""
        if fact.form is Form.SENTENCE or _shares_word(fact.term, fact.definition):
            return
        verdict = self._next_verdict()
        near = self._siblings(fact)
        near = [o for o in near if not self.glossary.mentions(fact.statement, o.term)]
        if self.level == 2:
            near = [other for other in near if in_one_list(fact, other)]
        others = [other.term for other in near[:3]] if verdict == FALSE else [fact.term]
        for other in others if near else ():
            text = state(fact, other, self.glossary.usage)
            if text and (verdict == TRUE or not _shares_word(other, fact.definition)):
                yield self._verdict(fact, text, verdict, other, fact.quote)

    def example_statement(self, fact: Fact) -> Iterator[QuizItem]:
        """Level 3: an example, said to illustrate its term or a neighbour of it."""
        if not self._has_example(fact) or _shares_word(fact.term, fact.example):
            return
        verdict = self._next_verdict()
        near = [other for other in self._siblings(fact) if in_one_list(fact, other)]
        others = [other.term for other in near[:3]] if verdict == FALSE else [fact.term]
        for other in others if near else ():
            named = self.glossary.usage.spelled(other)
            text = f"\u201c{fact.example}\u201d is an example of {named}."
            yield self._verdict(fact, text, verdict, other, fact.example_quote)

    def cloze(self, fact: Fact) -> Iterator[QuizItem]:
        """Level 1: a statement of the notes with its term left out."""
        text = gap(fact, self.glossary.usage) if fact.form is not Form.SENTENCE else None
        if text:
            yield self._gap(fact, text, fact.quote)

    # ----------------------------------------------------------------- how it is made

    def _choice_of_terms(
        self, fact: Fact, stem: str, quote: str, near: Sequence[Fact]
    ) -> Iterator[QuizItem]:
        for wrong in self._choices(fact, near):
            options = [self._option(one.term) for one in (fact, *wrong)]
            yield self._item(ItemKind.MULTIPLE_CHOICE, fact, stem, options, options[0], quote)

    def _choices(self, fact: Fact, near: Sequence[Fact]) -> Iterator[tuple[Fact, ...]]:
        """Yield sets of wrong options: from the key's own list where that has enough of them.

        Two wrong options that tempt are better than three of which one does not.
        """
        chosen: list[Fact] = []
        for other in near:
            if not any(self.glossary.are_related(other.term, one.term) for one in chosen):
                chosen.append(other)
        in_list = [other for other in chosen if in_one_list(fact, other)]
        if len(in_list) >= MIN_OPTIONS - 1:
            chosen = in_list
        for size in range(OPTIONS - 1, MIN_OPTIONS - 2, -1):
            yield from combinations(chosen[:POOL], size)

    def _siblings(self, fact: Fact) -> list[Fact]:
        if fact not in self._near:
            self._near[fact] = siblings(fact, self.glossary, self._rng(fact))
        return self._near[fact]

    def _option(self, term: str) -> str:
        return sentence_case(self.glossary.usage.spelled(term))

    def _has_example(self, fact: Fact) -> bool:
        example = fact.example.split()
        return 4 <= len(example) <= 25 and fact.example[0].isupper()

    def _next_verdict(self) -> str:
        keys = [item.key for item in self.items if item.kind is ItemKind.TRUE_FALSE]
        if keys.count(TRUE) == keys.count(FALSE):
            return random.Random(f"{self.seed} verdict {len(keys)}").choice((TRUE, FALSE))
        return TRUE if keys.count(TRUE) < keys.count(FALSE) else FALSE

    def _verdict(self, fact: Fact, text: str, verdict: str, other: str, quote: str) -> QuizItem:
        item = self._item(ItemKind.TRUE_FALSE, fact, text, (TRUE, FALSE), verdict, quote)
        if verdict == TRUE:
            return item
        usage = self.glossary.usage
        told = f"The notes say this of {usage.spelled(fact.term)}, not of {usage.spelled(other)}."
        return replace(item, explanation=told)

    def _gap(self, fact: Fact, text: str, quote: str) -> QuizItem:
        key = self.glossary.usage.spelled(fact.term)
        return self._item(ItemKind.CLOZE, fact, text, (), key, quote)

    def _item(
        self, kind: ItemKind, fact: Fact, stem: str, options: Sequence[str], key: str, quote: str
    ) -> QuizItem:
        spellings = self.glossary.spellings(fact.term) if kind is not ItemKind.TRUE_FALSE else ()
        return QuizItem(
            id=item_id(kind, stem, options, fact.chunk.id),
            kind=kind,
            stem=stem,
            options=tuple(options),
            keys=(key,),
            accepted=tuple(name for name in spellings if name.lower() != key.lower()),
            explanation=self._explanation(fact),
            topic=fact.topic or topic_of(fact.chunk),
            level=self.level,
            evidence=evidence(fact.chunk, quote),
        )

    def _explanation(self, fact: Fact) -> str:
        statement = fact.statement or state(fact, fact.term, self.glossary.usage)
        return statement or f"{self._option(fact.term)}: {fact.definition}."


def _shares_word(term: str, text: str) -> bool:
    """Say whether a statement would define the term by itself, or look as if it did."""
    told = content_stems(text)
    return any(echoes(word, other) for word in content_stems(term) for other in told)


_Maker = Callable[[_Drafting, Fact], Iterator[QuizItem]]

_MAKERS: dict[tuple[ItemKind, int], _Maker] = {
    (ItemKind.MULTIPLE_CHOICE, 1): _Drafting.term_choice,
    (ItemKind.MULTIPLE_CHOICE, 2): _Drafting.description_choice,
    (ItemKind.MULTIPLE_CHOICE, 3): _Drafting.example_choice,
    (ItemKind.TRUE_FALSE, 1): _Drafting.statement,
    (ItemKind.TRUE_FALSE, 2): _Drafting.statement,
    (ItemKind.TRUE_FALSE, 3): _Drafting.example_statement,
    (ItemKind.CLOZE, 1): _Drafting.cloze,
}
