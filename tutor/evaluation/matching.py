"""Is a passage right, is an answer right? Spans and phrases looked for in free text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from math import ceil

SPAN_SHARE = 0.6
"""Share of a gold span that a passage must hold in one run, as chunks may cut a span."""

SPAN_TOKENS = 5
"""Fewest tokens of a gold span that count as showing it, unless the span is shorter."""

_WORD = re.compile(r"[^\W_]+")
_DASHES = re.compile("[-\u2010-\u2015\u2212]")
_MARKUP = re.compile(r"[*`\\$]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'})
_ENDINGS = "(?:'s|s|es|d|ed|ing)?"


def shows(span: str, passage: str) -> bool:
    """Tell whether ``passage`` shows the gold ``span``: in full, or most of it in one run.

    Full means equal after case and whitespace are evened out; most means 60 % of its tokens,
    and at least 5 of them (or all, if it has fewer).
    """
    if _even(span) in _even(passage):
        return True
    words = _tokens(span)
    if not words:
        return False
    least = max(ceil(SPAN_SHARE * len(words)), min(SPAN_TOKENS, len(words)))
    there = f" {' '.join(_tokens(passage))} "
    runs = (words[start : start + least] for start in range(len(words) - least + 1))
    return any(f" {' '.join(run)} " in there for run in runs)


def has_every_phrase(must: Sequence[Sequence[str]], answer: str) -> bool:
    """Tell whether ``answer`` has at least one phrase of every list in ``must``."""
    return not missing_phrases(must, answer)


def missing_phrases(must: Sequence[Sequence[str]], answer: str) -> tuple[Sequence[str], ...]:
    """Return the lists of ``must`` of which ``answer`` has no phrase."""
    text = _plain(answer)
    return tuple(
        phrases for phrases in must if not any(_has_phrase(phrase, text) for phrase in phrases)
    )


def rank_of(group: Sequence[str], passages: Sequence[str]) -> int | None:
    """Return the 1-based rank of the first passage that shows a span of ``group``."""
    for rank, passage in enumerate(passages, 1):
        if any(shows(span, passage) for span in group):
            return rank
    return None


def _has_phrase(phrase: str, text: str) -> bool:
    """Look for ``phrase`` as whole words in ``text`` (already plain); simple endings may follow."""
    wanted = _plain(phrase)
    if not wanted:
        return False
    before, after = "(?<![a-z0-9])", ""
    if wanted[0].isdigit():
        before += r"(?<!\d\.)"  # "5" is not in "2.5"
    elif not wanted[0].isalnum():
        before = ""
    if wanted[-1].isdigit():
        after = r"(?![a-z0-9])(?!\.\d)"
    elif wanted[-1].isalnum():
        after = f"{_ENDINGS}(?![a-z0-9])"
    return bool(re.search(before + re.escape(wanted) + after, text))


def _even(text: str) -> str:
    return " ".join(text.split()).lower()


def _tokens(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).lower())


def _plain(text: str) -> str:
    """Lower case without accents, Markdown, thousands separators; dashes become spaces."""
    letters = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()
    bare = _MARKUP.sub("", bare.translate(_QUOTES))
    return " ".join(_THOUSANDS.sub("", _DASHES.sub(" ", bare)).split())
