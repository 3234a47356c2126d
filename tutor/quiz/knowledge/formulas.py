"""Arithmetic that stands in notes: read from text, worked out, and worked out wrongly on purpose.

A formula is read into Python's own syntax tree and evaluated node by node; nothing but numbers,
names, arithmetic and a few functions is let in, and no code is ever run.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Iterator, Mapping

LONGEST = 120
"""Characters of a formula that is read."""

LARGEST = 1e18
"""Size beyond which a number is no result to be worked out by hand."""

_FUNCTIONS: dict[str, Callable[..., float]] = {
    "floor": math.floor,
    "sqrt": math.sqrt,
    "ln": math.log,
    "log": math.log,
    "exp": math.exp,
    "max": max,
    "min": min,
    "abs": abs,
    "round": round,
}
_OPERATIONS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right,
    ast.FloorDiv: lambda left, right: left // right,
    ast.Mod: lambda left, right: left % right,
    ast.Pow: lambda left, right: left**right,
}
_SPELLINGS = (
    (re.compile(r"(?<=\d),(?=\d{3}(?!\d))"), ""),  # 100,480
    (re.compile("\u00b2"), "**2"),
    (re.compile("\u00b3"), "**3"),
    (re.compile("[\u00d7\u00b7]"), "*"),
    (re.compile("[\u2212\u2013]"), "-"),
    (re.compile("\u00f7"), "/"),
    (re.compile(r"\^"), "**"),
    (re.compile(r"\b(ln|log|sqrt)\s+([\w.]+)"), r"\1(\2)"),  # ln 0.25
    (re.compile("\u221a(\\w+)"), r"sqrt(\1)"),
    (re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)(?=[A-Za-z(])"), r"\1*"),  # 2p
)
_FRACTION = re.compile(r"\\+[td]?frac\{((?:[^{}]|\{[^{}]*\})*)\}\{((?:[^{}]|\{[^{}]*\})*)\}")
_WORDS = re.compile(r"\\+(?:text|mathrm)\{([^{}]*)\}")


def parse(text: str) -> ast.expr | None:
    """Return the tree of a formula such as ``784 \u00d7 128 + 128``; ``None`` if it is none."""
    for pattern, plain in _SPELLINGS:
        text = pattern.sub(plain, text)
    if len(text) > LONGEST:
        return None
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return None
    return tree if _is_arithmetic(tree) else None


def fraction(latex: str) -> str:
    """Return the first fraction of some LaTeX as ``(above) / (below)``, or "" if there is none.

    Names of several words are joined by underscores, as names in a formula have to be.
    """
    plain = _WORDS.sub(lambda found: found[1].strip().replace(" ", "_"), latex)
    found = _FRACTION.search(plain)
    return f"({found[1]}) / ({found[2]})" if found else ""


def _is_arithmetic(tree: ast.AST) -> bool:
    match tree:
        case ast.Constant(value=value):
            return isinstance(value, int | float) and not isinstance(value, bool)
        case ast.Name():
            return True
        case ast.BinOp(left=left, op=op, right=right):
            return type(op) in _OPERATIONS and _is_arithmetic(left) and _is_arithmetic(right)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _is_arithmetic(operand)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return name in _FUNCTIONS and bool(arguments) and all(map(_is_arithmetic, arguments))
        case _:
            return False


def names_in(tree: ast.expr) -> list[str]:
    """Return the names in a formula in their order, functions left out."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    found = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called]
    found.sort(key=lambda node: (node.lineno, node.col_offset))
    return list(dict.fromkeys(node.id for node in found))


