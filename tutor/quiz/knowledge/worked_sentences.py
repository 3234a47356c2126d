"""Sentences that work something out: "3 crates of 12 eggs hold `3 * 12 = 36` eggs"."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tutor.grounding.markup import clean
from tutor.grounding.sentences import Unit
from tutor.quiz.knowledge.formulas import (
    decimals_of,
    names_in,
    numbers_in,
    parse,
    read_number,
    with_names,
)
from tutor.quiz.knowledge.named_formulas import DEFINED, EQUATION, lowered
from tutor.quiz.knowledge.worked import GIVEN, Given, Worked
from tutor.schema import Chunk

_CLAUSE = re.compile(r"; |: |, (?:so|hence|and so) |, (?=but\b|while\b)")
_TAIL = re.compile(r"[,;:.]|\s(?:where|while|which|whatever|whereas|but|and|or)\b|$")
_POINTS_BACK = re.compile(
    r"^(?:it|its|they|their|this|that|these|those)\b|\bthat is$|\bthis is$", re.I
)
_DEMONSTRATIVE = re.compile(r"\b(?:this|that|these|those)\s(?!is\b|are\b)[a-z]+", re.I)
_IT = re.compile(r",\sit\s(?=\S+\s*$|\S+\sdown\s|\S+\sto\s)")
STRUCTURAL = (1.0, 2.0)
"""Numbers that a formula may hold for reasons of its own, so that they are never changed."""


def worked_out(units: Sequence[Unit], place: int, chunk: Chunk) -> Iterator[Worked]:
    """Yield what a sentence works out, told together with the one before it where need be."""
    unit = units[place]
    text = clean(unit.text)
    equations = list(EQUATION.finditer(text))
    for found in equations[: 1 if ";" in text else len(equations) == 1]:
        tree = parse(found["left"])
        before, behind = _clause(text[: found.start()]), text[found.end() :]
        if tree is None or names_in(tree) or not before.strip():
            continue
        behind = behind[: (_TAIL.search(behind) or found).start()]
        if re.search(r"[\d`]", behind) or "`" in before or len(numbers_in(tree)) < 2:
            continue
        before, start = _whole(before, tree, units, place, chunk)
        if not before or re.search(r"\bthat is\s*$|\bthis is\s*$", before):
            continue
        decimals = decimals_of(found["right"])
        percent = bool(found["percent"])
        made = _with_blanks(before, tree)
        if made is None:
            continue
        parts, given, formula = made
        mark = "%" if percent else ""
        one = Worked(
            (*parts, mark + behind), given, formula, decimals, percent, chunk,
            chunk.text[start : unit.end], "", 0, whole=not decimals and not percent,
        )  # fmt: skip
        own = one.result([each.text for each in given])
        if own.replace(",", "") == found["right"].replace(",", ""):
            digits = len(found["right"].replace(".", "").strip("0-"))
            yield replace(one, decimals=decimals + (decimals > 0 and digits < 2))


def _clause(before: str) -> str:
    """Return the last clause of what stands before an equation, if it says enough by itself."""
    cut = [found.end() for found in _CLAUSE.finditer(before)]
    return before[cut[-1] :] if cut and len(before[cut[-1] :].split()) > 3 else before


def _whole(
    before: str, tree: ast.expr, units: Sequence[Unit], place: int, chunk: Chunk
) -> tuple[str, int]:
    """Return the statement up to the equation so that it stands alone, and where it begins."""
    unit = units[place]
    if _POINTS_BACK.match(before):
        return "", 0
    first = next(
        (one for one in reversed(units[:place]) if DEFINED.match(" ".join(one.text.split()))), None
    )
    if _IT.search(before):
        defined = DEFINED.match(" ".join(first.text.split())) if first else None
        if first is None or defined is None or chunk.text[first.end : unit.start].count("\n\n"):
            return "", 0
        article, _, _ = defined["subject"].partition("**")
        subject = f"{(article or 'the ').lower()}{lowered(defined['term'])}"
        return _IT.sub(f", {subject} ", before), first.start
    lacks = not any(_in_text(number, before) for number in numbers_in(tree))
    if (lacks or _DEMONSTRATIVE.search(before)) and place:
        above = units[place - 1]
        if chunk.text[above.end : unit.start].strip() or "`" in above.text:
            return "", 0
        return f"{clean(above.text)} {before}", above.start
    return before, unit.start


def _in_text(number: float, text: str) -> bool:
    return any(abs(value - number) < 1e-9 for value, *_ in _givens(text))


def _givens(text: str) -> Iterator[tuple[float, re.Match[str], float]]:
    """Yield the numbers of a text: value as a formula has it, match, and scale."""
    for found in GIVEN.finditer(text):
        scale = 0.01 if text[found.end() : found.end() + 1] == "%" else 1.0
        value = read_number(found.group())
        if value is not None:
            yield round(value * scale, 9), found, scale


def _with_blanks(
    before: str, tree: ast.expr
) -> tuple[tuple[str, ...], tuple[Given, ...], ast.expr] | None:
    """Cut the numbers out of a statement that the formula takes up, each once in the statement.

    ``None`` where a number of the formula comes from nowhere: it would be wrong for other numbers.
    """
    told = list(_givens(before))
    times = Counter(abs(value) for value, *_ in told)
    needed = set(numbers_in(tree))
    blanks: list[re.Match[str]] = []
    given: list[Given] = []
    names: dict[float, ast.expr] = {}
    for value, found, scale in told:
        free = times[abs(value)] == 1 and abs(value) in needed and abs(value) not in STRUCTURAL
        if free and value > 0:
            name = f"x{len(given)}"
            blanks.append(found)
            given.append(Given(name, found.group(), scale))
            names[value] = ast.Name(name)
            rest = round(1 - value, 9)
            if value < 1 and rest in needed and rest not in times:
                names[rest] = ast.BinOp(ast.Constant(1), ast.Sub(), ast.Name(name))
    fixed = {abs(value) for value, *_ in told} | {abs(v) ** 2 for v, *_ in told} | set(STRUCTURAL)
    words = {float(n) for n in _NUMERALS if re.search(rf"\b{_NUMERALS[n]}\b", before, re.I)}
    if not given or not needed <= set(names) | fixed | words:
        return None
    parts, end = [], 0
    for found in blanks:
        parts.append(before[end : found.start()])
        end = found.end()
    return (*parts, before[end:]), tuple(given), with_names(tree, names)


_NUMERALS = {
    3: "three",
    4: "four",
    5: "five",
    6: "six",
    7: "seven",
    8: "eight",
    9: "nine",
    10: "ten",
}
