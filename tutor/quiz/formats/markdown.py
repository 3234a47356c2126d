"""The quiz as Markdown to hand out: questions, then the key with explanations and evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tutor.quiz.formats.evidence import place
from tutor.quiz.formats.record import marks
from tutor.quiz.wording import GAP
from tutor.schema import ItemKind, Notice, QuizItem

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~])")


def write_markdown(items: Sequence[QuizItem], path: Path, title: str) -> list[Notice]:
    """Write every item."""
    path.write_text(to_markdown(items, title), encoding="utf-8", newline="\n")
    return []


def to_markdown(items: Sequence[QuizItem], title: str = "Quiz") -> str:
    """Return the questions, then the key with explanation and evidence, as Markdown."""
    parts = [f"# {_escaped(title)}", *(_question(n, item) for n, item in enumerate(items, start=1))]
    parts += ["## Key", *(_solution(n, item) for n, item in enumerate(items, start=1))]
    return "\n\n".join(parts) + "\n"


def _question(number: int, item: QuizItem) -> str:
    stem = _escaped(item.stem.replace(GAP, "\0")).replace("\0", "\\_" * 8)
    if item.kind is ItemKind.TRUE_FALSE:
        return f"**{number}.** True or false? {stem}"
    lines = [f"**{number}.** {stem}"]
    if item.options:
        lines.append("")
    for mark, option in zip(marks(item.options), item.options, strict=True):
        lines.append(f"- {mark} {_escaped(option)}")
    return "\n".join(lines)


def _solution(number: int, item: QuizItem) -> str:
    key = _escaped(item.key)
    if item.kind is ItemKind.MULTIPLE_CHOICE and item.key in item.options:
        key = f"{marks(item.options)[item.options.index(item.key)]} {key}"
    if item.accepted and item.kind is ItemKind.CLOZE:
        key += f" (also: {_escaped(', '.join(item.accepted))})"
    quote = "\n".join(f"> {_escaped(line)}" for line in item.evidence.quote.splitlines())
    where = _escaped(place(item.evidence))
    return "\n\n".join(
        filter(None, [f"**{number}.** {key}", _escaped(item.explanation), quote, where])
    )


def _escaped(text: str) -> str:
    """Return ``text`` so that Markdown shows it as it is: notes are full of stars and brackets."""
    return _MARKUP.sub(r"\\\1", text)
