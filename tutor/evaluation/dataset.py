"""Question sets and predictions: one JSON object a line, read into records.

An item has ``id``, ``question``, ``kind``, ``difficulty``, ``gold`` (verbatim spans of the notes
that show that a passage is right; none where the notes do not answer), ``answer`` and ``must``
(lists of phrases; a right answer has one of each list). ``history`` holds the earlier turns of
a follow-up. A passage list is a hit when it shows one span of every group: ``gold_groups`` names
the groups by index, ``gold_all`` makes each span its own group, else all spans are one group.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from tutor.errors import SettingsError
from tutor.schema import Turn

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Item:
    """One question with what a right passage and a right answer show."""

    id: str
    question: str
    kind: str
    difficulty: int
    history: tuple[Turn, ...]
    doc: str | None
    gold: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
    answer: str
    must: tuple[tuple[str, ...], ...]

    @property
    def answerable(self) -> bool:
        """Whether the notes hold an answer."""
        return bool(self.gold)


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the tutor made of one item: passages (best first), answer, and whether it declined."""

    id: str
    passages: tuple[str, ...] = ()
    answer: str = ""
    abstained: bool = False


def load_items(path: Path) -> tuple[Item, ...]:
    """Read a question set.

    Raises:
        SettingsError: the file cannot be read or a line is not an item; the message says which.
    """
    return tuple(_parse(path, number, line, _item) for number, line in _lines(path))


def load_predictions(path: Path) -> tuple[Prediction, ...]:
    """Read predictions written by :func:`write_predictions` or another program.

    Raises:
        SettingsError: the file cannot be read or a line is not a prediction.
    """
    return tuple(_parse(path, number, line, _prediction) for number, line in _lines(path))


def write_predictions(path: Path, predictions: Iterable[Prediction]) -> None:
    """Write predictions as JSON lines.

    Raises:
        SettingsError: the file cannot be written.
    """
    lines = [json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in predictions]
    try:
        path.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}.") from error


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}. Name a JSON-lines file.") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line


def _parse(path: Path, number: int, line: str, make: Callable[[Any], Record]) -> Record:
    try:
        return make(json.loads(line))
    except json.JSONDecodeError as error:
        raise SettingsError(f"{path}, line {number}: not JSON ({error.msg}). Mend it.") from error
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise SettingsError(f"{path}, line {number}: {error!r} is missing or wrong.") from error


def _item(entry: Mapping[str, Any]) -> Item:
    gold = tuple(entry.get("gold") or ())
    return Item(
        id=str(entry["id"]),
        question=entry["question"],
        kind=str(entry["kind"]),
        difficulty=int(entry.get("difficulty", 1)),
        history=tuple(Turn(turn["role"], turn["text"]) for turn in entry.get("history") or ()),
        doc=entry.get("doc"),
        gold=gold,
        groups=_groups(gold, entry),
        answer=entry.get("answer", ""),
        must=tuple(tuple(phrases) for phrases in entry.get("must") or ()),
    )


def _groups(gold: tuple[str, ...], entry: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    if entry.get("gold_groups"):
        return tuple(tuple(gold[index] for index in group) for group in entry["gold_groups"])
    if entry.get("gold_all"):
        return tuple((span,) for span in gold)
    return (gold,) if gold else ()


def _prediction(entry: Mapping[str, Any]) -> Prediction:
    return Prediction(
        id=str(entry["id"]),
        passages=tuple(str(passage) for passage in entry.get("passages") or ()),
        answer=entry.get("answer") or "",
        abstained=bool(entry.get("abstained")),
    )
