"""What every format asks of an item: that it is whole, and that its text can be written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from tutor.quiz.items import FALSE, GAP, TRUE, item_id
from tutor.quiz.topics import may_tell_answer
from tutor.schema import Evidence, ItemKind, Notice, Pair, QuizItem, RubricPoint

NO_EVIDENCE = Evidence("", "", (), 0, 0, None, "", "")
"""The evidence of an item from elsewhere: it points to no notes."""

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

    Quotes keep their spaces: they are verbatim. Several right options come in the order shown.
    """
    keys = tuple(plain(key).strip() for key in item.keys)
    options = tuple(plain(option).strip() for option in item.options)
    if item.kind is ItemKind.MULTIPLE_RESPONSE and set(keys) <= set(options):
        keys = tuple(sorted(keys, key=options.index))
    return replace(
        item,
        id=plain(item.id).strip(),
        stem=plain(item.stem).strip(),
        options=options,
        keys=keys,
        accepted=tuple(text for text in dict.fromkeys(_texts(item.accepted)) if text not in keys),
        explanation=plain(item.explanation).strip(),
        topic=plain(item.topic).strip(),
        evidence=_cleaned(item.evidence),
        pairs=tuple(
            Pair(plain(one.prompt).strip(), plain(one.match).strip(), _cleaned(one.evidence))
            for one in item.pairs
        ),
        rubric=tuple(
            RubricPoint(plain(one.text).strip(), _cleaned(one.evidence)) for one in item.rubric
        ),
    )


def _cleaned(evidence: Evidence) -> Evidence:
    return replace(
        evidence,
        source=plain(evidence.source),
        course=plain(evidence.course),
        heading=_texts(evidence.heading),
        chunk_id=plain(evidence.chunk_id),
        quote=plain(evidence.quote),
    )


def _texts(parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(text for part in parts if (text := plain(part).strip()))


def fault(item: QuizItem) -> str:
    """Return why an item cannot be asked as it stands; empty if it can."""
    if not item.stem:
        return "it asks nothing"
    if not item.keys or not all(item.keys):
        return "it has no key"
    return _FAULTS[item.kind](item)


def _fault_of_gap(item: QuizItem) -> str:
    return "" if GAP in item.stem else "it has no gap"


def _fault_of_verdict(item: QuizItem) -> str:
    return "" if item.key in (TRUE, FALSE) else "its key is neither True nor False"


def _fault_of_choice(item: QuizItem) -> str:
    if len(item.options) < 2 or not all(item.options):
        return "it has fewer than two options, or an empty one"
    if any(item.options.count(key) != 1 for key in item.keys):
        return "its key is not exactly one of its options"
    return ""


def _fault_of_several(item: QuizItem) -> str:
    twice = len(set(item.keys)) < len(item.keys)
    return _fault_of_choice(item) or ("it has the same key twice" if twice else "")


def _fault_of_matching(item: QuizItem) -> str:
    if len(item.pairs) < 2 or not all(pair.prompt for pair in item.pairs):
        return "it has fewer than two pairs, or an empty one"
    if len({pair.prompt for pair in item.pairs}) < len(item.pairs):
        return "it has the same prompt twice"
    if tuple(pair.match for pair in item.pairs) != item.keys:
        return "its keys are not the matches of its pairs"
    if len(set(item.options)) < len(item.options):
        return "it has the same option twice"
    return _fault_of_choice(item)


def _fault_of_order(item: QuizItem) -> str:
    if sorted(item.keys) != sorted(item.options):
        return "its key does not put its options in order"
    return _fault_of_several(item)


def _fault_of_rubric(item: QuizItem) -> str:
    return "" if all(point.text for point in item.rubric) else "its rubric has an empty point"


_FAULTS: dict[ItemKind, Callable[[QuizItem], str]] = {
    ItemKind.MULTIPLE_CHOICE: _fault_of_choice,
    ItemKind.MULTIPLE_RESPONSE: _fault_of_several,
    ItemKind.TRUE_FALSE: _fault_of_verdict,
    ItemKind.CLOZE: _fault_of_gap,
    ItemKind.MATCHING: _fault_of_matching,
    ItemKind.ORDERING: _fault_of_order,
    ItemKind.SHORT_ANSWER: _fault_of_rubric,
    ItemKind.LONG_ANSWER: _fault_of_rubric,
}


def sound(items: Sequence[QuizItem], unfit: Callable[[QuizItem], str]) -> ItemBank:
    """Return the items that a file can hold, cleaned, and a notice for each reason against others.

    ``unfit`` says why a format cannot hold an item, or "".
    """
    kept: dict[str, QuizItem] = {}
    left_out: dict[str, list[str]] = {}
    for item in map(cleaned, items):
        reason = fault(item)
        if not reason and item.id in kept:
            reason = "it has the identity of an earlier one"
        if reason := reason or unfit(item):
            left_out.setdefault(reason, []).append(item.stem)
        else:
            kept[item.id] = item
    notices = [_left_out(stems, reason) for reason, stems in left_out.items()]
    return ItemBank(tuple(kept.values()), tuple(notices))


def _left_out(stems: Sequence[str], reason: str) -> Notice:
    """Return the notice that items were left out of a file, the first of them by name."""
    named = f"\u201c{shortened(stems[0])}\u201d"
    more = len(stems) - 1
    which = f"{named} and {more} more are" if more else f"{named} is"
    return Notice(f"{which} left out: {reason}.")


def name_of(item: QuizItem) -> str:
    """Return a name for an item on one line, with its topic unless that may tell the answer."""
    told = not item.topic or may_tell_answer(item)
    return shortened(item.stem if told else f"{item.topic}: {item.stem}")


def shortened(text: str, length: int = 60) -> str:
    """Return ``text`` on one line, with an ellipsis if it is longer than ``length``."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "\u2026"


def mixed(steps: Sequence[str]) -> tuple[str, ...]:
    """Return steps out of their order, the same at every reading, for a file that has no other."""
    shown = sorted(steps)
    return tuple(shown if shown != list(steps) else reversed(shown))


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
