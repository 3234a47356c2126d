"""Aiken, the plainest of formats: a question, lettered options and the letter of the key.

It has room for nothing else: no other kinds, no explanations, no evidence. A question and an
option are a line each, which Moodle tells apart by how they begin.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tutor.quiz.formats.telling import LETTERS
from tutor.quiz.items import FALSE, TRUE
from tutor.schema import ItemKind, Notice, QuizItem

_LOOKS_LIKE_SYNTAX = re.compile(r"[A-Z][).]|ANSWER:")
_SHORTEST = 2
"""Bytes that a question needs: Moodle passes over a shorter line."""


def write_aiken(items: Sequence[QuizItem], path: Path, title: str) -> list[Notice]:
    """Write items, none of which is ``unfit_for_aiken``."""
    text = "\n\n".join(map(_block, items)) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
    return [Notice("Aiken holds no explanations and no evidence; other formats do.")]


def unfit_for_aiken(item: QuizItem) -> str:
    """Return why Aiken cannot hold an item; empty if it can."""
    stem = _line(item.stem)
    if item.kind not in (ItemKind.MULTIPLE_CHOICE, ItemKind.TRUE_FALSE):
        return "Aiken holds only questions with one right option"
    if _LOOKS_LIKE_SYNTAX.match(stem) or len(stem.encode()) < _SHORTEST:
        return f"Aiken would not take \u201c{stem[:10]}\u201d for the beginning of a question"
    if len(_options(item)) > len(LETTERS):
        return f"Aiken holds no more than {len(LETTERS)} options"
    return ""


def _block(item: QuizItem) -> str:
    options = _options(item)
    lines = [_line(item.stem)]
    lines += [
        f"{letter}) {_line(option)}" for letter, option in zip(LETTERS, options, strict=False)
    ]
    return "\n".join([*lines, f"ANSWER: {LETTERS[options.index(item.key)]}"])


def _options(item: QuizItem) -> tuple[str, ...]:
    return (TRUE, FALSE) if item.kind is ItemKind.TRUE_FALSE else item.options


def _line(text: str) -> str:
    return " ".join(text.split())
