"""How the response to a question is read: what to press or to type for each kind."""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import dataclass

from tutor.quiz.grading.responses import (
    chosen_option,
    chosen_options,
    matched_options,
    ordered_options,
)
from tutor.schema import ItemKind, QuizItem
from tutor.terminal.reader import Reader

STOP = "q"

_LETTERS = string.ascii_lowercase


@dataclass(frozen=True, slots=True)
class Asking:
    """What a kind asks for, in words; how its response is read, and whether one can be marked."""

    what: str
    read: Callable[[Reader, QuizItem], str]
    clear: Callable[[QuizItem, str], bool] = lambda _item, _response: True


def asking(kind: ItemKind) -> Asking:
    """Return how questions of a kind are asked."""
    return _KINDS[kind]


def choice_keys(item: QuizItem) -> dict[str, str]:
    """Return the key to press, or the letter to type, for each option of ``item``."""
    if item.kind is ItemKind.TRUE_FALSE:
        return dict(zip("tf", item.options, strict=False))
    if item.kind is ItemKind.MULTIPLE_CHOICE:
        return dict(zip(_LETTERS.replace(STOP, ""), item.options, strict=False))
    return dict(zip(_LETTERS, item.options, strict=False))


def stops(item: QuizItem, typed: str) -> bool:
    """Say whether ``typed`` ends the quiz, rather than being an answer that happens to look so."""
    answers = {text.lower() for text in (*item.keys, *item.accepted, *choice_keys(item))}
    return typed.lower() == STOP and STOP not in answers


def _choose(reader: Reader, item: QuizItem) -> str:
    """Read the key of one option; its words, from a pipe, do as well."""
    choices = choice_keys(item)
    hint = f"{'/'.join(choices)} · Enter skips · {STOP} stops"
    typed = reader.key([*choices, STOP], hint).strip()
    return choices.get(typed.lower(), typed)


def _choose_several(reader: Reader, item: QuizItem) -> str:
    """Read the letters of all right options."""
    keys = list(choice_keys(item))
    return reader.several(keys, f"each letter that is right, then Enter · {STOP} stops").strip()


def _order(reader: Reader, item: QuizItem) -> str:
    """Read the letters of the options in their right order."""
    keys = list(choice_keys(item))
    hint = f"the letters in order, then Enter · {STOP} stops"
    return reader.several(keys, hint, in_turn=True).strip()


def _match(reader: Reader, item: QuizItem) -> str:
    """Read numbers and letters that belong together."""
    pairs = zip(range(1, len(item.pairs) + 1), _LETTERS[1::-1] + _LETTERS[2:], strict=False)
    example = " ".join(f"{number}{letter}" for number, letter in list(pairs)[:3])
    return reader.line(f"pairs such as {example} · Enter skips · {STOP} stops").strip()


def _fill(reader: Reader, _item: QuizItem) -> str:
    """Read the words for a gap."""
    return reader.line(f"the missing words · Enter skips · {STOP} stops").strip()


def _say(reader: Reader, _item: QuizItem) -> str:
    """Read a sentence."""
    return reader.line(f"your answer · Enter skips · {STOP} stops").strip()


def _say_at_length(reader: Reader, item: QuizItem) -> str:
    """Read lines up to an empty one; where the input ends, what was said counts."""
    lines = [reader.line(f"your answer; an empty line ends it · {STOP} stops").strip()]
    while lines[-1] and not stops(item, lines[0]):
        try:
            lines.append(reader.line("more, or Enter to end").strip())
        except EOFError:
            break
    return "\n".join(filter(None, lines))


_KINDS = {
    ItemKind.MULTIPLE_CHOICE: Asking(
        "choose one", _choose, lambda i, r: chosen_option(i, r) is not None
    ),
    ItemKind.MULTIPLE_RESPONSE: Asking(
        "choose all that are right", _choose_several, lambda i, r: chosen_options(i, r) is not None
    ),
    ItemKind.TRUE_FALSE: Asking(
        "true or false", _choose, lambda i, r: chosen_option(i, r) is not None
    ),
    ItemKind.CLOZE: Asking("fill the gap", _fill),
    ItemKind.MATCHING: Asking("match", _match, lambda i, r: matched_options(i, r) is not None),
    ItemKind.ORDERING: Asking(
        "put in order", _order, lambda i, r: ordered_options(i, r) is not None
    ),
    ItemKind.SHORT_ANSWER: Asking("answer in a sentence", _say),
    ItemKind.LONG_ANSWER: Asking("answer in a few sentences", _say_at_length),
}
