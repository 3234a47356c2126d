"""One change to a quiz item, typed over what stands there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from tutor.quiz.editing import (
    typed_key,
    with_keys,
    with_option,
    with_point,
    with_prompt,
    with_typed_key,
)
from tutor.quiz.formats.evidence import OPEN
from tutor.quiz.grading.responses import matched_options
from tutor.schema import ItemKind, QuizItem
from tutor.terminal.quiz_responses import choice_keys
from tutor.terminal.reader import Reader
from tutor.terminal.screen import Screen

_ADD = "+"
_CHOSEN = (ItemKind.MULTIPLE_CHOICE, ItemKind.TRUE_FALSE)
_LISTED = (
    ItemKind.MULTIPLE_CHOICE,
    ItemKind.MULTIPLE_RESPONSE,
    ItemKind.MATCHING,
    ItemKind.ORDERING,
)
_SEVERAL = (ItemKind.MULTIPLE_RESPONSE, ItemKind.ORDERING)

Change = Callable[[Reader, QuizItem], QuizItem]


def change(screen: Screen, reader: Reader, item: QuizItem) -> QuizItem | None:
    """Return the item with the part changed that the user names; ``None`` when all is done.

    Raises:
        EOFError, KeyboardInterrupt: the input ended, or ctrl-C was pressed.
    """
    parts = parts_of(item)
    offered = ", ".join(f"{key} {name}" for key, (name, _) in parts.items())
    pressed = reader.key(list(parts), f"{offered}, Enter done").strip().lower()[:1]
    if pressed not in parts:
        return None
    try:
        return parts[pressed][1](reader, item)
    except ValueError as error:
        screen.remark(str(error))
        return item


def parts_of(item: QuizItem) -> dict[str, tuple[str, Change]]:
    """Return what can be changed of an item: the key to press, its name, and who changes it."""
    parts: dict[str, tuple[str, Change]] = {
        "s": ("stem", _stem),
        "x": ("reason", _explanation),
    }
    if item.kind in _LISTED:
        parts["o"] = ("options", _option)
    if item.pairs:
        parts["p"] = ("prompts", _prompt)
    if item.kind in OPEN:
        parts["p"] = ("points", _point)
    parts["k"] = ("key", _key)
    return parts


def _stem(reader: Reader, item: QuizItem) -> QuizItem:
    return replace(item, stem=reader.edited(item.stem, "what it asks").strip() or item.stem)


def _explanation(reader: Reader, item: QuizItem) -> QuizItem:
    return replace(
        item,
        explanation=reader.edited(item.explanation, "the reason, told after the answer").strip(),
    )


def _option(reader: Reader, item: QuizItem) -> QuizItem:
    place = _place(reader, list(choice_keys(item)), len(item.options))
    old = item.options[place] if place < len(item.options) else ""
    return with_option(item, place, reader.edited(old, "the option; nothing removes it"))


def _prompt(reader: Reader, item: QuizItem) -> QuizItem:
    numbers = [str(number) for number in range(1, len(item.pairs) + 1)]
    place = _place(reader, numbers, len(numbers), adds=False)
    old = item.pairs[place].prompt
    return with_prompt(item, place, reader.edited(old, "the prompt; nothing removes it"))


def _point(reader: Reader, item: QuizItem) -> QuizItem:
    numbers = [str(number) for number in range(1, len(item.rubric) + 1)]
    place = _place(reader, numbers, len(numbers))
    old = item.rubric[place].text if place < len(item.rubric) else ""
    return with_point(item, place, reader.edited(old, "the point; nothing removes it"))


def _place(reader: Reader, keys: Sequence[str], behind: int, *, adds: bool = True) -> int:
    """Return the place of the part that the user names.

    Raises:
        ValueError: there is no such part; the message says what there is.
    """
    names = [*keys, *([_ADD] if adds else [])]
    offered = "/".join(names)
    pressed = reader.key(names, f"which? {offered}").strip().lower()
    if pressed not in names:
        raise ValueError(f"Nothing changed. Press one of {offered}.")
    return behind if pressed == _ADD else keys.index(pressed)


def _key(reader: Reader, item: QuizItem) -> QuizItem:
    """Read another key.

    Raises:
        ValueError: what was typed is none.
    """
    choices = choice_keys(item)
    if item.kind in _CHOSEN:
        pressed = reader.key(list(choices), f"the right one: {'/'.join(choices)}").strip().lower()
        return with_keys(item, _chosen(choices, [pressed]))
    if item.kind in _SEVERAL:
        in_turn = item.kind is ItemKind.ORDERING
        hint = "the letters in their right order" if in_turn else "the letters that are right"
        typed = reader.several(list(choices), f"{hint}, then Enter", in_turn=in_turn)
        return with_keys(item, _chosen(choices, typed.lower().split()))
    if item.kind is ItemKind.MATCHING:
        matches = matched_options(item, reader.line("all pairs, such as 1b 2a 3c"))
        if matches is None or None in matches:
            raise ValueError("Nothing changed. Give a letter for every number, such as 1b 2a 3c.")
        return with_keys(item, [match for match in matches if match is not None])
    hint = "the model answer" if item.kind in OPEN else "the missing words; other spellings after ;"
    return with_typed_key(item, reader.edited(typed_key(item), hint))


def _chosen(choices: dict[str, str], pressed: Sequence[str]) -> list[str]:
    if not pressed or not set(pressed) <= choices.keys():
        raise ValueError(f"Nothing changed. The letters are {'/'.join(choices)}.")
    return [choices[key] for key in pressed]
