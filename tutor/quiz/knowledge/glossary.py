"""Everything a quiz needs to know of the notes: their facts, their words, and who is who.

Built once per quiz from the chunks at hand. Gates ask it whether two names mean the same and
whether the notes say a thing of a term; the draft asks it for neighbours of a term.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from math import log
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tutor.grounding.sentences import split
from tutor.grounding.words import content_stems
from tutor.quiz.knowledge.cases import with_case
from tutor.quiz.knowledge.classes import Classes
from tutor.quiz.knowledge.facts import ChunkReader, Fact, facts, names
from tutor.quiz.knowledge.mistakes import Mistake, read_mistakes
from tutor.quiz.knowledge.reasons import Reason, read_reasons
from tutor.quiz.knowledge.sides import Side, read_sides
from tutor.quiz.knowledge.tables import NoteTable, read_tables
from tutor.quiz.knowledge.terms import Usage, abbreviates, term_key
from tutor.quiz.knowledge.worked import Worked
from tutor.quiz.knowledge.worked_notes import read_worked
from tutor.schema import Chunk

if TYPE_CHECKING:
    from tutor.index.embedder import Embedder

Key = tuple[str, ...]

NAME_WORDS = 3
"""Words from which the subject of a sentence may be a phrase rather than a name."""

_LABEL = re.compile(r"^[^:.]{1,60}:\s+")
_EXPANDED = re.compile(r"(?P<before>(?:[\w-]+ ){2,6})\((?P<short>[A-Z][A-Za-z-]*[A-Z]s?)\)")


class Glossary:
    """The terms of some chunks of notes, with all that these chunks say of them."""

    def __init__(self, chunks: Sequence[Chunk], embedder: Embedder) -> None:
        self.chunks = {chunk.id: chunk for chunk in chunks}
        in_order = sorted(self.chunks.values(), key=lambda c: (c.course, c.source, c.position))
        readers = [ChunkReader(chunk) for chunk in in_order]
        self._sentences = [sentence for reader in readers for sentence in reader.sentences]
        self.usage = Usage.of(_LABEL.sub("", sentence) for sentence in self._sentences)
        said = " ".join(self._sentences).lower()
        established = (f for f in facts(readers, self.usage) if _is_established(f, said))
        self.facts = [with_case(fact) for fact in established]
        for fact in self.facts:
            if fact.verb is None:
                self.usage.learn_label(fact.term, fact.definition)
        found = [one for reader in readers for one in reader.lists]
        self.lists = [replace(one, order=place) for place, one in enumerate(found)]
        self._labels = [label for reader in readers for label in reader.labels]
        self._embedder = embedder
        self._vectors: dict[str, NDArray[np.float32]] = {}
        self._pairs = tuple(_abbreviations(self.facts, self._sentences))
        self._synonyms = _synonyms(self._pairs)
        self._about: dict[Key, list[frozenset[str]]] = {}
        self._naming: dict[Key, list[str]] = {}
        self._called: dict[str, tuple[str, ...]] = {}

    @property
    def encoder(self) -> Embedder:
        """What compares texts by their meaning."""
        return self._embedder

    @cached_property
    def reasons(self) -> list[Reason]:
        """The reasons that the notes give, in their order."""
        return read_reasons(self.chunks.values(), self.usage)

    @cached_property
    def sides(self) -> list[Side]:
        """What the notes say of things that they put side by side."""
        return read_sides(self.chunks.values())

    @cached_property
    def mistakes(self) -> list[Mistake]:
        """The mistakes that the notes warn of."""
        return read_mistakes(self.chunks.values())

    @cached_property
    def worked(self) -> list[Worked]:
        """What the notes work out in numbers."""
        return read_worked(self.chunks.values(), self.usage)

    @cached_property
    def tables(self) -> list[NoteTable]:
        """The tables of the notes that have a header, in their order."""
        found = [
            one for chunk in self.chunks.values() for one in read_tables(chunk, split(chunk.text))
        ]
        return [replace(one, order=place) for place, one in enumerate(found)]

    @property
    def sentences(self) -> list[str]:
        """The statements of the notes, cleaned, in their order."""
        return self._sentences

    @cached_property
    def classes(self) -> Classes:
        """What class of thing each term is."""
        return Classes(self)

    @cached_property
    def by_term(self) -> dict[Key, list[Fact]]:
        """The facts of each term; spellings and abbreviations of one term come together."""
        grouped: dict[Key, list[Fact]] = defaultdict(list)
        for fact in self.facts:
            grouped[self.identity(fact.term)].append(fact)
        return dict(grouped)

    @cached_property
    def by_quote(self) -> dict[str, list[Fact]]:
        """The facts that stand in each quote."""
        grouped: dict[str, list[Fact]] = defaultdict(list)
        for fact in self.facts:
            grouped[fact.quote].append(fact)
        return dict(grouped)

    def lead(self, fact: Fact) -> float:
        """Return by how much a definition is nearer in meaning to its own term than to any other.

        Both are cosines; other names of the term, and terms of which it is a kind, do not count.
        """
        others = [
            known[0].term
            for known in self.by_term.values()
            if not self.are_related(known[0].term, fact.term)
        ]
        near = self.similarity(fact.definition, [fact.term, *others])
        return float(near[0] - near[1:].max(initial=0.0))

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """Every term that the notes define or put as a label, in one spelling each."""
        found: dict[Key, str] = {}
        for term in [*(fact.term for fact in self.facts), *self._labels]:
            found.setdefault(self.identity(term), term)
        return tuple(found.values())

    def identity(self, term: str) -> Key:
        """Return one key for all spellings of a term: GAN, GANs, generative adversarial network."""
        key = term_key(term)
        return self._synonyms.get(key, key)

    def spellings(self, term: str) -> tuple[str, ...]:
        """Return the names by which the notes call ``term``, itself first."""
        if term not in self._called:
            found = {term_key(term): term}
            own = self.identity(term)
            of_facts = (name for fact in self.by_term.get(own, ()) for name in names(fact))
            for name in (*of_facts, *(name for pair in self._pairs for name in pair)):
                if self.identity(name) == own:  # not an abbreviation of another term as well
                    found.setdefault(term_key(name), name)
            self._called[term] = tuple(found.values())
        return self._called[term]

    def are_related(self, one: str, other: str) -> bool:
        """Say whether two terms are the same, or one is a kind of the other by its name."""
        if self.identity(one) == self.identity(other):
            return True
        first, second = set(term_key(one)), set(term_key(other))
        return first <= second or second <= first

    def terms_in(self, text: str) -> list[str]:
        """Return the defined terms that ``text`` names, one spelling of each."""
        return [
            known[0].term for known in self.by_term.values() if self.mentions(text, known[0].term)
        ]

    def mentions(self, text: str, term: str) -> bool:
        """Say whether ``text`` names ``term``, in any spelling the notes have for it."""
        words = _padded(term_key(text))
        return any(_padded(term_key(name)) in words for name in self.spellings(term))

    def said_of(self, term: str) -> list[frozenset[str]]:
        """Return the content stems of each sentence and definition that is about ``term``."""
        key = self.identity(term)
        if key not in self._about:
            said = [self._stems[i] for i in self._mentioning(term)]
            said += [
                frozenset(content_stems(fact.definition)) for fact in self.by_term.get(key, ())
            ]
            self._about[key] = said
        return self._about[key]

    def told(self, text: str, term: str) -> float:
        """Return how much of ``text``, 0 to 1, the notes say of ``term`` as well, here or there.

        Each word counts by its rarity (inverse document frequency, Sparck Jones 1972).
        """
        words = set(content_stems(text)) - set(content_stems(term))
        total = sum(map(self._rarity, words))
        said = words & frozenset().union(*self.said_of(term))
        return sum(map(self._rarity, said)) / total if total else 0.0

    def _rarity(self, word: str) -> float:
        return log((1 + len(self._stems)) / (1 + self._frequency[word]))

    @cached_property
    def _frequency(self) -> Counter[str]:
        return Counter(word for said in self._stems for word in said)

    def saying(self, words: set[str], least: float) -> list[str]:
        """Return the sentences of all the notes that hold this share of some content stems."""
        return [
            sentence
            for sentence, said in zip(self._sentences, self._stems, strict=True)
            if words and len(words & said) >= least * len(words)
        ]

    def sentences_on(self, term: str) -> list[str]:
        """Return the sentences that name ``term``, in their order."""
        key = self.identity(term)
        if key not in self._naming:
            self._naming[key] = [self._sentences[place] for place in self._mentioning(term)]
        return self._naming[key]

    def _mentioning(self, term: str) -> Iterator[int]:
        sought = [_padded(term_key(name)) for name in self.spellings(term)]
        for index, words in enumerate(self._words):
            if any(name in words for name in sought):
                yield index

    @cached_property
    def _words(self) -> list[str]:
        return [_padded(term_key(text)) for text in self._sentences]

    @cached_property
    def _stems(self) -> list[frozenset[str]]:
        return [frozenset(content_stems(text)) for text in self._sentences]

    def similarity(self, one: str, others: Sequence[str]) -> NDArray[np.float32]:
        """Return the cosine of ``one`` to each of ``others``, shape ``(len(others),)``."""
        missing = list(dict.fromkeys(t for t in (one, *others) if t not in self._vectors))
        if missing:
            self._vectors.update(zip(missing, self._embedder.embed(missing), strict=True))
        if not others:
            return np.zeros(0, np.float32)
        result: NDArray[np.float32] = (
            np.stack([self._vectors[t] for t in others]) @ self._vectors[one]
        )
        return result

    def likeness(self, one: Fact, other: Fact) -> float:
        """Return the cosine of two facts in meaning."""
        return float(self.similarity(one.gist, [other.gist])[0])


def _is_established(fact: Fact, said: str) -> bool:
    """Say whether a term is a name and not a mere phrase ("a whole layer of neurons").

    Long ones are names if the notes set them off or spell them as such ("Committee of Public
    Safety"), or speak of them again in ``said``.
    """
    if len(fact.term.split()) < NAME_WORDS or fact.verb is None:
        return True
    if all(word[0].isupper() for word in fact.term.split() if len(word) > len("the")):
        return True
    marked = re.search(rf"[*_`\u201c\"]{re.escape(fact.term)}", fact.quote)
    return bool(marked) or said.count(fact.term.lower()) > 1


def _padded(stems: Iterable[str]) -> str:
    return f" {' '.join(stems)} "


def _synonyms(pairs: Iterable[tuple[str, str]]) -> dict[Key, Key]:
    """Map each spelling to one of its group; an abbreviation of two things maps to neither."""
    meanings: dict[Key, set[Key]] = defaultdict(set)
    for abbreviation, term in pairs:
        meanings[term_key(abbreviation)].add(term_key(term))
    leader: dict[Key, Key] = {}

    def lead(key: Key) -> Key:
        while leader.get(key, key) != key:
            key = leader[key]
        return key

    for short, longs in meanings.items():
        if len(longs) == 1:
            leader[lead(short)] = lead(next(iter(longs)))
    return {key: lead(key) for key in leader}


def _abbreviations(
    all_facts: Iterable[Fact], sentences: Iterable[str]
) -> Iterator[tuple[str, str]]:
    """Yield (short, long) pairs such as (RNN, recurrent neural network)."""
    for fact in all_facts:
        for alias in fact.aliases:
            yield (alias, fact.term) if len(alias) < len(fact.term) else (fact.term, alias)
    for sentence in sentences:
        for match in _EXPANDED.finditer(sentence):
            before, short = match["before"].split(), match["short"]
            letters = [c for c in short if c.isupper()]
            for size in range(1, len(before) + 1):
                long = " ".join(before[-size:])
                parts = len(re.split(r"[\s-]+", long))
                if len(letters) in (size, parts) and abbreviates(short, long):
                    yield short, long
                    break
