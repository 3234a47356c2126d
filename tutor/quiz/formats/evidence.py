"""The evidence of an item as text: where it stands, and what the notes say there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from tutor.schema import Evidence, ItemKind, QuizItem

ARROW = "\u2192"
"""Stands between the two of a pair."""

_BOLD = re.compile(r"(?<![\w*])\*\*(?=[^\s*])(.+?)(?<=[^\s*])\*\*(?![\w*])")
_HEADING = re.compile(r"^ {0,3}#{1,6} +", re.MULTILINE)

OPEN = (ItemKind.SHORT_ANSWER, ItemKind.LONG_ANSWER)
"""The kinds that are answered in the learner's own words."""


@dataclass(frozen=True, slots=True)
class Proof:
    """An evidence and what it settles: a pair, a point of the rubric, or "" for the whole item."""

    settles: str
    evidence: Evidence


def proofs(item: QuizItem) -> tuple[Proof, ...]:
    """Return all evidence of an item: that of the whole first, unless its parts tell it."""
    parts = [Proof(f"{pair.prompt} {ARROW} {pair.match}", pair.evidence) for pair in item.pairs]
    for point in item.rubric:
        settles = "" if (point.text,) == item.keys else point.text  # the model answer is shown
        parts.append(Proof(settles, point.evidence))
    return tuple(parts) if _tell(parts, item.evidence) else (Proof("", item.evidence), *parts)


def _tell(parts: Sequence[Proof], whole: Evidence) -> bool:
    """Say whether the evidence of a whole item is one of its parts', or made up of theirs."""
    quotes = [proof.evidence.quote for proof in parts]
    made_up = all(quotes) and all(quote in whole.quote for quote in quotes)
    return bool(parts) and (made_up or any(proof.evidence == whole for proof in parts))


def place(evidence: Evidence) -> str:
    """Return file, headings and lines (or page), such as ``lesson.md · Attention · lines 3-4``.

    Only the file's name is told, not the folders that it lies in: exports are handed around.
    """
    if not evidence.source:
        return ""
    parts = [PurePath(evidence.source).name, *evidence.heading]
    if evidence.page is not None:
        parts.append(f"page {evidence.page}")
    elif evidence.start_line > 0:
        one = evidence.start_line == evidence.end_line
        lines = "" if one else f"-{evidence.end_line}"
        parts.append(f"line{'' if one else 's'} {evidence.start_line}{lines}")
    return " \u00b7 ".join(parts).strip()


def words(evidence: Evidence) -> str:
    """Return the quote as it is read: without the marks of Markdown for bold type and headings.

    Where a format has a place for the quote as it stands in the notes, it stands there.
    """
    return _HEADING.sub("", _BOLD.sub(r"\1", evidence.quote)).strip()


def quoted(evidence: Evidence) -> str:
    """Return the words of the quote in quotation marks; empty if there is none."""
    return f"\u201c{told}\u201d" if (told := words(evidence)) else ""


def told(item: QuizItem) -> str:
    """Return what settles an item, part by part: what is settled, the quote, its place.

    The parts have an empty line between them. An open item begins with its model answer.
    """
    parts = [f"A full answer: {item.key}"] if item.kind in OPEN else []
    for proof in proofs(item):
        lines = (proof.settles, quoted(proof.evidence), place(proof.evidence))
        parts.append("\n".join(filter(None, lines)))
    return "\n\n".join(filter(None, parts))


def feedback(item: QuizItem) -> str:
    """Return what a learner reads after answering: the explanation, then what settles the item."""
    return "\n\n".join(filter(None, (item.explanation, told(item))))


def explanation_in(text: str, item: QuizItem) -> str:
    """Return the explanation in a text made by ``feedback``; undoes it, edits included."""
    return text.removesuffix(told(item)).strip()
