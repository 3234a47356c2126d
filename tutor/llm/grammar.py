r"""Writing GBNF, llama.cpp's grammar notation, without its traps.

Three rules keep small models from running away: free text has a greatest length, at least one
character is written where any may be, and the alternatives are literal. Each helper returns an
expression; ``rules`` puts named expressions together into a grammar.

>>> print(rules(root=sequence(literal("Answer: "), text(200), literal("\n"))), end="")
root ::= "Answer: " [^\x00-\x1F\x7F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]{1,200} "\n"
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

MOST = 2000
"""Repetitions that llama.cpp accepts in a grammar."""

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}

# Control characters (line ends among them) and those that are invisible or turn text around.
_UNWANTED = r"\x00-\x1F\x7F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF"

# llama.cpp's own rule admits control characters, which JSON forbids, and escapes for half a
# surrogate pair, which no text can hold.
_JSON_CHARACTER = r"""[^"\\\x00-\x1F\x7F] | "\\" ["\\/bfnrt]"""


def literal(words: str) -> str:
    """Return an expression for exactly these words."""
    return '"' + "".join(_ESCAPES.get(c) or _escaped(c, '"') for c in words) + '"'


def choice(*options: str) -> str:
    """Return an expression for one of these literal words."""
    return alternatives(*map(literal, options))


def alternatives(*expressions: str) -> str:
    """Return an expression for one of several expressions."""
    if not expressions:
        raise ValueError("A choice needs at least one option")
    return f"({' | '.join(expressions)})"


def sequence(*expressions: str) -> str:
    """Return an expression for one expression after the other."""
    return " ".join(expressions)


def text(most: int, *, least: int = 1, exclude: str = "", first: str | None = None) -> str:
    """Return an expression for a line of free text of ``least`` to ``most`` characters.

    Characters of ``exclude`` cannot occur, and never do line ends and control characters.
    ``first`` is an expression for the first character, such as ``"[A-Z]"``; it counts.
    """
    if not 1 <= least <= most <= MOST:
        raise ValueError(f"Text of {least} to {most} characters makes no sense (at most {MOST})")
    unwanted = "".join(_escaped(c, "]^-\\[") for c in exclude)
    open_class = f"[^{_UNWANTED}{unwanted}]"
    if first is None:
        return f"{open_class}{{{least},{most}}}"
    return f"{first} {open_class}{{{least - 1},{most - 1}}}"


def rules(*, root: str, **named: str) -> str:
    """Return the grammar that starts at ``root``.

    Underscores in the names of the other rules become hyphens, as GBNF wants them.
    """
    lines: Iterable[tuple[str, str]] = [("root", root), *named.items()]
    return "\n".join(f"{name.replace('_', '-')} ::= {body}" for name, body in lines) + "\n"


def from_schema(schema: dict[str, Any]) -> str:
    """Return the grammar of the JSON documents that follow a JSON Schema.

    Give strings a ``maxLength`` and arrays ``maxItems``, or a model may never leave them.

    Raises:
        ValueError: the schema uses something that llama.cpp cannot turn into a grammar.
    """
    from llama_cpp.llama_grammar import json_schema_to_gbnf

    try:
        gbnf = str(json_schema_to_gbnf(json.dumps(schema)))
    # The converter reports what it does not know by assertions and look-up errors as well.
    except (AssertionError, LookupError, ValueError, TypeError) as error:
        raise ValueError(f"This JSON Schema cannot be a grammar: {error}") from error
    return re.sub("^char ::= .*$", lambda _: f"char ::= {_JSON_CHARACTER}", gbnf, flags=re.M)


def _escaped(character: str, special: str) -> str:
    r"""Return a character as GBNF spells it: itself, or as an escape such as ``\x5D``."""
    code = ord(character)
    if character in special or code < 0x20 or code == 0x7F:
        return f"\\x{code:02X}"
    if 0xD800 <= code < 0xE000:
        raise ValueError("Half a surrogate pair is no character")
    return character
