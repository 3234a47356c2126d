"""What a sentence does: define a thing, give a number, or only illustrate."""

from __future__ import annotations

import re

from tutor.grounding.words import content_stems, stem

_SAYS_WHAT_IT_IS = re.compile(
    r"(.{2,90}?)(?:\s+\(([^)]*)\))?,?\s+(?:(?:is|are|was)(?!\s+(?:(?:also|often|sometimes|first)\s+)?"
    r"(?:called|known|named|introduced|proposed|invented|published|developed|presented)\b)"
    r"|refers? to|means?|describes?|denotes?|consists?|represents?|occurs?|happens?|defines?"
    r"|posits?|works? by|involves?)\b"
)
_CALLED = re.compile(
    r"\b(?:called|known as|referred to as|termed)\s+(?:an?\s+|the\s+)?(.{2,60})", re.IGNORECASE
)
_IN_BRACKETS = re.compile(r"\s*\(([^()]*)\)")
_EXPLAINED = re.compile(r"((?:\w[\w-]*\s+){1,3})\((?=where|when|in which|that is|i\.e\.|meaning)")
"""A name that is explained in brackets."""

_ILLUSTRATES = re.compile(
    r"(?:examples?\b|for example|for instance|imagine|think of|suppose|let[\u2019']?s say"
    r"|it[\u2019']?s like|this is like)",
    re.IGNORECASE,
)

_CUT_OFF = re.compile(
    r"(?:\b(?:the|an?|of|to|for|with|in|on|by|and|or|from|that|which|is|are)|\.\.\.|\u2026)$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.])\d[\d.,]*(?:[-\u2013]\d[\d.,]*)?[A-Za-z%]?(?!\w)")

_CAPITAL = re.compile(r"(?<=[\w,] )[A-Z]\w+")

_QUALIFIER = re.compile(r"\s+(?:in|for|of|on|at|during|within)\s+")

_LONGEST_NAME = 3
"""Content words of the name of a thing that a sentence introduces."""

_DOING = re.compile(r"[A-Z]?[a-z]{3,}ing\b")
_MORE_WORDS = 3
"""Further content words that a name may have beside those of the topic."""


def defines(plain: str, label: str, topic: str) -> float:
    """Return how surely a sentence says what ``topic`` is: "X is a ...", "X: ...", "... called X".

    1 if it names just that, by its name, by the abbreviation in brackets after it or without its
    setting ("stride" for "stride in a convolution"); 0.5 if it names something a little longer
    ("RAG-Token" for "RAG"), else 0. ``label`` is the name that opens the sentence ("X" in
    "X: ..."), if it has one.
    """
    wanted = content_stems(topic)
    if not wanted:
        return 0.0
    opening = _SAYS_WHAT_IT_IS.match(plain)
    called = _CALLED.search(plain)
    names = [
        *_short_and_long(label),
        *(opening.groups("") if opening else ()),
        called.group(1) if called else "",
    ]
    core = content_stems(_QUALIFIER.split(topic)[0])
    explained = (content_stems(match[1]) for match in _EXPLAINED.finditer(plain))
    if any(stems[-len(wanted) :] == wanted for stems in explained):
        return 1.0
    bags = [set(content_stems(name)) for name in names]
    if set(wanted) in bags or (opening and core and set(core) == bags[2]):
        return 1.0
    near = any(_is_named(name, wanted) or (core and _is_named(name, core)) for name in names)
    return 0.5 if near else 0.0


def _short_and_long(label: str) -> tuple[str, str]:
    """Return a label without what it has in brackets, and what it has in brackets."""
    match = _IN_BRACKETS.search(label)
    return (_IN_BRACKETS.sub("", label), match[1]) if match else (label, "")


def introduces(plain: str, label: str) -> bool:
    """Tell whether a sentence says what something is, be it under a label or by "X is a ..."."""
    opening = _SAYS_WHAT_IT_IS.match(plain)
    return bool(label) or (
        opening is not None and 1 <= len(content_stems(opening.group(1))) <= _LONGEST_NAME
    )


def has_new_number(plain: str, question: str) -> bool:
    """Tell whether a sentence has a number that the question does not name itself."""
    return bool({*_NUMBER.findall(plain)} - {*_NUMBER.findall(question)})


def has_new_name(plain: str, question: str) -> bool:
    """Tell whether a sentence has, after its first word, a capital that the question lacks."""
    asked = {*content_stems(question)}
    named = _CAPITAL.findall(plain)
    return any(not asked.issuperset(content_stems(name)) for name in named)


def illustrates(plain: str) -> bool:
    """Tell whether a sentence is an example or a picture of what was said before it."""
    return bool(_ILLUSTRATES.match(plain))


def is_fragment(plain: str) -> bool:
    """Tell a sentence that was cut off: it ends with "the", "of" and the like, or "..."."""
    return bool(_CUT_OFF.search(plain))


def _is_named(name: str, wanted: list[str]) -> bool:
    """Tell whether ``name`` names the topic and little else."""
    there = content_stems(name)
    if _DOING.match(name) and stem(name.split()[0].lower()) not in wanted:
        return False  # "Detecting mode collapse is difficult"
    return set(wanted) <= set(there) and len(there) <= len(wanted) + _MORE_WORDS
