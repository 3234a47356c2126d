"""Ordering items: the steps of a procedure, or events, whose order the notes themselves state."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tutor.quiz.desk import Desk
from tutor.quiz.gates.form import MAX_STEPS, MIN_STEPS
from tutor.quiz.lists import LONGEST_QUOTE, NoteList, step_name
from tutor.quiz.wording import sentence_case
from tutor.schema import ItemKind, QuizItem

_STEPS_OF = re.compile(r"^(?:the )?(?:steps?|process|stages) (?:of|for|in|to) ", re.IGNORECASE)
LONGEST_STEP = 22
"""Words of a step that can be taken in at a glance."""


def steps(desk: Desk, one: NoteList) -> Iterator[QuizItem]:
    """Level 1: the names of the steps."""
    names = [step_name(member) for member in one.steps]
    if names and all(names):
        yield from _item(desk, one, names)


def step_descriptions(desk: Desk, one: NoteList) -> Iterator[QuizItem]:
    """Level 2: what happens in each step, without its name."""
    texts = [member.text.rstrip(".") for member in one.steps]
    if texts and all(5 <= len(text.split()) <= LONGEST_STEP for text in texts):
        yield from _item(desk, one, texts)


def events(desk: Desk, one: NoteList) -> Iterator[QuizItem]:
    """Level 1: events of different years, the years left out."""
    dated = one.events
    years = [year for year, _, _ in dated]
    if len(dated) < MIN_STEPS or years != sorted(set(years)):
        return
    dated = dated[:MAX_STEPS]
    texts = [sentence_case(what) for _, what, _ in dated]
    start, end = dated[0][2].start, dated[-1][2].end
    told = "; ".join(f"{year}: {what}" for year, what, _ in dated)
    yield _ordering(
        desk,
        one,
        f"Put the events of \u201c{one.topic}\u201d in the order in which they happened.",
        texts,
        one.chunk.text[start:end],
        f"{told}.",
    )


def _item(desk: Desk, one: NoteList, texts: list[str]) -> Iterator[QuizItem]:
    title = next((title for title in one.titles if len(title.split()) > 1), one.topic)
    name = sentence_case(_STEPS_OF.sub("", title))
    last = one.steps[-1]
    quote = one.chunk.text[one.start : last.end]
    if MIN_STEPS <= len(texts) <= MAX_STEPS and len(quote) <= LONGEST_QUOTE and name:
        yield _ordering(
            desk,
            one,
            f"Put the steps of \u201c{name}\u201d in their right order.",
            [sentence_case(text) for text in texts],
            quote,
            f"The notes have: {'; '.join(texts)}.",
        )


def _ordering(
    desk: Desk, one: NoteList, stem: str, texts: list[str], quote: str, told: str
) -> QuizItem:
    return desk.item(
        one, ItemKind.ORDERING, stem, quote, keys=texts, options=texts, explanation=told
    )
