"""Reading what a learner typed: which options are meant.

Options are marked by letters or numbers in the order shown; their own words count as well.

==================  ====================================================================
multiple choice     ``B``, ``2``, ``(b)`` or the words of the option
true/false          ``true``, ``t``, ``yes``, ``f``, ``wrong`` and the like
multiple response   ``A, C``, ``a c``, ``ac``, ``1 and 3``, ``none``; words with ``;`` between
matching            ``1-b 2-a 3-c``; ``b a c`` or ``bac`` for the prompts in turn;
                    ``prompt = match`` on lines of their own or with ``;`` between
ordering            ``b a c``, ``bac``, ``2 > 1 > 3``; words with ``;`` or ``>`` between
==================  ====================================================================

What is not clear is ``None``, never a guess.
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence

from tutor.quiz.grading.spelling import folded, is_slip
from tutor.schema import ItemKind, QuizItem

_TRUE = frozenset({"true", "t", "yes", "y", "right", "correct"})
_FALSE = frozenset({"false", "f", "no", "n", "wrong", "incorrect"})
_NONE = frozenset({"none", "nothing", "none of them", "none of these"})
_CHOICE = re.compile(r"[(\[]?\s*([A-Za-z]|\d{1,2})\s*[)\].:]?")
_MARK = r"[(\[]?(?:[A-Za-z]|\d{1,2})[)\].:]?"
_BETWEEN_MARKS = r"(?:\s*(?:,|;|&|\+|/|>|->|\u2192|\band\b|\bthen\b)\s*|\s+)"
_MARKS = re.compile(rf"\s*{_MARK}(?:{_BETWEEN_MARKS}{_MARK})*\s*")
_BARE_MARK = re.compile(r"(?<![A-Za-z\d])(?:[A-Za-z]|\d{1,2})(?![A-Za-z\d])")
_PAIR = re.compile(
    r"\s*[(\[]?(\d{1,2})\s*[)\].]?\s*(?:[-\u2013:=>\u2192]*)\s*([A-Za-z])[)\].]?\s*[,;]?"
)
_BETWEEN_TEXTS = re.compile(r"\s*(?:[;\n>\u2192]|->)\s*")
_EQUALS = re.compile(r"\s*(?:=|\u2192|->|\s[-\u2013]\s|:)\s*")


def chosen_option(item: QuizItem, response: str) -> str | None:
    """Return the option that ``response`` means, or ``None`` if that is not clear.

    An option's own words win over letters and numbers, so that an option "2" is chosen by "2".
    """
    if item.kind is ItemKind.TRUE_FALSE:
        for option, words in zip(item.options, (_TRUE, _FALSE), strict=False):
            if folded(response) in words:
                return option
    return _option(item.options, response)


def chosen_options(item: QuizItem, response: str) -> tuple[str, ...] | None:
    """Return the options that ``response`` names, each once, or ``None`` if one is not clear."""
    if folded(response) in _NONE and not any(folded(o) in _NONE for o in item.options):
        return ()
    found = _listed_options(item.options, response)
    return None if found is None else tuple(dict.fromkeys(found))


def ordered_options(item: QuizItem, response: str) -> tuple[str, ...] | None:
    """Return options in the order given, or ``None`` if it is not clear or names one twice."""
    found = _listed_options(item.options, response)
    return None if found is None or len(set(found)) < len(found) else tuple(found)


def matched_options(item: QuizItem, response: str) -> tuple[str | None, ...] | None:
    """Return what the response puts beside each prompt of ``item.pairs``, in their order.

    ``None`` stands in the place of a prompt left out, and for the whole if it is not clear.
    """
    matches: list[str | None] = [None] * len(item.pairs)
    chosen = _by_numbers(item, response) or _by_words(item, response)
    if chosen is None:
        in_turn = _listed_options(item.options, response)
        if in_turn is None or len(in_turn) > len(matches):
            return None
        chosen = list(enumerate(in_turn))
    for place, option in chosen:
        matches[place] = option
    return tuple(matches)


def _by_numbers(item: QuizItem, response: str) -> list[tuple[int, str]] | None:
    """Read ``1-b 2-a``."""
    if not re.fullmatch(rf"(?:{_PAIR.pattern})+", response):
        return None
    chosen = []
    for number, letter in _PAIR.findall(response):
        option = _by_position(item.options, letter)
        if option is None or not 1 <= int(number) <= len(item.pairs):
            return None
        chosen.append((int(number) - 1, option))
    return chosen


def _by_words(item: QuizItem, response: str) -> list[tuple[int, str]] | None:
    """Read ``prompt = match``, a pair a line or with semicolons between."""
    prompts = [pair.prompt for pair in item.pairs]
    chosen = []
    for part in re.split(r"\s*[;\n]\s*", response.strip()):
        sides = _EQUALS.split(part, maxsplit=1)
        prompt = _option(prompts, sides[0])
        option = _option(item.options, sides[1]) if len(sides) == 2 else None
        if prompt is None or option is None:
            return None
        chosen.append((prompts.index(prompt), option))
    return chosen


def _listed_options(options: Sequence[str], response: str) -> list[str] | None:
    """Return the options in the order named, by marks, by marks run together or by words."""
    whole = _by_words_or_slip(options, response)
    if whole is not None:
        return [whole]
    marks: list[str] = []
    if _MARKS.fullmatch(response):
        marks = _BARE_MARK.findall(response)
    elif re.fullmatch(r"[A-Za-z]{2,}", response.strip()):
        marks = list(response.strip())
    chosen = [_by_position(options, mark) for mark in marks]
    for between in (_BETWEEN_TEXTS, re.compile(r"\s*[;,\n>\u2192]\s*")):
        if not chosen or None in chosen:
            parts = [part for part in between.split(response) if part.strip()]
            chosen = [_option(options, part) for part in parts]
    return [option for option in chosen if option] if chosen and None not in chosen else None


def _option(options: Sequence[str], response: str) -> str | None:
    if (named := _by_words_or_slip(options, response)) is not None:
        return named
    match = _CHOICE.fullmatch(response.strip())
    return _by_position(options, match[1]) if match else None


def _by_words_or_slip(options: Sequence[str], response: str) -> str | None:
    said = folded(response)
    for option in options:
        if folded(option) == said:
            return option
    near = [option for option in options if is_slip(said, folded(option))]
    return near[0] if len(near) == 1 else None


def _by_position(options: Sequence[str], mark: str) -> str | None:
    place = int(mark) - 1 if mark.isdigit() else string.ascii_lowercase.find(mark.lower())
    return options[place] if 0 <= place < len(options) else None
