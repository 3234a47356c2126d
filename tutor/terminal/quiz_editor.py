"""The teacher in the loop: an item bank gone through item by item, one key a decision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rich.console import Group, RenderableType
from rich.text import Text

from tutor.quiz.editing import typed_key
from tutor.quiz.formats.evidence import proofs
from tutor.quiz.formats.json_bank import Decision, Reviewed
from tutor.quiz.formats.record import fault
from tutor.schema import ItemKind, QuizItem
from tutor.terminal import places, render
from tutor.terminal.clean import clean, one_line
from tutor.terminal.formulas import readable
from tutor.terminal.quiz_changes import change
from tutor.terminal.quiz_items import asked, proof
from tutor.terminal.quiz_responses import choice_keys
from tutor.terminal.reader import Reader, drop_typed_ahead
from tutor.terminal.screen import Screen

_QUOTE_LENGTH = 600
"""Characters of a quote that a teacher sees: nearly all are shorter."""

_KEYS = {
    "a": "accept",
    "e": "edit",
    "r": "reject",
    "u": "undo",
    "b": "back",
    "q": "stop",
}


class BankEditor:
    """Goes through an item bank with its reader.

    ``save`` keeps the whole bank after each decision and change; ``complaints`` says what the gates
    have against an item.
    """

    def __init__(
        self,
        screen: Screen,
        reader: Reader,
        *,
        save: Callable[[Sequence[Reviewed]], None],
        complaints: Callable[[QuizItem], Sequence[str]],
    ) -> None:
        self._screen = screen
        self._reader = reader
        self._save = save
        self._complaints = complaints
        self._past: list[tuple[int, Reviewed]] = []

    def run(self, bank: Sequence[Reviewed], *, again: bool = False) -> list[Reviewed]:
        """Show the items that are open, or all ``again``, until they or the input end."""
        bank = list(bank)
        turns = [n for n, one in enumerate(bank) if again or one.decision is Decision.OPEN]
        turn = 0
        while turn < len(turns):
            place = turns[turn]
            self._screen.show(self._shown(bank[place], place + 1, len(bank)), render.BLANK)
            drop_typed_ahead()
            match self._key():
                case "q":
                    break
                case "b":
                    turn = max(0, turn - 1)
                case "u" if self._past:
                    turn = turns.index(self._undo(bank))
                case "u":
                    self._screen.remark("There is nothing to undo.")
                case "a" if reason := fault(bank[place].item):
                    self._screen.remark(f"It cannot be asked as it stands: {reason}. Edit it.")
                case "a":
                    turn += self._decide(bank, place, Decision.ACCEPTED)
                case "r":
                    turn += self._decide(bank, place, Decision.REJECTED)
                case "e":
                    self._edit(bank, place)
                case _:
                    turn += 1
            self._screen.space()
        return bank

    def _key(self) -> str:
        """Return the key of what to do; nothing leaves the item for later."""
        hint = " ".join([*(f"{key} {word}" for key, word in _KEYS.items()), "Enter later"])
        try:
            return self._reader.key(list(_KEYS), hint).strip().lower()[:1]
        except (EOFError, KeyboardInterrupt):
            return "q"

    def _decide(self, bank: list[Reviewed], place: int, decision: Decision) -> int:
        """Keep a decision; returns the one turn that it takes."""
        self._put(bank, place, replace(bank[place], decision=decision))
        return 1

    def _put(self, bank: list[Reviewed], place: int, one: Reviewed) -> None:
        """Keep an item as it is now, and remember how it was."""
        self._past.append((place, bank[place]))
        bank[place] = one
        self._save(bank)

    def _undo(self, bank: list[Reviewed]) -> int:
        """Take the last decision or change back; returns the place of its item."""
        place, bank[place] = self._past.pop()
        self._save(bank)
        return place

    def _edit(self, bank: list[Reviewed], place: int) -> None:
        """Change an item part by part; each change is kept, and opens the item again."""
        try:
            while (item := change(self._screen, self._reader, bank[place].item)) is not None:
                if item != bank[place].item:
                    self._put(bank, place, Reviewed(item))
        except (EOFError, KeyboardInterrupt):
            return

    def _shown(self, one: Reviewed, number: int, total: int) -> RenderableType:
        item = one.item
        decided = "" if one.decision is Decision.OPEN else one.decision.value
        kind = item.kind.value.replace("-", " ")
        topic, level = one_line(item.topic), f"level {item.level}"
        head = (f"Item {number} of {total}", kind, level, topic, decided)
        parts: list[RenderableType] = [Text(places.BETWEEN.join(filter(None, head)), style="quiet")]
        key = _key_of(item) if item.keys else "none"
        parts += [*asked(item), render.BLANK, Text(f"Key: {key}", style="good")]
        if explanation := clean(item.explanation).strip():
            parts.append(Text(readable(explanation)))
        for told in proofs(item):
            if told.settles and not item.pairs:
                parts.append(Text(readable(one_line(told.settles))))
            parts += proof(told.evidence, length=_QUOTE_LENGTH)
        complaints = [f"Cannot be asked: {why}." for why in [fault(item)] if why]
        complaints = complaints or list(self._complaints(item))
        parts += [Text(f"! {one_line(complaint)}", style="bad") for complaint in complaints]
        return Group(*parts)


def _key_of(item: QuizItem) -> str:
    """Return the key: the letters as they are typed in a quiz, or else its words."""
    letters = {option: letter for letter, option in choice_keys(item).items()}
    marked = [letters.get(key, "?") for key in item.keys]
    match item.kind:
        case ItemKind.MATCHING:
            return " ".join(f"{number}{letter}" for number, letter in enumerate(marked, start=1))
        case ItemKind.MULTIPLE_RESPONSE | ItemKind.ORDERING:
            return " ".join(marked)
        case ItemKind.MULTIPLE_CHOICE:
            return f"{marked[0]} {item.key}"
    return readable(one_line(typed_key(item)))


def score_line(bank: Sequence[Reviewed]) -> str:
    """How many items were decided on, and how, in a sentence."""
    counts = dict.fromkeys(Decision, 0)
    for one in bank:
        counts[one.decision] += 1
    left = counts[Decision.OPEN]
    line = f"{counts[Decision.ACCEPTED]} accepted, {counts[Decision.REJECTED]} rejected"
    return f"{line}, {left} open." if left else f"{line}."
