"""A quiz from several parts of the notes, each used up before the next is asked about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from tutor.quiz.drafting import Draft, draft, unexamined
from tutor.quiz.gates import Rejection
from tutor.quiz.items import USUAL
from tutor.quiz.knowledge.glossary import Glossary
from tutor.schema import Chunk, ItemKind, QuizItem


def draft_in_turn(
    rings: Sequence[Sequence[Chunk]],
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
    """Make up to ``count`` items as ``draft`` does, from a later ring only what is missing then."""
    asked_about = {chunk.id for ring in rings for chunk in ring}
    is_part = not asked_about >= glossary.chunks.keys()
    made = Draft(count, (), (), 0, level, of_a_part=is_part)
    for ring in rings:
        more = draft(
            ring,
            glossary,
            count=count - len(made.items),
            kinds=kinds,
            level=level,
            seed=seed,
            beside=[*beside, *made.items],
            mastery=mastery,
            examine=examine,
        )
        made = replace(
            made,
            items=(*made.items, *more.items),
            rejections=(*made.rejections, *more.rejections),
            tried=made.tried + more.tried,
        )
    return made
