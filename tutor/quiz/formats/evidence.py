"""The evidence of an item as text: where it stands, and what the notes say there."""

from __future__ import annotations

from pathlib import PurePath

from tutor.schema import Evidence, QuizItem


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


def quoted(evidence: Evidence) -> str:
    """Return the quote in quotation marks; empty if there is none."""
    return f"\u201c{evidence.quote.strip()}\u201d" if evidence.quote.strip() else ""


def told(evidence: Evidence) -> str:
    """Return quote and place on a line each; empty if the item points to no notes."""
    return "\n".join(filter(None, (quoted(evidence), place(evidence))))


def feedback(item: QuizItem) -> str:
    """Return what a learner reads after answering: the explanation, then the evidence."""
    return "\n\n".join(filter(None, (item.explanation, told(item.evidence))))


def explanation_in(text: str, evidence: Evidence) -> str:
    """Return the explanation in a text made by ``feedback``; undoes it, edits included."""
    return text.removesuffix(told(evidence)).strip()
