"""Reading what notes work out in numbers, so that it can be asked for with other numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tutor.grounding.markup import clean_heading
from tutor.grounding.sentences import Kind, split
from tutor.quiz.knowledge.named_formulas import Calls, Meanings, asked, definitions
from tutor.quiz.knowledge.terms import Usage
from tutor.quiz.knowledge.worked import Worked
from tutor.quiz.knowledge.worked_sentences import worked_out
from tutor.schema import Chunk


def read_worked(chunks: Iterable[Chunk], usage: Usage) -> list[Worked]:
    """Return what the chunks work out, in their order; ``usage`` tells how terms are written."""
    in_order = list(chunks)
    meanings, calls = Meanings(in_order), Calls(in_order)
    found: list[Worked] = []
    for chunk in in_order:
        topic = clean_heading(chunk.heading[-1]) if chunk.heading else ""
        every = split(chunk.text)
        defined = list(definitions(every, meanings))
        units = [unit for unit in every if unit.kind in (Kind.SENTENCE, Kind.ITEM)]
        for place, unit in enumerate(units):
            found_here = (
                *worked_out(units, place, chunk),
                *asked(unit, defined, chunk, calls, usage),
            )
            for one in found_here:
                found.append(replace(one, topic=topic, order=len(found)))
    return found
