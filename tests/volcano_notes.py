"""Notes on volcanoes that are studied for weeks, with a question on each of their sentences."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tutor.app import Tutor
from tutor.progress.rating import attempted
from tutor.quiz.items import GAP, evidence
from tutor.schema import ItemKind, QuizItem

VOLCANOES = """\
# Volcanoes

Lava is molten rock that has reached the surface of the Earth.
A magma chamber is a large pool of molten rock beneath a volcano.

# Rocks

Granite is a pale stone of quartz and feldspar from deep underground.
Basalt is a dark rock that forms when lava cools quickly.
Pumice is a light rock that forms from frothy lava.
"""
GRANITE = "Granite is a pale stone of quartz and feldspar from deep underground."
BASALT = "Basalt is a dark rock that forms when lava cools quickly."
LAVA = "Lava is molten rock that has reached the surface of the Earth."


def rewrite(tutor: Tutor, notes: Path, text: str) -> None:
    notes.write_text(text, encoding="utf-8")
    tutor.ingest([notes], course="earth")


def item_on(tutor: Tutor, notes: Path, sentence: str) -> QuizItem:
    """A gap in the place of the first word of ``sentence``, as the notes have it now."""
    chunk = next(one for one in tutor.chunks(str(notes), "earth") if sentence in one.text)
    term, rest = sentence.split(" ", 1)
    return QuizItem(
        id=term,
        kind=ItemKind.CLOZE,
        stem=f"{GAP} {rest}",
        options=(),
        keys=(term.lower(),),
        accepted=(),
        explanation="",
        topic=chunk.heading[-1],
        level=1,
        evidence=evidence(chunk, sentence),
    )


def respond(tutor: Tutor, item: QuizItem, response: str, at: datetime) -> None:
    grade = tutor.grade(item, response)
    tutor.record(item, attempted(item, response, grade, at=at, seconds=12.0))
