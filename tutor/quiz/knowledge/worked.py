"""What notes work out in numbers: a statement with blanks, its formula, and other numbers for it.

The statement is put together by ``worked_notes``, which reads it from the notes.
"""

from __future__ import annotations

import ast
import itertools
import math
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.quiz.english import sentence_case
from tutor.quiz.items import GAP
from tutor.quiz.knowledge.formulas import (
    decimals_of,
    evaluate,
    read_number,
    shown,
    slips,
    written,
)
from tutor.schema import Chunk

GIVEN = re.compile(r"(?<![\w.,^-])-?\d+(?:,\d{3})*(?:\.\d+)?(?![\w^]|[.,]\d)")
"""A number that is given in a text."""

_LAYER = re.compile(r"\b(?:convolutions?|filters?|kernels?|layers?|neurons?)\b")
_OPENING = re.compile(r"^(?:An?|The)\b")

APART = 0.04
"""Share of a rounded result by which a wrong one has to differ from it."""

TOLD_APART = 0.08
"""Share of the smaller of two wrong results by which they have to differ."""

NEAR, LONELY = 3, 2
"""How many times the right result one wrong one may be at most; and how many times farther, by
ratio, the right one may be from the next than the wrong ones are from each other."""

MOST_DIGITS = 12
"""Digits of a result that can still be told apart at a glance."""


@dataclass(frozen=True, slots=True)
class Given:
    """A number that is given: its name in the formula, and the text of the notes' own number.

    ``scale`` is 0.01 for a percentage.
    """

    name: str
    text: str
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Worked:
    """A statement with blanks: ``parts`` around the ``given`` numbers and the result.

    ``parts[i]`` stands before the i-th given number, the last two before and behind the result.
    ``tree`` is the formula, ``decimals`` how many the result has, ``percent`` whether it is one.
    ``asks`` is what is sought, where the statement is a definition; ``rivals`` are formulas of
    other things from the same numbers.
    """

    parts: tuple[str, ...]
    given: tuple[Given, ...]
    tree: ast.expr
    decimals: int
    percent: bool
    chunk: Chunk
    quote: str
    topic: str
    order: int
    asks: str = ""
    rivals: tuple[ast.expr, ...] = ()
    whole: bool = False

    @property
    def term(self) -> str:
        """What it is about, for the choice of topics."""
        return self.asks or self.topic

    @property
    def fixed(self) -> set[str]:
        """The numbers of the statement that stay as they are."""
        return {found.group() for part in self.parts for found in GIVEN.finditer(part)}

    @property
    def is_ratio(self) -> bool:
        """Whether it is a named quotient, of which good numbers make a share below one."""
        return (
            bool(self.asks)
            and isinstance(self.tree, ast.BinOp)
            and isinstance(self.tree.op, ast.Div)
        )

    @property
    def leaves_biases_open(self) -> bool:
        """Whether it counts the parameters of a layer and does not say if biases are among them."""
        text = " ".join(self.parts).lower()
        return bool(_LAYER.search(text)) and "parameters" in text and "bias" not in text

    @property
    def is_settled(self) -> bool:
        """Whether the statement with a result is true or false, and not as one takes it."""
        return not self.leaves_biases_open or _adds_biases(self.tree)

    @property
    def what(self) -> str:
        """The statement with its own numbers, by which it is told from others."""
        return self.told([one.text for one in self.given], GAP)

    def told(self, numbers: Sequence[str], result: str) -> str:
        """Return the statement with these numbers."""
        begun = "".join(a + b for a, b in zip(self.parts, numbers, strict=False))
        if self.leaves_biases_open and _adds_biases(self.tree):
            begun = f"with biases, {_OPENING.sub(lambda found: found[0].lower(), begun)}"
        return sentence_case(f"{begun}{self.parts[-2]}{result}{self.parts[-1]}.")

    def question(self, numbers: Sequence[str]) -> str:
        """Return the question after the result."""
        if self.asks:
            return re.sub(r", (the [^,]+) is ____\.$", r", what is \1?", self.told(numbers, GAP))
        return f"{self.told(numbers, GAP)} Which number is missing?"

    def gap(self, numbers: Sequence[str]) -> str:
        """Return the statement with a gap for the result."""
        return self.told(numbers, GAP)

    def sum_of(self, numbers: Sequence[str]) -> str:
        """Return the formula with its numbers and what it comes to, as a sentence."""
        values: dict[str, ast.expr] = {
            one.name: ast.Constant(value if value % 1 else int(value))
            for one, text in zip(self.given, numbers, strict=True)
            if (value := round((read_number(text) or 0.0) * one.scale, 9)) is not None
        }
        mark = "%" if self.percent else ""
        return f"{written(self.tree, values)} = {self.result(numbers)}{mark}."

    def claimed(self, text: str) -> str:
        """Return the result that a text made by ``told`` states."""
        found = re.search(
            re.escape(self.parts[-2].strip()) + rf"\s?({GIVEN.pattern})", text, re.IGNORECASE
        )
        return found[1] if found else ""

    def read(self, text: str) -> list[str] | None:
        """Return the given numbers as they stand in a text made by ``told`` or ``question``."""
        number = r"(-?\d+(?:,\d{3})*(?:\.\d+)?)"
        begun = "".join(re.escape(part) + number for part in self.parts[: len(self.given)])
        found = re.search(begun, text, re.IGNORECASE)
        return list(found.groups()) if found else None

    def result(self, numbers: Sequence[str], tree: ast.expr | None = None) -> str:
        """Return what the formula, or ``tree`` in its place, comes to; "" if to nothing."""
        values = {
            one.name: (read_number(text) or 0.0) * one.scale
            for one, text in zip(self.given, numbers, strict=True)
        }
        value = evaluate(self.tree if tree is None else tree, values)
        if value is None:
            return ""
        value *= 100 if self.percent else 1
        if self.whole and abs(value - round(value)) > 1e-9:
            return ""
        text = shown(value, self.decimals)
        return text if len(text) <= MOST_DIGITS else ""

    def wrong_results(self, numbers: Sequence[str]) -> list[str]:
        """Return results of other formulas and of slips, the most tempting first."""
        right = self.result(numbers)
        found = [self.result(numbers, tree) for tree in (*self.rivals, *slips(self.tree))]
        if self.percent or (0 < (read_number(right) or 0.0) < 1):
            found.append(self.result(numbers, ast.BinOp(ast.Constant(1), ast.Sub(), self.tree)))
        kept = [text for text in dict.fromkeys(found) if text and text != right]
        near = [text for text in kept if self._tempts(text, right)]
        if (read_number(right) or 0.0) < 1:
            near.sort(key=lambda text: (read_number(text) or 0.0) >= 1)
        return near

    def _tempts(self, text: str, right: str) -> bool:
        """Say whether a wrong result is of the sign and, roughly, of the size of the right one.

        Of numbers that are rounded it must not be too near either.
        """
        wrong, true = read_number(text) or 0.0, read_number(right) or 0.0
        apart = self.whole or abs(wrong - true) >= APART * abs(true)
        most = 100 if self.percent else 1 if "probability" in self.parts[-2] else math.inf
        return wrong * true > 0 and apart and 0.1 <= wrong / true <= 10 and wrong <= most