def numbers_in(tree: ast.expr) -> list[float]:
    """Return the numbers in a formula in their order, repeats included."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    found.sort(key=lambda node: (node.lineno, node.col_offset))
    return [float(node.value) for node in found if isinstance(node.value, int | float)]


def evaluate(tree: ast.expr, values: Mapping[str, float]) -> float | None:
    """Return what a formula comes to; ``None`` where a name has no value or it has no result."""
    try:
        result = float(_value(tree, values))
    except (KeyError, ValueError, ZeroDivisionError, OverflowError, TypeError):
        return None
    return result if math.isfinite(result) and abs(result) <= LARGEST else None


def _value(tree: ast.expr, values: Mapping[str, float]) -> float:
    match tree:
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.Name(id=name):
            return values[name]
        case ast.BinOp(left=left, op=op, right=right):
            one, two = _value(left, values), _value(right, values)
            if isinstance(op, ast.Pow) and two * math.log10(max(abs(one), 1)) > math.log10(LARGEST):
                raise OverflowError
            return _OPERATIONS[type(op)](one, two)
        case ast.UnaryOp(operand=operand):
            return -_value(operand, values)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _FUNCTIONS[name](*(_value(one, values) for one in arguments))
        case _:
            raise ValueError


def with_names(tree: ast.expr, names: Mapping[float, ast.expr]) -> ast.expr:
    """Return a formula with names, or terms in them, in the place of some of its numbers."""

    def changed(node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return names.get(round(float(node.value), 9), node)
        return node

    return _mapped(tree, changed)


def written(tree: ast.expr, values: Mapping[str, ast.expr]) -> str:
    """Return a formula as it is written on paper, with ``values`` for its names."""

    def changed(node: ast.expr) -> ast.expr:
        return values.get(node.id, node) if isinstance(node, ast.Name) else node

    plain = ast.unparse(_mapped(tree, changed))
    return plain.replace(" ** ", "^").replace("*", "\u00d7")


def slips(tree: ast.expr) -> Iterator[ast.expr]:
    """Yield a formula with one slip each: an operand forgotten or exchanged, a sign mistaken."""
    for changed in (_forgotten, _exchanged, _mistaken):
        for place in range(sum(1 for _ in ast.walk(tree))):
            yield from _with_slip(tree, place, changed)


def _with_slip(
    tree: ast.expr, place: int, changed: Callable[[ast.expr], list[ast.expr]]
) -> Iterator[ast.expr]:
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.expr)]
    if place < len(nodes):
        target = nodes[place]
        for instead in changed(target):
            yield _mapped(tree, lambda node: node, target, instead)


def _mapped(
    tree: ast.expr,
    changed: Callable[[ast.expr], ast.expr],
    target: ast.expr | None = None,
    instead: ast.expr | None = None,
) -> ast.expr:
    """Return a tree with every node as ``changed`` gives it, and ``instead`` for ``target``."""
    if tree is target and instead is not None:
        return instead

    def mapped(part: ast.expr) -> ast.expr:
        return _mapped(part, changed, target, instead)

    match tree:
        case ast.BinOp(left=left, op=op, right=right):
            return changed(ast.BinOp(mapped(left), op, mapped(right)))
        case ast.UnaryOp(op=op, operand=operand):
            return changed(ast.UnaryOp(op, mapped(operand)))
        case ast.Call(func=func, args=arguments):
            return changed(ast.Call(func, [mapped(one) for one in arguments], []))
        case _:
            return changed(tree)


def _forgotten(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.BinOp(left=left, op=ast.Pow()):
            return [left]
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.Call(args=[only]):
            return [only]
        case ast.UnaryOp(operand=operand):
            return [operand]
        case _:
            return []


def _exchanged(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.BinOp(left=left, op=ast.Div() | ast.FloorDiv() as op, right=right):
            return [ast.BinOp(right, op, left)]
        case _:
            return []


def _mistaken(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [ast.BinOp(left, ast.Mult(), right), ast.BinOp(left, ast.Sub(), right)]
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return [ast.BinOp(left, ast.Add(), right)]
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return [ast.BinOp(left, ast.Add(), right)]
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return [ast.BinOp(left, ast.Mult(), right)]
        case _:
            return []


def shown(value: float, decimals: int) -> str:
    """Return a number as it is written in an item: rounded, with commas between thousands."""
    rounded = round(value, decimals) + 0.0  # + 0.0 turns -0.0 into 0.0
    return f"{rounded:,.{decimals}f}"


def read_number(text: str) -> float | None:
    """Return the number that ``text`` is, with or without commas; ``None`` if it is none."""
    plain = text.replace(",", "").removesuffix("%").strip()
    return float(plain) if re.fullmatch(r"-?\d+(?:\.\d+)?", plain) else None


def decimals_of(text: str) -> int:
    """Return how many digits stand behind the point of a number."""
    return len(text.partition(".")[2])
