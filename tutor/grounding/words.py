"""Words as the matching code sees them: tokens, stems and which of them carry meaning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import Stemmer

_TOKEN = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+")
_APOSTROPHE = re.compile(r"(?<=\w)['\u2019](?:s|re|ve|ll|d|m|t)\b", re.IGNORECASE)
_BRITISH = re.compile(r"(?<=[a-z]{3})is(?=(?:e|ed|es|er|ing|ation|ations)$)")
_STEMMER = Stemmer.Stemmer("english")

STOP_WORDS = frozenset(
    """
    a about above according after again all also although always am an and another any anyone are
    around as at away be became because become been before being below besides between both but
    by came can cannot come could did do does doing done down during each either else ever every
    few for from further gave get gets give given gives go goes got had has have having he her
    here hers him his how however i if in into is it its itself just know let like made make makes
    many may me might mine more most much must my myself near need needs neither never no nobody
    nor not nothing now of off often on once one only onto or other others our ours out over own
    per please put quite rather really same say says see seem seems shall she should since so
    some somebody someone something still such take takes than that the their theirs them
    themselves then there these they thing things this those though through thus to together too
    toward towards under until up upon us use used uses using very via want was way ways we well
    were what whatever when where whether which while who whom whose why will with within without
    would yes yet you your yours
    t s re ve ll d m don doesn didn isn aren wasn won whats
    """.split()  # noqa: SIM905 - a block of words is easier to read and mend than a list
)
"""English words that say little about what a text is about (a closed list of function words)."""

QUESTION_WORDS = frozenset(
    """
    answer compare define describe described difference differ different example examples explain
    kind kinds list mean meaning means mention mentioned name named names note notes question
    tell type types called call step steps main key
    """.split()  # noqa: SIM905
)
"""Stop words of questions only: they say what is asked of the topic, not which topic."""


def tokens(text: str) -> list[str]:
    """Return the words and numbers of ``text`` in lower case; hyphens split, decimals do not."""
    plain = _APOSTROPHE.sub("", unicodedata.normalize("NFKC", text))
    return [match.group().lower() for match in _TOKEN.finditer(plain)]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return the Snowball stem of a lower-case word, with British spellings folded in."""
    folded = _BRITISH.sub("iz", word)
    root: str = _STEMMER.stemWord(folded)
    return root[:-1] if root.endswith("ll") and len(root) > 4 else root


def singular(word: str) -> str:
    """Return a lower-case word without a plural ``s``; crude, for comparing words only."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def content_words(text: str) -> list[str]:
    """Return the words of ``text`` that carry meaning, in order and as written (lower case)."""
    return [word for word in tokens(text) if _carries_meaning(word)]


def content_stems(text: str) -> list[str]:
    """Return the stems of the words of ``text`` that carry meaning, in order."""
    return [stem(word) for word in content_words(text)]


def topic_stems(question: str) -> list[str]:
    """Return the stems that say what ``question`` is about, without "which kinds of" and such."""
    return list(_topic(question))


def _topic(question: str) -> Iterator[str]:
    for word in content_words(question):
        if word not in QUESTION_WORDS:
            yield stem(word)


def _carries_meaning(word: str) -> bool:
    return word not in STOP_WORDS and (len(word) > 1 or word.isdigit())
