"""The quiz as Markdown to hand out: questions, then the key with explanations and evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tutor.quiz.formats.evidence import Proof, place, proofs, words
from tutor.quiz.formats.telling import lines_to_write, marks, prompts, solution
from tutor.quiz.items import GAP
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
    parts = [f"**{number}.** {stem}"]
    if item.pairs:
        asked = enumerate(map(_escaped, prompts(item)), start=1)
        parts.append("\n".join(f"{place}. {prompt} \\_\\_\\_" for place, prompt in asked))
    if item.options:
        options = zip(marks(item.options), map(_escaped, item.options), strict=True)
        parts.append("\n".join(f"- {mark} {option}" for mark, option in options))
    if lines := lines_to_write(item):
        parts.append("\n\n".join(["_" * 60] * lines))
    return "\n\n".join(parts)


def _solution(number: int, item: QuizItem) -> str:
    lines = [_escaped(line) for line in solution(item)]
    key = f" {lines[0]}" if len(lines) == 1 else "\n\n" + "\n".join(f"- {line}" for line in lines)
    parts = [f"**{number}.**{key}", _escaped(item.explanation), *map(_proof, proofs(item))]
    return "\n\n".join(filter(None, parts))


def _proof(proof: Proof) -> str:
    quote = "\n".join(f"> {_escaped(line)}" for line in words(proof.evidence).splitlines())
    where = _escaped(place(proof.evidence))
    return "\n\n".join(filter(None, [_escaped(proof.settles), quote, where]))


def _escaped(text: str) -> str:
    """Return ``text`` so that Markdown shows it as it is: notes are full of stars and brackets."""
    return _MARKUP.sub(r"\\\1", text)
