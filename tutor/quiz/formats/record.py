"""What every format asks of an item: that it is whole, and that its text can be written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from tutor.quiz.items import FALSE, TRUE, item_id
from tutor.quiz.wording import GAP
from tutor.schema import Evidence, ItemKind, Notice, QuizItem

NO_EVIDENCE = Evidence("", "", (), 0, 0, None, "", "")
"""The evidence of an item from elsewhere: it points to no notes."""

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# What XML 1.0 has no place for (section 2.2, "Char"): most controls, surrogates, U+FFFE, U+FFFF.
_UNWRITABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NEWLINE = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class ItemBank:
    """The items of a file, and what the file held besides that could not be made into items."""

    items: tuple[QuizItem, ...]
    notices: tuple[Notice, ...] = ()


def plain(text: str) -> str:
    r"""Return ``text`` with ``\n`` line ends and without characters that XML forbids."""
    return _UNWRITABLE.sub("", _NEWLINE.sub("\n", text))


def cleaned(item: QuizItem) -> QuizItem:
    """Return an item whose every text is ``plain``, and what is asked without space around it.

    The quote keeps its spaces: it is verbatim.
    """
    evidence = replace(
        item.evidence,
        source=plain(item.evidence.source),
        course=plain(item.evidence.course),
        heading=_texts(item.evidence.heading),
        chunk_id=plain(item.evidence.chunk_id),
        quote=plain(item.evidence.quote),
    )
    keys = tuple(plain(key).strip() for key in item.keys)
    return replace(
        item,
        id=plain(item.id).strip(),
        stem=plain(item.stem).strip(),
        options=tuple(plain(option).strip() for option in item.options),
        keys=keys,
        accepted=tuple(text for text in dict.fromkeys(_texts(item.accepted)) if text not in keys),
        explanation=plain(item.explanation).strip(),
        topic=plain(item.topic).strip(),
        evidence=evidence,
    )


def _texts(parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(text for part in parts if (text := plain(part).strip()))


def fault(item: QuizItem) -> str:
    """Return why an item cannot be asked as it stands; empty if it can."""
    if not item.stem:
        return "it asks nothing"
    if item.kind is ItemKind.CLOZE:
        if GAP not in item.stem:
            return "it has no gap"
        return "" if item.key else "it has no key"
    if item.kind is ItemKind.TRUE_FALSE:
        return "" if item.key in (TRUE, FALSE) else "its key is neither True nor False"
    if len(item.options) < 2 or not all(item.options):
        return "it has fewer than two options, or an empty one"
    if item.options.count(item.key) != 1:
        return "its key is not exactly one of its options"
    return ""


def sound(items: Sequence[QuizItem], unfit: Callable[[QuizItem], str]) -> ItemBank:
    """Return the items that a file can hold, cleaned, and a notice for each that it cannot.

    ``unfit`` says why a format cannot hold an item, or "".
    """
    kept: dict[str, QuizItem] = {}
    notices = []
    for item in map(cleaned, items):
        reason = fault(item)
        if not reason and item.id in kept:
            reason = "it has the identity of an earlier one"
        if reason := reason or unfit(item):
            notices.append(_left_out(item, reason))
        else:
            kept[item.id] = item
    return ItemBank(tuple(kept.values()), tuple(notices))


def _left_out(item: QuizItem, reason: str) -> Notice:
    """Return the notice that an item was left out of a file."""
    return Notice(f"\u201c{shortened(item.stem)}\u201d is left out: {reason}.")


def shortened(text: str, length: int = 60) -> str:
    """Return ``text`` on one line, with an ellipsis if it is longer than ``length``."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "\u2026"


def marks(options: Sequence[str]) -> list[str]:
    """Return ``A)``, ``B)`` and so on, numbers where letters run out."""
    if len(options) > len(LETTERS):
        return [f"{number})" for number in range(1, len(options) + 1)]
    return [f"{letter})" for letter in LETTERS[: len(options)]]


def with_gap(stem: str) -> str:
    """Return a stem with a gap: at a run of underscores, or else at its end."""
    if GAP in stem:
        return stem
    return re.sub("_{3}", GAP, stem) if "___" in stem else f"{stem.strip()} {GAP}"


def with_own_ids(items: Iterable[QuizItem]) -> tuple[QuizItem, ...]:
    """Return items read from a file with an identity each.

    One that has none, or that of an item before it (a row that was copied to be varied), gets the
    identity that follows from what it asks.
    """
    seen: set[str] = set()
    distinct = []
    for item in items:
        if not item.id or item.id in seen:
            own = item_id(item.kind, item.stem, item.options, item.evidence.chunk_id)
            item = replace(item, id=own)
        seen.add(item.id)
        distinct.append(item)
    return tuple(distinct)
