"""Questions with known answers, and what was answered: one JSON object a line, as records.

An item has ``id``, ``question``, ``kind``, ``difficulty``, ``gold`` (verbatim spans of the notes
that show that a passage is right; none where the notes do not answer), ``answer`` and ``must``
(lists of phrases; a right answer has one of each list). ``history`` holds the earlier turns of
a follow-up. A passage list is a hit when it shows one span of every group: ``gold_groups`` names
the groups by index, ``gold_all`` makes each span its own group, else all spans are one group.
Other fields are left alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tutor.errors import SettingsError
from tutor.evaluation.jsonl import (
    BadField,
    Entry,
    dumps,
    lists,
    number,
    read_records,
    text,
    texts,
    write_text,
)
from tutor.schema import Turn

_ROLES = ("user", "tutor")


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
class Sentence:
    """One sentence of an answer as it was checked; see ``evaluation.citations``.

    Of its ``citations`` passages ``apt`` are to the point. ``supported`` says whether they hold
    what it says together, ``unmarked`` whether no passage does and no mark warns of it.
    """

    text: str
    citations: int
    apt: int
    supported: bool
    unmarked: bool


@dataclass(frozen=True, slots=True)
class Cost:
    """What an answer took: wall-clock seconds, and the model's tokens read and written."""

    seconds: float
    tokens_read: int
    tokens_written: int


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the tutor made of one item: passages (best first), answer, and whether it declined.

    ``places`` says where the passages stand. It, ``sentences`` and ``cost`` are known of answers
    that were made here; other programs hand over the first four.
    """

    id: str
    passages: tuple[str, ...] = ()
    answer: str = ""
    abstained: bool = False
    places: tuple[str, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    cost: Cost | None = None


def load_items(path: Path) -> tuple[Item, ...]:
    """Read a question set.

    Raises:
        SettingsError: the file cannot be read, is empty, or a line is not an item; the message
            names the line and the cure.
    """
    items = read_records(path, item_of)
    if not items:
        raise SettingsError(f"{path} holds no questions. `tutor eval --make 20 --out {path}` does.")
    first: dict[str, int] = {}
    for line, item in items.items():
        if (before := first.setdefault(item.id, line)) != line:
            raise SettingsError(
                f'{path}:{line}: the id "{item.id}" stands on line {before} already. '
                "Give each question its own."
            )
    return tuple(items.values())


def write_predictions(path: Path, predictions: Iterable[Prediction]) -> None:
    """Write predictions as JSON lines, in the form that other scorers read.

    Raises:
        SettingsError: the file cannot be written.
    """
    entries = (
        {"id": p.id, "passages": p.passages, "answer": p.answer, "abstained": p.abstained}
        for p in predictions
    )
    write_text(path, dumps(entries))


def item_of(entry: Entry) -> Item:
    """Return the item that a line of a question set holds.

    Raises:
        BadField: a field is missing or wrong.
    """
    gold = texts(entry, "gold")
    return Item(
        id=text(entry, "id"),
        question=text(entry, "question"),
        kind=text(entry, "kind"),
        difficulty=number(entry, "difficulty", 1),
        history=_history(entry),
        doc=text(entry, "doc", "") or None,
        gold=gold,
        groups=_groups(gold, entry),
        answer=text(entry, "answer", ""),
        must=lists(entry, "must", str, '[["one phrase", "or another"], ["and this"]]'),
    )


def entry_of(item: Item) -> dict[str, object]:
    """Return the line of a question set that holds ``item``."""
    places = {span: index for index, span in enumerate(item.gold)}
    return {
        "id": item.id,
        "question": item.question,
        "kind": item.kind,
        **({"history": [{"role": t.role, "text": t.text} for t in item.history]}
           if item.history else {}),
        "doc": item.doc,
        "gold": list(item.gold),
        **({"gold_groups": [[places[span] for span in group] for group in item.groups]}
           if len(item.groups) > 1 else {}),
        "answer": item.answer,
        "must": [list(phrases) for phrases in item.must],
        "difficulty": item.difficulty,
    }  # fmt: skip


def _history(entry: Entry) -> tuple[Turn, ...]:
    turns = entry.get("history") or []
    if not isinstance(turns, list) or not all(
        isinstance(one, dict) and one.get("role") in _ROLES and isinstance(one.get("text"), str)
        for one in turns
    ):
        raise BadField('"history" is no list of turns. Write [{"role": "user", "text": "..."}].')
    return tuple(Turn(one["role"], one["text"]) for one in turns)


def _groups(gold: tuple[str, ...], entry: Entry) -> tuple[tuple[str, ...], ...]:
    if listed := lists(entry, "gold_groups", int, "[[0], [1, 2]]"):
        if any(not 0 <= index < len(gold) for group in listed for index in group):
            raise BadField(f'"gold_groups" counts the {len(gold)} spans of "gold" from 0.')
        return tuple(tuple(gold[index] for index in group) for group in listed)
    if entry.get("gold_all"):
        return tuple((span,) for span in gold)
    return (gold,) if gold else ()
