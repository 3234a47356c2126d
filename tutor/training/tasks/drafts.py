"""Quiz items for the quiz maker to draft, in the lines that its grammar holds it to."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tutor.crew.prompts import messages
from tutor.crew.quizmaking import KIND_NAMES, LEVELS
from tutor.crew.roles import Roles
from tutor.grounding.markup import clean
from tutor.quiz.by_model.drafts import FORMS, LONGEST_GAP, LONGEST_STEM, RIGHT, WRONG, quotable
from tutor.quiz.english import sentence_case
from tutor.quiz.knowledge.definitions import Parts, read_sentence
from tutor.schema import Chunk, ItemKind
from tutor.training.tasks.chat import Chat
from tutor.training.tasks.sections import Section
from tutor.training.tasks.shelf import Shelf

_LONGEST_RUN = 28  # words of a stem
_LISTS = re.compile(
    r"(?P<subject>(?:(?:An?|The) )?[A-Z][\w' -]{2,50}?) (?P<verb>includes?|consists? of|contains?"
    r"|comprises?) (?P<first>[\w' -]{3,40}), (?:[\w' -]{3,40}, )*(?P<second>[\w' -]{3,40}),? and "
    r"[\w' -]{3,40}\."
)


@dataclass(frozen=True, slots=True)
class _Source:
    """A sentence with its number in the prompt, the term it defines and what it says of it."""

    number: int
    text: str
    parts: Parts

    @property
    def run(self) -> str:
        """The words behind the term, which ask for it; nothing where they would not."""
        rest = self.text[self.text.index(self.parts.term) + len(self.parts.term) :]
        words = rest.strip(" ,").rstrip(".").split()
        fits = rest.startswith(" ") and not rest.startswith(" (") and len(words) >= 4
        return " ".join(words) if fits and len(words) <= _LONGEST_RUN else ""


def drafts(section: Section, shelf: Shelf, roles: Roles, chance: random.Random) -> Iterator[Chat]:
    """Yield a draft of each kind that a section gives, in chance order; two at most."""
    quotes = [clean(quote) for quote in quotable(as_chunk(section))]
    made = list(_made(quotes, shelf, chance))
    chance.shuffle(made)
    passage = "\n".join(f"{number}. {quote}" for number, quote in enumerate(quotes, 1))
    for kind, level, lines in made[:2]:
        prompt = messages(
            roles,
            "write_item",
            passage=passage,
            kind=KIND_NAMES[kind],
            level=LEVELS[level],
            form=FORMS[kind],
        )
        yield Chat("write_item", tuple(prompt), "\n".join([*lines, ""]))


def as_chunk(section: Section) -> Chunk:
    """Return a section as the quiz maker takes it from the index."""
    passage = section.passage
    return Chunk("", "", "", passage.heading, passage.text, 0, 0, len(passage.text), 1, 1)


def _made(
    quotes: list[str], shelf: Shelf, chance: random.Random
) -> Iterator[tuple[ItemKind, int, list[str]]]:
    text = " ".join(quotes)
    for number, quote in enumerate(quotes, 1):
        parts = read_sentence(quote, shelf.usage)
        wrong = shelf.other_terms(text, WRONG, chance)
        if len(wrong) < WRONG:
            return
        if parts is not None and quote.count(parts.term) == 1:
            source = _Source(number, quote, parts)
            yield from _chosen(source, wrong, chance)
            yield from _judged(source, wrong[0], chance)
            if len(parts.term) <= LONGEST_GAP:
                yield ItemKind.CLOZE, 1, [f"Evidence: {number}", f"Missing: {parts.term}"]
        if (listed := _LISTS.fullmatch(quote)) is not None:
            yield ItemKind.MULTIPLE_RESPONSE, 1, _several(number, listed, wrong)


def _chosen(
    source: _Source, wrong: list[str], chance: random.Random
) -> Iterator[tuple[ItemKind, int, list[str]]]:
    level = chance.choice((1, 1, 2))
    stem = f"Which of these {source.run}?" if source.run else ""
    if level == 2:
        stem = f"Which term means {source.parts.definition}?"
    if source.parts.verb in ("is", "are") and stem and len(stem) <= LONGEST_STEM:
        lines = [f"Evidence: {source.number}", f"Stem: {stem}", f"Answer: {source.parts.term}"]
        yield ItemKind.MULTIPLE_CHOICE, level, [*lines, *(f"Wrong: {term}" for term in wrong)]


def _judged(
    source: _Source, other: str, chance: random.Random
) -> Iterator[tuple[ItemKind, int, list[str]]]:
    right = chance.random() < 0.5
    statement = source.text.rstrip(".")
    if not right:
        statement = sentence_case(statement.replace(source.parts.term, other, 1))
    lines = [f"Evidence: {source.number}", f"Statement: {statement}.", f"Verdict: {right}"]
    yield ItemKind.TRUE_FALSE, 1, lines


def _several(number: int, listed: re.Match[str], wrong: list[str]) -> list[str]:
    verb = re.sub(r"(?<=[a-z])s\b", "", listed["verb"].replace("comprises", "comprise"), count=1)
    does = "do" if verb == listed["verb"] else "does"
    subject = listed["subject"]
    stem = f"Which of these {does} {subject[:1].lower()}{subject[1:]} {verb}?"
    right = [re.sub(r"^(?:an?|the) ", "", listed[name].strip()) for name in ("first", "second")]
    lines = [f"Evidence: {number}", f"Stem: {stem}", *(f"Right: {term}" for term in right[:RIGHT])]
    return [*lines, *(f"Wrong: {term}" for term in wrong)]