def _adds_biases(tree: ast.expr) -> bool:
    """Say whether a formula adds one of the factors of a product to it: a bias for each output."""
    match tree:
        case ast.BinOp(left=product, op=ast.Add(), right=added):
            return ast.unparse(added) in _factors(product)
        case _:
            return False


def _factors(tree: ast.expr) -> set[str]:
    """Return the factors of a product, or nothing of what is none."""
    match tree:
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return {ast.unparse(left), ast.unparse(right)} | _factors(left) | _factors(right)
        case _:
            return set()


def are_of_a_size(right: str, wrong: Sequence[str]) -> bool:
    """Say whether a result cannot be told from wrong ones by its size alone.

    One wrong result is about as large, wrong ones differ from each other, and the right one does
    not stand alone beside a crowd of them.
    """
    key, *others = (math.log(abs(read_number(text) or 1.0)) for text in (right, *wrong))
    others.sort()
    nearest = min(abs(one - key) for one in others)
    differ = all(b - a >= math.log(1 + TOLD_APART) for a, b in itertools.pairwise(others))
    return differ and nearest <= min(math.log(NEAR), LONELY * (others[-1] - others[0]))


def fresh(one: Worked, rng: random.Random) -> list[str] | None:
    """Return other numbers than those of the notes from which a good result comes."""
    own = [each.text for each in one.given]
    for _ in range(40):
        numbers = [_other(each, rng) for each in one.given]
        result = one.result(numbers)
        digits = result.replace(",", "").replace(".", "").strip("0-")
        telling = one.decimals == 0 or len(digits) > 1 or bool(one.asks)
        in_range = result < "1" or not one.is_ratio
        apart = len({*numbers, *one.fixed}) == len(numbers) + len(one.fixed)
        if numbers != own and digits and telling and in_range and apart:
            return numbers
    return None


def _other(given: Given, rng: random.Random) -> str:
    """Return a number of the same make: a power of two for one, as many decimals, no extremes."""
    value, decimals = read_number(given.text) or 0.0, decimals_of(given.text)
    if given.scale != 1.0:
        return (
            f"{rng.choice([n for n in (60, 70, 80, 90, 95, 98) if n != value])}"
            if (value >= 50)
            else f"{rng.choice([n for n in (2, 4, 10, 20, 25) if n != value])}"
        )
    if decimals:
        unit = 10**-decimals
        steps = [n for n in range(2, 10) if n * unit != value and (value >= 1 or n * unit < 1)]
        return f"{rng.choice(steps) * max(unit, 10.0 ** _magnitude(value)):.{decimals}f}"
    size = int(abs(value))
    sign = "-" if value < 0 else ""
    if size >= 16 and size & (size - 1) == 0:
        return f"{sign}{rng.choice([size * 2, size // 2, size * 4]):,}"
    if size < 10:
        return f"{sign}{rng.choice([n for n in range(max(1, size - 2), size + 3) if n != size])}"
    unit = 10 ** max(0, len(str(size)) - 2)
    return f"{sign}{rng.choice([n for n in range(12, 99, 2) if n % 10]) * unit:,}"


def _magnitude(value: float) -> int:
    """Return the power of ten of the first digit of a number."""
    return math.floor(math.log10(abs(value)))
