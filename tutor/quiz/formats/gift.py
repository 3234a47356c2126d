r"""Moodle's GIFT format, written; ``gift_reader`` reads it.

Stems, options, keys and accepted answers stand in GIFT's own places; explanation and evidence
stand in the general feedback, which learners see after answering. What GIFT has no place for
(identity, topic, level, and where exactly the evidence stands) travels in a comment before each
question (see ``gift_comment``), which Moodle passes over. One more has what Moodle does take from
comments, identity and tags::

    // [id:3f2c...] [tag:Attention] [tag:level 1]

GIFT knows no order: steps become a matching question, places to steps. Questions for the learner's
own words become essays, model answer and rubric in their feedback.

The syntax and what it means are those of Moodle's own reader:
https://docs.moodle.org/en/GIFT_format
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tutor.quiz.formats.evidence import OPEN, feedback
from tutor.quiz.formats.gift_comment import MATCHED, comment_on
from tutor.quiz.formats.record import name_of, shortened
from tutor.quiz.items import GAP
from tutor.schema import ItemKind, Notice, QuizItem

ARROW = "->"
"""What stands between the two of a pair to match; GIFT has no escape for it."""

_MOST_KEYS = 10
"""Right options among which Moodle knows to share the marks."""

_LONGEST_MATCH = 255
"""Characters of a text to be matched that Moodle's database holds."""

_SPECIAL = re.compile(r"([\\:#={}~])")
MOODLE_GAP = "_____"
"""Five underscores: where Moodle puts the box to type in."""


def write_gift(items: Sequence[QuizItem], path: Path, title: str) -> list[Notice]:
    """Write items, none of which is ``unfit_for_gift``."""
    text = "\n\n".join([f"// {shortened(title)}", *map(_question, items)]) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
    return remarks(items)


def remarks(items: Sequence[QuizItem]) -> list[Notice]:
    """Return what to know of items in Moodle: which kinds it asks for in another way."""
    told = []
    if any(item.kind is ItemKind.ORDERING for item in items):
        told.append(Notice("Moodle asks for an order by matching places to steps."))
    if any(item.kind in OPEN for item in items):
        told.append(Notice("Moodle leaves it to the teacher to mark short and long answers."))
    return told


def unfit_for_moodle(item: QuizItem) -> str:
    """Return why Moodle cannot hold an item; empty if it can."""
    if item.kind is ItemKind.MULTIPLE_RESPONSE and len(item.keys) > _MOST_KEYS:
        return f"Moodle shares the marks among {_MOST_KEYS} right options at most"
    if item.kind in MATCHED and any(len(option) > _LONGEST_MATCH for option in item.options):
        return f"Moodle matches texts of up to {_LONGEST_MATCH} characters only"
    return ""


def unfit_for_gift(item: QuizItem) -> str:
    """Return why GIFT cannot hold an item; empty if it can."""
    typed = (item.key, *item.accepted) if item.kind is ItemKind.CLOZE else ()
    if any(ARROW in answer for answer in typed):  # Moodle would take them for pairs to match
        return f"GIFT cannot hold \u201c{ARROW}\u201d in a gap"
    matched = (*item.options, *(pair.prompt for pair in item.pairs))
    if item.kind in MATCHED and any(ARROW in text for text in matched):
        return f"GIFT cannot hold \u201c{ARROW}\u201d in what is matched or put in order"
    return unfit_for_moodle(item)


def _question(item: QuizItem) -> str:
    stem = item.stem.replace(GAP, MOODLE_GAP) if item.kind is ItemKind.CLOZE else item.stem
    told = feedback(item)
    general = f"\n\t####{_formatted(told)}" if told else ""
    body = f"::{_escaped(name_of(item))}::[plain]{_escaped(stem)}"
    return f"{_orders(item)}\n{comment_on(item)}\n{body}{{{_answers(item)}{general}\n}}"


def _answers(item: QuizItem) -> str:
    if item.kind is ItemKind.TRUE_FALSE:
        return item.key.upper()
    if item.kind in OPEN:
        return ""
    if item.kind is ItemKind.CLOZE:
        typed = dict.fromkeys((item.key, *item.accepted))
        return "".join(f"\n\t={_formatted(literal(answer))}" for answer in typed)
    if item.kind in MATCHED:
        asked = [pair.prompt for pair in item.pairs] or range(1, len(item.keys) + 1)
        prompts = [_formatted(str(prompt)) for prompt in asked]
        pairs = list(zip(prompts, item.keys, strict=True))
        pairs += [("", option) for option in item.options if option not in item.keys]
        return "".join(f"\n\t={prompt} {ARROW} {_escaped(match)}" for prompt, match in pairs)
    if item.kind is ItemKind.MULTIPLE_RESPONSE:
        weighed = ((f"~%{share(item, option)}%", option) for option in item.options)
        return "".join(f"\n\t{mark}{_formatted(option)}" for mark, option in weighed)
    marks = ("=" if option == item.key else "~" for option in item.options)
    return "".join(
        f"\n\t{mark}{_formatted(option)}" for mark, option in zip(marks, item.options, strict=True)
    )


def share(item: QuizItem, option: str) -> str:
    """Return what choosing an option earns, in percent and in Moodle's own spelling.

    Of several right options each earns its part, and each wrong one costs as much.
    """
    right = option in item.keys
    if item.kind is ItemKind.MULTIPLE_CHOICE:
        return "100" if right else "0"
    part = f"{100 / len(item.keys):.5f}".rstrip("0").rstrip(".")
    return part if right else f"-{part}"


def literal(answer: str) -> str:
    r"""Return a typed answer with ``*`` as ``\*``: alone it would match anything in Moodle."""
    return answer.replace("*", r"\*")


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text).replace("\n", r"\n")


def _formatted(text: str) -> str:
    """Return ``text`` escaped, its format named if it could be taken for a format or a weight."""
    return ("[plain]" if text.startswith(("[", "%")) else "") + _escaped(text)


def _orders(item: QuizItem) -> str:
    """Return the comment from which Moodle takes a question's identity and tags."""
    tags = filter(None, (shortened(item.topic), f"level {item.level}"))
    orders = [f"[id:{_bracketed(item.id)}]", *(f"[tag:{_bracketed(tag)}]" for tag in tags)]
    return f"// {' '.join(orders)}"


def _bracketed(text: str) -> str:
    return re.sub(r"[<>`]", "", shortened(text, 100)).replace("]", r"\]")
