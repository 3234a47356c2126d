r"""Formulas of LaTeX as readable text: ``$x_i^2 \leq \alpha$`` becomes xᵢ² ≤ α.

Only what can be read on one line is rewritten. A formula with anything else in it (matrices,
alignments, unknown commands) is shown as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from tutor.terminal.symbols import (
    ACCENTS,
    BLACKBOARD,
    FUNCTIONS,
    IGNORED,
    OPERATORS,
    PLAIN,
    SCRIPT,
    SPACES,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    SYMBOLS,
)

_CODE = r"(?P<code>```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`))"
_FORMULA = re.compile(
    _CODE + r"|\$\$(?P<shown>.+?)\$\$"
    r"|\\\[(?P<bracketed>.+?)\\\]"
    r"|\\\((?P<round>.+?)\\\)"
    r"|(?<![\\$\w])\$(?P<inline>[^\s$](?:[^$\n]*[^\s$\\])?)\$(?![\d$])",
    re.DOTALL,
)
_MATHEMATICAL = re.compile(r"[\\^_=<>+{}]|^[A-Za-z]\d?'?$|^[A-Za-z]\([A-Za-z, ]+\)$")
_TOKEN = re.compile(r"\\([A-Za-z]+)|\\(.)|([\^_{}&~])|(\s+)|(.)", re.DOTALL)
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~#])")


class _NotSimple(Exception):
    """The formula does not fit on a line of text."""


def readable(text: str) -> str:
    """Return plain text with its formulas readable; amounts such as $5 stay as they are."""
    return _rewritten(text, lambda formula: formula, lambda source: source)


def readable_markdown(text: str) -> str:
    """Return Markdown with its formulas readable, outside code; what is not simple becomes code."""
    return _rewritten(
        text, lambda formula: _SPECIAL.sub(r"\\\1", formula), lambda source: f"`{source}`"
    )


def _rewritten(text: str, simple: Callable[[str], str], other: Callable[[str], str]) -> str:
    def rewrite(match: re.Match[str]) -> str:
        source = next((match[name] for name in _FORMS if match[name] is not None), None)
        if source is None or (match["inline"] and not _MATHEMATICAL.search(source)):
            return match[0]
        try:
            return simple(in_text(source))
        except _NotSimple:
            return other(" ".join(source.split()).replace("`", "'"))

    return _FORMULA.sub(rewrite, text)


_FORMS = ("shown", "bracketed", "round", "inline")


def in_text(formula: str) -> str:
    """Return the body of a formula as a line of text.

    Raises:
        _NotSimple: it cannot be read on one line.
    """
    return " ".join(_Reader(formula).all().split())


class _Reader:
    """Reads a formula from left to right, one atom at a time."""

    def __init__(self, formula: str) -> None:
        self._tokens = [match.groups() for match in _TOKEN.finditer(formula)]
        self._next = 0

    def all(self) -> str:
        """Return the rest."""
        parts: list[str] = []
        while self._next < len(self._tokens):
            parts.append(self._atom())
        return "".join(parts)

    def _atom(self) -> str:
        command, escaped, special, space, character = self._tokens[self._next]
        self._next += 1
        if command:
            return self._command(command)
        if escaped:
            return SPACES[escaped] if escaped in SPACES else _kept(escaped)
        if special == "{":
            return self._group()
        if special == "^":
            return _raised(self._argument())
        if special == "_":
            return _lowered(self._argument())
        if special == "~" or space:
            return " "
        if special:
            raise _NotSimple
        return {"-": "−", "'": "′", "*": "∗"}.get(character or "", character or "")

    def _group(self) -> str:
        """Return what stands up to the closing brace."""
        parts: list[str] = []
        while self._next < len(self._tokens):
            if self._tokens[self._next][2] == "}":
                self._next += 1
                return "".join(parts)
            parts.append(self._atom())
        raise _NotSimple

    def _argument(self) -> str:
        while self._next < len(self._tokens) and self._tokens[self._next][3]:
            self._next += 1
        if self._next == len(self._tokens):
            raise _NotSimple
        return self._atom().strip()

    def _command(self, name: str) -> str:
        if name in SYMBOLS:
            return SYMBOLS[name]
        if name in OPERATORS:
            return f" {OPERATORS[name]} "
        if name in FUNCTIONS:
            return f" {name} "
        if name in IGNORED:
            return ""
        if name in SPACES:
            return SPACES[name]
        if name in PLAIN:
            return self._argument()
        return self._built(name)

    def _built(self, name: str) -> str:
        """Return what a command makes of its arguments."""
        match name:
            case "frac" | "dfrac" | "tfrac":
                above, below = self._argument(), self._argument()
                return f"{_enclosed(above)}/{_enclosed(below)}"
            case "sqrt":
                return f"√{_enclosed(self._argument())}"
            case "mathbb":
                return "".join(BLACKBOARD.get(one, one) for one in self._argument())
            case "mathcal" | "mathscr":
                return "".join(SCRIPT.get(one, one) for one in self._argument())
            case _ if name in ACCENTS:
                marked = self._argument()
                if len(marked) != 1:
                    raise _NotSimple
                return unicodedata.normalize("NFC", marked + ACCENTS[name])
            case _:
                raise _NotSimple


def _kept(escaped: str) -> str:
    r"""Return what a backslash protects, such as ``\%``; ``\\`` begins another line."""
    if escaped in "%$#&_{}|":
        return escaped
    raise _NotSimple


def _enclosed(part: str) -> str:
    """Return a part in brackets unless it is one thing."""
    return f"({part})" if re.search(r"[\s/+−=<>,]", part) else part


def _raised(part: str) -> str:
    return _small(part, SUPERSCRIPTS, "^")


def _lowered(part: str) -> str:
    return _small(part, SUBSCRIPTS, "_")


def _small(part: str, small: dict[str, str], sign: str) -> str:
    """Return a part in small characters where there are such, else behind its sign."""
    close = part.replace(" ", "")
    if close and all(one in small for one in close):
        return "".join(small[one] for one in close)
    return f"{sign}{part}" if len(part) == 1 else f"{sign}({part})"
