"""The gates that every quiz item passes, whoever drafted it.

A gate is a function named after what it demands. It returns why an item fails, or "" if it does
not. All gates run, so that an item bank can be mended in one go. One more gate asks a language
model and therefore stands apart: ``quiz.examiner``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tutor.quiz.gates.company import is_poor_company, is_told, place_of
from tutor.quiz.gates.decisions import decides, decision_follows_from_its_side
from tutor.quiz.gates.evidence import quote_is_in_the_notes, quote_supports_key
from tutor.quiz.gates.form import gap_has_one_answer, key_can_be_typed, key_fits_the_kind
from tutor.quiz.gates.gate import Gate, Rejection, title
from tutor.quiz.gates.numbers import number_follows_from_the_formula, works_out
from tutor.quiz.gates.options import (
    distractors_are_refuted,
    no_catch_all,
    not_guessable_by_form,
    options_are_alike,
    options_differ,
    options_do_not_echo_the_stem,
)
from tutor.quiz.gates.repeats import check_beside
from tutor.quiz.gates.rubric import rubric_can_be_earned
from tutor.quiz.gates.stem import (
    answer_is_not_in_the_stem,
    no_giveaway_grammar,
    stem_does_not_babble,
    stem_is_a_sentence,
    stem_reads_as_english,
    stem_stands_alone,
)
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.levels import level_is_what_it_says
from tutor.schema import QuizItem

__all__ = [
    "GATES",
    "Gate",
    "Rejection",
    "check",
    "check_beside",
    "is_about_options",
    "is_poor_company",
    "is_told",
    "place_of",
    "sift",
]

GATES: tuple[Gate, ...] = (
    quote_is_in_the_notes,
    quote_supports_key,
    key_fits_the_kind,
    options_differ,
    options_are_alike,
    no_catch_all,
    distractors_are_refuted,
    stem_is_a_sentence,
    stem_reads_as_english,
    stem_stands_alone,
    stem_does_not_babble,
    answer_is_not_in_the_stem,
    options_do_not_echo_the_stem,
    not_guessable_by_form,
    no_giveaway_grammar,
    gap_has_one_answer,
    key_can_be_typed,
    level_is_what_it_says,
    rubric_can_be_earned,
    number_follows_from_the_formula,
    decision_follows_from_its_side,
)
"""The gates for one item, in the order in which reasons are given."""

_OF_WORDS = frozenset(
    {
        quote_supports_key,
        distractors_are_refuted,
        options_are_alike,
        answer_is_not_in_the_stem,
        options_do_not_echo_the_stem,
        gap_has_one_answer,
        stem_does_not_babble,
    }
)
"""Gates that hold words against words: a number worked out is held against its formula instead, a
decision against what speaks for it."""

_ABOUT_OPTIONS = frozenset(
    map(
        title,
        (
            options_differ,
            options_are_alike,
            distractors_are_refuted,
            options_do_not_echo_the_stem,
            not_guessable_by_form,
            quote_supports_key,
        ),
    )
)


def check(item: QuizItem, glossary: Glossary) -> list[Rejection]:
    """Return every reason to turn ``item`` away; an empty list lets it pass."""
    held = works_out(item, glossary) is not None or decides(item, glossary)
    gates = [gate for gate in GATES if not (held and gate in _OF_WORDS)]
    reasons = [(title(gate), gate(item, glossary)) for gate in gates]
    return [Rejection(name, reason, item.stem) for name, reason in reasons if reason]


def sift(
    drafts: Iterable[QuizItem], glossary: Glossary, beside: Sequence[QuizItem] = ()
) -> tuple[list[QuizItem], list[Rejection]]:
    """Return the drafts that pass every gate and repeat neither each other nor ``beside``."""
    kept: list[QuizItem] = []
    rejections: list[Rejection] = []
    for item in drafts:
        reasons = check_beside(item, [*beside, *kept]) or check(item, glossary)
        if not reasons:
            kept.append(item)
        rejections += reasons
    return kept, rejections


def is_about_options(rejection: Rejection) -> bool:
    """Say whether other wrong options could mend what ``rejection`` complains of."""
    return rejection.gate in _ABOUT_OPTIONS
