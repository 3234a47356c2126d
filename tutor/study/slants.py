"""A question answered again, in the words of the notes: more simply, at length, by an example."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.grounding.context import in_context
from tutor.grounding.definitions import illustrates
from tutor.schema import Level, Slant
from tutor.study.aspects import Aspect
from tutor.study.explanation import explain, hardness
from tutor.study.layout import Layout, blocks_of, chosen, set_out
from tutor.study.material import Material, Statement

_SIMPLE_WORDS = 40
_EXAMPLE_WORDS = 160


def answer_again(material: Material, slant: Slant) -> Layout:
    """Return what the notes say of a topic with a slant; the text is empty if that is nothing.

    Simpler is the plainest sentence that says what it is, deeper is the explanation for experts,
    an example is what the notes mark as one, or their code.
    """
    match slant:
        case Slant.SIMPLER:
            plainest = sorted(
                material.definitions() or material.central()[:5],
                key=lambda one: hardness(one.candidate.plain) - one.candidate.score,
            )
            return _section("In short", plainest[:1], _SIMPLE_WORDS)
        case Slant.DEEPER:
            return explain(material, Level.EXPERT)
        case Slant.EXAMPLE:
            examples = material.telling(Aspect.EXAMPLE, Aspect.CODE) or _exemplified(material)
            return _section("An example", examples, _EXAMPLE_WORDS)


def _exemplified(material: Material) -> list[Statement]:
    """Return the statements that an example stands beside."""
    return [
        one
        for one in material.statements
        if any(illustrates(piece.text) for piece in in_context(one.candidate))
    ]


def _section(title: str, found: Sequence[Statement], most_words: int) -> Layout:
    pieces = chosen(found, most_words, set())
    return set_out([(title, blocks_of(pieces))] if pieces else [])
