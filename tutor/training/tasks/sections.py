"""Prose cut into passages under their headings, as the notes in the index are."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tutor.grounding.markup import clean
from tutor.grounding.sentences import Kind, split
from tutor.quiz.gates.stem import OPENING_PRONOUN
from tutor.quiz.knowledge.definitions import is_presentable
from tutor.schema import Passage
from tutor.training.tasks.chat import as_passage

_SHORTEST, _LONGEST = 100, 1500
"""Characters of a passage; each document has a limit of its own between 400 and the longest."""

_HEADING = re.compile(r"#{0,6}\s*(?P<title>[A-Z0-9][^\n]{1,78}[^\s.,;:!])")
_MOST_WORDS = 10  # of a heading
_MIDWAY = re.compile(
    r"(?:The (?:next|first|second|third|last|other|same|following)|Another|Next|Then|Finally|For"
    r" (?:example|instance)|However|Also|In addition|Additionally|Similarly|Therefore|Thus|Moreover"
    r"|In contrast|On the other hand)\b"
)
"""How a sentence begins that goes on from the one before."""


@dataclass(frozen=True, slots=True)
class Section:
    """A passage and its sentences, cleaned, in the order of the text."""

    passage: Passage
    sentences: tuple[str, ...]

    @property
    def title(self) -> str:
        """The innermost heading, or nothing."""
        return self.passage.heading[-1] if self.passage.heading else ""

    def telling(self) -> list[int]:
        """Return the places of the sentences that can be understood by themselves."""
        return [place for place, text in enumerate(self.sentences) if stands_alone(text)]


@lru_cache(maxsize=1 << 14)  # each sentence is looked at several times, in each round
def stands_alone(sentence: str) -> bool:
    """Say whether a cleaned sentence points at nothing outside itself."""
    return (
        sentence[:1].isupper()
        and sentence.endswith(".")
        and 5 <= len(sentence.split()) <= 45
        and not OPENING_PRONOUN.match(sentence)
        and not _MIDWAY.match(sentence)
        and is_presentable(sentence.rstrip("."))
    )


def read_sections(text: str, chance: random.Random) -> Iterator[Section]:
    """Yield the passages of a text; one document's are of like length, another's of another."""
    longest = chance.randint(400, _LONGEST)
    title, trail = "", ()  # type: tuple[str, tuple[str, ...]]
    held: list[str] = []
    for paragraph in (part.strip() for part in re.split(r"\n\s*\n", text)):
        heading = _HEADING.fullmatch(paragraph)
        is_heading = heading is not None and len(paragraph.split()) <= _MOST_WORDS
        if held and (is_heading or sum(map(len, held)) + len(paragraph) > longest):
            yield from _section(trail, "\n\n".join(held))
            held = []
        if heading is not None and is_heading:
            title = title or heading["title"]
            trail = tuple(dict.fromkeys((title, heading["title"])))
        elif paragraph:
            held.append(paragraph)
    yield from _section(trail, "\n\n".join(held))


def _section(trail: tuple[str, ...], text: str) -> Iterator[Section]:
    if _SHORTEST <= len(text) <= _LONGEST:
        units = (unit for unit in split(text) if unit.kind in (Kind.SENTENCE, Kind.ITEM))
        yield Section(as_passage(trail, text), tuple(clean(unit.text) for unit in units))
